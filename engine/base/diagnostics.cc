#include "engine/base/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"

namespace stratagem {

void Diagnostics::AddError(absl::string_view code,
                           const SourceLocation& location, std::string message,
                           std::string hint) {
  ++error_count_;
  Add({Severity::kError, std::string(code), location, std::move(message),
       std::move(hint)});
}

void Diagnostics::AddWarning(absl::string_view code,
                             const SourceLocation& location,
                             std::string message, std::string hint) {
  ++warning_count_;
  Add({Severity::kWarning, std::string(code), location, std::move(message),
       std::move(hint)});
}

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostics_.size() < kDiagnosticsMax) {
    diagnostics_.push_back(std::move(diagnostic));
  }
}

std::vector<Diagnostic> Diagnostics::Sorted() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.location.file, a.location.line, a.location.column) <
               std::tie(b.location.file, b.location.line, b.location.column);
      });
  return sorted;
}

std::string Diagnostics::ToString() const {
  std::string text;
  for (const Diagnostic& diagnostic : Sorted()) {
    absl::StrAppend(&text, stratagem::ToString(diagnostic), "\n");
  }
  const size_t total = error_count_ + warning_count_;
  if (total > diagnostics_.size()) {
    absl::StrAppend(&text, "and ", total - diagnostics_.size(), " more\n");
  }
  return text;
}

std::string ToString(const Diagnostic& diagnostic) {
  std::string text = absl::StrCat(
      stratagem::ToString(diagnostic.location), ": ",
      diagnostic.severity == Severity::kError ? "error " : "warning ",
      diagnostic.code, ": ", diagnostic.message);
  if (!diagnostic.hint.empty()) {
    absl::StrAppend(&text, "\n  hint: ", diagnostic.hint);
  }
  return text;
}

}  // namespace stratagem
