// What must hold for `expr`: a value with its type, every mistake under its
// line, and why an expression came out as it did, with a pack's names or none.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/expr_repl.h"
#include "clients/cli/expr_session.h"
#include "clients/cli/line_editor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ExprTest : public testing::Test {
 protected:
  ExprTest() { folder_.Write("shop/pack.yaml", kShopPack); }

  // `expr COMMAND TEXT` and more flags.
  static Ran Expr(const std::string& command, const std::string& text,
                  std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"expr", command, text});
    return RunHere(flags);
  }

  // As above with the names of the shop, for a customer of the highest tier.
  Ran ExprOfShop(const std::string& command, const std::string& text,
                 std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"--pack", folder_.Join("shop"), "--set",
                                 "orders=3", "--set", "spend=1200", "--set",
                                 "last=4", "--now", "2026-11-15T10:00:00Z"});
    return Expr(command, text, flags);
  }

  TempDir folder_;
};

TEST_F(ExprTest, EvalPrintsTheValueAndItsType) {
  const Ran ran = Expr("eval", "[1, 2].map(x, x * 2.0 > 3.0 ? 'b' : 'a')");
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("`*` does not take int and double"));
  EXPECT_EQ(Expr("eval", "[1, 2].map(x, x > 1)").out,
            "[false, true] : list(bool)\n");
  EXPECT_EQ(Expr("eval", "[1, 2].map(x, x > 1)").code, 0);
}

struct SetCase {
  const char* assignment;
  const char* want;
};

TEST_F(ExprTest, SetReadsJsonAndElseText) {
  for (const SetCase& one :
       std::vector<SetCase>{{"x=3", "3 : int"},
                            {"x=-2.5", "-2.5 : double"},
                            {"x=true", "true : bool"},
                            {"x=null", "null : null_type"},
                            {"x=gold", "'gold' : string"},
                            {"x=\"3\"", "'3' : string"},
                            {"x=", "'' : string"},
                            {"x=a=b", "'a=b' : string"},
                            {"x=[1, 2]", "[1, 2] : list(int)"},
                            {"x=[1, 2.5]", "[1, 2.5] : list(dyn)"},
                            {"x={\"a\": 1}", "{'a': 1} : map(string, dyn)"},
                            {"x=1, \"y\": 2", "'1, \\\"y\\\": 2' : string"}}) {
    EXPECT_EQ(Expr("eval", "x", {"--set", one.assignment}).out,
              std::string(one.want) + "\n")
        << one.assignment;
  }
}

TEST_F(ExprTest, FactsLieBelowSet) {
  const std::string facts =
      folder_.Write("facts.json", R"({"a": 1, "b": {"c": [1, 2, 3]}})");
  EXPECT_EQ(Expr("eval", "b.c[a]", {"--facts", facts}).out, "2 : dyn\n");
  EXPECT_EQ(Expr("eval", "b.c[a]", {"--facts", facts, "--set", "a=2"}).out,
            "3 : dyn\n");
}

TEST_F(ExprTest, EvalWithJsonIsOneObject) {
  const json value =
      json::parse(Expr("eval", "{'a': [1u]}", {"-o", "json"}).out);
  EXPECT_EQ(value, json::parse(R"json({"type": "map(string, list(uint))",
                                   "value": {"a": [1]}, "text": "{'a': [1u]}"
})json"));
  const Ran failed = Expr("eval", "1 / 0", {"-o", "json"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_EQ(json::parse(failed.out),
            json::parse(R"({"error": {"reason": "division by zero",
                                      "line": 1, "column": 3}})"));
}

TEST_F(ExprTest, AnErrorStandsUnderThePartThatFailed) {
  const Ran ran = Expr("eval", "a > 1 && b / (a - a) > 0",
                       {"--set", "a=3", "--set", "b=1"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error: division by zero\n"
            "  1 | a > 1 && b / (a - a) > 0\n"
            "    |            ^\n");
}

TEST_F(ExprTest, CheckPrintsTheTypeOrTheMistake) {
  EXPECT_EQ(Expr("check", "a.size()", {"--set", "a=x"}).out, "int\n");
  const Ran ran = Expr("check", "order + 1", {"--set", "orders=1"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("expression:1:1: error E110: "));
  EXPECT_THAT(ran.err, HasSubstr("  1 | order + 1\n"
                                 "    | ^\n"
                                 "  hint: did you mean `orders`?\n"));
}

TEST_F(ExprTest, CheckWithJsonListsDiagnostics) {
  const json wrong = json::parse(Expr("check", "1 +", {"-o", "json"}).out);
  EXPECT_FALSE(wrong.contains("type"));
  EXPECT_EQ(wrong.at("diagnostics").at(0).at("code"), "E101");
  EXPECT_EQ(wrong.at("diagnostics").at(0).at("column"), 4);
  EXPECT_EQ(json::parse(Expr("check", "1", {"-o", "json"}).out),
            json::parse(R"({"type": "int", "diagnostics": []})"));
}

TEST_F(ExprTest, AstPrintsTheTree) {
  EXPECT_EQ(Expr("ast", "a.b + 1").out, "(_+_ (select a b) 1)\n");
  const json tree = json::parse(
      Expr("ast", "l.map(x, has(x.y), [?x.?y, T{f: {1: -x}}])", {"-o", "json"})
          .out);
  EXPECT_EQ(tree.at("kind"), "comprehension");
  EXPECT_EQ(tree.at("condition").at("kind"), "has");
  const json& items = tree.at("transform").at("items");
  EXPECT_EQ(items.at(0).at("optional"), true);
  EXPECT_EQ(items.at(1).at("value").at("kind"), "struct");
  EXPECT_EQ(Expr("ast", "1 +").code, 1);
}

TEST_F(ExprTest, ExplainShowsWhyInATable) {
  const Ran ran = ExprOfShop(
      "explain",
      "tier == 'low' || stage == 'fresh' || "
      "[spend, 5.0].exists(x, x > 1000.0) || request.channel == 'web'");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/expr_explain.txt");
}

TEST_F(ExprTest, ExplainWithJsonNestsParts) {
  const json whole = json::parse(
      ExprOfShop("explain", "orders > 5 && 1 / 0 > 0", {"--output", "json"})
          .out);
  EXPECT_EQ(whole.at("value"), false);
  EXPECT_EQ(whole.at("parts").at(0).at("parts").at(0).at("value"), 3);
  EXPECT_EQ(whole.at("parts").at(1).at("evaluated"), false);
  EXPECT_FALSE(whole.at("parts").at(1).contains("value"));
}

TEST_F(ExprTest, APackGivesFactsScoresAndDecisions) {
  EXPECT_EQ(ExprOfShop("eval", "tier.atLeast('high')").out, "true : bool\n");
  EXPECT_EQ(ExprOfShop("eval", "stage").out, "'active' : string\n");
  EXPECT_EQ(ExprOfShop("eval", "treatments.price.discount_pct").out,
            "7.5 : double\n");
  EXPECT_EQ(ExprOfShop("eval", "city").out, "'城市' : string\n");
  EXPECT_EQ(
      ExprOfShop("eval", "request.channel", {"--request", "channel=call"}).out,
      "'call' : string\n");
  EXPECT_EQ(ExprOfShop("eval", "now").out,
            "timestamp('2026-11-15T10:00:00Z') : google.protobuf.Timestamp\n");
  EXPECT_EQ(ExprOfShop("eval", "mine + 1", {"--set", "mine=1"}).out,
            "2 : int\n");
}

TEST_F(ExprTest, AnAttributeWithoutAValueIsNamed) {
  const std::vector<std::string> shop = {"--pack", folder_.Join("shop")};
  const Ran attribute = Expr("eval", "1 + orders", shop);
  EXPECT_EQ(attribute.code, 1);
  EXPECT_EQ(attribute.err,
            "error: `orders` has no value\n"
            "  1 | 1 + orders\n"
            "    |     ^\n"
            "  hint: give it one with `--set orders=…` or, in the repl, `:set "
            "orders = …`\n");
  EXPECT_THAT(Expr("eval", "orders", {shop[0], shop[1], "-o", "json"}).out,
              HasSubstr("\"reason\": \"`orders` has no value\""));
  const Ran explained = Expr("explain", "1 + orders", shop);
  EXPECT_EQ(explained.code, 1);
  EXPECT_EQ(explained.out,
            "expression  type  value\n"
            "1 + orders  int   error(`orders` has no value)\n"
            "└ orders    int   error(`orders` has no value)\n");
  EXPECT_EQ(explained.err, attribute.err);
  EXPECT_THAT(Expr("eval", "tier", shop).err,
              HasSubstr("hint: `tier` needs all required attributes; these "
                        "have none: orders, spend\n"));
  EXPECT_THAT(Expr("eval", "tier.atLeast('low')", shop).err,
              HasSubstr("hint: `tier` needs all required"));
  EXPECT_EQ(Expr("eval", "last.hasValue()", shop).out, "false : bool\n");
}

TEST_F(ExprTest, ValuesThatAPackRefusesAreUsage) {
  const Ran below = ExprOfShop("eval", "1", {"--set", "spend=-1"});
  EXPECT_EQ(below.code, 2);
  EXPECT_THAT(below.err, HasSubstr("attributes.spend: -1.0 is below"));
  EXPECT_THAT(ExprOfShop("eval", "1", {"--set", "orders=x"}).err,
              HasSubstr("`orders`: `x` is not int"));
  EXPECT_THAT(ExprOfShop("eval", "1", {"--set", "tier=low"}).err,
              HasSubstr("`tier` is computed and cannot be set"));
  EXPECT_THAT(ExprOfShop("eval", "offer.value").err, HasSubstr("E111"));
}

TEST_F(ExprTest, NamesThatThePackDoesNotKnowAreSaid) {
  const Ran request = ExprOfShop("eval", "1", {"--request", "canal=web"});
  EXPECT_EQ(request.code, 2);
  EXPECT_THAT(request.err,
              HasSubstr("`request.canal` is not declared in the pack"));
  // A name of one's own beside the pack's is fine; one that looks like one of
  // theirs is said.
  const Ran own = ExprOfShop("eval", "x", {"--set", "x=1"});
  EXPECT_EQ(own.out, "1 : int\n");
  EXPECT_EQ(own.err, "");
  const Ran misspelt = ExprOfShop("eval", "1", {"--set", "spned=1"});
  EXPECT_EQ(misspelt.code, 0);
  EXPECT_EQ(misspelt.err,
            "note: `spned` is no attribute of the pack; did you mean "
            "`spend`?\n");
}

TEST_F(ExprTest, WithoutNamesTheHintSaysWhereTheyComeFrom) {
  EXPECT_THAT(Expr("check", "x + 1").err,
              HasSubstr("hint: names come from `--set name=value`, `--facts "
                        "FILE` or `--pack DIR`\n"));
  EXPECT_THAT(Expr("check", "nwo").err, HasSubstr("did you mean `now`?"));
  EXPECT_THAT(Expr("check", "x + 1", {"--set", "a=1"}).err,
              HasSubstr("hint: expected one of `a`, `now`\n"));
}

TEST_F(ExprTest, MistakesInJsonNameTheFile) {
  const std::string file = folder_.Write("twice.json", R"({"a": 1, "a": 2})");
  const Ran ran = Expr("eval", "a", {"--facts", file});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "error: " + file + ": JSON object repeats the member `a`\n");
  // What a shell makes of JSON without quotes is no text.
  for (const char* text : {"a={b:1}", "a=[1,"}) {
    const Ran unquoted = Expr("eval", "a", {"--set", text});
    EXPECT_EQ(unquoted.code, 2) << text;
    EXPECT_THAT(unquoted.err, HasSubstr("is not JSON; in a shell it needs"));
  }
}

TEST_F(ExprTest, WrongFlagsAreUsageAndMissingFilesTheEnvironment) {
  EXPECT_EQ(Expr("eval", "x", {"--set", "1x=2"}).code, 2);
  EXPECT_EQ(Expr("eval", "x", {"--set", "x"}).code, 2);
  EXPECT_EQ(Expr("eval", "x", {"--now", "today"}).code, 2);
  EXPECT_EQ(Expr("eval", "x", {"--output", "table"}).code, 2);
  EXPECT_EQ(Expr("eval", "\xFF").code, 2);
  EXPECT_EQ(RunHere({"expr", "eval"}).code, 2);
  EXPECT_EQ(RunHere({"expr", "evla", "1"}).code, 2);
  EXPECT_EQ(Expr("eval", "x", {"--facts", folder_.Join("none")}).code, 3);
  EXPECT_EQ(Expr("eval", "x", {"--pack", folder_.Join("none")}).code, 3);
}

// ------------------------------------------------------------------ repl ----

Ran Repl(const std::string& input, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), {"expr", "repl"});
  return RunHere(flags, input);
}

TEST_F(ExprTest, ReplReadsExpressionsAndCommandsWithoutATerminal) {
  const Ran ran = Repl(
      ":set a = 3\n"
      "\n"
      "  a + 1\n"
      ":set b = a == 3\n"
      ":type [a]\n"
      ":ast a+1\n"
      ":explain b || a > 1\n"
      ":unset a\n"
      ":quit\n"
      "never + reached\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "4 : int\n"
            "list(int)\n"
            "(_+_ a 1)\n"
            "expression  type  value\n"
            "b || a > 1  bool  true\n"
            "├ b         bool  true\n"
            "└ a > 1     bool  not evaluated\n");
}

TEST_F(ExprTest, ReplGoesOnAfterAMistakeAndSaysSoAtTheEnd) {
  const Ran ran =
      Repl(":unset x\n1 +\n1 / 0\n:sett x = 1\n:set 1\n:facts /\n2\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "2 : int\n");
  for (const char* part :
       {"error: `x` was not set\n", "E101", "error: division by zero\n",
        "error: there is no command `:sett`\n  hint: did you mean `:set`?\n",
        "error: `:set` needs a name and an expression\n",
        "`/` is a folder; expected a file"}) {
    EXPECT_THAT(ran.err, HasSubstr(part));
  }
}

TEST_F(ExprTest, ReplSaysWhatACommandLacks) {
  for (const char* command :
       {"set", "unset", "facts", "type", "explain", "ast"}) {
    const Ran ran = Repl(absl::StrCat(":", command, "\n"));
    EXPECT_EQ(ran.code, 1) << command;
    EXPECT_THAT(ran.err,
                HasSubstr(absl::StrCat(
                    "error: `:", command,
                    "` needs more\n  hint: for example `:", command, " ")));
  }
  EXPECT_EQ(Repl(":names x\n").err, "error: `:names` takes nothing\n");
  EXPECT_THAT(Repl(":set x == 3\n").err,
              HasSubstr("`:set` needs a name and an expression"));
}

TEST_F(ExprTest, ReplChangesAttributesOfAPackAndDecidesAgain) {
  const Ran ran = Repl(
      ":set orders = 0\n:set spend = 1200.0\nstage\n:set orders = 2\nstage\n"
      ":set last = 1\nstage\n:set spend = -1.0\nspend\n",
      {"--pack", folder_.Join("shop")});
  EXPECT_EQ(ran.out, "'fresh' : string\n'active' : string\n1200.0 : double\n");
  EXPECT_THAT(ran.err, HasSubstr("attributes.spend: -1.0 is below"));
  EXPECT_THAT(ran.err,
              HasSubstr("hint: `stage` is not decided: `last.hasValue() == "
                        "(orders > 0)` does not hold\n"));
}

TEST_F(ExprTest, ReplListsNamesAndCommands) {
  const Ran ran =
      Repl(":set a = 'x'\n:names\n:help\n", {"--now", "2026-11-15T10:00:00Z"});
  EXPECT_THAT(ran.out, HasSubstr("a     string                     'x'\n"));
  EXPECT_THAT(ran.out, HasSubstr(":explain EXPR "));
}

TEST(CompleteExprTest, KnowsNamesFunctionsMacrosAndCommands) {
  ExprSession session(nullptr, absl::UnixEpoch());
  ASSERT_TRUE(session.SetFromText("orders_total=1").ok());
  ASSERT_TRUE(session.SetFromText("orders_open=1").ok());
  ASSERT_TRUE(session.SetFromText("request.channel=web").ok());
  const auto words = [&](const char* line) {
    return CompleteExpr(session, line).words;
  };
  EXPECT_THAT(words("1 + ord"), ElementsAre("orders_open", "orders_total"));
  EXPECT_THAT(words("req"), ElementsAre("request.channel"));
  EXPECT_THAT(words("request.c"), ElementsAre("request.channel"));
  EXPECT_THAT(words("math."), Each(Not(HasSubstr("@"))));
  EXPECT_THAT(words("ha"), Contains("has("));
  EXPECT_THAT(words("cel.bi"), ElementsAre("cel.bind("));
  EXPECT_THAT(words(":ex"), ElementsAre(":explain "));
  EXPECT_THAT(words("a :ex"), IsEmpty());
  EXPECT_THAT(words("zzz"), IsEmpty());
  EXPECT_EQ(CompleteExpr(session, "1 + ord").word_size, 3u);
}

TEST(CompleteExprTest, OffersWhatValuesOfTheTypeHave) {
  ExprSession session(nullptr, absl::UnixEpoch());
  ASSERT_TRUE(session.SetFromText("tags=[\"vip\"]").ok());
  ASSERT_TRUE(session.SetFromText("name=Ann").ok());
  ASSERT_TRUE(session
                  .Set("nps", Value::Int(1),
                       expr::Type::Optional(expr::Type(expr::TypeKind::kInt)))
                  .ok());
  const auto words = [&](const char* line) {
    return CompleteExpr(session, line).words;
  };
  EXPECT_THAT(words("(tags.exi"), ElementsAre("tags.exists(", "tags.existsOne(",
                                              "tags.exists_one("));
  EXPECT_THAT(words("name.exi"), IsEmpty());
  EXPECT_THAT(words("name.startsW"), ElementsAre("name.startsWith("));
  EXPECT_THAT(words("tags.startsW"), IsEmpty());
  EXPECT_THAT(words("nps."),
              ElementsAre("nps.hasValue(", "nps.optFlatMap(", "nps.optMap(",
                          "nps.or(", "nps.orValue(", "nps.value("));
  // Of anything else the type is not known before it is checked.
  EXPECT_THAT(words("f(x).startsW"), ElementsAre(".startsWith("));
}

TEST(InColumnsTest, FillsLinesFromTheTop) {
  const std::vector<std::string> words = {"a", "bb", "ccc", "d", "ee"};
  EXPECT_EQ(InColumns(words, 80), "a    bb   ccc  d    ee\n");
  EXPECT_EQ(InColumns(words, 13), "a    ccc  ee\nbb   d\n");
  EXPECT_EQ(InColumns(words, 2), "a\nbb\nccc\nd\nee\n");
  EXPECT_EQ(InColumns({}, 80), "");
}

TEST(CommonPrefixTest, IsWhatAllShare) {
  EXPECT_EQ(CommonPrefix({"orders_total", "orders_open"}), "orders_");
  EXPECT_EQ(CommonPrefix({"one"}), "one");
  EXPECT_EQ(CommonPrefix({"a", ""}), "");
}

}  // namespace
}  // namespace stratagem::cli
