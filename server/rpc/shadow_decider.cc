#include "server/rpc/shadow_decider.h"

#include "engine/base/check.h"
#include "engine/store/record_codec.h"
#include "server/rpc/state_query.h"

namespace stratagem::server {

void ShadowDecider::Begin(const decide::Shadow& shadow,
                          const decide::Call& call, absl::string_view subject,
                          uint64_t erasures, const OpenStores& stores) {
  shadow_ = &shadow;
  subject_ = subject;
  erasures_ = erasures;
  call_ = call;
  call_.role = trace::Role::kShadow;
  // The answer that a repeated call gets is the live one.
  call_.request_id_given = false;
  call_.state = nullptr;
  state_.Clear();
  if (!ReadsState(*shadow.plan, *stores.sequencer)) return;
  stores.sequencer->Read(AskState(*shadow.plan, call.now(), subject, queries_),
                         state_);
  call_.state = &state_;
}

void ShadowDecider::Run(const trace::DecisionRecord& live,
                        const OpenStores& stores, PlanCounts& counts) {
  decide::ShadowComparison& comparison = *shadow_->comparison;
  if (!decide::Decide(*shadow_->plan, call_, workspace_).empty()) {
    return comparison.AddRefused();
  }
  const trace::DecisionRecord& record = workspace_.record();
  comparison.Add(live, record);
  // It changes no state, and is appended as it is.
  store::StateQuery query;
  query.erasures = erasures_;
  const absl::Status logged = stores.sequencer->Commit(
      query, state_,
      {&record, store::Encode(record, stores.log->identity(), subject_)},
      []() -> store::ReadyRecord {
        STRATAGEM_CHECK(false);
        return {};
      },
      [](const absl::StatusOr<store::Position>&) {});
  if (!logged.ok()) return comparison.AddDropped();
  counts.CountDecision(record);
}

}  // namespace stratagem::server
