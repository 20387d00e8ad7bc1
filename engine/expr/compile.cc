#include "engine/expr/compile.h"

#include <memory>
#include <utility>

#include "engine/expr/ast.h"
#include "engine/expr/checker.h"
#include "engine/expr/code_generator.h"
#include "engine/expr/parser.h"

namespace stratagem::expr {

std::optional<Program> Compile(const SourceText& source, const Scope& scope,
                               const std::vector<Type>& expected,
                               Diagnostics& diagnostics,
                               CompileOptions options) {
  std::optional<Ast> ast =
      Parse(source, diagnostics, {.macros = options.macros});
  if (!ast) return std::nullopt;
  const CheckMode mode =
      options.checked ? CheckMode::kTyped : CheckMode::kUnchecked;
  const std::optional<CheckedAst> checked =
      Check(*ast, source, scope, expected, mode, diagnostics);
  if (!checked) return std::nullopt;
  std::unique_ptr<ProgramCode> code = Generate(
      *std::move(ast), *checked, source, scope.functions(), diagnostics);
  if (code == nullptr) return std::nullopt;
  return Program(std::move(code));
}

}  // namespace stratagem::expr
