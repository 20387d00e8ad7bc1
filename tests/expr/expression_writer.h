// tests/expr/expression_writer.h
//
// ExpressionWriter: well-typed CEL expressions by chance, for tests that hold
// two implementations against each other.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_EXPR_EXPRESSION_WRITER_H_
#define STRATAGEM_TESTS_EXPR_EXPRESSION_WRITER_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace stratagem::expr {

// The types that expressions are written in. Lists hold ints, maps ints by
// string, optionals an int.
enum class Kind {
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kOptional,
};
inline constexpr int kKinds = 11;

// The same seed writes the same expressions anywhere. Not thread safe.
class ExpressionWriter {
 public:
  // `names` may be read; macros hide some of them now and then.
  ExpressionWriter(uint64_t seed,
                   std::vector<std::pair<std::string, Kind>> names)
      : random_(seed), names_(std::move(names)) {}

  // Returns an expression of `kind` that nests `depth` levels at most. Every
  // part has one type without inference: literals such as `[]` do not occur.
  std::string Next(Kind kind, int depth);

 private:
  std::string Write(Kind kind, int depth);
  uint64_t Pick(uint64_t count) { return random_() % count; }
  std::string OneOf(const std::vector<std::string>& texts) {
    return texts[Pick(texts.size())];
  }
  Kind OneOfKinds(const std::vector<Kind>& kinds) {
    return kinds[Pick(kinds.size())];
  }
  const std::string* Earlier(Kind kind);
  // Forgets the names after the first `count`, and what was written with them.
  void Leave(size_t count);
  std::vector<std::string> NamesOf(Kind kind) const;
  std::string NewName();

  std::string Leaf(Kind kind);
  std::string Form(Kind kind, int depth);
  std::string AnyForm(Kind kind, int depth);
  std::string BoolForm(int depth);
  std::string Comparison(int depth);
  std::string IntForm(int depth);
  std::string TimeForm(Kind kind, int depth);
  std::string ListForm(int depth);
  std::string MapForm(int depth);
  std::string OptionalForm(int depth);

  std::string Call(Kind left, const std::vector<std::string>& between,
                   Kind right, int depth);
  // Writes `kind` where new names of `kinds` are known, after their list.
  std::string Inside(const std::vector<Kind>& kinds, Kind kind, int depth);
  std::string Macro(const std::string& macro, Kind body, int depth);
  std::string PairMacro(const std::string& macro, Kind body, int depth);

  std::mt19937_64 random_;
  std::vector<std::pair<std::string, Kind>> names_;  // Innermost last.
  // What was written where the first `names` names were known.
  struct Written {
    Kind kind;
    size_t names;
    std::string text;
  };
  std::vector<Written> written_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_EXPR_EXPRESSION_WRITER_H_
