// Treatments: each dimension yields exactly one value, the default if need be.

#include "engine/decide/decision_state.h"
#include "engine/policy/policy.h"
#include "engine/value/compare.h"

namespace stratagem::decide {
namespace {

ErrorCode ErrorOf(FieldFault fault) {
  switch (fault) {
    case FieldFault::kNone:
      return ErrorCode::kNone;
    case FieldFault::kWrongType:
      return ErrorCode::kNoMatchingOverload;
    case FieldFault::kOutOfRange:
    case FieldFault::kNotAllowed:
      return ErrorCode::kOutOfRange;
    case FieldFault::kTooLarge:
      return ErrorCode::kMemoryLimit;
  }
  return ErrorCode::kNoMatchingOverload;
}

// Writes the cell's values to the treatment's slots. Returns the first error;
// the slots are then partly written.
ErrorCode FillCell(const plan::TreatmentCode& treatment,
                   const plan::CellCode& cell, DecisionState& state) {
  for (size_t i = 0; i < cell.operands.size(); ++i) {
    const plan::OperandCode& operand = cell.operands[i];
    Value value = operand.literal;
    if (operand.program.has_value()) {
      value = operand.program->Evaluate(state.frame);
      if (value.is_error()) return value.error_code();
      const FieldFault fault =
          Conform(treatment.fields.fields()[i], value, state.arena);
      if (fault != FieldFault::kNone) return ErrorOf(fault);
    }
    state.slots[static_cast<size_t>(treatment.slot) + i] = value;
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
    if (fault != FieldFault::kNone) return ErrorOf(fault);
    state.slots[static_cast<size_t>(treatment.slot) + i] = value;
  }
  return ErrorCode::kNone;
}

// Fills the treatment's slots by its rule, or else by its matrix, and says in
// `result` what it was. Returns the first error; the slots are then partly
// written.
ErrorCode Fill(const plan::TreatmentCode& treatment, size_t stages,
               DecisionState& state, trace::TreatmentResult& result) {
  const plan::CellCode* cell = &treatment.cells[0];
  result.reason = trace::Reason::kDefault;
  if (treatment.rule.has_value()) {
    const policy::Outcome outcome = treatment.rule->Evaluate(state.frame);
    if (outcome.value.is_error()) return outcome.value.error_code();
    if (!outcome.matched.empty()) {
      result.reason = trace::Reason::kRuleItem;
      result.cell = outcome.matched.front()->path;
      return FillFields(treatment, outcome.value, state);
    }
    result.reason = trace::Reason::kNoRuleItem;
  } else if (!treatment.matrix.empty()) {
    result.reason = trace::Reason::kMatrixCell;
    cell =
        &treatment.cells[treatment.matrix[state.tier * stages + state.stage]];
  }
  result.cell = cell->name;
  return FillCell(treatment, *cell, state);
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
      result.reason = trace::Reason::kTreatmentError;
      result.cell = treatment.cells[0].name;
      FillCell(treatment, treatment.cells[0], state);  // Literals only.
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
