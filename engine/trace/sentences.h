// engine/trace/sentences.h
//
// Sentences: what explanations are said with, the pack's own words before the
// built-in ones of a language. explain_text.cc, offer_parameters.cc and
// needs_text.cc fill them in.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_SENTENCES_H_
#define STRATAGEM_ENGINE_TRACE_SENTENCES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/trace/explain_text.h"
#include "engine/trace/reason.h"
#include "engine/trace/wording.h"

namespace stratagem::trace {

// What stands in for `{name}`, by name.
using Parameters = std::vector<std::pair<absl::string_view, std::string>>;

// "2026-12-30 08:00" of "2026-12-30T08:00:00+08:00"; dates stay as they are.
std::string ShortTime(const std::string& time);

// Borrows the wording and the words, which must outlive it.
class Sentences {
 public:
  Sentences(const Wording& wording, const PackWords& words)
      : wording_(wording), words_(words) {}

  // The sentence with `parameters` in it; braces with other names stay.
  std::string Say(Phrase phrase, const Parameters& parameters = {}) const;
  // The pack's sentence for the reason if it has one, else the built-in one.
  std::string Say(Reason reason, const Parameters& parameters) const;

  // The pack's text for the key, or "".
  std::string Own(absl::string_view key) const;
  // What the pack calls `name` of the kind `prefix`, or the name itself.
  std::string Called(absl::string_view prefix, absl::string_view name) const;
  std::string Error(ErrorCode error) const;

  // A decimal number as GroupedNumber() has it.
  std::string Grouped(absl::string_view number) const;
  std::string Number(double number) const;
  // A number that came about by computing may have more digits than anybody
  // reads.
  std::string ShortNumber(const std::string& exact) const;
  std::string Percent(double share) const;
  std::string WithUnit(const std::string& unit, std::string value) const;

  std::string ScoreText(double score) const;
  // Of tiers: rounded down, so that no score reads as one that it misses.
  std::string ReachedText(double score) const;
  // What is missing to a score, rounded up to go with it.
  std::string MissingText(double missing) const;

 private:
  const Wording& wording_;
  const PackWords& words_;
};

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_SENTENCES_H_
