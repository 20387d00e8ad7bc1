// engine/pack/test_file.h
//
// TestFile: a file `*_test.yaml` beside a pack as its author wrote it, in the
// layout of CEL Policy's tests. Found and read here, without the pack; names
// and types are checked by author, which runs it. Plain data.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TEST_FILE_H_
#define STRATAGEM_ENGINE_PACK_TEST_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/pack/test_state.h"
#include "engine/pack/text_parts.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::pack {

struct Shape;  // shape.h

// A value of a test: `{value: V}`, `{expr: "CEL"}`, or V itself when V is no
// mapping. Exactly one of the first two is set. What V may be depends on the
// name that it is for, so it stays a node.
struct TestValue {
  const YamlNode* literal = nullptr;  // Lives in TestFile::yaml.
  std::optional<Expression> expression;
  double tolerance = 0;  // Of numbers: how far off is still equal. >= 0.
  SourceLocation location;
};

// A value for a name: an input, a parameter, an expectation.
struct TestEntry {
  Name name;
  TestValue value;
};

// `{contains: [...]}` or `{value: [...]}`: offers shown, in any order and with
// others between them, or exactly these in this order.
struct ExpectedOffers {
  Name name;  // "offers" or "placements.NAME".
  bool contains = false;
  std::vector<Name> offers;  // May be empty.
};

// `excluded: {OFFER: REASON}`.
struct ExpectedExclusion {
  Name offer;
  Name reason;
};

// `error: {field: F, message: TEXT}`: the call is refused because of F, with a
// message that contains TEXT.
struct ExpectedRefusal {
  Name field;
  std::string message;  // Empty: any.
  SourceLocation location;
};

struct TestOutput {
  std::vector<TestEntry> values;
  std::vector<ExpectedOffers> offers;
  std::vector<ExpectedExclusion> exclusions;
  std::optional<bool> degraded;
  SourceLocation degraded_location;
  std::optional<ExpectedRefusal> refusal;
  std::vector<Expression> assertions;  // `assert`: bools.

  bool empty() const {
    return values.empty() && offers.empty() && exclusions.empty() &&
           !degraded.has_value() && !refusal.has_value() && assertions.empty();
  }
};

// One line of `cases`: what differs from the rest of its test.
struct TestCase {
  std::string name;  // May be empty.
  std::vector<TestEntry> input;
  TestOutput output;
  SourceLocation location;
};

// One input of `matrix` and the values that it takes.
struct MatrixAxis {
  Name name;
  std::vector<TestValue> values;  // At least one.
};

struct Test {
  Name name;
  std::string customer = "customer-1";
  std::optional<std::vector<Name>> placements;
  std::vector<TestEntry> input;
  std::vector<TestEntry> parameters;
  TestOutput output;
  std::vector<TestCase> cases;     // At most one of these two has
  std::vector<MatrixAxis> matrix;  // something in it.
  std::optional<absl::Time> now;
  std::optional<absl::Time> as_of;
  std::optional<int64_t> seed;  // >= 0.
  std::string locale;
  bool ignore_levers = false;
  TestState state;
  SourceLocation location;
  bool is_draft = false;  // Has mistakes, and may lack what they are in.
};

struct TestSection {
  Name name;
  // What tests of the section have unless they say otherwise.
  std::vector<TestEntry> input;
  std::optional<std::vector<Name>> placements;
  std::vector<Test> tests;
};

struct TestFile {
  std::string path;  // Relative to the pack.
  std::string description;
  std::optional<absl::Time> now;
  std::vector<TestSection> sections;
  std::unique_ptr<const YamlFile> yaml;
  bool is_draft = false;  // As of a test, here or in any of them.
};

// Reads all files `*_test.yaml` in `directory` and the folders below it, in the
// order of their paths. Dates are midnight in `timezone`, the pack's. A file
// with mistakes becomes a draft, whose names CompileTests() checks too; one
// that cannot be read at all is left out. Codes E2xx of shape (as for packs)
// and
//   E501  an expectation that says nothing, or two things at once
//   E502  a tolerance or seed that is negative
// and E285 of locales.
// An empty list without an error: there are no tests. Thread safe.
std::vector<TestFile> ReadTestFiles(const std::string& directory,
                                    absl::TimeZone timezone,
                                    Diagnostics& diagnostics);

// Reads `bytes`, the content of the test file `path`. Returns null if and only
// if it added an error. For single files; ReadTestFiles() finds them.
std::unique_ptr<TestFile> ReadTestFile(const std::string& path,
                                       absl::string_view bytes,
                                       absl::TimeZone timezone,
                                       Diagnostics& diagnostics);

// What a file of tests looks like, made of the tables that its reader goes by.
// For editors.
Shape TestFileShape();

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TEST_FILE_H_
