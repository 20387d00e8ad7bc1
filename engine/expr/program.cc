#include "engine/expr/program.h"

#include <utility>

#include "engine/expr/program_code.h"
#include "engine/expr/vm.h"

namespace stratagem::expr {

Program::Program(std::unique_ptr<const ProgramCode> code)
    : code_(std::move(code)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

Value Program::Evaluate(Frame& frame) const {
  return code_->constant ? *code_->constant : Run(*code_, frame);
}

const Type& Program::type() const { return code_->type; }

const Value* Program::constant() const {
  return code_->constant ? &*code_->constant : nullptr;
}

std::span<const int> Program::slots_read() const { return code_->slots_read; }

const SourceText& Program::source() const { return code_->source; }

SourceLocation Program::Locate(uint32_t expr_id) const {
  const bool known = expr_id < code_->offsets.size();
  return code_->source.Locate(known ? code_->offsets[expr_id] : 0);
}

}  // namespace stratagem::expr
