#include "engine/plan/dependencies.h"

#include <algorithm>
#include <deque>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stratagem::plan {
namespace {

Reader ReaderOf(std::string name, const expr::Program& program) {
  const std::span<const int> slots = program.slots_read();
  return {std::move(name), {slots.begin(), slots.end()}};
}

std::vector<Reader> IndicatorsOf(const Scorecard& scorecard) {
  std::vector<Reader> readers;
  for (const DimensionCode& dimension : scorecard.dimensions()) {
    for (const IndicatorCode& indicator : dimension.indicators) {
      readers.push_back(ReaderOf(
          absl::StrCat("indicator `", indicator.name, "`"), indicator.program));
    }
  }
  return readers;
}

// A stage depends on every condition: that one fails lets the next one in.
std::vector<Reader> StageConditionsOf(const PlanCode& code) {
  std::vector<Reader> readers;
  for (const StageRuleCode& rule : code.stage_rules) {
    if (!rule.condition.has_value()) continue;
    readers.push_back(
        ReaderOf(absl::StrCat("lifecycle `", code.stages[rule.stage], "`"),
                 *rule.condition));
  }
  return readers;
}

}  // namespace

std::vector<Reader> ReadersOf(const TreatmentCode& treatment,
                              const SlotLayout& slots) {
  std::vector<Reader> readers;
  if (!treatment.matrix.empty()) {
    readers.push_back({"the matrix", {slots.tier, slots.stage}});
  }
  for (const CellCode& cell : treatment.cells) {
    for (const OperandCode& operand : cell.operands) {
      if (!operand.program.has_value()) continue;
      readers.push_back(
          ReaderOf(absl::StrCat("cell `", cell.name, "`"), *operand.program));
    }
  }
  if (treatment.table.has_value()) {
    for (const auto& [row, program] : treatment.table->programs()) {
      readers.push_back(
          ReaderOf(row.has_value()
                       ? std::string(treatment.table->label(*row))
                       : absl::StrCat("input `", program->source().text(), "`"),
                   *program));
    }
  }
  if (treatment.rule.has_value()) {
    for (const expr::Program* const program : treatment.rule->programs()) {
      readers.push_back(ReaderOf("the rule", *program));
    }
  }
  return readers;
}

Dependencies::Dependencies(const PlanCode& code, const expr::Scope& scope)
    : slots_(code.slots) {
  for (const std::string& name : scope.names()) {
    const expr::Declaration* const declaration = scope.Find(name);
    names_.emplace(declaration->slot, name);
    if (declaration->rank_slot >= 0) {
      names_.emplace(declaration->rank_slot, name);
    }
  }
  for (size_t slot = 0; slot < code.lazy.size(); ++slot) {
    if (code.lazy[slot] == nullptr) continue;
    sources_[static_cast<int>(slot)] = {ReaderOf("", *code.lazy[slot])};
  }
  if (code.scorecard.has_value()) {
    for (const int slot :
         {slots_.score, slots_.coverage, slots_.tier, slots_.tier_rank}) {
      sources_[slot] = IndicatorsOf(*code.scorecard);
    }
  }
  if (!code.stage_rules.empty()) {
    sources_[slots_.stage] = StageConditionsOf(code);
  }
}

std::string Dependencies::NameOf(int slot) const {
  const auto found = names_.find(slot);
  return found == names_.end() ? "" : found->second;
}

// Breadth first, from the treatment back to what it reads.
std::vector<std::string> Dependencies::Way(const TreatmentCode& treatment,
                                           int slot) const {
  // How a slot was come by: who reads it, and which slot that one fills.
  struct Step {
    std::string reader;
    int next = -1;
  };
  absl::flat_hash_map<int, Step> steps;
  std::deque<int> open;
  const auto visit = [&](const std::vector<Reader>& readers, int next) {
    for (const Reader& reader : readers) {
      for (const int read : reader.slots) {
        if (steps.emplace(read, Step{reader.name, next}).second) {
          open.push_back(read);
        }
      }
    }
  };
  visit(ReadersOf(treatment, slots_), -1);
  while (!open.empty() && !steps.contains(slot)) {
    const int current = open.front();
    open.pop_front();
    const auto source = sources_.find(current);
    if (source != sources_.end()) visit(source->second, current);
  }
  std::vector<std::string> way;
  for (auto step = steps.find(slot); step != steps.end();
       step = steps.find(step->second.next)) {
    for (const std::string& name :
         {step->second.reader, NameOf(step->second.next)}) {
      if (!name.empty()) way.push_back(name);
    }
  }
  return way;
}

}  // namespace stratagem::plan
