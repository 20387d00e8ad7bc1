// The propensity of the bank's term deposit against the data that it was
// fitted to: of 4,521 real customers as many took the deposit as it expects,
// overall and in every part that a campaign would call or leave alone.

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/decide.h"
#include "engine/expr/compile.h"
#include "engine/expr/program.h"
#include "engine/plan/plan.h"
#include "engine/plan/plan_code.h"
#include "engine/value/csv.h"
#include "engine/value/facts.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/shared_data.h"

namespace stratagem {
namespace {

using Row = std::map<std::string, std::string>;

// Keys by the header of the file.
std::vector<Row> ReadCustomers(const std::string& path) {
  std::ifstream input(path);
  CsvOptions options;
  options.delimiter = ';';
  CsvReader reader(input, options);
  std::vector<std::string> header;
  std::vector<Row> rows;
  while (reader.Next() == CsvRead::kRow) {
    if (header.empty()) {
      for (const CsvCell& cell : reader.row()) header.emplace_back(cell.text);
      continue;
    }
    Row& row = rows.emplace_back();
    for (size_t i = 0; i < header.size(); ++i) {
      row[header[i]] = std::string(reader.row()[i].text);
    }
  }
  return rows;
}

// The attributes of the pack among the columns.
std::vector<NamedValue> AttributesOf(const Row& row, const Schema& schema) {
  std::vector<NamedValue> attributes;
  for (const Field& field : schema.fields()) {
    const auto cell =
        row.find(field.name == "in_default" ? "default" : field.name);
    if (cell == row.end()) continue;
    int64_t number = 0;
    attributes.push_back({field.name, absl::SimpleAtoi(cell->second, &number)
                                          ? Value::Int(number)
                                          : Value::String(cell->second)});
  }
  return attributes;
}

struct Count {
  int customers = 0;
  int taken = 0;
  double expected = 0;

  double taken_share() const { return 1.0 * taken / customers; }
  double expected_share() const { return expected / customers; }
};

TEST(BankDataTest, TheDepositIsTakenAsOftenAsThePropensityExpects) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "bank_marketing");
  Diagnostics diagnostics;
  const std::unique_ptr<const plan::Plan> plan =
      plan::LoadPlan(SourcePath("rules/bank"), diagnostics);
  ASSERT_NE(plan, nullptr) << diagnostics.ToString();
  const std::optional<expr::Program> propensity = expr::Compile(
      SourceText("variables.deposit_odds / (1.0 + variables.deposit_odds)",
                 SourceLocation{"test", 1, 1}),
      plan->code().scope, {}, diagnostics);
  ASSERT_TRUE(propensity.has_value()) << diagnostics.ToString();

  std::map<std::string, Count> counts;
  decide::Workspace workspace;
  for (const Row& row : ReadCustomers(folder + "/bank.csv")) {
    const std::vector<NamedValue> attributes =
        AttributesOf(row, plan->summary().attributes);
    decide::Call call;
    call.customer_id = "c";
    call.decided_at = absl::FromUnixSeconds(1'795'000'000);
    call.attributes = attributes;
    const auto violations = decide::Decide(*plan, call, workspace);
    ASSERT_TRUE(violations.empty()) << violations[0].description;
    expr::Frame frame = workspace.frame();
    const Value chance = propensity->Evaluate(frame);
    ASSERT_TRUE(chance.is(ValueKind::kDouble));
    for (const std::string& part :
         {std::string("all"), "answer " + row.at("poutcome"),
          "housing " + row.at("housing"), "loan " + row.at("loan"),
          "contact " + row.at("contact"), "education " + row.at("education")}) {
      Count& count = counts[part];
      ++count.customers;
      count.taken += row.at("y") == "yes" ? 1 : 0;
      count.expected += chance.double_value();
    }
  }
  EXPECT_EQ(counts["all"].customers, 4521);
  EXPECT_NEAR(counts["all"].expected_share(), 0.115, 0.005);
  EXPECT_NEAR(counts["answer success"].expected_share(), 0.64, 0.02);
  EXPECT_GE(counts.size(), 15u);
  for (const auto& [part, count] : counts) {
    EXPECT_NEAR(count.expected_share(), count.taken_share(), 0.035)
        << part << ", " << count.customers << " customers";
  }
}

}  // namespace
}  // namespace stratagem
