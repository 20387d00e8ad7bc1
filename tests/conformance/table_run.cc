// A test becomes a pack of its own: the inputs that it gives are attributes of
// their JSON type, the others optional ones that are absent. Rows of cells test
// attributes beside those, of the kinds that the columns have; a rule that no
// cell can say keeps its condition.

#include "tests/conformance/table_run.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/arena.h"
#include "engine/decide/decide.h"
#include "engine/pack/model.h"
#include "engine/pack/table_cell.h"
#include "engine/plan/plan.h"
#include "tests/conformance/table_columns.h"
#include "tests/conformance/table_condition.h"

namespace stratagem {
namespace {

using pack::HitPolicy;
using pack::TableAggregate;

constexpr char kTreatment[] = "decision";

// One output column. What is no scalar of one type travels as JSON text.
struct Output {
  std::string name;
  Json default_value;
  std::vector<Json> order;  // Best first.
  ValueKind kind = ValueKind::kString;
  bool is_json_text = false;

  Value Encode(const Json& json, Arena& arena) const {
    if (!is_json_text) return ToValue(json, {kind, nullptr}, arena);
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

class TableRun {
 public:
  TableRun(const Json& table, const Json& input_data, const Json& inputs)
      : table_(table), input_data_(input_data), inputs_(inputs) {}

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

  // False when no row can be written in cells.
  bool UseCells() {
    auto columns = ColumnsOf(table_, input_data_, inputs_);
    if (!columns.has_value()) return false;
    columns_ = *std::move(columns);
    return true;
  }

  bool collects() const {
    return hit_ == HitPolicy::kCollect && aggregate_ == TableAggregate::kNone;
  }

  // Several outputs of an aggregate are aggregated each for itself.
  TableResult Decide() {
    if (aggregate_ == TableAggregate::kNone) {
      std::vector<size_t> all(outputs_.size());
      for (size_t i = 0; i < all.size(); ++i) all[i] = i;
      return DecideOutputs(all);
    }
    if (aggregate_ == TableAggregate::kCount || outputs_.size() == 1) {
      return DecideOutputs({0});
    }
    TableResult result;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const TableResult one = DecideOutputs({i});
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
      all.push_back(index < outputs.size() ? outputs[index] : Json());
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
    if (aggregate_ == TableAggregate::kSum && output.kind == ValueKind::kInt &&
        !FitsInt(yielded)) {
      output.kind = ValueKind::kDouble;
    }
    return output;
  }

  // Whether no sum of `items`, which are whole, leaves the range of an int.
  static bool FitsInt(const std::vector<Json>& items) {
    double most = 0;
    for (const Json& item : items) most += std::abs(item.get<double>());
    return most < static_cast<double>(std::numeric_limits<int64_t>::max());
  }

  TableResult DecideOutputs(const std::vector<size_t>& outputs) {
    pack::Model model;
    model.name.text = "case";
    model.version.text = "v1";
    model.timezone = absl::UTCTimeZone();
    model.arena = std::make_shared<Arena>();
    std::vector<NamedValue> attributes;
    const auto readings = DeclareInputs(model, attributes);
    Diagnostics diagnostics;
    AddTreatment(outputs, readings, attributes, model, diagnostics);
    const std::unique_ptr<const plan::Plan> plan =
        diagnostics.has_errors() ? nullptr
                                 : plan::CompilePlan(model, diagnostics);
    TableResult result;
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

  // An attribute that is optional when it has no value.
  static void Declare(std::string name, const Json& given,
                      const std::optional<FieldType>& type, bool optional,
                      pack::Model& model, std::vector<NamedValue>& attributes) {
    Field field;
    field.name = std::move(name);
    field.optional = optional;
    if (type.has_value()) field.type = *type;
    if (!given.is_null()) {
      attributes.push_back({model.arena->CopyString(field.name),
                            ToValue(given, field.type, *model.arena)});
    }
    model.attributes.Add(std::move(field));
    model.attribute_locations.emplace_back();
  }

  // How conditions read the inputs. A value that no attribute holds stands in
  // the condition itself.
  std::vector<InputReading> DeclareInputs(
      pack::Model& model, std::vector<NamedValue>& attributes) const {
    std::vector<InputReading> readings;
    for (size_t i = 0; i < input_data_.size(); ++i) {
      const std::string name = TextOf(input_data_[i]);
      const Json& given = Member(inputs_, name.c_str());
      const std::optional<FieldType> type = TypeOf(given);
      if (!type.has_value() && !given.is_null()) {
        readings.push_back({name, CelOf(given), /*is_null=*/false});
        continue;
      }
      const std::string attribute = absl::StrCat("input_", i);
      readings.push_back({name, attribute, given.is_null()});
      Declare(attribute, given, type, given.is_null(), model, attributes);
    }
    return readings;
  }

  // The last input of a table of cells is that of the rules that have none.
  void DeclareColumns(pack::Model& model, pack::Table& table,
                      std::vector<NamedValue>& attributes) const {
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string name = absl::StrCat("column_", i);
      Declare(name, columns_[i].given, FieldType{columns_[i].kind, nullptr},
              /*optional=*/true, model, attributes);
      table.inputs.push_back({{SourceText(name, {"case", 1, 1})}});
    }
    table.inputs.push_back({{SourceText("true", {"case", 1, 1})}});
  }

  void AddTreatment(const std::vector<size_t>& outputs,
                    const std::vector<InputReading>& readings,
                    std::vector<NamedValue>& attributes, pack::Model& model,
                    Diagnostics& diagnostics) const {
    pack::Treatment& treatment = model.treatments.emplace_back();
    treatment.name.text = kTreatment;
    pack::Table& table = treatment.table.emplace();
    table.hit = hit_;
    table.aggregate = aggregate_;
    DeclareColumns(model, table, attributes);
    for (const size_t index : outputs) {
      AddField(outputs_[index], treatment, table, model);
    }
    for (const Json& rule : Member(table_, "rules")) {
      pack::TableRow& row = table.rows.emplace_back();
      row.label = absl::StrCat("rows[", table.rows.size() - 1, "]");
      row.when = WhenOf(rule, readings, diagnostics);
      if (aggregate_ == TableAggregate::kCount) continue;
      for (const size_t index : outputs) {
        const Json& values = Member(rule, "outputs");
        row.out.emplace_back().literal = outputs_[index].Encode(
            index < values.size() ? values[index] : Json(), *model.arena);
      }
    }
  }

  std::vector<pack::InputCell> WhenOf(const Json& rule,
                                      const std::vector<InputReading>& readings,
                                      Diagnostics& diagnostics) const {
    std::vector<pack::InputCell> when;
    const auto cells =
        columns_.empty() ? std::nullopt : CellsOf(rule, columns_);
    if (cells.has_value()) {
      for (const std::string& cell : *cells) {
        when.push_back(pack::ParseTableCell(SourceText(cell, {"case", 1, 1}),
                                            diagnostics));
      }
      when.emplace_back();
    } else {
      when.resize(columns_.size());
      when.push_back(ConditionOf(Member(rule, "cel_condition"), readings));
    }
    return when;
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

  static pack::InputCell ConditionOf(
      const Json& condition, const std::vector<InputReading>& readings) {
    pack::InputCell cell;
    if (TextOf(condition).empty()) return cell;
    cell.kind = pack::InputCell::Kind::kExpression;
    cell.source = SourceText(RewriteCondition(TextOf(condition), readings),
                             {"case", 1, 1});
    return cell;
  }

  TableResult Read(const trace::DecisionRecord& record,
                   const std::vector<size_t>& outputs) const {
    TableResult result;
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
  const Json& inputs_;
  std::vector<CellColumn> columns_;  // Empty: every row has a condition.
  HitPolicy hit_ = HitPolicy::kUnique;
  TableAggregate aggregate_ = TableAggregate::kNone;
  std::vector<Output> outputs_;
};

}  // namespace

std::optional<TableResult> RunTable(const Json& table, const Json& input_data,
                                    const Json& inputs, TableRows rows) {
  TableRun run(table, input_data, inputs);
  std::string fault = run.Prepare();
  if (rows == TableRows::kCells && !run.UseCells()) return std::nullopt;
  TableResult result;
  if (fault.empty()) {
    result = run.Decide();
  } else {
    result.fault = std::move(fault);
  }
  result.any_order = run.collects();
  return result;
}

}  // namespace stratagem
