#include "server/rpc/repeated_decision.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/decide/present.h"
#include "engine/store/record_codec.h"
#include "server/rpc/error_map.h"
#include "server/rpc/write_decision.h"

namespace stratagem::server {
namespace {

// What of `call` differs from the one that was recorded, or "". Whether a
// canary decides is not the caller's.
absl::string_view Difference(const RepeatedCall& call,
                             const store::DecodedRecord& record) {
  const trace::DecisionRecord& decision = record.decision();
  if (call.subject != record.header().subject) return "another customer";
  const trace::Role role = decision.role == trace::Role::kCanary
                               ? trace::Role::kLive
                               : decision.role;
  if (call.role != role) return "a call of another kind";
  if (call.pack_name != decision.pack_name) return "another pack";
  if (!call.pack_version.empty() &&
      call.pack_version != decision.pack_version) {
    return "another version of the pack";
  }
  const bool same_placements = std::equal(
      call.placements.begin(), call.placements.end(),
      decision.placements.begin(), decision.placements.end(),
      [](const std::string& asked, const trace::PlacementResult& filled) {
        return asked == filled.name;
      });
  return same_placements ? "" : "other placements";
}

std::string WriteLogged(const trace::DecisionRecord& logged,
                        const decide::Router& router,
                        v1::ExplainLevel explain) {
  v1::Decision decision;
  WriteDecision(logged, explain, decision);
  trace::DecisionRecord found = logged;
  const plan::Plan* const plan = router.Find(logged.pack_digest);
  if (plan != nullptr && decide::FindOffers(*plan, found)) {
    WritePresentation(*plan, found, decision);
  }
  return decision.SerializeAsString();
}

}  // namespace

std::variant<LoggedDecision, google::rpc::Status> AnswerRepeated(
    const store::Store& store, const decide::Router& router, uint64_t sequence,
    const RepeatedCall& call) {
  const absl::StatusOr<std::vector<store::LogEntry>> entries =
      store.Read(sequence - 1, 1);
  if (!entries.ok()) return StoreError(entries.status());
  if (entries->empty() || entries->front().position.sequence != sequence) {
    return StoreError(absl::DataLossError(
        absl::StrCat("record ", sequence, " of request `", call.request_id,
                     "` is not in the log")));
  }
  const auto record = store::Decode(entries->front().record);
  if (!record.ok()) return StoreError(record.status());
  const absl::string_view difference = Difference(call, **record);
  if (!difference.empty()) {
    const FieldError error = {
        "request_id", v1::ERROR_REASON_REQUEST_ID_REUSED,
        absl::StrCat("`", call.request_id, "` was used a short while ago for ",
                     difference, "; give each call an id of its own")};
    return InvalidRequest({&error, 1});
  }
  return LoggedDecision{
      WriteLogged((*record)->decision(), router, call.explain),
      entries->front().position};
}

}  // namespace stratagem::server
