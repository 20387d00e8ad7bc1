// server/http/metadata.h
//
// What a call carries beside its message, between HTTP's headers and gRPC's
// metadata: trace ids, credentials, whatever a service may ask for.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_METADATA_H_
#define STRATAGEM_SERVER_HTTP_METADATA_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/support/string_ref.h"
#include "server/http/http_message.h"

namespace stratagem::server {

// Names in lower case; values of names that end in "-bin" are any bytes.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// Returns the headers of a request that are the caller's own: not those of HTTP
// and of the protocols, and not those that gRPC cannot carry, because their
// name or value has other characters than it allows.
Metadata MetadataOf(const HttpHeaders& headers);

// Returns what gRPC answered, without what it keeps for itself.
Metadata MetadataOf(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

// Returns `value` as it stands in a header or in the end of a stream: base64
// without padding where `name` ends in "-bin".
std::string WireValue(absl::string_view name, absl::string_view value);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_METADATA_H_
