// Ten expressions in the words of the packs in rules/: what one evaluation
// takes, how often it asks the heap, and how that compares with the same
// decision written in C++.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "engine/base/limits.h"
#include "engine/expr/compile.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::bench {
namespace {

constexpr size_t kRows = 1'000;

// What the expressions read, as C++ would hold it.
struct Row {
  int64_t orders_total = 0;
  int64_t tenure_days = 0;
  std::optional<int64_t> recency_days;
  std::optional<double> trend;
  double annual_margin = 0;
  double win_back_discount = 12;
  std::string stage;
  std::string contract;
  int64_t tenure_months = 0;
  std::string internet_service;
  std::string online_security;
  std::string tech_support;
  std::string streaming_tv;
  std::string payment_method;
  absl::Time now;
};

std::vector<Row> MakeRows() {
  const auto pick = [](size_t i, size_t step,
                       std::initializer_list<const char*> words) {
    return std::string(words.begin()[(i * 7 + i / step) % words.size()]);
  };
  std::vector<Row> rows(kRows);
  for (size_t i = 0; i < kRows; ++i) {
    Row& row = rows[i];
    const auto n = static_cast<int64_t>(i);
    row.orders_total = n % 9;
    row.tenure_days = n * 37 % 900;
    if (i % 8 != 0) row.recency_days = n * 13 % 300;
    if (i % 5 != 0) row.trend = static_cast<double>(n * 11 % 200) / 100;
    row.annual_margin = static_cast<double>(n * 17 % 120);
    row.stage = pick(i, 3, {"new", "growing", "mature", "churned"});
    row.contract = pick(i, 4, {"Month-to-month", "One year", "Two year"});
    row.tenure_months = n % 72;
    row.internet_service = pick(i, 5, {"Fiber optic", "DSL", "No"});
    row.online_security = pick(i, 6, {"Yes", "No", "No internet service"});
    row.tech_support = pick(i, 7, {"No", "Yes", "No internet service"});
    row.streaming_tv = pick(i, 8, {"No internet service", "No", "Yes"});
    row.payment_method =
        pick(i, 9,
             {"Electronic check", "Mailed check", "Bank transfer (automatic)",
              "Credit card (automatic)"});
    row.now = absl::FromUnixSeconds(1'795'000'000 + n * 1'234'567);
  }
  return rows;
}

// The names, in the order of their slots.
expr::Scope MakeScope() {
  using expr::Type;
  using expr::TypeKind;
  const Type i(TypeKind::kInt);
  const Type d(TypeKind::kDouble);
  const Type s(TypeKind::kString);
  expr::Scope scope;
  int slot = 0;
  for (const auto& [name, type] : std::vector<std::pair<std::string, Type>>{
           {"orders_total", i},
           {"tenure_days", i},
           {"recency_days", Type::Optional(i)},
           {"trend", Type::Optional(d)},
           {"variables.annual_margin", d},
           {"parameters.win_back_discount", d},
           {"stage", s},
           {"contract", s},
           {"tenure_months", i},
           {"internet_service", s},
           {"online_security", s},
           {"tech_support", s},
           {"streaming_tv", s},
           {"payment_method", s},
           {"now", Type(TypeKind::kTimestamp)}}) {
    expr::Declaration declaration;
    declaration.name = name;
    declaration.type = type;
    declaration.slot = slot++;
    scope.Declare(std::move(declaration));
  }
  return scope;
}

std::vector<Value> SlotsOf(const Row& row) {
  return {Value::Int(row.orders_total),
          Value::Int(row.tenure_days),
          row.recency_days ? Value::Int(*row.recency_days) : Value(),
          row.trend ? Value::Double(*row.trend) : Value(),
          Value::Double(row.annual_margin),
          Value::Double(row.win_back_discount),
          Value::String(row.stage),
          Value::String(row.contract),
          Value::Int(row.tenure_months),
          Value::String(row.internet_service),
          Value::String(row.online_security),
          Value::String(row.tech_support),
          Value::String(row.streaming_tv),
          Value::String(row.payment_method),
          Value::Timestamp(row.now)};
}

// The same decision twice.
struct Case {
  const char* name;
  const char* text;
  Value (*yardstick)(const Row& row);
};

const Case kCases[] = {
    {"two_optional_comparisons",
     "recency_days.orValue(0) > 120 || trend.orValue(1.0) < 0.6",
     [](const Row& r) {
       return Value::Bool(r.recency_days.value_or(0) > 120 ||
                          r.trend.value_or(1.0) < 0.6);
     }},
    {"comparison_chain",
     "trend.orValue(1.0) > 1.1 || (tenure_days <= 270 && orders_total >= 4)",
     [](const Row& r) {
       return Value::Bool(r.trend.value_or(1.0) > 1.1 ||
                          (r.tenure_days <= 270 && r.orders_total >= 4));
     }},
    {"arithmetic",
     "variables.annual_margin * (1.0 - parameters.win_back_discount / 100.0)",
     [](const Row& r) {
       return Value::Double(r.annual_margin *
                            (1.0 - r.win_back_discount / 100.0));
     }},
    {"list_membership", "stage in ['growing', 'mature']",
     [](const Row& r) {
       return Value::Bool(r.stage == "growing" || r.stage == "mature");
     }},
    {"nested_conditions",
     "contract == 'Two year' ? 2 : (contract == 'One year' ? 1 : 0)",
     [](const Row& r) {
       return Value::Int(r.contract == "Two year"   ? 2
                         : r.contract == "One year" ? 1
                                                    : 0);
     }},
    {"sum_of_conditions",
     "(contract == 'Month-to-month' ? 1 : 0) + (tenure_months < 12 ? 1 : 0)"
     " + (internet_service == 'Fiber optic' && tech_support == 'No' ? 1 : 0)"
     " + (payment_method == 'Electronic check' ? 1 : 0)",
     [](const Row& r) {
       return Value::Int(
           (r.contract == "Month-to-month" ? 1 : 0) +
           (r.tenure_months < 12 ? 1 : 0) +
           (r.internet_service == "Fiber optic" && r.tech_support == "No" ? 1
                                                                          : 0) +
           (r.payment_method == "Electronic check" ? 1 : 0));
     }},
    {"string_test", "payment_method.endsWith('(automatic)')",
     [](const Row& r) {
       return Value::Bool(absl::EndsWith(r.payment_method, "(automatic)"));
     }},
    {"regular_expression",
     "payment_method.matches('^(Bank|Credit).*automatic')",
     [](const Row& r) {
       return Value::Bool((absl::StartsWith(r.payment_method, "Bank") ||
                           absl::StartsWith(r.payment_method, "Credit")) &&
                          absl::StrContains(r.payment_method, "automatic"));
     }},
    {"comprehension",
     "[online_security, tech_support, streaming_tv]"
     ".filter(service, service == 'Yes').size() >= 2",
     [](const Row& r) {
       return Value::Bool((r.online_security == "Yes" ? 1 : 0) +
                              (r.tech_support == "Yes" ? 1 : 0) +
                              (r.streaming_tv == "Yes" ? 1 : 0) >=
                          2);
     }},
    {"clock_in_a_time_zone",
     "now.getHours('Europe/London') >= 9 && now.getHours('Europe/London') < 21",
     [](const Row& r) {
       static const absl::TimeZone kLondon = [] {
         absl::TimeZone zone;
         if (!absl::LoadTimeZone("Europe/London", &zone)) std::abort();
         return zone;
       }();
       const int hour = absl::ToCivilSecond(r.now, kLondon).hour();
       return Value::Bool(hour >= 9 && hour < 21);
     }},
};

// The rows, once as slots and once as C++ has them.
struct World {
  std::vector<Row> rows = MakeRows();
  std::vector<std::vector<Value>> slots;
  expr::Scope scope = MakeScope();

  World() {
    for (const Row& row : rows) slots.push_back(SlotsOf(row));
  }
};

World& TheWorld() {
  static World world;
  return world;
}

expr::Program MustCompile(const char* text) {
  Diagnostics diagnostics;
  std::optional<expr::Program> program = expr::Compile(
      SourceText(text, {"bench", 1, 1}), TheWorld().scope, {}, diagnostics);
  if (!program) {
    std::fputs(diagnostics.ToString().c_str(), stderr);
    std::exit(1);
  }
  return *std::move(program);
}

void Evaluate(benchmark::State& state, const Case& test) {
  World& world = TheWorld();
  const expr::Program program = MustCompile(test.text);
  Arena arena(kDecisionArenaBytesMax);
  expr::Frame frame;
  frame.arena = &arena;
  const auto evaluate = [&](size_t row) {
    arena.Reset();
    frame.slots = world.slots[row];
    frame.steps_left = kEvaluationStepsMax;
    return program.Evaluate(frame);
  };
  // Warms the frame, and the two must decide alike.
  for (size_t i = 0; i < kRows; ++i) {
    const std::string got = ToString(evaluate(i));
    if (got != ToString(test.yardstick(world.rows[i]))) {
      return state.SkipWithError(
          absl::StrCat("row ", i, " gives ", got).c_str());
    }
  }
  const AllocationCounter counter;
  size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(next++ % kRows));
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(counter.count()), benchmark::Counter::kAvgIterations);
}

void Yardstick(benchmark::State& state, const Case& test) {
  const World& world = TheWorld();
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(test.yardstick(world.rows[next++ % kRows]));
  }
}

// Prints, after the usual lines, one for each expression with both times.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.error_occurred || run.run_type == Run::RT_Aggregate) continue;
      // The best of the repetitions is the least disturbed one.
      double& best = best_[run.benchmark_name()];
      const double time = run.GetAdjustedCPUTime();
      best = best == 0 ? time : std::min(best, time);
    }
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    for (const Case& test : kCases) {
      const auto engine = best_.find(absl::StrCat("Evaluate/", test.name));
      const auto yardstick = best_.find(absl::StrCat("Yardstick/", test.name));
      if (engine == best_.end() || yardstick == best_.end()) continue;
      std::printf("%-26s %7.1f ns, in C++ %6.1f ns: %5.1f times\n", test.name,
                  engine->second, yardstick->second,
                  engine->second / yardstick->second);
    }
  }

 private:
  std::map<std::string, double> best_;
};

}  // namespace
}  // namespace stratagem::bench

int main(int argc, char** argv) {
  using namespace stratagem::bench;
  for (const Case& test : kCases) {
    benchmark::RegisterBenchmark(
        absl::StrCat("Evaluate/", test.name).c_str(),
        [&test](benchmark::State& state) { Evaluate(state, test); });
  }
  for (const Case& test : kCases) {
    benchmark::RegisterBenchmark(
        absl::StrCat("Yardstick/", test.name).c_str(),
        [&test](benchmark::State& state) { Yardstick(state, test); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
