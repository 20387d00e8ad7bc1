// clients/cli/paused.h
//
// What of packs is paused, as `pack list` and the commands that pause show it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PAUSED_H_
#define STRATAGEM_CLIENTS_CLI_PAUSED_H_

#include "clients/cli/console.h"
#include "clients/cli/json_writer.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

// Prints a table of packs, kinds and names; nothing when nothing is paused.
void PrintPaused(const google::protobuf::RepeatedPtrField<v1::Paused>& paused,
                 const Console& console);

// Writes an array of objects of pack, offer_id and placement, of which the one
// that it is not is null.
void WritePaused(const google::protobuf::RepeatedPtrField<v1::Paused>& paused,
                 JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PAUSED_H_
