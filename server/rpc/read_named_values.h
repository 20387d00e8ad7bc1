// server/rpc/read_named_values.h
//
// Repeated NamedValue of a request -> engine values: the checks that need no
// pack. Shared by the services that take customers' attributes.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_NAMED_VALUES_H_
#define STRATAGEM_SERVER_RPC_READ_NAMED_VALUES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"
#include "google/protobuf/repeated_field.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/value.pb.h"

namespace stratagem::server {

// False, and an error of `field`, when there are too many items to look at
// each.
bool CheckCount(absl::string_view field, int count, size_t count_max,
                std::vector<FieldError>& errors);

// Fills `values` from what stands under `field` ("attributes"), at most
// kNamedValuesMax; what is wrong with one is an error of "attributes.nps".
// Values borrow from `wire` and `arena`.
void ReadNamedValues(
    absl::string_view field,
    const google::protobuf::RepeatedPtrField<v1::NamedValue>& wire,
    Arena& arena, std::vector<NamedValue>& values,
    std::vector<FieldError>& errors);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_NAMED_VALUES_H_
