// Treatments: each dimension yields exactly one value, the default if need be.

#include <span>

#include "engine/decide/decision_state.h"
#include "engine/policy/policy.h"
#include "engine/value/compare.h"

namespace stratagem::decide {
namespace {

// Writes the cell's values to the treatment's slots. Returns the first error;
// the slots are then partly written.
ErrorCode FillCell(const plan::TreatmentCode& treatment,
                   const plan::CellCode& cell, DecisionState& state) {
  for (size_t i = 0; i < cell.operands.size(); ++i) {
    const ErrorCode error = plan::EvaluateOperand(
        cell.operands[i], treatment.fields.fields()[i], state.frame,
        state.slots[static_cast<size_t>(treatment.slot) + i]);
    if (error != ErrorCode::kNone) return error;
  }
  return ErrorCode::kNone;
}

// Writes the fields that a rule yields to the treatment's slots: `fields` has
// each of them and nothing else. As FillCell().
ErrorCode FillFields(const plan::TreatmentCode& treatment, const Value& fields,
                     DecisionState& state) {
  if (!fields.is(ValueKind::kMap)) return ErrorCode::kNoMatchingOverload;
  const std::vector<Field>& declared = treatment.fields.fields();
  if (fields.map().size() > declared.size()) return ErrorCode::kNoSuchField;
  for (size_t i = 0; i < declared.size(); ++i) {
    const Value* const found = FindKey(fields, Value::String(declared[i].name));
    if (found == nullptr) return ErrorCode::kNoSuchKey;
    Value value = *found;
    const FieldFault fault = Conform(declared[i], value, state.arena);
    if (fault != FieldFault::kNone) return plan::ErrorOf(fault);
    state.slots[static_cast<size_t>(treatment.slot) + i] = value;
  }
  return ErrorCode::kNone;
}

// Each of these fills the treatment's slots in one way and says in `result`
// what it was. They return the first error; the slots are then partly written.

ErrorCode FillByDefault(const plan::TreatmentCode& treatment,
                        DecisionState& state, trace::TreatmentResult& result,
                        trace::Reason reason) {
  result.reason = reason;
  result.cell = treatment.cells[0].name;
  return FillCell(treatment, treatment.cells[0], state);
}

ErrorCode FillByRule(const plan::TreatmentCode& treatment, DecisionState& state,
                     trace::TreatmentResult& result) {
  const policy::Outcome outcome = treatment.rule->Evaluate(state.frame);
  if (outcome.value.is_error()) return outcome.value.error_code();
  if (outcome.matched.empty()) {
    return FillByDefault(treatment, state, result, trace::Reason::kNoRuleItem);
  }
  result.reason = trace::Reason::kRuleItem;
  result.cell = outcome.matched.front()->path;
  return FillFields(treatment, outcome.value, state);
}

ErrorCode FillByTable(const plan::TreatmentCode& treatment,
                      DecisionState& state, trace::TreatmentResult& result) {
  using Kind = plan::TableOutcome::Kind;
  const std::span<Value> fields =
      std::span(state.slots)
          .subspan(static_cast<size_t>(treatment.slot),
                   treatment.fields.fields().size());
  const plan::TableOutcome outcome =
      treatment.table->Evaluate(state.frame, state.table, fields);
  switch (outcome.kind) {
    case Kind::kFilled:
      result.reason = outcome.row.has_value() ? trace::Reason::kTableRow
                                              : trace::Reason::kNoTableRow;
      if (outcome.row.has_value()) {
        result.cell = treatment.table->label(*outcome.row);
      }
      return ErrorCode::kNone;
    case Kind::kNoRow:
      return FillByDefault(treatment, state, result,
                           trace::Reason::kNoTableRow);
    case Kind::kConflict:
      state.record.degradations.push_back(
          {trace::Reason::kTableConflict, treatment.name, ErrorCode::kNone});
      return FillByDefault(treatment, state, result,
                           trace::Reason::kTableConflict);
    case Kind::kError:
      break;
  }
  return outcome.error;
}

ErrorCode Fill(const plan::TreatmentCode& treatment, size_t stages,
               DecisionState& state, trace::TreatmentResult& result) {
  if (treatment.rule.has_value()) return FillByRule(treatment, state, result);
  if (treatment.table.has_value()) return FillByTable(treatment, state, result);
  if (treatment.matrix.empty()) {
    return FillByDefault(treatment, state, result, trace::Reason::kDefault);
  }
  const plan::CellCode& cell =
      treatment.cells[treatment.matrix[state.tier * stages + state.stage]];
  result.reason = trace::Reason::kMatrixCell;
  result.cell = cell.name;
  return FillCell(treatment, cell, state);
}

}  // namespace

void Treat(const plan::PlanCode& code, DecisionState& state) {
  trace::DecisionRecord& record = state.record;
  for (const plan::TreatmentCode& treatment : code.treatments) {
    trace::TreatmentResult result;
    result.name = treatment.name;
    const ErrorCode error = Fill(treatment, code.stages.size(), state, result);
    if (error != ErrorCode::kNone) {
      record.degradations.push_back(
          {trace::Reason::kTreatmentError, treatment.name, error});
      FillByDefault(treatment, state, result, trace::Reason::kTreatmentError);
    }
    const std::vector<Field>& fields = treatment.fields.fields();
    result.fields_begin = static_cast<uint32_t>(record.treatment_fields.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      record.treatment_fields.push_back(
          {fields[i].name,
           state.slots[static_cast<size_t>(treatment.slot) + i]});
    }
    result.fields_end = static_cast<uint32_t>(record.treatment_fields.size());
    record.treatments.push_back(result);
  }
}

}  // namespace stratagem::decide
