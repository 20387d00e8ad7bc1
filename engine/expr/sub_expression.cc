#include "engine/expr/sub_expression.h"

#include <memory>
#include <utility>

#include "engine/base/diagnostics.h"
#include "engine/expr/checker.h"
#include "engine/expr/code_generator.h"

namespace stratagem::expr {

NodeId CopyTree(const std::vector<Node>& nodes,
                const std::vector<size_t>& offsets, NodeId id, Ast& part) {
  Node node = nodes[id];
  ForEachChild(node, [&](NodeId& child) {
    child = CopyTree(nodes, offsets, child, part);
  });
  part.nodes.push_back(std::move(node));
  part.offsets.push_back(offsets[id]);
  return static_cast<NodeId>(part.nodes.size() - 1);
}

std::optional<Program> CompilePart(Ast part, const SourceText& source,
                                   const Scope& scope) {
  Diagnostics ignored;  // The whole has none.
  const std::optional<CheckedAst> checked =
      Check(part, source, scope, {}, CheckMode::kTyped, ignored);
  if (!checked) return std::nullopt;
  std::unique_ptr<ProgramCode> code =
      Generate(std::move(part), *checked, source, scope.functions(), ignored);
  if (code == nullptr) return std::nullopt;
  return Program(std::move(code));
}

}  // namespace stratagem::expr
