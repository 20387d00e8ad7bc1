// engine/base/diagnostics.h
//
// Diagnostics: the channel for mistakes of a pack's author. Everything that
// reads packs takes a Diagnostics&, goes on after an error, and returns a null
// result if and only if it added one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_DIAGNOSTICS_H_
#define STRATAGEM_ENGINE_BASE_DIAGNOSTICS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/source_text.h"

namespace stratagem {

enum class Severity { kError, kWarning };

// One mistake. `code` is stable ("E204") and never reused; docs/diagnostics.md
// lists them. `message` is one line, lower case, no final stop, names in
// backticks: what was found, then what was expected. `hint` says what to do
// and may be empty.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;
  SourceLocation location;
  std::string message;
  std::string hint;
};

// Not thread safe.
class Diagnostics {
 public:
  void AddError(absl::string_view code, const SourceLocation& location,
                std::string message, std::string hint = "");
  void AddWarning(absl::string_view code, const SourceLocation& location,
                  std::string message, std::string hint = "");

  bool has_errors() const { return error_count_ > 0; }
  size_t error_count() const { return error_count_; }
  size_t warning_count() const { return warning_count_; }

  // Sorted by file, line and column; equal places keep the order in which they
  // were added. At most kDiagnosticsMax are kept; the counts count all.
  std::vector<Diagnostic> Sorted() const;

  // One diagnostic a line, a hint on a line of its own below it:
  //   pack.yaml:4:5: error E311: tier `basic` starts at 0, not above 700
  //     hint: list the best tier first
  // Empty when there are none.
  std::string ToString() const;

 private:
  void Add(Diagnostic diagnostic);

  std::vector<Diagnostic> diagnostics_;
  size_t error_count_ = 0;
  size_t warning_count_ = 0;
};

// The text of one diagnostic as in Diagnostics::ToString(), without the last
// line break.
std::string ToString(const Diagnostic& diagnostic);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_DIAGNOSTICS_H_
