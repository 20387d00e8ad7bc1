// What must hold for shipped packs with something broken in them: they compile
// or are refused with a reason, and what compiles decides and is explained.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/explain.h"
#include "engine/plan/plan.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::decide {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;  // By name.

// All that makes up the pack in `folder`.
Files ReadPack(absl::string_view folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(SourcePath(folder))) {
    const std::string name = entry.path().filename().string();
    if (absl::EndsWith(name, "_test.yaml")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[name] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  // One change: bytes, a piece of what packs are made of, or whole lines.
  std::string Mutate(std::string text) {
    if (text.empty()) return " ";
    const size_t place = At(text.size() - 1);
    switch (At(6)) {
      case 0:
        text[place] = static_cast<char>(At(255));
        return text;
      case 1:
        text[place] = static_cast<char>(text[place] ^ (1 << At(7)));
        return text;
      case 2:
        return text.erase(place, 1 + At(20));
      case 3:
        return text.insert(place, kPieces[At(std::size(kPieces) - 1)]);
      case 4:
        return text.insert(place, text.substr(At(text.size() - 1), At(80)));
      default:
        return MutateLines(text);
    }
  }

  size_t At(size_t max) {
    return std::uniform_int_distribution<size_t>(0, max)(random_);
  }

 private:
  std::string MutateLines(const std::string& text) {
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    const size_t line = At(lines.size() - 1);
    switch (At(3)) {
      case 0:
        lines.erase(lines.begin() + static_cast<ptrdiff_t>(line));
        break;
      case 1:
        lines.insert(lines.begin() + static_cast<ptrdiff_t>(line), lines[line]);
        break;
      case 2:
        std::swap(lines[line], lines[At(lines.size() - 1)]);
        break;
      default:
        lines[line].insert(0, std::string(1 + At(3), ' '));
        break;
    }
    return absl::StrJoin(lines, "\n");
  }

  static constexpr const char* kPieces[] = {"\"",    "'",
                                            "{",     "}",
                                            "[",     "]",
                                            ":",     ",",
                                            "\n",    " ",
                                            "  - ",  "|\n",
                                            ">\n",   "&a ",
                                            "*a",    "!t ",
                                            "<<: ",  "? ",
                                            "#",     "~",
                                            "\t",    "\\",
                                            "-1",    "0",
                                            "1e999", "\xFF",
                                            "中",    "---\n",
                                            "cel: ", "null",
                                            "true",  "[1..2)",
                                            ">= ",   "include: [pack.yaml]\n"};
  std::mt19937_64 random_;
};

// A pack and a call that it accepts while it is whole.
struct ShippedPack {
  std::string name;
  std::string call;
  uint64_t rounds = 0;
};

std::vector<ShippedPack> ShippedPacks() {
  return {
      {"starter",
       R"({"attributes": {"spend_12m": 900, "recency_days": 20},
           "placements": ["app_home"]})",
       1'000},
      {"retail",
       R"({"attributes": {"orders_total": 6, "monetary_36m": 700,
           "recency_days": 40, "tenure_days": 300, "trend": 1, "nps": 7},
           "placements": ["agent_desktop", "app_home"]})",
       250},
      {"bank",
       R"({"attributes": {"in_default": "no", "balance": 1200,
           "housing": "yes", "loan": "no", "pdays": 90, "previous": 2,
           "poutcome": "success"},
           "placements": ["agent_desktop", "online_home"]})",
       250},
      {"telecom",
       R"({"attributes": {"tenure_months": 30, "contract": "One year",
           "monthly_charges": 65, "total_charges": 1950,
           "internet_service": "DSL"},
           "placements": ["agent_desktop", "app_home"]})",
       250},
  };
}

// Writes `files` with 1 to 4 changes into `folder`.
void WriteMutated(Files files, Mutator& mutator, const TempDir& folder) {
  for (size_t changes = 1 + mutator.At(3); changes > 0; --changes) {
    auto file = files.begin();
    std::advance(file, mutator.At(files.size() - 1));
    file->second = mutator.Mutate(std::move(file->second));
  }
  for (const auto& [name, text] : files) folder.Write(name, text);
}

class MutatedPackTest : public testing::TestWithParam<ShippedPack> {
 protected:
  // Whether `plan` took the call; what it decided is explained then.
  bool Decides(const plan::Plan& plan) {
    const std::string text = DecideJson(plan, GetParam().call, workspace_);
    EXPECT_NE(text, "");
    if (absl::StartsWith(text, "refused ")) return false;
    const size_t placements = workspace_.record().placements.size();
    EXPECT_EQ(Explain(plan, workspace_).placements.size(), placements);
    return true;
  }

 private:
  Workspace workspace_;
};

TEST_P(MutatedPackTest, IsRefusedWithAReasonOrDecides) {
  const auto& [name, call, rounds] = GetParam();
  const Files files = ReadPack(absl::StrCat("rules/", name));
  ASSERT_TRUE(files.contains("pack.yaml"));
  uint64_t compiled = 0;
  uint64_t decided = 0;
  TempDir folder;
  for (uint64_t seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Mutator mutator(seed);
    WriteMutated(files, mutator, folder);
    Diagnostics diagnostics;
    const auto plan = plan::LoadPlan(folder.path(), diagnostics);
    ASSERT_EQ(plan == nullptr, diagnostics.has_errors());
    if (plan == nullptr) continue;
    ++compiled;
    // Also a call that names what the pack no longer has gets an answer.
    decided += Decides(*plan) ? 1 : 0;
  }
  // All of it happens, or the test would say nothing.
  EXPECT_LT(compiled, rounds - rounds / 4);
  EXPECT_GT(compiled, rounds / 50);
  EXPECT_GT(decided, compiled - compiled / 4);
}

INSTANTIATE_TEST_SUITE_P(Shipped, MutatedPackTest,
                         testing::ValuesIn(ShippedPacks()),
                         [](const auto& param_info) {
                           return param_info.param.name;
                         });

}  // namespace
}  // namespace stratagem::decide
