#include "server/rpc/simulator.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/decide/decide.h"
#include "engine/decide/shadow_comparison.h"
#include "engine/store/identity.h"
#include "server/rpc/decide_session.h"
#include "server/rpc/error_map.h"
#include "server/rpc/read_request.h"
#include "server/rpc/state_query.h"
#include "server/rpc/write_answer.h"

namespace stratagem::server {
namespace {

// Nothing depends on it: simulations do not explore.
constexpr uint64_t kSeed = 1;
constexpr size_t kPageProfiles = 1'000;
constexpr int kExamplesMax = 20;

// One plan, deciding one customer after the other.
class Trial {
 public:
  Trial(const plan::Plan& plan, const v1::Population& population)
      : plan_(plan) {
    const std::vector<std::string>& known = plan.summary().placements;
    for (const std::string& name : population.placements()) {
      // What only the other version has, this one shows nothing at.
      if (std::find(known.begin(), known.end(), name) == known.end()) continue;
      placements_.push_back(name);
    }
  }

  // False: the profile lacks something that the plan requires.
  bool Decide(const store::Profile& profile, const OpenStores& stores,
              absl::Time now) {
    const std::string subject = store::SubjectOf(
        stores.log->identity().subject_key, profile.customer_id());
    decide::Call call;
    call.customer_id = profile.customer_id();
    call.role = trace::Role::kDryRun;
    call.decided_at = now;
    call.seed = kSeed;
    call.explore = false;
    call.profile = profile.attributes();
    call.placements = placements_;
    state_.Clear();
    stores.sequencer->Read(AskState(plan_, now, subject, queries_), state_);
    call.state = &state_;
    return decide::Decide(plan_, call, workspace_).empty();
  }

  const trace::DecisionRecord& record() const { return workspace_.record(); }

 private:
  const plan::Plan& plan_;
  std::vector<absl::string_view> placements_;  // Of the population.
  std::vector<state::CounterQuery> queries_;
  state::StateCopy state_;
  decide::Workspace workspace_;
};

struct Pair {
  uint64_t now = 0;
  uint64_t simulated = 0;
};

// By dimension and value.
using Counts = std::map<std::pair<std::string, std::string>, Pair>;

void Count(const trace::DecisionRecord& record, uint64_t Pair::*side,
           Counts& counts) {
  const auto add = [&](std::string dimension, absl::string_view value) {
    ++(counts[{std::move(dimension), std::string(value)}].*side);
  };
  if (record.scored) add("tier", record.tier);
  if (!record.stage.empty()) add("stage", record.stage);
  for (const trace::TreatmentResult& treatment : record.treatments) {
    add(absl::StrCat("treatment.", treatment.name),
        treatment.cell.empty() ? "default" : treatment.cell);
  }
  for (const trace::SlotResult& slot : record.slots) {
    add("offer", slot.offer);
  }
}

void WriteCounts(const Counts& counts, v1::SimulatedPopulation& wire) {
  for (const auto& [key, pair] : counts) {
    v1::SimulatedCount& count = *wire.add_counts();
    count.set_dimension(key.first);
    count.set_value(key.second);
    count.set_now(pair.now);
    count.set_simulated(pair.simulated);
  }
}

std::vector<FieldError> CheckPlacements(const plan::Plan& plan,
                                        const v1::Population& population) {
  const std::vector<std::string>& known = plan.summary().placements;
  std::vector<FieldError> errors;
  for (int i = 0; i < population.placements_size(); ++i) {
    const std::string& name = population.placements(i);
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    errors.push_back({absl::StrCat("population.placements[", i, "]"),
                      v1::ERROR_REASON_UNKNOWN_NAME,
                      absl::StrCat("the pack has no placement `", name, "`; ",
                                   SuggestionHint(name, known))});
  }
  return errors;
}

// Both plans over the same customers.
class Comparison {
 public:
  Comparison(const plan::Plan& plan, const plan::Plan& now,
             const v1::Population& population)
      : simulated_(plan, population), now_(now, population) {}

  void Add(const store::Profile& profile, const OpenStores& stores,
           absl::Time at) {
    const bool decided = simulated_.Decide(profile, stores, at);
    if (!now_.Decide(profile, stores, at) || !decided) {
      wire_.set_refused(wire_.refused() + 1);
      return;
    }
    wire_.set_customers(wire_.customers() + 1);
    Count(now_.record(), &Pair::now, counts_);
    Count(simulated_.record(), &Pair::simulated, counts_);
    if (!decide::DeviationOf(now_.record(), simulated_.record()).any()) return;
    wire_.set_different(wire_.different() + 1);
    if (wire_.examples_size() < kExamplesMax) {
      wire_.add_examples(std::string(profile.customer_id()));
    }
  }

  v1::SimulatedPopulation Finish(bool truncated) {
    wire_.set_truncated(truncated);
    WriteCounts(counts_, wire_);
    return std::move(wire_);
  }

 private:
  Trial simulated_;
  Trial now_;
  Counts counts_;
  v1::SimulatedPopulation wire_;
};

}  // namespace

std::variant<v1::Decision, google::rpc::Status> SimulateCall(
    const plan::Plan& plan, const v1::DecideRequest& request,
    const OpenStores& stores, absl::Time clock) {
  const auto session = std::make_unique<DecideSession>();
  decide::Call call;
  const std::vector<FieldError> errors =
      ReadRequest(request, clock, *session, call);
  if (!errors.empty()) return InvalidRequest(errors);
  if (call.role == trace::Role::kLive) call.role = trace::Role::kDryRun;
  call.seed = kSeed;
  call.explore = false;
  const auto profile = stores.profiles->Get(call.customer_id);
  if (!profile.ok()) return StoreError(profile.status());
  if (*profile != nullptr) call.profile = (*profile)->attributes();
  const std::string subject =
      store::SubjectOf(stores.log->identity().subject_key, call.customer_id);
  stores.sequencer->Read(AskState(plan, call.now(), subject, session->queries),
                         session->state);
  call.state = &session->state;
  const std::span<const Violation> violations =
      decide::Decide(plan, call, session->workspace);
  if (!violations.empty()) return InvalidRequest(ToFieldErrors(violations));
  v1::Decision decision;
  WriteAnswer(plan, session->workspace, request.explain(), decision);
  return decision;
}

std::variant<v1::SimulatedPopulation, google::rpc::Status> SimulatePopulation(
    const plan::Plan& plan, const plan::Plan& now,
    const v1::Population& population, const OpenStores& stores,
    absl::Time clock) {
  const std::vector<FieldError> errors = CheckPlacements(plan, population);
  if (!errors.empty()) return InvalidRequest(errors);
  const size_t customers_max = static_cast<size_t>(
      population.customers_max() == 0 ? kSimulatedCustomersDefault
                                      : population.customers_max());
  Comparison comparison(plan, now, population);
  std::string after_id;
  size_t customers = 0;
  do {
    const store::ProfileSearch search = {
        .id_prefix = population.customer_id_prefix(),
        .after_id = after_id,
        .limit = kPageProfiles};
    absl::StatusOr<store::ProfilePage> page = stores.profiles->Search(search);
    if (!page.ok()) return StoreError(page.status());
    for (const auto& profile : page->profiles) {
      if (customers == customers_max) return comparison.Finish(true);
      comparison.Add(*profile, stores, clock);
      ++customers;
    }
    after_id = std::move(page->next_after_id);
  } while (!after_id.empty());
  return comparison.Finish(false);
}

}  // namespace stratagem::server
