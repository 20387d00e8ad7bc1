// server/rpc/wire_check.h
//
// Why protobuf refused to parse a message. Protobuf says only that it did; this
// walks the bytes again, on the error path, to name the field.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WIRE_CHECK_H_
#define STRATAGEM_SERVER_RPC_WIRE_CHECK_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/status.pb.h"

namespace stratagem::server {

// Returns the error for `bytes`, which did not parse as `descriptor`: the path
// of the first string that is not UTF-8 ("attributes[2].value.string_value"),
// or that the message is malformed.
// Time: O(bytes · nesting), at most protobuf's own nesting limit.
google::rpc::Status DescribeParseFailure(
    absl::string_view bytes, const google::protobuf::Descriptor& descriptor);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WIRE_CHECK_H_
