// engine/author/outline.h
//
// Outline: what a pack means, as a tree of named texts: everything that can
// change a decision, an answer or its record, and nothing else. diff.h
// compares two of them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_OUTLINE_H_
#define STRATAGEM_ENGINE_AUTHOR_OUTLINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/pack/model.h"

namespace stratagem::author {

// A section, a thing in it, or a property of a thing.
struct Outline {
  std::string name;
  std::string text;  // Of a property.
  // Names differ, once OutlineOf() has returned it.
  std::vector<Outline> children;
  // The order of `children` means something: lines of which the first wins.
  bool is_ordered = false;
  // It is as if the pack did not say it: not worth a word of what is new.
  bool is_default = false;

  // The child, valid until the next one is added.
  Outline& Add(std::string child_name, std::string child_text = "");
  // Adds a property that has a text.
  void AddUnlessEmpty(std::string child_name, std::string child_text);
  // Adds a property whose text is `default_text` unless the pack says more.
  void AddDefaulting(std::string child_name, std::string child_text,
                     absl::string_view default_text);
};

// Returns the outline of `model`. Left out: its name and version, descriptions,
// names of cells and files, the order of what has none. A matrix is resolved to
// what each pair of tier and stage gets; a row of a table is named by its
// conditions; what is absent and has a default has that default.
// Requires: a pack that compiles. Time: O(text of the pack).
Outline OutlineOf(const pack::Model& model);

// The parts of it that stand in files of their own.
// outline_fields.cc: `name` with type, bounds and the rest of each field;
// `default_key` is what packs call the value that stands there.
void AddFields(Outline& parent, std::string name, const Schema& fields,
               const std::string& default_key, absl::TimeZone timezone);
// outline_caps.cc
void AddLimits(Outline& parent, const std::vector<pack::Limit>& limits);
void AddContactPolicy(Outline& root, const pack::Model& model);
void AddBudgets(Outline& root, const pack::Model& model);
// outline_treatment.cc
void AddTreatments(Outline& parent, const pack::Model& model);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_OUTLINE_H_
