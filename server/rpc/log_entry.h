// server/rpc/log_entry.h
//
// A decision of the log -> LogEntry, without the values that are personal.
// Lists, look-ups and feeds of decisions answer with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_LOG_ENTRY_H_
#define STRATAGEM_SERVER_RPC_LOG_ENTRY_H_

#include "engine/store/record_codec.h"
#include "engine/store/store.h"
#include "server/options.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {

// Returns `record`, which stands at `position`. With Pii::kMasked inputs that
// were declared `pii` have no value, and are named.
v1::LogEntry WriteEntry(const store::DecodedRecord& record,
                        store::Position position, v1::ExplainLevel explain,
                        Pii pii);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_LOG_ENTRY_H_
