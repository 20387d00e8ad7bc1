// engine/policy/type_agreement.h
//
// Which types the outputs of one policy may have side by side. Used by the
// policy compiler and, for the fields of a treatment, by plan.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_POLICY_TYPE_AGREEMENT_H_
#define STRATAGEM_ENGINE_POLICY_TYPE_AGREEMENT_H_

#include "engine/expr/type.h"

namespace stratagem::policy {

// True when some value may be of both types: dyn fits any, at any depth, and a
// wrapper what it wraps. Neither null nor numbers of another type fit, since
// all outputs of a policy have one type. Symmetric, not transitive.
bool Agree(const expr::Type& a, const expr::Type& b);

// The more general of two types. Requires: they agree.
expr::Type Join(const expr::Type& a, const expr::Type& b);

}  // namespace stratagem::policy

#endif  // STRATAGEM_ENGINE_POLICY_TYPE_AGREEMENT_H_
