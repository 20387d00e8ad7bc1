#include "engine/expr/mismatch.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace stratagem::expr {
namespace {

bool IsNumber(const Type& type) {
  return type.is(TypeKind::kInt) || type.is(TypeKind::kUint) ||
         type.is(TypeKind::kDouble);
}

// Operators are called "_+_", "!_", "@in", "_[_]".
bool IsOperator(absl::string_view function) {
  return function.find('_') != absl::string_view::npos
             ? function.front() == '_' || function.back() == '_'
             : function.front() == '@';
}

std::string OperatorSign(absl::string_view function) {
  if (function == "@in") return "in";
  return absl::StrReplaceAll(function, {{"_", ""}});
}

// "int + int", "-int", "string.startsWith(string)", "list(A)[int]".
std::string Signature(const Overload& overload) {
  std::vector<std::string> params;
  for (const Type& param : overload.params) params.push_back(ToString(param));
  if (IsOperator(overload.function)) {
    const std::string sign = OperatorSign(overload.function);
    if (params.size() == 1) return sign + params[0];
    if (sign == "[]") return absl::StrCat(params[0], "[", params[1], "]");
    return absl::StrCat(params[0], " ", sign, " ", params[1]);
  }
  if (overload.style == CallStyle::kMember) {
    return absl::StrCat(params[0], ".", overload.function, "(",
                        absl::StrJoin(params.begin() + 1, params.end(), ", "),
                        ")");
  }
  return absl::StrCat(overload.function, "(", absl::StrJoin(params, ", "), ")");
}

// "there is `f(int)`, `f(string)` and 2 more": the nearest ones.
std::string ListOverloads(std::span<const Candidate> candidates) {
  constexpr size_t kListedMax = 4;
  if (candidates.empty()) return "";
  std::vector<std::string> signatures;
  for (const Candidate& candidate :
       candidates.first(std::min(candidates.size(), kListedMax))) {
    signatures.push_back(
        absl::StrCat("`", Signature(*candidate.overload), "`"));
  }
  std::string list = absl::StrCat("there is ", absl::StrJoin(signatures, ", "));
  if (candidates.size() > kListedMax) {
    absl::StrAppend(&list, " and ", candidates.size() - kListedMax, " more");
  }
  return list;
}

// "int and string".
std::string ListTypes(const std::vector<Type>& types, size_t first) {
  std::vector<std::string> names;
  for (size_t i = first; i < types.size(); ++i) {
    names.push_back(ToString(types[i]));
  }
  if (names.size() == 1) return names[0];
  const std::string last = names.back();
  names.pop_back();
  return absl::StrCat(absl::StrJoin(names, ", "), " and ", last);
}

// "1, 2 or 3" of distinct `words`, in their order.
std::string ListChoices(const std::vector<std::string>& words) {
  std::vector<std::string> distinct;
  for (const std::string& word : words) {
    if (std::find(distinct.begin(), distinct.end(), word) == distinct.end()) {
      distinct.push_back(word);
    }
  }
  const std::string last = distinct.back();
  distinct.pop_back();
  if (distinct.empty()) return last;
  return absl::StrCat(absl::StrJoin(distinct, ", "), " or ", last);
}

// "takes 1 or 2 arguments, found 3": no candidate has as many as the call.
std::string WrongCount(const CallShape& call,
                       std::span<const Candidate> candidates, size_t first) {
  std::vector<size_t> counts;
  for (const Candidate& candidate : candidates) {
    counts.push_back(candidate.overload->params.size() - first);
  }
  std::sort(counts.begin(), counts.end());
  std::vector<std::string> words;
  for (const size_t count : counts) words.push_back(absl::StrCat(count));
  const size_t found = call.types.size() - first;
  return absl::StrCat("takes ", ListChoices(words),
                      counts.back() == 1 ? " argument" : " arguments",
                      ", found ", found == 0 ? "none" : absl::StrCat(found));
}

// The one argument that all nearest candidates do not take; nullopt when they
// blame several.
std::optional<size_t> WrongArgument(std::span<const Candidate> nearest) {
  if (nearest.empty() || nearest[0].wrong.size() != 1) return std::nullopt;
  const size_t wrong = nearest[0].wrong[0];
  for (const Candidate& candidate : nearest) {
    if (candidate.wrong != nearest[0].wrong) return std::nullopt;
  }
  return wrong;
}

// What is wrong with a call of a function or method, as what follows its name.
std::string DescribeArguments(const CallShape& call,
                              std::span<const Candidate> candidates) {
  const size_t first = call.style == CallStyle::kMember ? 1 : 0;
  const std::string name =
      first == 0 ? DisplayName(call.function)
                 : absl::StrCat("method ", DisplayName(call.function), " of ",
                                ToString(call.types[0]));
  // The nearest ones come first: as many arguments, and as few wrong ones.
  size_t count = 0;
  while (count < candidates.size() &&
         candidates[count].overload->params.size() == call.types.size() &&
         candidates[count].wrong.size() == candidates[0].wrong.size()) {
    ++count;
  }
  if (count == 0) {
    return absl::StrCat(name, " ", WrongCount(call, candidates, first));
  }
  const auto nearest = candidates.first(count);
  const std::optional<size_t> wrong = WrongArgument(nearest);
  if (wrong && *wrong + 1 == first) {
    return absl::StrCat(ToString(call.types[0]), " has no method ",
                        DisplayName(call.function));
  }
  if (!wrong || call.types.size() - first == 1) {
    return absl::StrCat(name, " does not take ", ListTypes(call.types, first));
  }
  std::vector<std::string> expected;
  for (const Candidate& candidate : nearest) {
    expected.push_back(ToString(candidate.overload->params[*wrong]));
  }
  return absl::StrCat("argument ", *wrong - first + 1, " of ", name, " is ",
                      ToString(call.types[*wrong]), ", expected ",
                      ListChoices(expected));
}

// Argument `index`, when it is an int literal, as a double or uint would be
// written; else "".
std::string RewrittenLiteral(const CallShape& call, size_t index,
                             const Type& wanted) {
  const auto* constant =
      std::get_if<ConstantNode>(&call.ast[call.arguments[index]]);
  if (constant == nullptr || !constant->value.is(ValueKind::kInt)) return "";
  const int64_t number = constant->value.int_value();
  if (wanted.is(TypeKind::kDouble)) return absl::StrCat(number, ".0");
  return wanted.is(TypeKind::kUint) && number >= 0 ? absl::StrCat(number, "u")
                                                   : "";
}

bool AreMixedNumbers(const Type& left, const Type& right) {
  return IsNumber(left) && IsNumber(right) && left != right;
}

// For arguments `first` and the one after it, numbers of different types.
std::string MixedNumbersHint(const CallShape& call, size_t first) {
  const bool is_int_first = call.types[first].is(TypeKind::kInt);
  const bool has_int = is_int_first || call.types[first + 1].is(TypeKind::kInt);
  const size_t int_at = is_int_first ? first : first + 1;
  const Type& other = call.types[is_int_first ? first + 1 : first];
  const std::string literal =
      has_int ? RewrittenLiteral(call, int_at, other) : std::string();
  if (!literal.empty()) {
    return absl::StrCat("CEL does not mix numbers: write `", literal, "`");
  }
  return absl::StrCat("CEL does not mix numbers: convert one side, with `",
                      ToString(other), "(…)`");
}

std::string DefaultLiteral(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
      return "false";
    case TypeKind::kInt:
      return "0";
    case TypeKind::kUint:
      return "0u";
    case TypeKind::kDouble:
      return "0.0";
    case TypeKind::kString:
      return "''";
    case TypeKind::kList:
      return "[]";
    case TypeKind::kMap:
      return "{}";
    default:
      return "…";
  }
}

std::string UnwrapHint(const std::string& name, const Type& held) {
  const std::string shown = name.empty() ? "x" : name;
  return absl::StrCat("write `", shown, ".orValue(", DefaultLiteral(held),
                      ")` to say what counts when it is absent, or test `",
                      shown, ".hasValue()` first");
}

}  // namespace

std::string DisplayName(absl::string_view function) {
  if (function == "_?_:_") return "`? :`";
  if (!IsOperator(function)) return absl::StrCat("`", function, "`");
  return absl::StrCat("`", OperatorSign(function), "`");
}

Mismatch DescribeNoOverload(const CallShape& call,
                            std::span<const Candidate> candidates) {
  const std::string name = DisplayName(call.function);
  if (call.function == "_?_:_") {
    if (!call.types[0].is(TypeKind::kBool) &&
        !call.types[0].is(TypeKind::kDyn) &&
        !call.types[0].is(TypeKind::kError)) {
      return {"E113",
              absl::StrCat("the condition of `? :` is bool, found ",
                           ToString(call.types[0])),
              ""};
    }
    return {"E113",
            absl::StrCat("both results of `? :` have one type, found ",
                         ListTypes(call.types, 1)),
            AreMixedNumbers(call.types[1], call.types[2])
                ? MixedNumbersHint(call, 1)
                : ""};
  }
  const bool mixed =
      call.types.size() == 2 && AreMixedNumbers(call.types[0], call.types[1]);
  if (call.function == "_==_" || call.function == "_!=_") {
    return {"E113",
            absl::StrCat(name, " compares values of one type, found ",
                         ListTypes(call.types, 0)),
            mixed ? MixedNumbersHint(call, 0) : ""};
  }
  const std::string list = ListOverloads(candidates);
  if (!IsOperator(call.function)) {
    return {"E113", DescribeArguments(call, candidates), list};
  }
  return {"E113",
          absl::StrCat(name, " does not take ", ListTypes(call.types, 0)),
          mixed ? MixedNumbersHint(call, 0) : list};
}

Mismatch DescribeOptionalUse(const CallShape& call, size_t index) {
  const std::string name = DottedName(call.ast, call.arguments[index]);
  return {"E114",
          absl::StrCat(name.empty() ? "an optional" : "optional ",
                       name.empty() ? "" : absl::StrCat("`", name, "`"),
                       " is used as if it always had a value, by ",
                       DisplayName(call.function)),
          UnwrapHint(name, call.types[index].params()[0])};
}

Mismatch DescribeWrongResult(const Ast& ast, NodeId root, const Type& found,
                             const std::vector<Type>& expected) {
  std::vector<std::string> names;
  for (const Type& type : expected) names.push_back(ToString(type));
  const std::string wanted = absl::StrJoin(names, " or ");
  if (found.is(TypeKind::kOptional) &&
      std::find(expected.begin(), expected.end(), found.params()[0]) !=
          expected.end()) {
    const std::string name = DottedName(ast, root);
    return {"E114",
            absl::StrCat("this must always be ", wanted, ", found ",
                         ToString(found)),
            UnwrapHint(name, found.params()[0])};
  }
  std::string hint;
  const bool wants_double =
      std::find(expected.begin(), expected.end(), Type(TypeKind::kDouble)) !=
      expected.end();
  if (wants_double && found.is(TypeKind::kInt)) {
    const auto* constant = std::get_if<ConstantNode>(&ast[root]);
    hint = constant != nullptr
               ? absl::StrCat("write `", constant->value.int_value(), ".0`")
               : "convert it, with `double(…)`";
  }
  return {"E115",
          absl::StrCat("this must be ", wanted, ", found ", ToString(found)),
          hint};
}

}  // namespace stratagem::expr
