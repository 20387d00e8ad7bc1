// tests/conformance/policy_functions.h
//
// What the functions mean that CEL Policy's conformance cases declare by their
// signature only.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_POLICY_FUNCTIONS_H_
#define STRATAGEM_TESTS_CONFORMANCE_POLICY_FUNCTIONS_H_

#include "absl/strings/string_view.h"
#include "engine/expr/function_table.h"

namespace stratagem::policy {

// Returns the implementation of `name`, which takes one argument, or null for
// functions that cannot run:
//   locationCode(string)   the country of an address of the cases' little
//                          world: 10.0.0.1 is 'us', 10.0.0.2 'de', others 'ir'
//   hasCreditCard(dyn)     some text in the value has 12 to 19 digits in a row,
//                          spaces and dashes between them allowed
//   hasEmailOrPhone(dyn)   some text has an e-mail address, or 7 to 11 such
//                          digits, or up to 15 after a `+`
expr::Implementation FindPolicyFunction(absl::string_view name);

}  // namespace stratagem::policy

#endif  // STRATAGEM_TESTS_CONFORMANCE_POLICY_FUNCTIONS_H_
