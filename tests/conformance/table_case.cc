// What DMN's test cases expect of a result, and what counts as the same.

#include "tests/conformance/table_case.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/table_json.h"
#include "tests/conformance/table_run.h"

namespace stratagem {
namespace {

bool IsSameNumber(double a, double b) {
  // DMN's numbers are decimals; ours are the nearest doubles.
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

bool IsSame(const Json& a, const Json& b, bool any_order);

bool HaveSameItems(const Json& a, const Json& b) {
  std::vector<Json> left(b.begin(), b.end());
  for (const Json& item : a) {
    const auto found =
        std::find_if(left.begin(), left.end(), [&item](const Json& other) {
          return IsSame(item, other, /*any_order=*/false);
        });
    if (found == left.end()) return false;
    left.erase(found);
  }
  return left.empty();
}

bool IsSame(const Json& a, const Json& b, bool any_order) {
  if (a.is_number() && b.is_number()) {
    return IsSameNumber(a.get<double>(), b.get<double>());
  }
  if (a.is_array() && b.is_array()) {
    if (any_order) return HaveSameItems(a, b);
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Json& x, const Json& y) {
                        return IsSame(x, y, /*any_order=*/false);
                      });
  }
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (const auto& [name, value] : a.items()) {
      if (!b.contains(name) || !IsSame(value, b[name], /*any_order=*/false)) {
        return false;
      }
    }
    return true;
  }
  return a == b;
}

// Why `result` is not what `expected` says; "" when it is.
std::string Compare(const Json& expected, const TableResult& result) {
  const Json& value = Member(expected, "value");
  const Json& error = Member(expected, "error");
  const bool wants_error = error.is_boolean() && error.get<bool>();
  if (!result.fault.empty()) return result.fault;
  if (wants_error) {
    return result.is_error ? ""
                           : absl::StrCat("found ", result.value.dump(),
                                          ", expected an error");
  }
  // DMN's result of a failure is null.
  if (result.is_error && value.is_null()) return "";
  // No row of a list is null or the empty list.
  const bool wants_nothing =
      value.is_null() || (value.is_array() && value.empty());
  if (result.no_row && result.value.is_null() && wants_nothing) return "";
  if (!result.is_error && IsSame(value, result.value, result.any_order))
    return "";
  return absl::StrCat("found ",
                      result.is_error ? "an error" : result.value.dump(),
                      ", expected ", value.dump());
}

const Json* FindTable(const Json& tables, const Json& decision) {
  if (!tables.is_array()) return nullptr;
  if (tables.size() == 1) return &tables[0];
  for (const Json& table : tables) {
    if (Member(table, "decision") == decision) return &table;
  }
  return nullptr;
}

// Why the test fails; nothing when rows do not take that form.
std::optional<std::string> RunTest(const Json& json, const Json& test,
                                   TableRows rows) {
  const Json& expectations = Member(test, "expected");
  if (expectations.empty()) return "the test expects nothing";
  for (const Json& expected : expectations) {
    const Json* const table =
        FindTable(Member(json, "tables"), Member(expected, "decision"));
    if (table == nullptr) return "no table decides this";
    const std::optional<TableResult> result = RunTable(
        *table, Member(json, "input_data"), Member(test, "inputs"), rows);
    if (!result.has_value()) return std::nullopt;
    const std::string failure = Compare(expected, *result);
    if (!failure.empty()) return failure;
  }
  return "";
}

}  // namespace

absl::StatusOr<std::vector<TableTest>> RunTableCases(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_array()) {
    return absl::InvalidArgumentError("found no JSON list of cases");
  }
  std::vector<TableTest> tests;
  for (const Json& one : json) {
    const Json& its_tests = Member(one, "tests");
    if (!its_tests.is_array()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "case `", TextOf(Member(one, "case")), "` has no list of tests"));
    }
    for (const Json& test : its_tests) {
      const std::string name = absl::StrCat(TextOf(Member(one, "case")), "/",
                                            TextOf(Member(test, "id")));
      for (const TableRows rows : {TableRows::kConditions, TableRows::kCells}) {
        std::optional<std::string> failure = RunTest(one, test, rows);
        if (failure.has_value()) {
          tests.push_back({name, rows, *std::move(failure)});
        }
      }
    }
  }
  return tests;
}

}  // namespace stratagem
