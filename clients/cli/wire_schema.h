// clients/cli/wire_schema.h
//
// What a server says that a pack declares, as a Schema. Flags are read by it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_WIRE_SCHEMA_H_
#define STRATAGEM_CLIENTS_CLI_WIRE_SCHEMA_H_

#include "engine/base/arena.h"
#include "engine/value/schema.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

// Attributes, or values of calls. Defaults live in `arena`. A type that this
// program does not know is read as text, and the server says whether that is
// right.
Schema SchemaOf(const google::protobuf::RepeatedPtrField<v1::Field>& fields,
                Arena& arena);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_WIRE_SCHEMA_H_
