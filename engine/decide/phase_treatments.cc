// Treatments: each dimension yields exactly one value, the default if need be.

#include "engine/decide/decision_state.h"

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

}  // namespace

void Treat(const plan::PlanCode& code, DecisionState& state) {
  trace::DecisionRecord& record = state.record;
  for (const plan::TreatmentCode& treatment : code.treatments) {
    const bool has_matrix = !treatment.matrix.empty();
    size_t cell =
        has_matrix
            ? treatment.matrix[state.tier * code.stages.size() + state.stage]
            : 0;
    trace::TreatmentResult result;
    result.name = treatment.name;
    result.reason =
        has_matrix ? trace::Reason::kMatrixCell : trace::Reason::kDefault;
    const ErrorCode error = FillCell(treatment, treatment.cells[cell], state);
    if (error != ErrorCode::kNone) {
      record.degradations.push_back(
          {trace::Reason::kTreatmentError, treatment.name, error});
      result.reason = trace::Reason::kTreatmentError;
      cell = 0;
      FillCell(treatment, treatment.cells[cell], state);  // Literals only.
    }
    result.cell = treatment.cells[cell].name;
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
