// A test becomes a pack of its own: the inputs that it gives are attributes of
// their JSON type, the others optional ones that are absent.

#include "tests/conformance/table_case.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/arena.h"
#include "engine/decide/decide.h"
#include "engine/pack/model.h"
#include "engine/plan/plan.h"
#include "engine/value/compare.h"
#include "nlohmann/json.hpp"
#include "tests/conformance/table_condition.h"

namespace stratagem {
namespace {

using Json = nlohmann::json;
using pack::HitPolicy;
using pack::TableAggregate;

constexpr char kTreatment[] = "decision";

const Json kNull;

// The member of that name, null without one.
const Json& Member(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() ? *found : kNull;
}

std::string TextOf(const Json& json) {
  return json.is_string() ? json.get<std::string>() : "";
}

bool IsScalar(const Json& json) {
  return json.is_boolean() || json.is_number() || json.is_string();
}

// The kind that holds all of `items`; nothing when they differ.
std::optional<ValueKind> KindOf(const std::vector<Json>& items) {
  std::optional<ValueKind> kind;
  for (const Json& item : items) {
    if (!IsScalar(item)) return std::nullopt;
    const ValueKind its = item.is_boolean()          ? ValueKind::kBool
                          : item.is_number_integer() ? ValueKind::kInt
                          : item.is_number()         ? ValueKind::kDouble
                                                     : ValueKind::kString;
    const bool both_numbers =
        kind.has_value() && *kind != its &&
        (*kind == ValueKind::kInt || *kind == ValueKind::kDouble) &&
        (its == ValueKind::kInt || its == ValueKind::kDouble);
    if (both_numbers) {
      kind = ValueKind::kDouble;
    } else if (kind.has_value() && *kind != its) {
      return std::nullopt;
    } else {
      kind = its;
    }
  }
  return kind;
}

Value ToValue(const Json& json, ValueKind kind, Arena& arena) {
  switch (kind) {
    case ValueKind::kBool:
      return Value::Bool(json.get<bool>());
    case ValueKind::kInt:
      return Value::Int(json.get<int64_t>());
    case ValueKind::kDouble:
      return Value::Double(json.get<double>());
    default:
      return Value::String(arena.CopyString(json.get<std::string>()));
  }
}

Json ToJson(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return value.bool_value();
    case ValueKind::kInt:
      return value.int_value();
    case ValueKind::kDouble:
      return value.double_value();
    case ValueKind::kString:
      return std::string(value.text());
    default:
      return nullptr;
  }
}

// One output column. What is no scalar of one type travels as JSON text.
struct Output {
  std::string name;
  Json default_value;
  std::vector<Json> order;  // Best first.
  ValueKind kind = ValueKind::kString;
  bool is_json_text = false;

  Value Encode(const Json& json, Arena& arena) const {
    if (!is_json_text) return ToValue(json, kind, arena);
    return Value::String(arena.CopyString(json.dump()));
  }
  Json Decode(const Value& value) const {
    return is_json_text ? Json::parse(value.text().begin(), value.text().end())
                        : ToJson(value);
  }
};

std::optional<HitPolicy> PolicyOf(const Json& json) {
  const std::map<std::string, HitPolicy> policies = {
      {"", HitPolicy::kUnique},
      {"UNIQUE", HitPolicy::kUnique},
      {"ANY", HitPolicy::kAny},
      {"FIRST", HitPolicy::kFirst},
      {"PRIORITY", HitPolicy::kPriority},
      {"RULE ORDER", HitPolicy::kRuleOrder},
      {"OUTPUT ORDER", HitPolicy::kOutputOrder},
      {"COLLECT", HitPolicy::kCollect}};
  const auto found = policies.find(absl::AsciiStrToUpper(TextOf(json)));
  if (found == policies.end()) return std::nullopt;
  return found->second;
}

std::optional<TableAggregate> AggregateOf(const Json& json) {
  const std::map<std::string, TableAggregate> aggregates = {
      {"", TableAggregate::kNone},
      {"SUM", TableAggregate::kSum},
      {"MIN", TableAggregate::kMin},
      {"MAX", TableAggregate::kMax},
      {"COUNT", TableAggregate::kCount}};
  const auto found = aggregates.find(absl::AsciiStrToUpper(TextOf(json)));
  if (found == aggregates.end()) return std::nullopt;
  return found->second;
}

// What a decision came to, in DMN's words.
struct Result {
  Json value;
  bool is_error = false;  // Rows conflict, or an expression failed.
  bool no_row = false;
  std::string fault;  // Why there was no decision at all.
};

class TableRun {
 public:
  TableRun(const Json& table, const Json& input_data)
      : table_(table), input_data_(input_data) {}

  // Returns what is wrong with the table, or "".
  std::string Prepare() {
    const auto hit = PolicyOf(Member(table_, "hit_policy"));
    const auto aggregate = AggregateOf(Member(table_, "aggregation"));
    if (!hit.has_value() || !aggregate.has_value()) {
      return "the hit policy is none of DMN's";
    }
    hit_ = *hit;
    aggregate_ = *aggregate;
    const Json& outputs = Member(table_, "outputs");
    for (size_t i = 0; i < outputs.size(); ++i) {
      outputs_.push_back(ReadOutput(outputs[i], i));
    }
    return outputs_.empty() ? "the table has no outputs" : "";
  }

  bool collects() const {
    return hit_ == HitPolicy::kCollect && aggregate_ == TableAggregate::kNone;
  }

  // Several outputs of an aggregate are aggregated each for itself.
  Result Decide(const Json& inputs) {
    if (aggregate_ == TableAggregate::kNone) {
      std::vector<size_t> all(outputs_.size());
      for (size_t i = 0; i < all.size(); ++i) all[i] = i;
      return DecideOutputs(inputs, all);
    }
    if (aggregate_ == TableAggregate::kCount || outputs_.size() == 1) {
      return DecideOutputs(inputs, {0});
    }
    Result result;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const Result one = DecideOutputs(inputs, {i});
      if (!one.fault.empty() || one.is_error) return one;
      result.no_row |= one.no_row;
      result.value[outputs_[i].name] = one.value;
    }
    return result;
  }

 private:
  Output ReadOutput(const Json& json, size_t index) const {
    Output output;
    output.name = TextOf(Member(json, "name"));
    output.default_value = Member(json, "default");
    std::vector<Json> all;
    for (const Json& rule : Member(table_, "rules")) {
      const Json& outputs = Member(rule, "outputs");
      all.push_back(index < outputs.size() ? outputs[index] : kNull);
    }
    const std::vector<Json> yielded = all;
    for (const Json& value : Member(json, "output_values")) {
      output.order.push_back(value);
      all.push_back(value);
    }
    if (!output.order.empty()) {
      for (const Json& value : yielded) {
        if (std::find(output.order.begin(), output.order.end(), value) ==
            output.order.end()) {
          output.order.push_back(value);
        }
      }
    }
    const std::optional<ValueKind> kind = KindOf(all);
    output.is_json_text = !kind.has_value();
    output.kind = kind.value_or(ValueKind::kString);
    return output;
  }

  Result DecideOutputs(const Json& inputs, const std::vector<size_t>& outputs) {
    pack::Model model;
    model.name.text = "case";
    model.version.text = "v1";
    model.timezone = absl::UTCTimeZone();
    model.arena = std::make_shared<Arena>();
    std::vector<NamedValue> attributes;
    const auto readings = DeclareInputs(inputs, model, attributes);
    model.treatments.push_back(MakeTreatment(outputs, readings, model));
    Diagnostics diagnostics;
    const std::unique_ptr<const plan::Plan> plan =
        plan::CompilePlan(model, diagnostics);
    Result result;
    if (plan == nullptr) {
      result.fault = absl::StrCat("the table is refused: ",
                                  diagnostics.Sorted().front().message);
      return result;
    }
    decide::Call call;
    call.customer_id = "test";
    call.attributes = attributes;
    decide::Workspace workspace;
    const auto violations = decide::Decide(*plan, call, workspace);
    if (!violations.empty()) {
      result.fault = violations.front().description;
      return result;
    }
    return Read(workspace.record(), outputs);
  }

  std::map<std::string, InputReading> DeclareInputs(
      const Json& inputs, pack::Model& model,
      std::vector<NamedValue>& attributes) const {
    std::map<std::string, InputReading> readings;
    for (size_t i = 0; i < input_data_.size(); ++i) {
      const std::string name = TextOf(input_data_[i]);
      const Json& given = Member(inputs, name.c_str());
      Field field;
      field.name = absl::StrCat("input_", i);
      field.optional = !IsScalar(given);
      if (!field.optional) {
        field.type.kind = *KindOf({given});
        attributes.push_back({model.arena->CopyString(field.name),
                              ToValue(given, field.type.kind, *model.arena)});
      }
      readings[CelNameOf(name)] = {field.name, field.optional};
      model.attributes.Add(std::move(field));
      model.attribute_locations.emplace_back();
    }
    return readings;
  }

  pack::Treatment MakeTreatment(
      const std::vector<size_t>& outputs,
      const std::map<std::string, InputReading>& readings,
      pack::Model& model) const {
    pack::Treatment treatment;
    treatment.name.text = kTreatment;
    pack::Table& table = treatment.table.emplace();
    table.hit = hit_;
    table.aggregate = aggregate_;
    table.inputs.push_back({{SourceText("true", {"case", 1, 1})}});
    for (const size_t index : outputs) {
      AddField(outputs_[index], treatment, table, model);
    }
    for (const Json& rule : Member(table_, "rules")) {
      pack::TableRow& row = table.rows.emplace_back();
      row.label = absl::StrCat("rows[", table.rows.size() - 1, "]");
      row.when.push_back(CellOf(Member(rule, "cel_condition"), readings));
      if (aggregate_ == TableAggregate::kCount) continue;
      for (const size_t index : outputs) {
        const Json& values = Member(rule, "outputs");
        row.out.emplace_back().literal = outputs_[index].Encode(
            index < values.size() ? values[index] : kNull, *model.arena);
      }
    }
    return treatment;
  }

  void AddField(const Output& output, pack::Treatment& treatment,
                pack::Table& table, pack::Model& model) const {
    const size_t index = treatment.fields.fields().size();
    Field field;
    field.name = absl::StrCat("output_", index);
    field.type.kind =
        aggregate_ == TableAggregate::kCount ? ValueKind::kInt : output.kind;
    // Read() puts DMN's own default in its place.
    Value placeholder = field.type.kind == ValueKind::kBool ? Value::Bool(false)
                        : field.type.kind == ValueKind::kInt ? Value::Int(0)
                        : field.type.kind == ValueKind::kDouble
                            ? Value::Double(0)
                            : Value::String("");
    if (table.yields_lists()) {
      field.type = {ValueKind::kList, std::make_shared<FieldType>(field.type)};
      placeholder = Value::List({});
    }
    treatment.default_cell.operands.emplace_back().literal = placeholder;
    treatment.fields.Add(std::move(field));
    if ((hit_ != HitPolicy::kPriority && hit_ != HitPolicy::kOutputOrder) ||
        output.order.empty()) {
      return;
    }
    pack::Table::Order& order = table.order.emplace_back();
    order.field = index;
    for (const Json& value : output.order) {
      order.values.push_back(output.Encode(value, *model.arena));
    }
  }

  static pack::InputCell CellOf(
      const Json& condition,
      const std::map<std::string, InputReading>& readings) {
    pack::InputCell cell;
    if (TextOf(condition).empty()) return cell;
    cell.kind = pack::InputCell::Kind::kExpression;
    cell.source = SourceText(RewriteCondition(TextOf(condition), readings),
                             {"case", 1, 1});
    return cell;
  }

  Result Read(const trace::DecisionRecord& record,
              const std::vector<size_t>& outputs) const {
    Result result;
    const trace::TreatmentResult& treatment = record.treatments.front();
    result.is_error = treatment.reason == trace::Reason::kTableConflict ||
                      treatment.reason == trace::Reason::kTreatmentError;
    result.no_row = treatment.reason == trace::Reason::kNoTableRow;
    if (result.is_error) return result;
    const bool counts = aggregate_ == TableAggregate::kCount;
    if (result.no_row) {
      result.value = DefaultOf(outputs);
      if (counts && result.value.is_null()) result.value = 0;
      return result;
    }
    if (counts) {
      result.value = ToJson(record.treatment_fields[0].value);
      return result;
    }
    if (!record.treatment_fields[0].value.is(ValueKind::kList)) {
      result.value = Compose(outputs, [&record](size_t i) {
        return record.treatment_fields[i].value;
      });
      return result;
    }
    result.value = Json::array();
    const size_t rows = record.treatment_fields[0].value.list().size();
    for (size_t row = 0; row < rows; ++row) {
      result.value.push_back(Compose(outputs, [&record, row](size_t i) {
        return record.treatment_fields[i].value.list()[row];
      }));
    }
    return result;
  }

  // One output alone, or an object of several.
  template <typename GetValue>
  Json Compose(const std::vector<size_t>& outputs, GetValue value) const {
    if (outputs.size() == 1) return outputs_[outputs[0]].Decode(value(0));
    Json object = Json::object();
    for (size_t i = 0; i < outputs.size(); ++i) {
      object[outputs_[outputs[i]].name] = outputs_[outputs[i]].Decode(value(i));
    }
    return object;
  }

  // Null unless some output has a default.
  Json DefaultOf(const std::vector<size_t>& outputs) const {
    if (outputs.size() == 1) return outputs_[outputs[0]].default_value;
    Json object = Json::object();
    bool is_any = false;
    for (const size_t index : outputs) {
      object[outputs_[index].name] = outputs_[index].default_value;
      is_any |= !outputs_[index].default_value.is_null();
    }
    return is_any ? object : Json();
  }

  const Json& table_;
  const Json& input_data_;
  HitPolicy hit_ = HitPolicy::kUnique;
  TableAggregate aggregate_ = TableAggregate::kNone;
  std::vector<Output> outputs_;
};

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
std::string Compare(const Json& expected, const Result& result,
                    bool any_order) {
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
  if (!result.is_error && IsSame(value, result.value, any_order)) return "";
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

std::string RunTest(const Json& json, const Json& test) {
  const Json& expectations = Member(test, "expected");
  if (expectations.empty()) return "the test expects nothing";
  for (const Json& expected : expectations) {
    const Json* const table =
        FindTable(Member(json, "tables"), Member(expected, "decision"));
    if (table == nullptr) return "no table decides this";
    TableRun run(*table, Member(json, "input_data"));
    std::string failure = run.Prepare();
    if (failure.empty()) {
      failure =
          Compare(expected, run.Decide(Member(test, "inputs")), run.collects());
    }
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
      tests.push_back({absl::StrCat(TextOf(Member(one, "case")), "/",
                                    TextOf(Member(test, "id"))),
                       RunTest(one, test)});
    }
  }
  return tests;
}

}  // namespace stratagem
