// What must hold for docs/expressions.md: its examples come to what it says,
// and it lists every function, macro and limit, and none that does not exist.

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/base/limits.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/function_table.h"
#include "engine/expr/macros.h"
#include "engine/expr/program_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

using testing::IsEmpty;

// `EXPRESSION // WANT` inside a block of ```cel.
struct Example {
  int line = 0;
  std::string expression;
  std::string want;
};

struct Page {
  std::string text;
  std::vector<Example> examples;
  // `string.charAt(int) -> string` in the first column of a table.
  std::vector<std::string> signatures;
};

// What stands in back-quotes in the first cell of a table's row.
std::vector<std::string> FirstCell(const std::string& row) {
  const std::vector<std::string> cells = absl::StrSplit(row, " | ");
  const std::vector<std::string> parts = absl::StrSplit(cells[0], '`');
  std::vector<std::string> quoted;
  for (size_t i = 1; i < parts.size(); i += 2) quoted.push_back(parts[i]);
  return quoted;
}

Page ReadPage() {
  std::ifstream file(STRATAGEM_SOURCE_DIR "/docs/expressions.md");
  Page page;
  std::string line;
  bool in_examples = false;
  for (int number = 1; std::getline(file, line); ++number) {
    absl::StrAppend(&page.text, line, "\n");
    if (absl::StartsWith(line, "```")) {
      in_examples = line == "```cel";
    } else if (in_examples) {
      const size_t comment = line.rfind(" // ");
      if (comment == std::string::npos) {
        ADD_FAILURE() << "line " << number << " says no result: " << line;
        continue;
      }
      page.examples.push_back(
          {number, line.substr(0, comment), line.substr(comment + 4)});
    } else if (absl::StartsWith(line, "| `")) {
      for (std::string& text : FirstCell(line)) {
        if (absl::StrContains(text, " -> ")) page.signatures.push_back(text);
      }
    }
  }
  return page;
}

// The world of the examples.
class Examples {
 public:
  Examples() {
    Add("orders_total", "12");
    Add("monetary_36m", "4200.0");
    Add("nps", "optional.of(9)");
    Add("recency_days", "[1].slice(0, 0).first()");
    Add("preferred_channel", "'app'", {"app", "sms", "call"});
    Add("tags", "['vip', 'online']");
    Add("prices", "{'basic': 9.5, 'plus': 20.0}");
    Add("now", "timestamp('2026-11-15T10:30:00Z')");
    world_.Declare("tier.rank", Type(TypeKind::kInt), Value::Int(1));
    Add("tier", "'gold'", {"platinum", "gold", "silver", "bronze"},
        static_cast<int>(world_.slots().size()) - 1);
  }

  // "| `name` | type | value |" for each name.
  const std::vector<std::string>& rows() const { return rows_; }

  // What stands behind `//` when it is right.
  std::string Result(const std::string& expression) {
    const std::string diagnostics = world_.Diagnose(expression);
    const size_t error = diagnostics.find(": error ");
    if (error != std::string::npos) {
      return absl::StrCat("refused: ", diagnostics.substr(error + 8, 4));
    }
    const Value value = world_.Evaluate(expression);
    world_.frame().steps_left = kEvaluationStepsMax;
    if (!value.is_error()) return ToString(value);
    return absl::StrCat("error: ", ErrorCodeText(value.error_code()));
  }

 private:
  void Add(const std::string& name, const std::string& expression,
           std::vector<std::string> values = {}, int rank_slot = -1) {
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(expression), world_.scope(), {}, diagnostics);
    ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
    Value value = world_.Evaluate(expression);
    // A slot of an optional holds what the optional does.
    if (value.is(ValueKind::kOptional)) {
      value = value.optional() == nullptr ? Value() : *value.optional();
    }
    world_.Declare(name, program->type(), value, std::move(values), rank_slot);
    rows_.push_back(
        absl::StrCat("| `", name, "` | ", ToString(program->type()), " | ",
                     value.is_missing() ? "absent" : ToString(value), " |"));
  }

  World world_;
  std::vector<std::string> rows_;
};

TEST(ExpressionsPageTest, EveryExampleComesToWhatItSays) {
  Examples examples;
  const Page page = ReadPage();
  EXPECT_GT(page.examples.size(), 200u);
  for (const Example& example : page.examples) {
    EXPECT_EQ(examples.Result(example.expression), example.want)
        << "docs/expressions.md:" << example.line << ": " << example.expression;
  }
}

TEST(ExpressionsPageTest, TheNamesOfTheExamplesAreAsTheTableSays) {
  const Page page = ReadPage();
  const Examples examples;
  for (const std::string& row : examples.rows()) {
    EXPECT_TRUE(absl::StrContains(page.text, row)) << row;
  }
}

bool IsWordChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Replaces the words of `text` that `words` has.
std::string ReplaceWords(const std::string& text,
                         const std::map<std::string, std::string>& words) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && IsWordChar(text[end])) ++end;
    end = std::max(end, at + 1);
    const std::string word = text.substr(at, end - at);
    const auto found = words.find(word);
    result += found == words.end() ? word : found->second;
    at = end;
  }
  return result;
}

// Type parameters called T and U in the order in which they occur.
std::string Normalise(const std::string& signature) {
  std::map<std::string, std::string> names;
  for (size_t i = 0; i < signature.size(); ++i) {
    const bool alone =
        (i == 0 || !IsWordChar(signature[i - 1])) &&
        (i + 1 == signature.size() || !IsWordChar(signature[i + 1]));
    if (!alone || !absl::ascii_isupper(signature[i])) continue;
    names.emplace(std::string(1, signature[i]), names.empty() ? "T" : "U");
  }
  return ReplaceWords(signature, names);
}

// A row of the function table as the page writes it.
std::string SignatureOf(const Overload& row) {
  const bool member = row.style == CallStyle::kMember;
  std::string text =
      member ? absl::StrCat(ToString(row.params[0]), ".") : std::string();
  absl::StrAppend(&text, row.function, "(");
  for (size_t i = member ? 1 : 0; i < row.params.size(); ++i) {
    absl::StrAppend(&text, absl::EndsWith(text, "(") ? "" : ", ",
                    ToString(row.params[i]));
  }
  absl::StrAppend(&text, ") -> ", ToString(row.result));
  return Normalise(
      absl::StrReplaceAll(text, {{"google.protobuf.Timestamp", "timestamp"},
                                 {"google.protobuf.Duration", "duration"}}));
}

// The functions that authors can call by name.
std::vector<const Overload*> NamedRows() {
  std::vector<const Overload*> rows;
  const FunctionTable& table = *FunctionTable::Standard();
  for (const std::string& name : table.names()) {
    if (absl::StrContains(name, "@")) continue;
    for (const Overload& row : table.Find(name)) rows.push_back(&row);
  }
  return rows;
}

TEST(ExpressionsPageTest, SignaturesAreThoseOfTheFunctionTable) {
  std::set<std::string> missing;
  for (const Overload* row : NamedRows()) missing.insert(SignatureOf(*row));
  const std::set<std::string> all = missing;
  const Page page = ReadPage();
  for (const std::string& text : page.signatures) {
    const std::string signature = Normalise(text);
    bool exists = all.count(signature) > 0;
    missing.erase(signature);
    // One line of T may stand for an overload for each of several types.
    for (const char* type : {"int", "uint", "double", "bool", "string", "bytes",
                             "timestamp", "duration"}) {
      const std::string instance = ReplaceWords(signature, {{"T", type}});
      exists = exists || all.count(instance) > 0;
      missing.erase(instance);
    }
    EXPECT_TRUE(exists) << "no such function: " << text;
  }
  EXPECT_THAT(missing, IsEmpty()) << "functions without a line in a table";
}

// True when an example calls `name`, as a member if `before` is a dot.
bool IsCalled(const Page& page, const std::string& name, char before) {
  const std::string call = name + "(";
  return std::any_of(
      page.examples.begin(), page.examples.end(), [&](const Example& example) {
        const std::string text = " " + example.expression;
        for (size_t at = text.find(call); at != std::string::npos;
             at = text.find(call, at + 1)) {
          const char found = text[at - 1];
          if (before == '.' ? found == '.'
                            : found != '.' && !IsWordChar(found)) {
            return true;
          }
        }
        return false;
      });
}

TEST(ExpressionsPageTest, EveryFunctionHasAnExample) {
  const Page page = ReadPage();
  for (const Overload* row : NamedRows()) {
    const char before = row->style == CallStyle::kMember ? '.' : ' ';
    EXPECT_TRUE(IsCalled(page, row->function, before)) << SignatureOf(*row);
  }
}

TEST(ExpressionsPageTest, EveryMacroHasALineAndAnExample) {
  const Page page = ReadPage();
  for (const std::string& name : MacroNames()) {
    const bool global = absl::StrContains(name, ".") || name == "has";
    EXPECT_TRUE(IsCalled(page, name, global ? ' ' : '.')) << name;
    EXPECT_TRUE(absl::StrContains(page.text, absl::StrCat("`", name, "(")) ||
                absl::StrContains(page.text, absl::StrCat(".", name, "(")))
        << name;
  }
}

// 16777216 as "16,777,216".
std::string Grouped(int64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

TEST(ExpressionsPageTest, LimitsHaveTheirNumbers) {
  const Page page = ReadPage();
  const std::vector<std::pair<const char*, int64_t>> limits = {
      {"kExpressionBytesMax", kExpressionBytesMax},
      {"kExpressionDepthMax", kExpressionDepthMax},
      {"kProgramInstructionsMax", kProgramInstructionsMax},
      {"kRegularExpressionBytesMax", kRegularExpressionBytesMax},
      {"kRegularExpressionMemoryMax", kRegularExpressionMemoryMax},
      {"kExpressionPatternsMax", kExpressionPatternsMax},
      {"kEvaluationStepsMax", kEvaluationStepsMax},
      {"kDecisionStepsMax", kDecisionStepsMax},
      {"kDecisionArenaBytesMax", kDecisionArenaBytesMax},
      {"kBuiltValueDepthMax", kBuiltValueDepthMax},
  };
  for (const auto& [name, number] : limits) {
    const std::string row = absl::StrCat(" | ", Grouped(number), " | `", name);
    EXPECT_TRUE(absl::StrContains(page.text, row)) << row;
  }
}

}  // namespace
}  // namespace stratagem::expr
