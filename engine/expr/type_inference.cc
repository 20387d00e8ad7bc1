#include "engine/expr/type_inference.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

// Fresh parameters are called "0", "1", …, which no declaration uses.
size_t IndexOf(const Type& parameter) {
  size_t index = 0;
  (void)absl::SimpleAtoi(parameter.name(), &index);
  return index;
}

bool TakesNull(TypeKind kind) {
  switch (kind) {
    case TypeKind::kNull:
    case TypeKind::kOptional:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kIp:
    case TypeKind::kCidr:
    case TypeKind::kWrapper:
    case TypeKind::kOpaque:
      return true;
    default:
      return false;
  }
}

bool FitsAll(const Type& type) {
  return type.is(TypeKind::kDyn) || type.is(TypeKind::kError);
}

}  // namespace

Type TypeInference::Fresh() {
  bindings_.push_back(std::nullopt);
  return Type::Parameter(absl::StrCat(bindings_.size() - 1));
}

Type TypeInference::Instantiate(const Type& type, Renaming& renaming) {
  if (type.is(TypeKind::kParameter)) {
    for (const auto& [name, fresh] : renaming) {
      if (name == type.name()) return fresh;
    }
    renaming.emplace_back(type.name(), Fresh());
    return renaming.back().second;
  }
  if (type.params().empty()) return type;
  std::vector<Type> params;
  for (const Type& param : type.params()) {
    params.push_back(Instantiate(param, renaming));
  }
  return type.WithParams(std::move(params));
}

Type TypeInference::Follow(Type type) const {
  while (type.is(TypeKind::kParameter)) {
    const std::optional<Type>& bound = bindings_[IndexOf(type)];
    if (!bound) break;
    type = *bound;
  }
  return type;
}

void TypeInference::Bind(const Type& parameter, const Type& type) {
  const size_t index = IndexOf(parameter);
  trail_.emplace_back(index, bindings_[index]);
  bindings_[index] = type;
}

void TypeInference::Undo(size_t mark) {
  while (trail_.size() > mark) {
    bindings_[trail_.back().first] = std::move(trail_.back().second);
    trail_.pop_back();
  }
}

// One level of recursion over types; !ok() means that there were too many
// levels or steps.
class TypeInference::Level {
 public:
  explicit Level(const TypeInference& inference) : inference_(inference) {
    ++inference_.level_;
    if (--inference_.steps_left_ < 0 || inference_.level_ > kLevelsMax) {
      inference_.exhausted_ = true;
    }
  }
  ~Level() { --inference_.level_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  bool ok() const { return !inference_.exhausted_; }

 private:
  // Of two types of full size, one inside the other.
  static constexpr int kLevelsMax = 2 * static_cast<int>(kTypeSizeMax);

  const TypeInference& inference_;
};

bool TypeInference::Occurs(const Type& parameter, const Type& type) const {
  const Level level(*this);
  if (!level.ok()) return true;
  const Type followed = Follow(type);
  if (followed.is(TypeKind::kParameter)) {
    return followed.name() == parameter.name();
  }
  for (const Type& param : followed.params()) {
    if (Occurs(parameter, param)) return true;
  }
  return false;
}

// True when `a` says no more than `b`, and so can stand for both: dyn stands
// for everything, a wrapper for what it wraps, what takes null for null.
// Requires: types that fit each other.
bool TypeInference::IsAsGeneral(const Type& a, const Type& b) const {
  const Level level(*this);
  if (!level.ok()) return true;
  const Type left = Follow(a);
  const Type right = Follow(b);
  for (const TypeKind open :
       {TypeKind::kDyn, TypeKind::kError, TypeKind::kParameter}) {
    if (left.is(open)) return true;
    if (right.is(open)) return false;
  }
  if (right.is(TypeKind::kNull)) return true;
  if (left.kind() != right.kind()) return left.is(TypeKind::kWrapper);
  if (left.is(TypeKind::kType)) return true;
  for (size_t i = 0; i < left.params().size(); ++i) {
    if (!IsAsGeneral(left.params()[i], right.params()[i])) return false;
  }
  return true;
}

// The types of an assignment that are no parameters and not open to all.
bool TypeInference::AssignKnown(const Type& target, const Type& source) {
  if (source.is(TypeKind::kNull)) return TakesNull(target.kind());
  if (target.is(TypeKind::kNull)) return TakesNull(source.kind());
  if (target.kind() != source.kind()) {
    // A wrapper and what it wraps fit both ways; null is found when it runs.
    if (target.is(TypeKind::kWrapper)) {
      return AssignKnown(target.params()[0], source);
    }
    return source.is(TypeKind::kWrapper) &&
           AssignKnown(target, source.params()[0]);
  }
  // Types are values of one type, whatever they denote.
  if (target.is(TypeKind::kType)) return true;
  if (target.name() != source.name() ||
      target.params().size() != source.params().size()) {
    return false;
  }
  for (size_t i = 0; i < target.params().size(); ++i) {
    if (!Assign(target.params()[i], source.params()[i])) return false;
  }
  return true;
}

bool TypeInference::Assign(const Type& to, const Type& from) {
  const Level level(*this);
  if (!level.ok()) return false;
  const Type target = Follow(to);
  const Type source = Follow(from);
  if (source.is(TypeKind::kParameter) || target.is(TypeKind::kParameter)) {
    if (source == target) return true;
    const bool bind_source = source.is(TypeKind::kParameter);
    const Type& parameter = bind_source ? source : target;
    const Type& type = bind_source ? target : source;
    if (Occurs(parameter, type)) return false;
    Bind(parameter, type);
    return true;
  }
  if (!FitsAll(target) && !FitsAll(source) && !AssignKnown(target, source)) {
    return false;
  }
  // A parameter that stood for int and now also takes dyn stands for dyn.
  if (to.is(TypeKind::kParameter) && !(source == target) &&
      IsAsGeneral(source, target)) {
    // Resolved first: the old binding of `to` may stand inside `source`.
    Bind(to, Resolve(source));
  }
  return true;
}

Type TypeInference::Join(const Type& a, const Type& b) {
  const size_t mark = Mark();
  if (Assign(a, b)) return IsAsGeneral(a, b) ? a : b;
  Undo(mark);
  return Type(TypeKind::kDyn);
}

Type TypeInference::Replace(const Type& type, bool finish) const {
  const Level level(*this);
  if (!level.ok()) return Type();
  const Type followed = Follow(type);
  if (followed.is(TypeKind::kParameter)) {
    return finish ? Type(TypeKind::kDyn) : followed;
  }
  if (followed.params().empty()) return followed;
  std::vector<Type> params;
  bool replaced = false;
  for (const Type& param : followed.params()) {
    params.push_back(Replace(param, finish));
    replaced |= !params.back().IsSame(param);
  }
  // Types that share their parts go on sharing them.
  if (!replaced) return followed;
  const Type result = followed.WithParams(std::move(params));
  if (result.size() <= kTypeSizeMax) return result;
  exhausted_ = true;
  return Type();
}

Type TypeInference::Resolve(const Type& type) const {
  return Replace(type, false);
}

Type TypeInference::Finish(const Type& type) const {
  return Replace(type, true);
}

Type TypeInference::Limited(const Type& type) {
  if (type.size() <= kTypeSizeMax) return type;
  exhausted_ = true;
  return Type(TypeKind::kError);
}

}  // namespace stratagem::expr
