// engine/expr/text_sink.h
//
// BuildText: a new string that is written twice, first to learn its size and
// then into the arena. Used by the functions that make text.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TEXT_SINK_H_
#define STRATAGEM_ENGINE_EXPR_TEXT_SINK_H_

#include <cstddef>
#include <cstring>
#include <limits>

#include "absl/strings/string_view.h"
#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Takes text piece by piece; without a buffer it only counts.
class TextSink {
 public:
  TextSink() = default;
  // `buffer` has room for all that will be appended.
  explicit TextSink(char* buffer) : buffer_(buffer) {}

  void Append(absl::string_view text) {
    if (buffer_ != nullptr && !text.empty()) {
      std::memcpy(buffer_ + size_, text.data(), text.size());
    }
    size_ += text.size();
  }
  void Append(char c) { Append(absl::string_view(&c, 1)); }

  size_t size() const { return size_; }

 private:
  char* buffer_ = nullptr;
  size_t size_ = 0;
};

// Returns the string that `write(TextSink&)` appends, or kStepLimit or
// kMemoryLimit. Charges for the result; `write` is called twice and must append
// the same both times.
template <typename Write>
Value BuildText(Evaluation& evaluation, Write write) {
  TextSink measure;
  write(measure);
  if (!evaluation.ChargeText(measure.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  char* const buffer = measure.size() > std::numeric_limits<uint32_t>::max()
                           ? nullptr
                           : evaluation.AllocateArray<char>(measure.size());
  if (buffer == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  TextSink fill(buffer);
  write(fill);
  return Value::String({buffer, measure.size()});
}

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TEXT_SINK_H_
