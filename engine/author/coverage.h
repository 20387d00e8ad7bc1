// engine/author/coverage.h
//
// Coverage: which tiers, stages, cells, rows, rules and offers of a pack some
// decisions reached, and which they did not. Filled by run_tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_COVERAGE_H_
#define STRATAGEM_ENGINE_AUTHOR_COVERAGE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/base/source_text.h"
#include "engine/expr/program.h"
#include "engine/pack/model.h"
#include "engine/plan/decision_table.h"
#include "engine/plan/plan.h"
#include "engine/trace/decision_record.h"

namespace stratagem::author {

enum class CoverageKind {
  kTier,
  kStage,  // A line of the lifecycle.
  kCell,   // A value of a treatment's matrix, or its default.
  kRow,    // A row of a decision table.
  kRule,   // An item of a rule that has an `output`.
  kOffer,
};

inline constexpr CoverageKind kCoverageKinds[] = {
    CoverageKind::kTier, CoverageKind::kStage, CoverageKind::kCell,
    CoverageKind::kRow,  CoverageKind::kRule,  CoverageKind::kOffer,
};

// "tiers", "stages", ….
absl::string_view CoverageKindName(CoverageKind kind);

// Something that a decision may reach.
struct CoverageItem {
  CoverageKind kind = CoverageKind::kTier;
  std::string name;  // "gold", "pricing: win_back", "service: rows[3]".
  SourceLocation location;
  uint64_t reached = 0;  // By how many decisions.
};

struct CoverageShare {
  size_t reached = 0;
  size_t total = 0;

  // 100 when there is nothing to reach, and only when nothing is left out.
  double percent() const;
};

// A value that a treatment may get: a cell, a row, an item of a rule.
struct TreatmentPart {
  CoverageKind kind = CoverageKind::kCell;
  // As records call it: "win_back", "rows[3]", "rule.match[1]"; of the default
  // its name, "" when it has none.
  std::string label;
  SourceLocation location;
};

// All of `treatment`; the default only if it may stand in for customers that
// nothing else is for.
std::vector<TreatmentPart> PartsOf(const pack::Treatment& treatment,
                                   const pack::Model& model);

// Not thread safe. Requires: the plan was compiled from the model; it outlives
// this, the model may end.
class Coverage {
 public:
  Coverage(const pack::Model& model, const plan::Plan& plan);

  // Counts what one decision reached. `frame` is that of the decision, where
  // expressions can be evaluated once more.
  // Time: O(stages + treatments + slots), and what the conditions take.
  void Add(const trace::DecisionRecord& record, expr::Frame& frame);

  // In the order of the kinds, and within a kind of the pack.
  std::span<const CoverageItem> items() const { return items_; }
  CoverageShare Of(CoverageKind kind) const;
  CoverageShare InAll() const;

 private:
  using ByName = absl::flat_hash_map<std::string, size_t>;

  void AddCustomerValue(const pack::Model& model);
  void AddTreatments(const pack::Model& model, CoverageKind kind);
  void Reach(const ByName& items, absl::string_view name);
  void ReachStage(expr::Frame& frame);
  void ReachTreatment(size_t treatment, const trace::TreatmentResult& result,
                      expr::Frame& frame);

  const plan::Plan& plan_;
  std::vector<CoverageItem> items_;
  ByName tiers_;
  size_t first_stage_ = 0;
  std::vector<ByName> treatments_;    // By label; "" is the default.
  std::vector<bool> takes_all_rows_;  // Of each treatment.
  plan::TableScratch scratch_;
  ByName offers_;
};

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_COVERAGE_H_
