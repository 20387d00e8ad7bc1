#include "clients/cli/expr_steps.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/input_file.h"
#include "engine/base/arena.h"
#include "engine/base/check.h"
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

// Without any names to choose from, says where names come from.
std::vector<Diagnostic> WithHints(const Diagnostics& found,
                                  const ExprSession& session) {
  std::vector<Diagnostic> diagnostics = found.Sorted();
  if (!session.is_empty()) return diagnostics;
  for (Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.code == "E110" &&
        !absl::StartsWith(diagnostic.hint, "did you mean")) {
      diagnostic.hint =
          "names come from `--set name=value`, `--facts FILE` or `--pack DIR`";
    }
  }
  return diagnostics;
}

}  // namespace

absl::Status SetFromFile(const std::string& path, ExprSession& session,
                         const Console& console) {
  const absl::StatusOr<std::string> text = ReadInput(path, console);
  if (!text.ok()) return absl::UnavailableError(text.status().message());
  const absl::Status set = session.SetFromJson(*text);
  if (set.ok()) return set;
  return absl::InvalidArgumentError(
      absl::StrCat(path == "-" ? "standard input" : path, ": ", set.message()));
}

std::optional<expr::Program> CompileExpr(const std::string& text,
                                         const ExprSession& session,
                                         const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  std::optional<expr::Program> program =
      expr::Compile(source, session.scope(), {}, diagnostics);
  PrintExprDiagnostics(WithHints(diagnostics, session), source, console);
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
  PrintCheck(program ? &*program : nullptr, WithHints(diagnostics, session),
             source, output, console);
  return program ? ExitCode::kOk : ExitCode::kRefused;
}

ExitCode ExplainExpr(const std::string& text, ExprSession& session,
                     ExprOutput output, const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  Arena keep;
  const std::optional<expr::Explanation> explanation = expr::Explain(
      source, session.scope(), session.Start(), keep, diagnostics);
  PrintExprDiagnostics(WithHints(diagnostics, session), source, console);
  if (!explanation) return ExitCode::kRefused;
  Diagnostics said_above;
  const std::optional<expr::Program> program =
      expr::Compile(source, session.scope(), {}, said_above);
  STRATAGEM_CHECK(program.has_value());
  PrintExplanation(*explanation, session.MissingName(*program), output,
                   console);
  if (!explanation->value.is_error()) return ExitCode::kOk;
  if (output == ExprOutput::kText) {
    console.out.flush();
    PrintExprError(*program, explanation->value, session, console);
  }
  return ExitCode::kRefused;
}

ExitCode ParseExpr(const std::string& text, ExprOutput output,
                   const Console& console) {
  const SourceText source = SourceOf(text);
  Diagnostics diagnostics;
  const std::optional<expr::Ast> ast = expr::Parse(source, diagnostics);
  PrintExprDiagnostics(diagnostics.Sorted(), source, console);
  if (!ast) return ExitCode::kRefused;
  PrintAst(*ast, source, output, console);
  return ExitCode::kOk;
}

}  // namespace stratagem::cli
