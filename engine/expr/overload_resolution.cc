#include "engine/expr/overload_resolution.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

// The result type when `overload` takes arguments of `types`.
std::optional<Type> TryOverload(const Overload& overload,
                                const std::vector<Type>& types,
                                TypeInference& inference) {
  if (overload.params.size() != types.size()) return std::nullopt;
  TypeInference::Renaming renaming;
  for (size_t i = 0; i < types.size(); ++i) {
    const Type param = inference.Instantiate(overload.params[i], renaming);
    if (!inference.Assign(param, types[i])) return std::nullopt;
  }
  return inference.Instantiate(overload.result, renaming);
}

// The positions of the arguments that `overload` does not take.
std::vector<size_t> WrongArguments(const Overload& overload,
                                   const std::vector<Type>& types,
                                   TypeInference& inference) {
  std::vector<size_t> wrong;
  const size_t before = inference.Mark();
  TypeInference::Renaming renaming;
  for (size_t i = 0; i < std::min(overload.params.size(), types.size()); ++i) {
    const size_t mark = inference.Mark();
    const Type param = inference.Instantiate(overload.params[i], renaming);
    if (inference.Assign(param, types[i])) continue;
    inference.Undo(mark);
    wrong.push_back(i);
  }
  inference.Undo(before);
  return wrong;
}

// The overloads of the call's style, nearest first: those with as many
// arguments before others, then those with fewer wrong ones.
std::vector<Candidate> RankOverloads(const CallShape& call,
                                     std::span<const Overload> rows,
                                     TypeInference& inference) {
  std::vector<Candidate> candidates;
  for (const Overload& overload : rows) {
    if (overload.style != call.style) continue;
    candidates.push_back(
        {&overload, WrongArguments(overload, call.types, inference)});
  }
  const auto rank = [&call](const Candidate& candidate) {
    return std::pair(candidate.overload->params.size() != call.types.size(),
                     candidate.wrong.size());
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&rank](const Candidate& a, const Candidate& b) {
                     return rank(a) < rank(b);
                   });
  return candidates;
}

// The position of the first optional, when the call would fit if its optionals
// were their values.
std::optional<size_t> OptionalToBlame(const CallShape& call,
                                      std::span<const Overload> rows,
                                      TypeInference& inference) {
  CallShape unwrapped = call;
  std::optional<size_t> first;
  for (size_t i = 0; i < call.types.size(); ++i) {
    if (!call.types[i].is(TypeKind::kOptional)) continue;
    unwrapped.types[i] = call.types[i].params()[0];
    if (!first) first = i;
  }
  if (!first) return std::nullopt;
  const size_t mark = inference.Mark();
  const Resolution resolution = ResolveOverloads(unwrapped, rows, inference);
  inference.Undo(mark);
  return resolution.overloads.empty() ? std::nullopt : first;
}

}  // namespace

Resolution ResolveOverloads(const CallShape& call,
                            std::span<const Overload> rows,
                            TypeInference& inference) {
  Resolution resolution;
  for (const Overload& overload : rows) {
    if (overload.style != call.style) continue;
    const size_t mark = inference.Mark();
    const std::optional<Type> candidate =
        TryOverload(overload, call.types, inference);
    if (!candidate) {
      inference.Undo(mark);
      continue;
    }
    resolution.overloads.push_back(&overload);
    const Type resolved = inference.Resolve(*candidate);
    if (resolution.overloads.size() == 1) {
      resolution.result = resolved;
    } else if (!(resolution.result == resolved)) {
      resolution.result = Type();
    }
  }
  return resolution;
}

Mismatch DescribeMismatch(const CallShape& call, std::span<const Overload> rows,
                          TypeInference& inference) {
  const std::vector<Candidate> candidates =
      RankOverloads(call, rows, inference);
  if (candidates.empty()) {
    const bool global = call.style == CallStyle::kGlobal;
    return {"E112",
            absl::StrCat("`", call.function, "` is a ",
                         global ? "method" : "function"),
            global ? absl::StrCat("write `x.", call.function, "(…)`")
                   : absl::StrCat("write `", call.function, "(x)`")};
  }
  if (const auto optional = OptionalToBlame(call, rows, inference)) {
    return DescribeOptionalUse(call, *optional);
  }
  return DescribeNoOverload(call, candidates);
}

}  // namespace stratagem::expr
