#include "server/rpc/state_query.h"

#include "engine/decide/caps.h"
#include "engine/plan/plan_code.h"

namespace stratagem::server {
namespace {

// False: what is remembered of a customer is nothing to the plan.
bool ReadsCustomer(const plan::PlanCode& code) {
  return code.hold.has_value() || code.caps.events_kept.has_value();
}

}  // namespace

store::StateQuery AskState(const plan::Plan& plan, absl::Time now,
                           absl::string_view subject,
                           std::vector<state::CounterQuery>& queries) {
  decide::AskCounters(plan, now, queries);
  store::StateQuery query;
  query.customer.pack = plan.summary().name;
  if (ReadsCustomer(plan.code())) query.customer.subject = subject;
  query.counters = queries;
  return query;
}

bool ReadsState(const plan::Plan& plan, const store::Sequencer& sequencer) {
  return ReadsCustomer(plan.code()) || !plan.code().caps.counters.empty() ||
         sequencer.has_pauses();
}

}  // namespace stratagem::server
