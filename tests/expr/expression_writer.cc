#include "tests/expr/expression_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace stratagem::expr {

using absl::StrCat;

// Names whose innermost meaning is of `kind`.
std::vector<std::string> ExpressionWriter::NamesOf(Kind kind) const {
  std::vector<std::string> found;
  std::vector<std::string> seen;
  for (size_t i = names_.size(); i > 0; --i) {
    const auto& [name, its_kind] = names_[i - 1];
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    if (its_kind == kind) found.push_back(name);
  }
  return found;
}

// Seldom a name that hides another one.
std::string ExpressionWriter::NewName() {
  if (Pick(4) == 0) return names_[Pick(names_.size())].first;
  return StrCat("v", names_.size());
}

// A part of `kind` that was written for the same names, or null.
const std::string* ExpressionWriter::Earlier(Kind kind) {
  std::vector<const std::string*> found;
  for (const Written& written : written_) {
    if (written.kind == kind && written.names == names_.size()) {
      found.push_back(&written.text);
    }
  }
  return found.empty() ? nullptr : found[Pick(found.size())];
}

void ExpressionWriter::Leave(size_t count) {
  names_.resize(count);
  std::erase_if(written_, [count](const Written& written) {
    return written.names > count;
  });
}

std::string ExpressionWriter::Write(Kind kind, int depth) {
  constexpr size_t kRepeatedBytesMax = 200;
  if (depth <= 0 || Pick(6) == 0) return Leaf(kind);
  if (Pick(5) == 0) {
    // Equal parts are computed once, so there must be some.
    if (const std::string* text = Earlier(kind)) return *text;
  }
  std::string text =
      Pick(6) == 0 ? AnyForm(kind, depth - 1) : Form(kind, depth - 1);
  if (text.size() <= kRepeatedBytesMax) {
    written_.push_back({kind, names_.size(), text});
  }
  return text;
}

std::string ExpressionWriter::Next(Kind kind, int depth) {
  written_.clear();
  return Write(kind, depth);
}

std::string ExpressionWriter::Leaf(Kind kind) {
  const std::vector<std::string> names = NamesOf(kind);
  if (!names.empty() && Pick(2) == 0) return OneOf(names);
  switch (kind) {
    case Kind::kBool:
      return OneOf({"true", "false"});
    case Kind::kInt:
      return OneOf({"0", "1", "-1", "7", "9223372036854775807"});
    case Kind::kUint:
      return OneOf({"0u", "1u", "7u", "18446744073709551615u"});
    case Kind::kDouble:
      return OneOf({"0.0", "1.5", "-2.0", "1e308"});
    case Kind::kString:
      return OneOf({"''", "'a'", "'ab'", "'\u00e9'"});
    case Kind::kBytes:
      return OneOf({"b''", "b'a'", "b'\\xff'"});
    case Kind::kTimestamp:
      return OneOf({"timestamp(0)", "timestamp('2026-11-01T00:00:00Z')",
                    "timestamp(253402300799)"});
    case Kind::kDuration:
      return OneOf(
          {"duration('0s')", "duration('1.5s')", "duration('-2562047h')"});
    case Kind::kList:
      return OneOf({"[4]", "[1, 2, 3]"});
    case Kind::kMap:
      return OneOf({"{'a': 1}", "{'ab': 0, 'b': 3}"});
    case Kind::kOptional:
      return OneOf({"optional.of(2)", "optional.of(-1)"});
  }
  return "";
}

std::string ExpressionWriter::Call(Kind left,
                                   const std::vector<std::string>& between,
                                   Kind right, int depth) {
  return StrCat("(", Write(left, depth), OneOf(between), Write(right, depth),
                ")");
}

std::string ExpressionWriter::Inside(const std::vector<Kind>& kinds, Kind kind,
                                     int depth) {
  std::string text;
  const size_t outer = names_.size();
  for (const Kind its_kind : kinds) {
    std::string name = NewName();
    // Two variables of one macro have two names.
    while (names_.size() > outer && names_.back().first == name) {
      name = NewName();
    }
    absl::StrAppend(&text, name, ", ");
    names_.emplace_back(name, its_kind);
  }
  absl::StrAppend(&text, Write(kind, depth));
  Leave(outer);
  return text;
}

// Forms that give any type: conditionals and lets.
std::string ExpressionWriter::AnyForm(Kind kind, int depth) {
  if (Pick(2) == 0) {
    return StrCat("(", Write(Kind::kBool, depth), " ? ", Write(kind, depth),
                  " : ", Write(kind, depth), ")");
  }
  const Kind bound = static_cast<Kind>(Pick(kKinds));
  const std::string value = Write(bound, depth);
  const std::string name = NewName();
  names_.emplace_back(name, bound);
  const std::string body = Write(kind, depth);
  Leave(names_.size() - 1);
  return StrCat("cel.bind(", name, ", ", value, ", ", body, ")");
}

std::string ExpressionWriter::Macro(const std::string& macro, Kind body,
                                    int depth) {
  const bool list = Pick(3) != 0;
  if (!list && macro == "filter") return Macro("map", Kind::kInt, depth);
  const std::string range = Write(list ? Kind::kList : Kind::kMap, depth);
  return StrCat(range, ".", macro, "(",
                Inside({list ? Kind::kInt : Kind::kString}, body, depth), ")");
}

std::string ExpressionWriter::PairMacro(const std::string& macro, Kind body,
                                        int depth) {
  const bool list = Pick(2) == 0;
  const std::string range = Write(list ? Kind::kList : Kind::kMap, depth);
  return StrCat(
      range, ".", macro, "(",
      Inside({list ? Kind::kInt : Kind::kString, Kind::kInt}, body, depth),
      ")");
}

std::string ExpressionWriter::Form(Kind kind, int depth) {
  switch (kind) {
    case Kind::kBool:
      return BoolForm(depth);
    case Kind::kInt:
      return IntForm(depth);
    case Kind::kUint:
      if (Pick(4) == 0) return StrCat("uint(", Write(Kind::kInt, depth), ")");
      return Call(kind, {" + ", " - ", " * ", " / ", " % "}, kind, depth);
    case Kind::kDouble:
      if (Pick(4) == 0) return StrCat("double(", Write(Kind::kInt, depth), ")");
      return Call(kind, {" + ", " - ", " * ", " / "}, kind, depth);
    case Kind::kString:
      if (Pick(3) == 0) return StrCat("string(", Write(Kind::kInt, depth), ")");
      return Call(kind, {" + "}, kind, depth);
    case Kind::kBytes:
      if (Pick(3) == 0) {
        return StrCat("bytes(", Write(Kind::kString, depth), ")");
      }
      return Call(kind, {" + "}, kind, depth);
    case Kind::kTimestamp:
    case Kind::kDuration:
      return TimeForm(kind, depth);
    case Kind::kList:
      return ListForm(depth);
    case Kind::kMap:
      return MapForm(depth);
    case Kind::kOptional:
      return OptionalForm(depth);
  }
  return "";
}

std::string ExpressionWriter::Comparison(int depth) {
  const std::vector<std::string> order = {" < ",  " <= ", " > ",
                                          " >= ", " == ", " != "};
  const std::vector<std::string> numbers = {" < ", " >= "};
  const std::vector<std::string> equality = {" == ", " != "};
  switch (Pick(5)) {
    case 0:
      return Call(Kind::kInt, numbers, OneOfKinds({Kind::kDouble, Kind::kUint}),
                  depth);
    case 1: {
      const Kind kind = OneOfKinds({Kind::kList, Kind::kMap, Kind::kOptional});
      return Call(kind, equality, kind, depth);
    }
    case 2:
      return Pick(2) == 0 ? Call(Kind::kInt, {" in "}, Kind::kList, depth)
                          : Call(Kind::kString, {" in "}, Kind::kMap, depth);
    default: {
      const Kind kind = OneOfKinds({Kind::kBool, Kind::kInt, Kind::kUint,
                                    Kind::kDouble, Kind::kString, Kind::kBytes,
                                    Kind::kTimestamp, Kind::kDuration});
      return Call(kind, order, kind, depth);
    }
  }
}

std::string ExpressionWriter::BoolForm(int depth) {
  switch (Pick(10)) {
    case 0:
      return StrCat("!", Write(Kind::kBool, depth));
    case 1:
    case 2:
    case 3:
      return Call(Kind::kBool, {" && ", " || "}, Kind::kBool, depth);
    case 4:
      return Macro(OneOf({"all", "exists", "exists_one", "existsOne"}),
                   Kind::kBool, depth);
    case 5:
      return PairMacro(OneOf({"all", "exists", "exists_one", "existsOne"}),
                       Kind::kBool, depth);
    case 6:
      return Pick(2) == 0
                 ? StrCat("has(", Write(Kind::kMap, depth), ".a)")
                 : StrCat(Write(Kind::kOptional, depth), ".hasValue()");
    case 7:
      return StrCat(Write(Kind::kString, depth),
                    OneOf({".contains(", ".startsWith(", ".endsWith("}),
                    Write(Kind::kString, depth), ")");
    default:
      return Comparison(depth);
  }
}

std::string ExpressionWriter::IntForm(int depth) {
  switch (Pick(10)) {
    case 0:
      return StrCat("(-", Write(Kind::kInt, depth), ")");
    case 1:
      return StrCat(
          "size(",
          Write(OneOfKinds({Kind::kList, Kind::kString, Kind::kBytes}), depth),
          ")");
    case 2:
      return StrCat(Write(Kind::kList, depth), "[", Write(Kind::kInt, depth),
                    "]");
    case 3:
      return Pick(2) == 0 ? StrCat(Write(Kind::kMap, depth), ".a")
                          : StrCat(Write(Kind::kMap, depth), "[",
                                   Write(Kind::kString, depth), "]");
    case 4:
      return StrCat(
          "int(", Write(OneOfKinds({Kind::kDouble, Kind::kUint}), depth), ")");
    case 5:
      return StrCat(Write(Kind::kOptional, depth), ".value()");
    case 6:
      return StrCat(Write(Kind::kOptional, depth), ".orValue(",
                    Write(Kind::kInt, depth), ")");
    default:
      return Call(Kind::kInt, {" + ", " - ", " * ", " / ", " % "}, Kind::kInt,
                  depth);
  }
}

std::string ExpressionWriter::TimeForm(Kind kind, int depth) {
  if (kind == Kind::kDuration) {
    return Pick(2) == 0
               ? Call(kind, {" + ", " - "}, kind, depth)
               : Call(Kind::kTimestamp, {" - "}, Kind::kTimestamp, depth);
  }
  switch (Pick(3)) {
    case 0:
      return StrCat("timestamp(", Write(Kind::kInt, depth), ")");
    case 1:
      return Call(Kind::kDuration, {" + "}, kind, depth);
    default:
      return Call(kind, {" + ", " - "}, Kind::kDuration, depth);
  }
}

std::string ExpressionWriter::ListForm(int depth) {
  switch (Pick(7)) {
    case 0:
      return Call(Kind::kList, {" + "}, Kind::kList, depth);
    case 1:
      return Macro("map", Kind::kInt, depth);
    case 2:
      return StrCat(Write(Kind::kList, depth), ".filter(",
                    Inside({Kind::kInt}, Kind::kBool, depth), ")");
    case 3:
      return PairMacro("transformList", Kind::kInt, depth);
    case 4: {
      // Condition and transform see the same two names.
      const std::string range = Write(Kind::kMap, depth);
      names_.emplace_back("k", Kind::kString);
      names_.emplace_back("w", Kind::kInt);
      const std::string text =
          StrCat(range, ".transformList(k, w, ", Write(Kind::kBool, depth),
                 ", ", Write(Kind::kInt, depth), ")");
      Leave(names_.size() - 2);
      return text;
    }
    case 5:
      return StrCat("[", Write(Kind::kInt, depth), ", ?",
                    Write(Kind::kOptional, depth), "]");
    default:
      return StrCat("[", Write(Kind::kInt, depth), "]");
  }
}

std::string ExpressionWriter::MapForm(int depth) {
  switch (Pick(4)) {
    case 0:
      return StrCat(Write(Kind::kMap, depth), ".transformMap(",
                    Inside({Kind::kString, Kind::kInt}, Kind::kInt, depth),
                    ")");
    case 1:
      return PairMacro("transformMapEntry", Kind::kMap, depth);
    default:
      return StrCat("{", Write(Kind::kString, depth), ": ",
                    Write(Kind::kInt, depth),
                    ", ?'b': ", Write(Kind::kOptional, depth), "}");
  }
}

std::string ExpressionWriter::OptionalForm(int depth) {
  switch (Pick(6)) {
    case 0:
      return StrCat(Write(Kind::kMap, depth), ".?a");
    case 1:
      return StrCat(Write(Kind::kMap, depth), "[?", Write(Kind::kString, depth),
                    "]");
    case 2:
      return StrCat("optional.of(", Write(Kind::kInt, depth), ")");
    case 3:
      return StrCat(Write(Kind::kOptional, depth), ".optMap(",
                    Inside({Kind::kInt}, Kind::kInt, depth), ")");
    case 4:
      return StrCat(Write(Kind::kOptional, depth), ".optFlatMap(",
                    Inside({Kind::kInt}, Kind::kOptional, depth), ")");
    default:
      return StrCat(Write(Kind::kOptional, depth), ".or(",
                    Write(Kind::kOptional, depth), ")");
  }
}

}  // namespace stratagem::expr
