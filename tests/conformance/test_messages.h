// tests/conformance/test_messages.h
//
// The message types that conformance cases are checked against:
// cel.expr.conformance.proto2 and proto3 TestAllTypes, with their fields.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TEST_MESSAGES_H_
#define STRATAGEM_TESTS_CONFORMANCE_TEST_MESSAGES_H_

#include "engine/expr/scope.h"

namespace stratagem::expr {

// Declares TestAllTypes, TestAllTypes.NestedMessage and NestedTestAllTypes of
// both packages.
void DeclareTestMessages(Scope& scope);

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_CONFORMANCE_TEST_MESSAGES_H_
