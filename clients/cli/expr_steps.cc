#include "clients/cli/expr_steps.h"

#include "engine/base/arena.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/compile.h"
#include "engine/expr/explain.h"
#include "engine/expr/parser.h"

namespace stratagem::cli {
namespace {

SourceText SourceOf(const std::string& text) {
  return SourceText(text, {"expression", 1, 1});
}

}  // namespace

std::optional<expr::Program> CompileExpr(const std::string& text,
                                         const ExprSession& session,
                                         const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  std::optional<expr::Program> program =
      expr::Compile(source, session.scope(), {}, diagnostics);
  PrintExprDiagnostics(diagnostics, source, console);
  return program;
}

ExitCode EvaluateExpr(const std::string& text, ExprSession& session,
                      ExprOutput output, const Console& console) {
  const std::optional<expr::Program> program =
      CompileExpr(text, session, console);
  if (!program) return ExitCode::kRefused;
  const Value value = program->Evaluate(session.Start());
  PrintValue(*program, value, session, output, console);
  return value.is_error() ? ExitCode::kRefused : ExitCode::kOk;
}

ExitCode CheckExpr(const std::string& text, const ExprSession& session,
                   ExprOutput output, const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  const std::optional<expr::Program> program =
      expr::Compile(source, session.scope(), {}, diagnostics);
  PrintCheck(program ? &*program : nullptr, diagnostics, source, output,
             console);
  return program ? ExitCode::kOk : ExitCode::kRefused;
}

ExitCode ExplainExpr(const std::string& text, ExprSession& session,
                     ExprOutput output, const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  Arena keep;
  const std::optional<expr::Explanation> explanation = expr::Explain(
      source, session.scope(), session.Start(), keep, diagnostics);
  PrintExprDiagnostics(diagnostics, source, console);
  if (!explanation) return ExitCode::kRefused;
  PrintExplanation(*explanation, output, console);
  return explanation->value.is_error() ? ExitCode::kRefused : ExitCode::kOk;
}

ExitCode ParseExpr(const std::string& text, ExprOutput output,
                   const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  const std::optional<expr::Ast> ast = expr::Parse(source, diagnostics);
  PrintExprDiagnostics(diagnostics, source, console);
  if (!ast) return ExitCode::kRefused;
  PrintAst(*ast, source, output, console);
  return ExitCode::kOk;
}

}  // namespace stratagem::cli
