// What must hold for any decision table: sets of rows and the obvious scan over
// them find the same rows, and every hit policy makes the same of them.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/decide/decide.h"
#include "engine/value/value.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::decide {
namespace {

// Values of every type are numbered: even ones can stand in cells, odd ones lie
// between two of them and exist for doubles only.
constexpr int kValues = 10;

// One column, its type, and how number 2·v is written in a cell and sent.
struct Column {
  std::string declaration;
  bool optional = false;
  bool has_order = true;
  bool has_between = false;
  std::string (*text)(int v);
  Value (*value)(int number);
};

const char* const kWords[] = {"a0", "a1",  "b", "ba", "c",
                              "ca", "caa", "d", "e",  "z"};

std::string DateOf(int v) { return absl::StrCat("2026-03-", 20 + v); }

const Column kColumns[] = {
    {"{type: int}", false, true, false, [](int v) { return absl::StrCat(v); },
     [](int number) { return Value::Int(number / 2); }},
    {"{type: int, optional: true}", true, true, false,
     [](int v) { return absl::StrCat(v - 5); },
     [](int number) { return Value::Int(number / 2 - 5); }},
    {"{type: double}", false, true, true,
     [](int v) { return absl::StrCat(v, ".25"); },
     [](int number) { return Value::Double(number / 2.0 + 0.25); }},
    {"{type: string, optional: true}", true, true, false,
     [](int v) { return std::string(kWords[v]); },
     [](int number) { return Value::String(kWords[number / 2]); }},
    {"{type: bool}", false, false, false,
     [](int v) { return std::string(v < 5 ? "false" : "true"); },
     [](int number) { return Value::Bool(number >= 10); }},
    {"{type: timestamp}", false, true, false, DateOf,
     [](int number) {
       return Value::Timestamp(absl::FromCivil(
           absl::CivilDay(2026, 3, 20 + number / 2), absl::UTCTimeZone()));
     }},
    {"{type: duration}", false, true, false,
     [](int v) { return absl::StrCat(v, "d"); },
     [](int number) { return Value::Duration(absl::Hours(12) * number); }},
};
constexpr size_t kInputs = std::size(kColumns);

// Inclusive, of numbers.
struct Stretch {
  int begin = 0;
  int end = 0;
};

// A cell, what it means and how it is written.
struct Cell {
  bool any = false;
  bool negated = false;
  bool missing = false;
  std::vector<Stretch> stretches;
  std::optional<int> above;  // {cel: …}: column 0 is above that value.
  std::string text;

  bool Passes(std::optional<int> number, int first_column) const {
    if (any) return true;
    if (above.has_value()) return first_column / 2 > *above;
    bool holds = !number.has_value() && missing;
    for (const Stretch& stretch : stretches) {
      holds |= number.has_value() && stretch.begin <= *number &&
               *number <= stretch.end;
    }
    return holds != negated;
  }
};

struct Row {
  std::vector<Cell> cells;
  int x = 0;  // 0 to 3
  int y = 0;  // 0 to 2
};

class TableWriter {
 public:
  explicit TableWriter(uint64_t seed) : random_(seed) {}

  int Below(int bound) {
    return static_cast<int>(random_() % static_cast<uint64_t>(bound));
  }

  Cell WriteCell(const Column& column) {
    Cell cell;
    const int kind = Below(10);
    if (kind < 4) {
      cell.any = true;
      cell.text = "_";
      return cell;
    }
    if (kind == 4) {
      cell.above = Below(kValues);
      cell.text = absl::StrCat("{cel: \"a0 > ", *cell.above, "\"}");
      return cell;
    }
    std::vector<std::string> tests;
    if (column.optional && Below(3) == 0) {
      cell.missing = true;
      tests.push_back("missing");
    }
    if (!column.has_order) {
      const bool wanted = Below(2) == 0;
      cell.stretches.push_back(wanted ? Stretch{10, 19} : Stretch{0, 9});
      tests.push_back(wanted ? "true" : "false");
    } else {
      WriteTests(column, cell, tests);
    }
    cell.negated = Below(4) == 0;
    cell.text = cell.negated ? "!" : "";
    for (size_t i = 0; i < tests.size(); ++i) {
      absl::StrAppend(&cell.text, i == 0 ? "" : " | ", tests[i]);
    }
    cell.text = absl::StrCat("'", cell.text, "'");
    return cell;
  }

 private:
  // One test in each of some parts of the values, so that none overlap.
  void WriteTests(const Column& column, Cell& cell,
                  std::vector<std::string>& tests) {
    int low = Below(4);
    while (low < kValues) {
      const int high = std::min(low + Below(4), kValues - 1);
      WriteTest(column, low, high, cell, tests);
      if (!cell.stretches.empty() && cell.stretches.back().end >= 2 * kValues) {
        return;
      }
      low = high + 1 + Below(4);
      if (Below(3) == 0) return;
    }
  }

  void WriteTest(const Column& column, int low, int high, Cell& cell,
                 std::vector<std::string>& tests) {
    const std::string a = column.text(low);
    const std::string b = column.text(high);
    constexpr int kEnd = 2 * kValues + 1;
    const int form = Below(6);
    if (form == 0 && cell.stretches.empty()) {
      cell.stretches.push_back({-1, 2 * high - 1});
      tests.push_back(absl::StrCat("< ", b));
    } else if (form == 1 && cell.stretches.empty()) {
      cell.stretches.push_back({-1, 2 * high});
      tests.push_back(absl::StrCat("<=", b));
    } else if (form == 2) {
      cell.stretches.push_back({2 * low, kEnd});
      tests.push_back(absl::StrCat(">=", a));
    } else if (form == 3) {
      cell.stretches.push_back({2 * low + 1, kEnd});
      tests.push_back(absl::StrCat("> ", a));
    } else if (high - low < 2) {
      cell.stretches.push_back({2 * low, 2 * low});
      tests.push_back(a);
    } else {
      const bool with_low = Below(2) == 0;
      const bool with_high = Below(2) == 0;
      cell.stretches.push_back(
          {2 * low + (with_low ? 0 : 1), 2 * high - (with_high ? 0 : 1)});
      tests.push_back(
          absl::StrCat(with_low ? "[" : (Below(2) == 0 ? "(" : "]"), a, " .. ",
                       b, with_high ? "]" : (Below(2) == 0 ? ")" : "[")));
    }
  }

  std::mt19937_64 random_;
};

// The policies, with their fields, default and what a row yields.
struct Policy {
  std::string name;
  std::string fields;
  std::string default_value;
  std::string table;
  std::string (*out)(const Row& row);
};

constexpr char kPair[] = "{x: {type: int}, y: {type: string}}";
constexpr char kLists[] = "{x: {type: {list: int}}, y: {type: {list: string}}}";

std::string PairOf(const Row& row) {
  return absl::StrCat(", out: {x: ", row.x, ", y: v", row.y, "}");
}
std::string NumberOf(const Row& row) {
  return absl::StrCat(", out: {x: ", row.x, "}");
}
std::string NothingOf(const Row&) { return ""; }

const Policy kPolicies[] = {
    {"first", kPair, "{x: -1, y: none}", "hit: first", PairOf},
    {"unique", kPair, "{x: -1, y: none}", "hit: unique", PairOf},
    {"any", kPair, "{x: -1, y: none}", "hit: any", PairOf},
    {"priority", kPair, "{x: -1, y: none}",
     "hit: priority\n      order: {y: [v1, v2, v0]}", PairOf},
    {"rule_order", kLists, "{x: [], y: []}", "hit: rule_order", PairOf},
    {"output_order", kLists, "{x: [], y: []}",
     "hit: output_order\n      order: {y: [v1, v2, v0], x: [3, 0, 2, 1]}",
     PairOf},
    {"collect", kLists, "{x: [], y: []}", "hit: collect", PairOf},
    {"sum", "{x: {type: int}}", "{x: -1}", "hit: collect\n      aggregate: sum",
     NumberOf},
    {"min", "{x: {type: int}}", "{x: -1}", "hit: collect\n      aggregate: min",
     NumberOf},
    {"max", "{x: {type: int}}", "{x: -1}", "hit: collect\n      aggregate: max",
     NumberOf},
    {"count", "{x: {type: int}}", "{x: -1}",
     "hit: collect\n      aggregate: count", NothingOf},
};

std::string PackOf(const std::vector<Row>& rows) {
  std::string yaml = "attributes:\n";
  std::string inputs;
  for (size_t i = 0; i < kInputs; ++i) {
    absl::StrAppend(&yaml, "  a", i, ": ", kColumns[i].declaration, "\n");
    absl::StrAppend(&inputs, i == 0 ? "a" : ", a", i);
  }
  absl::StrAppend(&yaml, "treatments:\n");
  for (const Policy& policy : kPolicies) {
    absl::StrAppend(&yaml, "  ", policy.name, ":\n    fields: ", policy.fields,
                    "\n    default: ", policy.default_value,
                    "\n    table:\n      ", policy.table, "\n      inputs: [",
                    inputs, "]\n      rows:\n");
    for (const Row& row : rows) {
      absl::StrAppend(&yaml, "        - {when: [");
      for (size_t i = 0; i < kInputs; ++i) {
        absl::StrAppend(&yaml, i == 0 ? "" : ", ", row.cells[i].text);
      }
      absl::StrAppend(&yaml, "]", policy.out(row), "}\n");
    }
  }
  return yaml;
}

// What each treatment comes to: its reason, first row and fields.
using Answers = std::map<std::string, std::string>;

std::string TextOf(absl::string_view reason, absl::string_view cell,
                   absl::string_view x, absl::string_view y) {
  return absl::StrCat(reason, " '", cell, "' ", x, " ", y);
}

std::string ListOf(const std::vector<std::string>& items) {
  std::string text = "[";
  for (size_t i = 0; i < items.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", items[i]);
  }
  return text + "]";
}

std::string LabelOf(size_t row) { return absl::StrCat("rows[", row, "]"); }

std::string QuotedY(const Row& row) { return absl::StrCat("'v", row.y, "'"); }

// The obvious way.
class Reference {
 public:
  Reference(const std::vector<Row>& rows,
            const std::vector<std::optional<int>>& numbers)
      : rows_(rows) {
    for (size_t r = 0; r < rows.size(); ++r) {
      bool passes = true;
      for (size_t i = 0; i < kInputs; ++i) {
        passes &= rows[r].cells[i].Passes(numbers[i], *numbers[0]);
      }
      if (passes) found_.push_back(r);
    }
  }

  Answers All() const {
    Answers answers;
    if (found_.empty()) {
      for (const Policy& policy : kPolicies) {
        const bool is_list = policy.fields == kLists;
        answers[policy.name] = is_list ? TextOf("no_table_row", "", "[]", "[]")
                               : policy.fields == kPair
                                   ? TextOf("no_table_row", "", "-1", "'none'")
                               : policy.name == "count"
                                   ? TextOf("no_table_row", "", "0", "")
                                   : TextOf("no_table_row", "", "-1", "");
      }
      return answers;
    }
    answers["first"] = One(found_[0]);
    answers["unique"] = found_.size() == 1 ? One(found_[0]) : Conflict();
    answers["any"] = AllAgree() ? One(found_[0]) : Conflict();
    // By y as [1, 2, 0], by x as [3, 0, 2, 1].
    constexpr int kRankOfY[] = {2, 0, 1};
    constexpr int kRankOfX[] = {1, 3, 2, 0};
    std::vector<size_t> by_y = found_;
    std::stable_sort(by_y.begin(), by_y.end(), [&](size_t a, size_t b) {
      return kRankOfY[rows_[a].y] < kRankOfY[rows_[b].y];
    });
    answers["priority"] = One(by_y[0]);
    std::vector<size_t> by_both = found_;
    // Fields count as they are declared: x before y.
    std::stable_sort(by_both.begin(), by_both.end(), [&](size_t a, size_t b) {
      if (rows_[a].x != rows_[b].x) {
        return kRankOfX[rows_[a].x] < kRankOfX[rows_[b].x];
      }
      return kRankOfY[rows_[a].y] < kRankOfY[rows_[b].y];
    });
    answers["rule_order"] = answers["collect"] = List(found_);
    answers["output_order"] = List(by_both);
    int sum = 0;
    int least = rows_[found_[0]].x;
    int most = least;
    for (const size_t row : found_) {
      sum += rows_[row].x;
      least = std::min(least, rows_[row].x);
      most = std::max(most, rows_[row].x);
    }
    answers["sum"] = Aggregate(sum);
    answers["min"] = Aggregate(least);
    answers["max"] = Aggregate(most);
    answers["count"] = Aggregate(static_cast<int>(found_.size()));
    return answers;
  }

 private:
  std::string One(size_t row) const {
    return TextOf("table_row", LabelOf(row), absl::StrCat(rows_[row].x),
                  QuotedY(rows_[row]));
  }
  static std::string Conflict() {
    return TextOf("table_conflict", "", "-1", "'none'");
  }
  std::string Aggregate(int value) const {
    return TextOf("table_row", LabelOf(found_[0]), absl::StrCat(value), "");
  }
  std::string List(const std::vector<size_t>& rows) const {
    std::vector<std::string> x;
    std::vector<std::string> y;
    for (const size_t row : rows) {
      x.push_back(absl::StrCat(rows_[row].x));
      y.push_back(QuotedY(rows_[row]));
    }
    return TextOf("table_row", LabelOf(rows[0]), ListOf(x), ListOf(y));
  }
  bool AllAgree() const {
    return std::all_of(found_.begin(), found_.end(), [this](size_t row) {
      return rows_[row].x == rows_[found_[0]].x &&
             rows_[row].y == rows_[found_[0]].y;
    });
  }

  const std::vector<Row>& rows_;
  std::vector<size_t> found_;
};

Answers Found(const trace::DecisionRecord& record) {
  Answers answers;
  for (const trace::TreatmentResult& treatment : record.treatments) {
    const bool has_y = treatment.fields_end - treatment.fields_begin == 2;
    answers[std::string(treatment.name)] = TextOf(
        trace::ReasonName(treatment.reason), treatment.cell,
        ToString(record.treatment_fields[treatment.fields_begin].value),
        has_y ? ToString(
                    record.treatment_fields[treatment.fields_begin + 1].value)
              : "");
  }
  return answers;
}

TEST(TablePropertyTest, SetsOfRowsAndAScanAgreeUnderEveryPolicy) {
  size_t decisions_with_rows = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    TableWriter writer(seed);
    const int rows_max = 1 + writer.Below(150);
    std::vector<Row> rows(static_cast<size_t>(1 + writer.Below(rows_max)));
    for (Row& row : rows) {
      for (const Column& column : kColumns) {
        row.cells.push_back(writer.WriteCell(column));
      }
      row.x = writer.Below(4);
      row.y = writer.Below(3);
    }
    const plan::LoadedPlan loaded = plan::PlanFromYaml(PackOf(rows));
    ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
    Workspace workspace;
    for (int call_number = 0; call_number < 50; ++call_number) {
      std::vector<std::optional<int>> numbers;
      std::vector<std::string> names;
      std::vector<NamedValue> attributes;
      for (size_t i = 0; i < kInputs; ++i) {
        names.push_back(absl::StrCat("a", i));
        int number = writer.Below(2 * kValues);
        if (!kColumns[i].has_between) number &= ~1;
        const bool is_absent = kColumns[i].optional && writer.Below(4) == 0;
        numbers.push_back(is_absent ? std::nullopt
                                    : std::optional<int>(number));
      }
      for (size_t i = 0; i < kInputs; ++i) {
        if (!numbers[i].has_value()) continue;
        attributes.push_back({names[i], kColumns[i].value(*numbers[i])});
      }
      Call call;
      call.customer_id = "c";
      call.attributes = attributes;
      ASSERT_TRUE(Decide(*loaded.plan, call, workspace).empty());
      const Answers want = Reference(rows, numbers).All();
      ASSERT_EQ(Found(workspace.record()), want) << "call " << call_number;
      decisions_with_rows += want.at("first").find("no_table_row") != 0;
    }
  }
  // The tables are neither so strict nor so lax that nothing is tested.
  EXPECT_GT(decisions_with_rows, 100u);
  EXPECT_LT(decisions_with_rows, 900u);
}

}  // namespace
}  // namespace stratagem::decide
