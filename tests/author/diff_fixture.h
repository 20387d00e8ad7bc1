// tests/author/diff_fixture.h
//
// A pack with something of every section, and what changed in it as lines. For
// the tests of diffs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_AUTHOR_DIFF_FIXTURE_H_
#define STRATAGEM_TESTS_AUTHOR_DIFF_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/author/diff.h"
#include "engine/pack/loader.h"
#include "tests/support/temp_dir.h"

namespace stratagem::author {

extern const char kDiffPack[];

struct TestPack {
  // Requires: `yaml` is a pack without errors.
  explicit TestPack(const std::string& yaml);
  TempDir folder;
  std::unique_ptr<const pack::Model> model;
};

// kDiffPack with every `from` replaced, of which there is at least one.
std::string Edited(const std::string& from, const std::string& to);

// "changed tiers/gold/score_min: 60 -> 65".
std::string LineOf(const Change& change);

// What Diff() says of two packs, a line a change.
std::vector<std::string> LinesOf(const std::string& before,
                                 const std::string& after);

// An edit of kDiffPack and the changes that it makes.
struct ChangeCase {
  std::string name;
  std::string from;
  std::string to;
  std::vector<std::string> want;
};

}  // namespace stratagem::author

#endif  // STRATAGEM_TESTS_AUTHOR_DIFF_FIXTURE_H_
