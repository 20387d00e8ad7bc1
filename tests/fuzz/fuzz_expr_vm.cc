// Any bytes as a program, typed or not: it ends with a value or an error within
// its limits, the same each time, and its explanation agrees.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/check.h"
#include "engine/expr/compile.h"
#include "engine/expr/explain.h"
#include "engine/expr/program.h"
#include "tests/fuzz/expr_world.h"

namespace stratagem::expr {
namespace {

constexpr size_t kArenaBytesMax = 1u << 20;
constexpr int64_t kStepsMax = 20'000;
// Of texts that are explained, which takes longer.
constexpr size_t kExplainedBytesMax = 200;

// One evaluation on memory of its own.
struct Run {
  std::vector<Value> slots = TheExprWorld().slots;
  Arena arena = Arena(kArenaBytesMax);
  Frame frame;

  Run() {
    frame.slots = slots;
    frame.arena = &arena;
    frame.steps_left = kStepsMax;
  }
};

bool IsLimit(const Value& value) {
  return value.is_error() && (value.error_code() == ErrorCode::kStepLimit ||
                              value.error_code() == ErrorCode::kMemoryLimit);
}

void CheckExplanation(const SourceText& source, const Value& value) {
  Run run;
  Arena keep;
  Diagnostics diagnostics;
  const std::optional<Explanation> explanation =
      Explain(source, TheExprWorld().scope, run.frame, keep, diagnostics);
  STRATAGEM_CHECK(explanation.has_value());
  STRATAGEM_CHECK(ToString(explanation->value) == ToString(value));
}

void RunText(const SourceText& source, bool checked) {
  Diagnostics diagnostics;
  const std::optional<Program> program =
      Compile(source, TheExprWorld().scope, {}, diagnostics,
              CompileOptions{.checked = checked});
  STRATAGEM_CHECK(program.has_value() != diagnostics.has_errors());
  if (!program) return;
  Run first;
  const Value value = program->Evaluate(first.frame);
  Run second;
  STRATAGEM_CHECK(ToString(program->Evaluate(second.frame)) == ToString(value));
  if (checked && !IsLimit(value) &&
      source.text().size() <= kExplainedBytesMax) {
    CheckExplanation(source, value);
  }
}

}  // namespace
}  // namespace stratagem::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  const SourceText source(
      std::string(reinterpret_cast<const char*>(data), size), {"fuzz", 1, 1});
  expr::RunText(source, /*checked=*/true);
  expr::RunText(source, /*checked=*/false);
  return 0;
}
