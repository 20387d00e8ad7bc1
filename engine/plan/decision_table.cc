// Rows are found column by column as sets; what a row asks in CEL is tried only
// for those that are left. The hit policy then decides about the rows found.

#include "engine/plan/decision_table.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "engine/value/compare.h"

namespace stratagem::plan {
namespace {

using pack::HitPolicy;
using pack::TableAggregate;

constexpr size_t kWordBits = 64;

// How many rows the policy needs to see.
size_t RowsNeeded(HitPolicy hit) {
  switch (hit) {
    case HitPolicy::kFirst:
      return 1;
    case HitPolicy::kUnique:
      return 2;  // A second one is a conflict.
    case HitPolicy::kAny:
    case HitPolicy::kPriority:
    case HitPolicy::kRuleOrder:
    case HitPolicy::kOutputOrder:
    case HitPolicy::kCollect:
      break;
  }
  return std::numeric_limits<size_t>::max();
}

// What an input holds: optionals are looked into.
Value Held(const Value& value) {
  if (!value.is(ValueKind::kOptional)) return value;
  return value.optional() == nullptr ? Value() : *value.optional();
}

ErrorCode Add(const Value& item, Value& sum) {
  if (item.is(ValueKind::kDouble)) {
    sum = Value::Double(sum.double_value() + item.double_value());
    return ErrorCode::kNone;
  }
  int64_t total = 0;
  if (__builtin_add_overflow(sum.int_value(), item.int_value(), &total)) {
    return ErrorCode::kOverflow;
  }
  sum = Value::Int(total);
  return ErrorCode::kNone;
}

TableOutcome Failed(ErrorCode error) {
  return {TableOutcome::Kind::kError, std::nullopt, error};
}

TableOutcome FilledUnless(ErrorCode error, uint32_t row) {
  if (error != ErrorCode::kNone) return Failed(error);
  return {TableOutcome::Kind::kFilled, row, ErrorCode::kNone};
}

}  // namespace

DecisionTable::DecisionTable(Parts parts) : parts_(std::move(parts)) {}

TableOutcome DecisionTable::Evaluate(expr::Frame& frame, TableScratch& scratch,
                                     std::span<Value> fields) const {
  ErrorCode error = FindCandidates(frame, scratch);
  if (error == ErrorCode::kNone) {
    error = KeepRows(frame, scratch, RowsNeeded(parts_.hit));
  }
  if (error != ErrorCode::kNone) return Failed(error);
  if (parts_.aggregate == TableAggregate::kCount) {
    Value count = Value::Int(static_cast<int64_t>(scratch.rows.size()));
    const FieldFault fault = Conform(parts_.fields[0], count, *frame.arena);
    if (fault != FieldFault::kNone) return Failed(ErrorOf(fault));
    fields[0] = count;
    if (scratch.rows.empty()) {
      return {TableOutcome::Kind::kFilled, std::nullopt, ErrorCode::kNone};
    }
    return {TableOutcome::Kind::kFilled, scratch.rows[0], ErrorCode::kNone};
  }
  if (scratch.rows.empty()) return {};
  return Choose(frame, scratch, fields);
}

TableOutcome DecisionTable::Choose(expr::Frame& frame, TableScratch& scratch,
                                   std::span<Value> fields) const {
  constexpr TableOutcome kConflict = {TableOutcome::Kind::kConflict,
                                      std::nullopt, ErrorCode::kNone};
  const uint32_t first = scratch.rows[0];
  if (parts_.hit == HitPolicy::kFirst || parts_.hit == HitPolicy::kUnique) {
    if (scratch.rows.size() > 1) return kConflict;
    return FilledUnless(YieldRow(first, frame, fields), first);
  }
  ErrorCode error = YieldAll(frame, scratch);
  if (error != ErrorCode::kNone) return Failed(error);
  if (parts_.hit == HitPolicy::kAny && !RowsAgree(scratch)) return kConflict;
  if (parts_.aggregate != TableAggregate::kNone) {
    return FilledUnless(Aggregate(scratch, *frame.arena, fields[0]), first);
  }
  error = RankRows(scratch);
  if (error != ErrorCode::kNone) return Failed(error);
  const size_t best = scratch.ranking[0];
  switch (parts_.hit) {
    case HitPolicy::kUnique:
    case HitPolicy::kFirst:
    case HitPolicy::kAny:
    case HitPolicy::kPriority:
      for (size_t i = 0; i < fields.size(); ++i) {
        fields[i] = scratch.outputs[best * fields.size() + i];
      }
      break;
    case HitPolicy::kRuleOrder:
    case HitPolicy::kOutputOrder:
    case HitPolicy::kCollect:
      error = FillLists(scratch, *frame.arena, fields);
      break;
  }
  return FilledUnless(error, scratch.rows[best]);
}

ErrorCode DecisionTable::FindRows(expr::Frame& frame,
                                  TableScratch& scratch) const {
  scratch.rows.clear();
  const ErrorCode error = FindCandidates(frame, scratch);
  if (error != ErrorCode::kNone) return error;
  return KeepRows(frame, scratch, std::numeric_limits<size_t>::max());
}

// Every input is evaluated, also when no row is left: whether one fails does
// not depend on how the others narrow the rows.
ErrorCode DecisionTable::FindCandidates(expr::Frame& frame,
                                        TableScratch& scratch) const {
  const size_t words = (parts_.row_count + kWordBits - 1) / kWordBits;
  scratch.candidates.assign(words, ~uint64_t{0});
  if (parts_.row_count % kWordBits != 0) {
    scratch.candidates.back() =
        (uint64_t{1} << (parts_.row_count % kWordBits)) - 1;
  }
  scratch.column.resize(words);
  for (size_t i = 0; i < parts_.inputs.size(); ++i) {
    const Value value = Held(parts_.inputs[i].Evaluate(frame));
    if (value.is_error()) return value.error_code();
    if (!parts_.columns[i].Narrow(value, scratch.candidates, scratch.column)) {
      return value.is(ValueKind::kDouble) ? ErrorCode::kNotFinite
                                          : ErrorCode::kNoMatchingOverload;
    }
  }
  return ErrorCode::kNone;
}

// Goes through the candidates in order and keeps those whose conditions hold.
ErrorCode DecisionTable::KeepRows(expr::Frame& frame, TableScratch& scratch,
                                  size_t rows_max) const {
  scratch.rows.clear();
  for (size_t word = 0; word < scratch.candidates.size(); ++word) {
    for (uint64_t left = scratch.candidates[word]; left != 0;
         left &= left - 1) {
      const auto row = static_cast<uint32_t>(
          word * kWordBits + static_cast<size_t>(std::countr_zero(left)));
      if (--frame.steps_left < 0) return ErrorCode::kStepLimit;
      bool meets = true;
      const ErrorCode error = MeetsConditions(row, frame, meets);
      if (error != ErrorCode::kNone) return error;
      if (!meets) continue;
      scratch.rows.push_back(row);
      if (scratch.rows.size() == rows_max) return ErrorCode::kNone;
    }
  }
  return ErrorCode::kNone;
}

ErrorCode DecisionTable::MeetsConditions(uint32_t row, expr::Frame& frame,
                                         bool& meets) const {
  auto condition =
      std::lower_bound(parts_.conditions.begin(), parts_.conditions.end(), row,
                       [](const CellCondition& cell, uint32_t wanted) {
                         return cell.row < wanted;
                       });
  for (; condition != parts_.conditions.end() && condition->row == row;
       ++condition) {
    const Value holds = condition->program.Evaluate(frame);
    if (holds.is_error()) return holds.error_code();
    if (!holds.is(ValueKind::kBool)) return ErrorCode::kNoMatchingOverload;
    meets = holds.bool_value();
    if (!meets) break;
  }
  return ErrorCode::kNone;
}

ErrorCode DecisionTable::YieldRow(uint32_t row, expr::Frame& frame,
                                  std::span<Value> outputs) const {
  for (size_t i = 0; i < outputs.size(); ++i) {
    const ErrorCode error =
        EvaluateOperand(parts_.outputs[row * outputs.size() + i],
                        parts_.row_fields[i], frame, outputs[i]);
    if (error != ErrorCode::kNone) return error;
  }
  return ErrorCode::kNone;
}

ErrorCode DecisionTable::YieldAll(expr::Frame& frame,
                                  TableScratch& scratch) const {
  const size_t width = parts_.row_fields.size();
  scratch.outputs.resize(scratch.rows.size() * width);
  for (size_t i = 0; i < scratch.rows.size(); ++i) {
    const ErrorCode error =
        YieldRow(scratch.rows[i], frame,
                 std::span(scratch.outputs).subspan(i * width, width));
    if (error != ErrorCode::kNone) return error;
  }
  return ErrorCode::kNone;
}

bool DecisionTable::RowsAgree(const TableScratch& scratch) const {
  const size_t width = parts_.row_fields.size();
  for (size_t i = width; i < scratch.outputs.size(); ++i) {
    if (!ValuesEqual(scratch.outputs[i], scratch.outputs[i % width])) {
      return false;
    }
  }
  return true;
}

// Leaves in `ranking` the rows found, by number, best first: in the order of
// the table where `order` does not tell them apart.
ErrorCode DecisionTable::RankRows(TableScratch& scratch) const {
  const size_t width = parts_.row_fields.size();
  const size_t keys = parts_.order.size();
  scratch.ranking.clear();
  for (uint32_t i = 0; i < scratch.rows.size(); ++i) {
    scratch.ranking.push_back(i);
  }
  if (keys == 0) return ErrorCode::kNone;
  scratch.ranks.clear();
  for (size_t i = 0; i < scratch.rows.size(); ++i) {
    for (const pack::Table::Order& order : parts_.order) {
      const Value& output = scratch.outputs[i * width + order.field];
      const auto found = std::find_if(
          order.values.begin(), order.values.end(),
          [&output](const Value& value) { return ValuesEqual(value, output); });
      if (found == order.values.end()) return ErrorCode::kOutOfRange;
      scratch.ranks.push_back(
          static_cast<uint32_t>(found - order.values.begin()));
    }
  }
  const auto rank = [&scratch, keys](uint32_t i) {
    return std::span<const uint32_t>(scratch.ranks).subspan(i * keys, keys);
  };
  // Not stable_sort, which allocates.
  std::sort(scratch.ranking.begin(), scratch.ranking.end(),
            [&rank](uint32_t a, uint32_t b) {
              const auto [x, y] = std::mismatch(rank(a).begin(), rank(a).end(),
                                                rank(b).begin());
              return x == rank(a).end() ? a < b : *x < *y;
            });
  return ErrorCode::kNone;
}

ErrorCode DecisionTable::FillLists(const TableScratch& scratch, Arena& arena,
                                   std::span<Value> fields) const {
  const size_t width = fields.size();
  const size_t size = scratch.ranking.size();
  for (size_t field = 0; field < width; ++field) {
    Value* const items = arena.AllocateArray<Value>(size);
    if (items == nullptr) return ErrorCode::kMemoryLimit;
    for (size_t i = 0; i < size; ++i) {
      items[i] = scratch.outputs[scratch.ranking[i] * width + field];
    }
    fields[field] = Value::List({items, size});
    const FieldFault fault =
        Conform(parts_.fields[field], fields[field], arena);
    if (fault != FieldFault::kNone) return ErrorOf(fault);
  }
  return ErrorCode::kNone;
}

ErrorCode DecisionTable::Aggregate(const TableScratch& scratch, Arena& arena,
                                   Value& field) const {
  Value result = scratch.outputs[0];
  for (size_t i = 1; i < scratch.outputs.size(); ++i) {
    const Value& item = scratch.outputs[i];
    if (parts_.aggregate == TableAggregate::kSum) {
      const ErrorCode error = Add(item, result);
      if (error != ErrorCode::kNone) return error;
      continue;
    }
    const bool wants_less = parts_.aggregate == TableAggregate::kMin;
    if (CompareValues(item, result) ==
        (wants_less ? Order::kLess : Order::kGreater)) {
      result = item;
    }
  }
  const FieldFault fault = Conform(parts_.fields[0], result, arena);
  if (fault == FieldFault::kNone) field = result;
  return ErrorOf(fault);
}

std::vector<DecisionTable::RowProgram> DecisionTable::programs() const {
  std::vector<RowProgram> programs;
  for (const expr::Program& input : parts_.inputs) {
    programs.push_back({std::nullopt, &input});
  }
  for (const CellCondition& condition : parts_.conditions) {
    programs.push_back({condition.row, &condition.program});
  }
  const size_t width = parts_.row_fields.size();
  for (size_t i = 0; i < parts_.outputs.size(); ++i) {
    if (!parts_.outputs[i].program.has_value()) continue;
    programs.push_back(
        {static_cast<uint32_t>(i / width), &*parts_.outputs[i].program});
  }
  return programs;
}

}  // namespace stratagem::plan
