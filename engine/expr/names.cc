#include "engine/expr/names.h"

#include <set>

#include "engine/base/diagnostics.h"
#include "engine/expr/ast.h"
#include "engine/expr/parser.h"

namespace stratagem::expr {

std::vector<std::string> NamesIn(const SourceText& source) {
  Diagnostics ignored;  // Compile() reports the same ones.
  const std::optional<Ast> ast = Parse(source, ignored);
  if (!ast.has_value()) return {};
  std::set<std::string> names;
  for (NodeId id = 1; id < ast->nodes.size(); ++id) {
    std::string name = DottedName(*ast, id);
    if (!name.empty()) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

}  // namespace stratagem::expr
