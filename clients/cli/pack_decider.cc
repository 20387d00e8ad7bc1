// Decides in this process, with the engine that a server would use.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/as_of.h"
#include "clients/cli/decider.h"
#include "engine/base/check.h"
#include "engine/base/sha256.h"
#include "engine/decide/decide.h"
#include "engine/state/state.h"

namespace stratagem::cli {
namespace {

DeciderSchema SchemaOf(const plan::PlanSummary& summary,
                       std::optional<absl::Time> as_of) {
  return {summary.name,
          summary.version,
          as_of,
          ZoneOf(summary.timezone),
          summary.effective,
          summary.attributes,
          summary.request,
          summary.placements,
          summary.tiers,
          summary.stages};
}

Refusal RefusalOf(std::span<const Violation> violations) {
  Refusal refusal;
  std::string message;
  for (const Violation& violation : violations) {
    absl::StrAppend(&message, message.empty() ? "" : "; ", violation.field,
                    ": ", violation.description);
    refusal.fields.push_back({violation.field, violation.description});
  }
  refusal.status = absl::InvalidArgumentError(message);
  return refusal;
}

class PackDecider final : public Decider {
 public:
  PackDecider(const plan::Plan& plan, std::optional<absl::Time> as_of,
              std::optional<state::TierHold> hold)
      : plan_(plan), schema_(SchemaOf(plan.summary(), as_of)) {
    state_.hold = hold;
  }

  const DeciderSchema& schema() const override { return schema_; }

  absl::StatusOr<std::vector<Answer>> DecideAll(
      const QuestionFrame& frame,
      std::span<const Question> questions) override {
    const std::vector<absl::string_view> placements(frame.placements.begin(),
                                                    frame.placements.end());
    decide::Call call;
    call.request_id = frame.request_id;
    call.unit = frame.unit;
    call.locale = frame.locale;
    call.role =
        schema_.as_of.has_value() ? trace::Role::kAsOf : trace::Role::kDryRun;
    // Nothing is recorded here, so a simulation is the same whenever it is
    // run, to the byte.
    call.decided_at = schema_.as_of.value_or(absl::Now());
    call.as_of = schema_.as_of;
    call.seed = frame.seed;
    call.ignore_levers = frame.ignore_levers;
    call.request = frame.request;
    call.placements = placements;
    std::vector<Answer> answers;
    for (const Question& question : questions) {
      call.customer_id = question.customer_id;
      if (frame.seed_by_customer) {
        call.seed = SeedOf(frame.seed, question.customer_id);
      }
      call.attributes = question.attributes;
      call.state = &state_;
      const std::span<const Violation> violations =
          decide::Decide(plan_, call, workspace_);
      if (violations.empty()) {
        answers.push_back({ViewOf(plan_, workspace_, frame.explain), {}});
      } else {
        answers.push_back({std::nullopt, RefusalOf(violations)});
      }
    }
    return answers;
  }

 private:
  const plan::Plan& plan_;
  const DeciderSchema schema_;
  state::StateCopy state_;
  decide::Workspace workspace_;
};

}  // namespace

uint64_t SeedOf(uint64_t seed, absl::string_view customer_id) {
  Sha256 hash;
  hash.Update(absl::StrCat(seed, "/", customer_id));
  constexpr size_t kDigits = 16;
  const std::string digits = hash.FinishHex().substr(0, kDigits);
  uint64_t mixed = 0;
  STRATAGEM_CHECK(absl::SimpleHexAtoi(digits, &mixed));
  return mixed;
}

std::unique_ptr<Decider> NewPackDecider(const plan::Plan& plan,
                                        std::optional<absl::Time> as_of,
                                        std::optional<state::TierHold> hold) {
  return std::make_unique<PackDecider>(plan, as_of, hold);
}

}  // namespace stratagem::cli
