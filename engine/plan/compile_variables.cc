// The sections `variables` and `constraints`. Variables may stand in any order
// and use each other, so they are compiled in the order of their needs.

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/limits.h"
#include "engine/expr/names.h"
#include "engine/plan/compiler.h"

namespace stratagem::plan {
namespace {

using expr::Type;
using expr::TypeKind;

// needs[i] lists the variables that variable i reads.
std::vector<std::vector<size_t>> FindNeeds(const pack::Model& model) {
  absl::flat_hash_map<std::string, size_t> index;
  for (size_t i = 0; i < model.variables.size(); ++i) {
    index.emplace(model.variables[i].name.text, i);
  }
  std::vector<std::vector<size_t>> needs(model.variables.size());
  for (size_t i = 0; i < model.variables.size(); ++i) {
    for (const std::string& name :
         expr::NamesIn(model.variables[i].expression.source)) {
      absl::string_view rest = name;
      if (!absl::ConsumePrefix(&rest, "variables.")) continue;
      const auto found = index.find(rest.substr(0, rest.find('.')));
      if (found != index.end()) needs[i].push_back(found->second);
    }
  }
  return needs;
}

// The names around the cycle that starts at `start`: "a -> b -> a".
// Requires: every variable of `waiting` needs another one of it.
std::string DescribeCycle(size_t start, const pack::Model& model,
                          const std::vector<std::vector<size_t>>& needs,
                          const std::vector<bool>& waiting) {
  std::vector<size_t> path;
  size_t at = start;
  while (std::find(path.begin(), path.end(), at) == path.end()) {
    path.push_back(at);
    at = *std::find_if(needs[at].begin(), needs[at].end(),
                       [&waiting](size_t need) { return waiting[need]; });
  }
  std::string text;
  for (auto step = std::find(path.begin(), path.end(), at); step != path.end();
       ++step) {
    absl::StrAppend(&text, model.variables[*step].name.text, " -> ");
  }
  return text + model.variables[at].name.text;
}

// Compiles variables as they become ready; those that wait for ever are in a
// cycle or need one.
class VariableCompiler {
 public:
  explicit VariableCompiler(Compiler& compiler)
      : compiler_(compiler),
        variables_(compiler.model.variables),
        needs_(FindNeeds(compiler.model)),
        depth_(variables_.size(), 1),
        waiting_(variables_.size(), true),
        programs_(variables_.size()) {}

  void Compile() {
    std::vector<size_t> open(variables_.size());
    std::vector<std::vector<size_t>> users(variables_.size());
    std::vector<size_t> ready;
    for (size_t i = 0; i < variables_.size(); ++i) {
      open[i] = needs_[i].size();
      for (const size_t need : needs_[i]) users[need].push_back(i);
      if (open[i] == 0) ready.push_back(i);
    }
    for (size_t next = 0; next < ready.size(); ++next) {
      CompileOne(ready[next]);
      for (const size_t user : users[ready[next]]) {
        depth_[user] = std::max(depth_[user], depth_[ready[next]] + 1);
        if (--open[user] == 0) ready.push_back(user);
      }
    }
    ReportCycles();
    Store();
  }

 private:
  int SlotOf(size_t index) const {
    return compiler_.code.slots.variables + static_cast<int>(index);
  }

  void CompileOne(size_t index) {
    const pack::Variable& variable = variables_[index];
    waiting_[index] = false;
    if (depth_[index] > kVariableDepthMax) {
      compiler_.diagnostics.AddError(
          "E311", variable.name.location,
          absl::StrCat("variable `", variable.name.text,
                       "` needs a chain of more than ", kVariableDepthMax,
                       " variables"),
          "join some of them into one expression");
    }
    programs_[index] =
        compiler_.Compile(variable.expression, compiler_.scopes.everywhere, {});
    Declare(index, programs_[index].has_value() ? programs_[index]->type()
                                                : Type(TypeKind::kError));
  }

  void Declare(size_t index, const Type& type) {
    DeclareVariable(variables_[index].name.text, type, SlotOf(index),
                    compiler_.scopes);
  }

  void ReportCycles() {
    for (size_t i = 0; i < variables_.size(); ++i) {
      if (!waiting_[i]) continue;
      Declare(i, Type(TypeKind::kError));
      compiler_.diagnostics.AddError(
          "E301", variables_[i].name.location,
          absl::StrCat("variable `", variables_[i].name.text,
                       "` cannot be computed: ",
                       DescribeCycle(i, compiler_.model, needs_, waiting_)));
    }
  }

  // Programs move to their final place before anything points at them.
  void Store() {
    compiler_.code.variables.reserve(variables_.size());
    compiler_.code.lazy.assign(static_cast<size_t>(compiler_.code.slots.count),
                               nullptr);
    for (size_t i = 0; i < variables_.size(); ++i) {
      if (!programs_[i].has_value()) continue;
      compiler_.code.variables.push_back(*std::move(programs_[i]));
      compiler_.code.lazy[static_cast<size_t>(SlotOf(i))] =
          &compiler_.code.variables.back();
    }
  }

  Compiler& compiler_;
  const std::vector<pack::Variable>& variables_;
  std::vector<std::vector<size_t>> needs_;
  std::vector<int> depth_;  // Longest chain of variables that ends here.
  std::vector<bool> waiting_;
  std::vector<std::optional<expr::Program>> programs_;
};

}  // namespace

void CompileVariables(Compiler& compiler) {
  VariableCompiler(compiler).Compile();
}

void CompileConstraints(Compiler& compiler) {
  for (const pack::Expression& constraint : compiler.model.constraints) {
    std::optional<expr::Program> program =
        compiler.CompileCondition(constraint, compiler.scopes.everywhere);
    if (program.has_value()) {
      compiler.code.constraints.push_back({*std::move(program)});
    }
  }
}

}  // namespace stratagem::plan
