#include "engine/expr/compile.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/expr/ast.h"
#include "engine/expr/checker.h"
#include "engine/expr/code_generator.h"
#include "engine/expr/parser.h"

namespace stratagem::expr {

std::optional<Program> Compile(const SourceText& source, const Scope& scope,
                               const std::vector<Type>& expected,
                               Diagnostics& diagnostics, CompileOptions) {
  std::optional<Ast> ast = Parse(source, diagnostics);
  if (!ast) return std::nullopt;
  const std::optional<CheckedAst> checked =
      Check(*ast, source, scope, expected, diagnostics);
  if (!checked) return std::nullopt;
  std::unique_ptr<ProgramCode> code =
      Generate(*std::move(ast), *checked, source, scope.functions());
  if (code == nullptr) {
    diagnostics.AddError("E102", source.Locate(0),
                         absl::StrCat("the expression compiles to more than ",
                                      kProgramInstructionsMax, " instructions"),
                         "split it into variables");
    return std::nullopt;
  }
  return Program(std::move(code));
}

}  // namespace stratagem::expr
