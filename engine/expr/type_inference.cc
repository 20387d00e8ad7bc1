#include "engine/expr/type_inference.h"

#include <string>

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

Type WithParams(TypeKind kind, std::vector<Type> params) {
  switch (kind) {
    case TypeKind::kList:
      return Type::List(std::move(params[0]));
    case TypeKind::kMap:
      return Type::Map(std::move(params[0]), std::move(params[1]));
    case TypeKind::kOptional:
      return Type::Optional(std::move(params[0]));
    case TypeKind::kType:
      return Type::TypeOf(std::move(params[0]));
    default:
      return Type(kind);
  }
}

bool TakesNull(TypeKind kind) {
  return kind == TypeKind::kNull || kind == TypeKind::kOptional ||
         kind == TypeKind::kTimestamp || kind == TypeKind::kDuration;
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
  return WithParams(type.kind(), std::move(params));
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

bool TypeInference::Occurs(const Type& parameter, const Type& type) const {
  const Type followed = Follow(type);
  if (followed.is(TypeKind::kParameter)) {
    return followed.name() == parameter.name();
  }
  for (const Type& param : followed.params()) {
    if (Occurs(parameter, param)) return true;
  }
  return false;
}

// True when `a` says less than `b`: it has dyn where `b` has anything else.
// Requires: types that fit each other.
bool TypeInference::IsMoreGeneral(const Type& a, const Type& b) const {
  const Type left = Follow(a);
  const Type right = Follow(b);
  if (left.is(TypeKind::kDyn)) return !right.is(TypeKind::kDyn);
  // null fits an optional, whose type is the one to keep.
  if (right.is(TypeKind::kNull)) return !left.is(TypeKind::kNull);
  if (left.params().size() != right.params().size()) return false;
  for (size_t i = 0; i < left.params().size(); ++i) {
    if (IsMoreGeneral(left.params()[i], right.params()[i])) return true;
  }
  return false;
}

bool TypeInference::Assign(const Type& to, const Type& from) {
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
  const auto fits_all = [](const Type& type) {
    return type.is(TypeKind::kDyn) || type.is(TypeKind::kError);
  };
  if (!fits_all(target) && !fits_all(source)) {
    if (source.is(TypeKind::kNull) || target.is(TypeKind::kNull)) {
      if (!TakesNull(source.is(TypeKind::kNull) ? target.kind()
                                                : source.kind())) {
        return false;
      }
    } else {
      if (target.kind() != source.kind()) return false;
      // Types are values of one type, whatever they denote.
      if (!target.is(TypeKind::kType)) {
        for (size_t i = 0; i < target.params().size(); ++i) {
          if (!Assign(target.params()[i], source.params()[i])) return false;
        }
      }
    }
  }
  // A parameter that stood for int and now also takes dyn stands for dyn.
  if (to.is(TypeKind::kParameter) && IsMoreGeneral(source, target)) {
    // Resolved first: the old binding of `to` may stand inside `source`.
    Bind(to, Resolve(source));
  }
  return true;
}

Type TypeInference::Join(const Type& a, const Type& b) {
  const size_t mark = Mark();
  if (Assign(a, b)) return IsMoreGeneral(b, a) ? b : a;
  Undo(mark);
  return Type(TypeKind::kDyn);
}

Type TypeInference::Replace(const Type& type, bool finish) const {
  const Type followed = Follow(type);
  if (followed.is(TypeKind::kParameter)) {
    return finish ? Type(TypeKind::kDyn) : followed;
  }
  if (followed.params().empty()) return followed;
  std::vector<Type> params;
  for (const Type& param : followed.params()) {
    params.push_back(Replace(param, finish));
  }
  return WithParams(followed.kind(), std::move(params));
}

Type TypeInference::Resolve(const Type& type) const {
  return Replace(type, false);
}

Type TypeInference::Finish(const Type& type) const {
  return Replace(type, true);
}

}  // namespace stratagem::expr
