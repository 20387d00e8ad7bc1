// tests/conformance/cel_conformance.h
//
// RunCelConformance: the program cel_conformance as a function, so that tests
// can call it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_CEL_CONFORMANCE_H_
#define STRATAGEM_TESTS_CONFORMANCE_CEL_CONFORMANCE_H_

#include <ostream>
#include <string>
#include <vector>

namespace stratagem {

// Runs the cases of the files that `arguments` name and writes the counts to
// `out`; what cannot be read goes to `err`. Returns the exit code: 0 when all
// is as the list of known failures says, 1 when not, 2 for arguments or a list
// that make no sense.
int RunCelConformance(const std::vector<std::string>& arguments,
                      std::ostream& out, std::ostream& err);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_CEL_CONFORMANCE_H_
