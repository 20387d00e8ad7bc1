// Large packs: what reading and compiling them takes in time and memory, and
// what a decision with them costs. Yardsticks of the same run are the bare
// parsers over the same bytes, and a scan in C++ over the same rows.

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/decide.h"
#include "engine/pack/yaml_reader.h"
#include "engine/plan/plan.h"
#include "engine/plan/plan_code.h"
#include "engine/state/state.h"
#include "engine/value/csv.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/temp_dir.h"

namespace stratagem::bench {
namespace {

constexpr int kCities = 100;
constexpr int kBandWidth = 100;

// A rate for every city and band of spend: no two rows match one customer.
struct RateRow {
  std::string city;
  double low = 0;
  double high = 0;
  int64_t tenure_min = 0;
  double rate = 0;
};

std::vector<RateRow> RateRows(int count) {
  std::vector<RateRow> rows;
  for (int i = 0; i < count; ++i) {
    const int band = i / kCities;
    rows.push_back({absl::StrCat("city-", i % kCities),
                    static_cast<double>(band * kBandWidth),
                    static_cast<double>((band + 1) * kBandWidth), band % 5,
                    static_cast<double>(i % 50)});
  }
  return rows;
}

std::string RatesCsv(const std::vector<RateRow>& rows) {
  std::string csv = "city,spend,tenure,plan,rate\n";
  for (const RateRow& row : rows) {
    absl::StrAppend(&csv, row.city, ",[", row.low, "..", row.high,
                    "),>= ", row.tenure_min, ",free | pro,", row.rate, "\n");
  }
  return csv;
}

// "first", "unique" or "collect", which adds up.
void WriteTablePack(const TempDir& folder, const std::string& hit, int rows) {
  folder.Write("rates.csv", RatesCsv(RateRows(rows)));
  folder.Write(
      "pack.yaml",
      absl::StrCat(
          "language: 1\nname: rates\nversion: v1\nattributes:\n"
          "  city: {type: string}\n  spend: {type: double}\n"
          "  tenure: {type: int}\n"
          "  plan: {type: string, values: [free, basic, pro]}\n"
          "treatments:\n  pricing:\n    fields: {rate: {type: double}}\n"
          "    default: {rate: 0}\n    table:\n      hit: ",
          hit, hit == "collect" ? "\n      aggregate: sum" : "",
          "\n      inputs: [city, spend, tenure, plan]\n"
          "      rows_from: rates.csv\n"));
}

// Whether each offer has a limit for each customer and one for all, beside
// lines of the contact policy and a budget.
enum class Caps { kNone, kEach };

std::string OffersYaml(int count, Caps caps) {
  std::string yaml = "offers:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&yaml, "  - id: offer_", i,
                    "\n    eligibility: \"tenure > ", i % 20,
                    "\"\n    applicability: \"plan != 'free' || spend > ",
                    i % 300, ".0\"\n    propensity: 0.", 1 + i % 9,
                    "\n    value: \"0.1 * spend\"\n    cost: ", i % 7, "\n");
    if (caps == Caps::kNone) continue;
    yaml +=
        "    limits: [{count: 2, per: customer, within: 30d}, "
        "{count: 1000, per: all, period: day}]\n";
  }
  return yaml;
}

constexpr char kCapsYaml[] =
    "contact_policy:\n"
    "  - {name: fatigue, count: 200, within: 7d}\n"
    "  - {name: took_no, count: 1, outcome: declined, counting: same_offer, "
    "within: 30d}\n"
    "budgets: [{name: pot, amount: 100000, charge: presented, period: day}]\n";

void WriteOfferPack(const TempDir& folder, int offers, Caps caps) {
  folder.Write("offers.yaml", OffersYaml(offers, caps));
  folder.Write(
      "pack.yaml",
      absl::StrCat("language: 1\nname: offers\nversion: v1\n"
                   "include: [offers.yaml]\nattributes:\n"
                   "  city: {type: string}\n  spend: {type: double}\n"
                   "  tenure: {type: int}\n"
                   "  plan: {type: string, values: [free, basic, pro]}\n"
                   "placements:\n  home: {max_offers: 3}\n",
                   caps == Caps::kNone ? "" : kCapsYaml));
}

std::shared_ptr<const plan::Plan> Load(const TempDir& folder) {
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Plan> plan =
      plan::LoadPlan(folder.path(), diagnostics);
  if (plan == nullptr) {
    std::fputs(diagnostics.ToString().c_str(), stderr);
    std::exit(1);
  }
  return plan;
}

// Times loading, with the bytes that were asked of the heap, all in all, and
// those that the plan keeps.
void MeasureLoading(benchmark::State& state, const TempDir& folder) {
  const size_t before = mallinfo2().uordblks;
  const std::shared_ptr<const plan::Plan> kept = Load(folder);
  const size_t after = mallinfo2().uordblks;
  state.counters["kept_MB"] =
      benchmark::Counter(static_cast<double>(after - before) / 1e6);
  int64_t bytes = 0;
  for (auto _ : state) {
    const AllocationCounter counter;
    benchmark::DoNotOptimize(Load(folder));
    bytes = counter.bytes();
  }
  state.counters["allocated_MB"] =
      benchmark::Counter(static_cast<double>(bytes) / 1e6);
}

void LoadTable(benchmark::State& state) {
  const TempDir folder;
  WriteTablePack(folder, "unique", static_cast<int>(state.range(0)));
  MeasureLoading(state, folder);
}

void ParseCsvOnly(benchmark::State& state) {
  const std::string csv = RatesCsv(RateRows(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    std::istringstream input(csv);
    CsvReader reader(input);
    size_t cells = 0;
    while (reader.Next() == CsvRead::kRow) cells += reader.row().size();
    benchmark::DoNotOptimize(cells);
  }
}

void LoadOffers(benchmark::State& state) {
  const TempDir folder;
  WriteOfferPack(folder, static_cast<int>(state.range(0)), Caps::kNone);
  MeasureLoading(state, folder);
}

void ParseYamlOnly(benchmark::State& state) {
  const std::string yaml =
      OffersYaml(static_cast<int>(state.range(0)), Caps::kNone);
  for (auto _ : state) {
    Diagnostics diagnostics;
    benchmark::DoNotOptimize(
        pack::YamlFile::Read("offers.yaml", yaml, diagnostics));
  }
}

struct Customer {
  std::string city;
  double spend = 0;
  int64_t tenure = 0;
};

// A thousand customers in turn, so that no branch learns one by heart.
std::vector<Customer> Customers(int rows) {
  std::vector<Customer> customers;
  const int spend_max = rows / kCities * kBandWidth;
  for (int i = 0; i < 1000; ++i) {
    customers.push_back({absl::StrCat("city-", i * 37 % kCities),
                         static_cast<double>(i * 7919 % spend_max), i % 7});
  }
  return customers;
}

void MeasureDeciding(benchmark::State& state, const plan::Plan& plan,
                     const std::vector<Customer>& customers,
                     std::span<const absl::string_view> placements,
                     const state::StateCopy* remembered = nullptr) {
  decide::Workspace workspace;
  decide::Call call;
  call.state = remembered;
  call.customer_id = "c";
  call.decided_at = absl::FromUnixSeconds(1'795'000'000);
  call.placements = placements;
  auto decide_next = [&, next = size_t{0}]() mutable {
    const Customer& customer = customers[next++ % customers.size()];
    const NamedValue attributes[] = {{"city", Value::String(customer.city)},
                                     {"spend", Value::Double(customer.spend)},
                                     {"tenure", Value::Int(customer.tenure)},
                                     {"plan", Value::String("pro")}};
    call.attributes = attributes;
    return decide::Decide(plan, call, workspace).empty();
  };
  for (size_t i = 0; i < customers.size(); ++i) {
    if (!decide_next()) {  // Warms the workspace.
      state.SkipWithError("a call was refused");
      return;
    }
  }
  const AllocationCounter counter;
  for (auto _ : state) benchmark::DoNotOptimize(decide_next());
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(counter.count()), benchmark::Counter::kAvgIterations);
}

void DecideByTable(benchmark::State& state, const std::string& hit) {
  const int rows = static_cast<int>(state.range(0));
  const TempDir folder;
  WriteTablePack(folder, hit, rows);
  MeasureDeciding(state, *Load(folder), Customers(rows), {});
}

// What `unique` has to do, row by row.
void ScanRows(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const std::vector<RateRow> rows = RateRows(count);
  const std::vector<Customer> customers = Customers(count);
  const std::vector<std::string> plans = {"free", "pro"};
  const std::string plan = "pro";
  size_t next = 0;
  for (auto _ : state) {
    const Customer& customer = customers[next++ % customers.size()];
    double rate = 0;
    for (const RateRow& row : rows) {
      if (row.city == customer.city && row.low <= customer.spend &&
          customer.spend < row.high && row.tenure_min <= customer.tenure &&
          (plans[0] == plan || plans[1] == plan)) {
        rate = row.rate;
      }
    }
    benchmark::DoNotOptimize(rate);
  }
}

void DecideAmongOffers(benchmark::State& state) {
  const TempDir folder;
  WriteOfferPack(folder, static_cast<int>(state.range(0)), Caps::kNone);
  constexpr absl::string_view kPlacements[] = {"home"};
  MeasureDeciding(state, *Load(folder), Customers(10 * kCities), kPlacements);
}

// The same with caps on each offer, and a customer with a hundred events.
void DecideAmongCappedOffers(benchmark::State& state) {
  const TempDir folder;
  const int offers = static_cast<int>(state.range(0));
  WriteOfferPack(folder, offers, Caps::kEach);
  const std::shared_ptr<const plan::Plan> plan = Load(folder);
  constexpr int kEvents = 100;
  state::StateCopy remembered;
  remembered.amounts.assign(plan->code().caps.counters.size(), 10);
  for (int i = 0; i < kEvents; ++i) {
    const std::string& offer =
        plan->summary().offers[static_cast<size_t>(i % offers)];
    state::Event& event = remembered.events.emplace_back();
    event.at = absl::FromUnixSeconds(1'795'000'000) - absl::Hours(i);
    event.sequence = static_cast<uint64_t>(i);
    event.offer = {offer, state::KeyOf(offer)};
  }
  constexpr absl::string_view kPlacements[] = {"home"};
  MeasureDeciding(state, *plan, Customers(10 * kCities), kPlacements,
                  &remembered);
}

BENCHMARK(LoadTable)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(ParseCsvOnly)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(LoadOffers)->Arg(200)->Arg(2'000)->Unit(benchmark::kMillisecond);
BENCHMARK(ParseYamlOnly)->Arg(200)->Arg(2'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(DecideByTable, first, "first")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(DecideByTable, unique, "unique")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(DecideByTable, collect_sum, "collect")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(ScanRows)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(DecideAmongOffers)
    ->Arg(200)
    ->Arg(2'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(DecideAmongCappedOffers)
    ->Arg(200)
    ->Arg(2'000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace stratagem::bench

BENCHMARK_MAIN();
