// Any bytes as an expression against names of every kind: types or a reason, in
// both modes, and a type for every node.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "engine/expr/type.h"
#include "tests/fuzz/expr_world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  Diagnostics syntax;
  const SourceText source(
      std::string(reinterpret_cast<const char*>(data), size), {"fuzz", 1, 1});
  const std::optional<expr::Ast> ast = expr::Parse(source, syntax);
  if (!ast) return 0;
  for (const expr::CheckMode mode :
       {expr::CheckMode::kTyped, expr::CheckMode::kUnchecked}) {
    Diagnostics diagnostics;
    const std::optional<expr::CheckedAst> checked = expr::Check(
        *ast, source, expr::TheExprWorld().scope, {}, mode, diagnostics);
    STRATAGEM_CHECK(checked.has_value() != diagnostics.has_errors());
    if (!checked) continue;
    STRATAGEM_CHECK(checked->types.size() == ast->nodes.size());
    STRATAGEM_CHECK(!expr::ToString(checked->types[ast->root]).empty());
  }
  return 0;
}
