// Any bytes as CEL text: a tree or a reason, and a tree's own text is read as
// that tree again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/parser.h"
#include "engine/expr/unparse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  Diagnostics diagnostics;
  const SourceText source(
      std::string(reinterpret_cast<const char*>(data), size), {"fuzz", 1, 1});
  const std::optional<expr::Ast> ast = expr::Parse(source, diagnostics);
  STRATAGEM_CHECK(ast.has_value() != diagnostics.has_errors());
  if (!ast) return 0;
  const std::string text = expr::Unparse(*ast, ast->root);
  Diagnostics again;
  const std::optional<expr::Ast> reread =
      expr::Parse(SourceText(text, {"again", 1, 1}), again);
  if (!reread) {
    // Parentheses and escapes may be what a limit was short of.
    STRATAGEM_CHECK(again.Sorted().front().code == "E102");
    return 0;
  }
  STRATAGEM_CHECK(expr::Unparse(*reread, reread->root) == text);
  return 0;
}
