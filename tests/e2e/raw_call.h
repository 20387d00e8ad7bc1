// tests/e2e/raw_call.h
//
// CallRaw: calls methods of other packages, whose messages are not generated
// here: health and reflection.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_RAW_CALL_H_
#define STRATAGEM_TESTS_E2E_RAW_CALL_H_

#include <string>

namespace stratagem {

// Sends `request` to `method` and returns the first answer's bytes; fails the
// test when the call fails.
std::string CallRaw(int port, const std::string& method,
                    const std::string& request);

// Whether grpc.health.v1 says that the server as a whole serves.
bool IsServing(int port);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_RAW_CALL_H_
