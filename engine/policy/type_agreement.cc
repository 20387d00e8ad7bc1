#include "engine/policy/type_agreement.h"

namespace stratagem::policy {

using expr::Type;
using expr::TypeKind;

bool Agree(const Type& a, const Type& b) {
  if (a.is(TypeKind::kDyn) || b.is(TypeKind::kDyn)) return true;
  if (a.is(TypeKind::kWrapper) != b.is(TypeKind::kWrapper)) {
    const Type& wrapper = a.is(TypeKind::kWrapper) ? a : b;
    const Type& other = a.is(TypeKind::kWrapper) ? b : a;
    return other.is(TypeKind::kNull) || Agree(wrapper.params()[0], other);
  }
  if (a.kind() != b.kind() || a.params().size() != b.params().size()) {
    return false;
  }
  if (a.is(TypeKind::kOpaque) && a.name() != b.name()) return false;
  for (size_t i = 0; i < a.params().size(); ++i) {
    if (!Agree(a.params()[i], b.params()[i])) return false;
  }
  return true;
}

Type Join(const Type& a, const Type& b) {
  if (a.is(TypeKind::kDyn) || b.is(TypeKind::kDyn)) return Type();
  if (a.is(TypeKind::kWrapper)) return a;
  if (b.is(TypeKind::kWrapper)) return b;
  switch (a.kind()) {
    case TypeKind::kList:
      return Type::List(Join(a.params()[0], b.params()[0]));
    case TypeKind::kMap:
      return Type::Map(Join(a.params()[0], b.params()[0]),
                       Join(a.params()[1], b.params()[1]));
    case TypeKind::kOptional:
      return Type::Optional(Join(a.params()[0], b.params()[0]));
    default:
      return a;
  }
}

}  // namespace stratagem::policy
