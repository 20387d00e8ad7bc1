// One decision in process with rules/retail: time, and how often it asks the
// heap. No server, no store: what the engine itself costs.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/retail_customer.h"
#include "benchmark/benchmark.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::bench {
namespace {

constexpr char kPack[] = STRATAGEM_SOURCE_DIR "/rules/retail";

std::shared_ptr<const plan::Plan> RetailPlan() {
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Plan> plan = plan::LoadPlan(kPack, diagnostics);
  if (plan == nullptr) {
    std::fputs(diagnostics.ToString().c_str(), stderr);
    std::exit(1);
  }
  return plan;
}

// A thousand customers in turn, so that no branch learns one by heart.
void Decide(benchmark::State& state,
            const std::vector<absl::string_view>& placements) {
  const std::shared_ptr<const plan::Plan> plan = RetailPlan();
  const std::vector<RetailCustomer> customers = RetailCustomers(1000);
  const NamedValue request[] = {{"channel", Value::String("call")}};
  decide::Workspace workspace;
  decide::Call call;
  call.decided_at = absl::FromUnixSeconds(1'795'000'000);
  call.request = request;
  call.placements = placements;
  auto decide_next = [&, next = size_t{0}]() mutable {
    const RetailCustomer& customer = customers[next++ % customers.size()];
    call.customer_id = customer.id;
    call.attributes = customer.attributes;
    return decide::Decide(*plan, call, workspace);
  };
  for (size_t i = 0; i < customers.size(); ++i) {
    const auto violations = decide_next();  // Warms the workspace.
    if (!violations.empty()) {
      state.SkipWithError(
          (violations[0].field + ": " + violations[0].description).c_str());
      return;
    }
  }
  const AllocationCounter counter;
  for (auto _ : state) benchmark::DoNotOptimize(decide_next());
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(counter.count()), benchmark::Counter::kAvgIterations);
}

BENCHMARK_CAPTURE(Decide, treatments_only, {});
BENCHMARK_CAPTURE(Decide, app_feed, {"app_feed"});
BENCHMARK_CAPTURE(Decide, every_placement,
                  {"agent_desktop", "app_home", "app_feed"});

// What a reload costs: read, check and compile the pack.
void LoadAndCompile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(RetailPlan());
}
BENCHMARK(LoadAndCompile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stratagem::bench

BENCHMARK_MAIN();
