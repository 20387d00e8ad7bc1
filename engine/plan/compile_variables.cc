// The sections `variables` and `constraints`. Variables may stand in any order
// and use each other, so they are compiled in the order of their needs.

#include <algorithm>
#include <deque>
#include <span>
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

// LIMIT: names that the message about a cycle lists.
constexpr size_t kCycleNamesMax = 8;

// "a -> b -> a"; a long cycle ends with "…".
std::string DescribeCycle(std::span<const size_t> cycle,
                          const std::vector<pack::Variable>& variables) {
  std::string text;
  const size_t listed = std::min(cycle.size(), kCycleNamesMax);
  for (const size_t index : cycle.first(listed)) {
    absl::StrAppend(&text, variables[index].name.text, " -> ");
  }
  absl::StrAppend(
      &text, listed < cycle.size() ? "…" : variables[cycle.front()].name.text);
  return text;
}

// Compiles variables as they become ready. Those that wait for ever are in a
// cycle or need one; a cycle is reported and then counts as compiled, so that
// what needs it is compiled too.
// Time: O(variables + needs), besides compiling.
class VariableCompiler {
 public:
  explicit VariableCompiler(Compiler& compiler)
      : compiler_(compiler),
        variables_(compiler.model.variables),
        needs_(FindNeeds(compiler.model)),
        users_(variables_.size()),
        open_(variables_.size()),
        next_need_(variables_.size(), 0),
        depth_(variables_.size(), 1),
        waiting_(variables_.size(), true),
        programs_(variables_.size()) {}

  void Compile() {
    for (size_t i = 0; i < variables_.size(); ++i) {
      open_[i] = needs_[i].size();
      for (const size_t need : needs_[i]) users_[need].push_back(i);
      if (open_[i] == 0) ready_.push_back(i);
    }
    CompileReady();
    BreakCycles();
    Store();
  }

 private:
  int SlotOf(size_t index) const {
    return compiler_.code.slots.variables + static_cast<int>(index);
  }

  void CompileReady() {
    while (!ready_.empty()) {
      const size_t index = ready_.front();
      ready_.pop_front();
      waiting_[index] = false;
      CompileOne(index);
      Release(index);
    }
  }

  // Tells the users of a variable that it has its type.
  void Release(size_t index) {
    for (const size_t user : users_[index]) {
      depth_[user] = std::max(depth_[user], depth_[index] + 1);
      if (--open_[user] == 0 && waiting_[user]) ready_.push_back(user);
    }
  }

  void CompileOne(size_t index) {
    const pack::Variable& variable = variables_[index];
    // Whatever is deeper needs one of exactly this depth, which is reported.
    if (depth_[index] == kVariableDepthMax + 1) {
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

  // Walks from need to need among the variables that wait. Each of them needs
  // another one that waits, so a walk ends only by closing a cycle.
  void BreakCycles() {
    std::vector<size_t> path;
    std::vector<bool> on_path(variables_.size(), false);
    const auto step_to = [&path, &on_path](size_t index) {
      path.push_back(index);
      on_path[index] = true;
    };
    for (size_t start = 0; start < variables_.size(); ++start) {
      if (waiting_[start]) step_to(start);
      while (!path.empty()) {
        if (!waiting_[path.back()]) {
          path.pop_back();
          continue;
        }
        const size_t need = WaitingNeed(path.back());
        if (!on_path[need]) {
          step_to(need);
          continue;
        }
        const auto entry = std::find(path.rbegin(), path.rend(), need);
        BreakCycle({entry.base() - 1, path.end()});
        CompileReady();
      }
    }
  }

  // The first need of a variable that waits itself.
  size_t WaitingNeed(size_t index) {
    size_t& next = next_need_[index];
    while (!waiting_[needs_[index][next]]) ++next;
    return needs_[index][next];
  }

  void BreakCycle(std::vector<size_t> cycle) {
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()),
                cycle.end());
    const pack::Name& first = variables_[cycle.front()].name;
    compiler_.diagnostics.AddError(
        "E301", first.location,
        absl::StrCat("variable `", first.text,
                     "` needs itself: ", DescribeCycle(cycle, variables_)),
        "break the circle: write one of them without the others");
    for (const size_t index : cycle) waiting_[index] = false;
    for (const size_t index : cycle) {
      Declare(index, Type(TypeKind::kError));
      Release(index);
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
  const std::vector<std::vector<size_t>> needs_;
  std::vector<std::vector<size_t>> users_;
  std::vector<size_t> open_;       // Needs that are not yet released.
  std::vector<size_t> next_need_;  // Needs before this one do not wait.
  std::deque<size_t> ready_;
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
