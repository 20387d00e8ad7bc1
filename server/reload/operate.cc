#include "server/reload/operate.h"

#include <algorithm>
#include <future>

#include "engine/base/status_macros.h"
#include "server/ops/log.h"

namespace stratagem::server {

absl::Time LogTime(const OpenStores& stores, absl::Time clock) {
  return std::max(state::FloorTime(clock), stores.sequencer->time());
}

absl::Status Operate(const OpenStores& stores, state::Operation operation,
                     const Change& change) {
  operation.actor = change.actor;
  operation.reason = change.reason;
  STRATAGEM_RETURN_IF_ERROR(stores.sequencer->Operate(operation));
  Log(LogLevel::kInfo, "operated",
      {{"operation", Value::String(state::OperationName(operation.kind))},
       {"pack", Value::String(operation.pack)},
       {"version", Value::String(operation.version)},
       {"name", Value::String(operation.name)},
       {"canary_slots", Value::Int(operation.canary_slots)},
       {"forced", Value::Bool(operation.forced)},
       {"actor", Value::String(operation.actor)},
       {"reason", Value::String(operation.reason)}});
  return absl::OkStatus();
}

absl::Status AwaitDurable(const OpenStores& stores) {
  std::promise<absl::Status> durable;
  STRATAGEM_RETURN_IF_ERROR(stores.sequencer->Flush(
      [&durable](const absl::StatusOr<store::Position>& position) {
        durable.set_value(position.status());
      }));
  return durable.get_future().get();
}

}  // namespace stratagem::server
