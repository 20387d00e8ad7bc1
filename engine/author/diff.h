// engine/author/diff.h
//
// Diff: what is different between two packs, by meaning: cell by cell and offer
// by offer, not by lines. `stratagem pack diff` prints it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_DIFF_H_
#define STRATAGEM_ENGINE_AUTHOR_DIFF_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/author/outline.h"
#include "engine/pack/model.h"

namespace stratagem::author {

enum class ChangeKind {
  kAdded,
  kRemoved,
  kChanged,
  kMoved,  // A line of an ordered list that stands elsewhere among the others.
};

struct Change {
  ChangeKind kind = ChangeKind::kChanged;
  // From the section down: {"treatments", "pricing", "gold x churned",
  // "discount_pct"}.
  std::vector<std::string> path;
  // Of what changed: its texts. Of what was added or removed: its text on that
  // side, or, of a thing, its properties ("group: all, cost: 2"). Of what
  // moved: its places, counted from 1.
  std::string before;
  std::string after;
};

// A line of an ordered list goes by its condition. One that gives the same as
// before on another condition, at the same place, is changed: its path ends in
// what it gives, its texts are the conditions.
//
// Returns the changes from `before` to `after`, in the order of the sections
// and, in them, of `after`; what was removed stands last. Empty when both mean
// the same. Requires: packs that compile. Time: O(n log n) in their text.
std::vector<Change> Diff(const pack::Model& before, const pack::Model& after);

// The same for outlines.
std::vector<Change> Diff(const Outline& before, const Outline& after);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_DIFF_H_
