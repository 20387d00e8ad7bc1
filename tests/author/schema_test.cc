// What must hold for the schemas of editors: made of every key that the loader
// knows, each with its shape and a line of text; they accept what the loader
// accepts, and refuse what it refuses for its shape. A validator that is not
// ours says so.

#include "engine/author/schema.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/literal.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"
#include "engine/pack/yaml_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/golden.h"
#include "valijson/adapters/nlohmann_json_adapter.hpp"
#include "valijson/schema.hpp"
#include "valijson/schema_parser.hpp"
#include "valijson/validator.hpp"

namespace stratagem::author {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using pack::Shape;
using pack::ShapeKind;
using pack::YamlKind;
using pack::YamlNode;

// ---------------------------------------------------------- completeness ----

using OnKey =
    std::function<void(const std::string& path, const pack::KeyShape& key)>;

// Calls `on_key` for every key below `shape`.
void VisitKeys(const Shape& shape, const std::string& path,
               std::set<std::string>& definitions, const OnKey& on_key) {
  if (shape.kind == ShapeKind::kDefinition &&
      !definitions.insert(std::string(shape.name)).second) {
    return;
  }
  if (shape.element != nullptr) {
    VisitKeys(shape.element(), path + "/*", definitions, on_key);
  }
  for (const pack::ShapeFunction alternative : shape.alternatives) {
    VisitKeys(alternative(), path, definitions, on_key);
  }
  for (const pack::KeyShape& key : shape.keys) {
    const std::string inner = absl::StrCat(path, "/", key.name);
    on_key(inner, key);
    if (key.shape != nullptr) {
      VisitKeys(key.shape(), inner, definitions, on_key);
    }
  }
}

void ExpectComplete(const Shape& file) {
  std::set<std::string> definitions;
  int keys = 0;
  VisitKeys(file, "", definitions,
            [&](const std::string& path, const pack::KeyShape& key) {
              ++keys;
              EXPECT_NE(key.shape, nullptr) << path << " has no shape";
              EXPECT_NE(key.description, "") << path << " has no description";
              EXPECT_LE(key.description.size(), 90u) << path;
              EXPECT_FALSE(absl::EndsWith(key.description, ".")) << path;
              EXPECT_FALSE(absl::StrContains(key.description, "\n")) << path;
            });
  EXPECT_GT(keys, 25);
}

TEST(FileShapeTest, EveryKeyHasAShapeAndADescription) {
  ExpectComplete(pack::FileShape(/*is_main=*/true));
  ExpectComplete(pack::FileShape(/*is_main=*/false));
  ExpectComplete(pack::TestFileShape());
}

// Every choice is among keys that there are.
void ExpectSoundChoices(const Shape& shape,
                        std::set<std::string>& definitions) {
  if (shape.kind == ShapeKind::kDefinition &&
      !definitions.insert(std::string(shape.name)).second) {
    return;
  }
  for (const pack::KeyChoice& choice : shape.choices) {
    for (const absl::string_view name : choice.keys) {
      EXPECT_TRUE(std::any_of(
          shape.keys.begin(), shape.keys.end(),
          [&](const pack::KeyShape& key) { return key.name == name; }))
          << name;
    }
  }
  if (shape.element != nullptr) {
    ExpectSoundChoices(shape.element(), definitions);
  }
  for (const pack::ShapeFunction alternative : shape.alternatives) {
    ExpectSoundChoices(alternative(), definitions);
  }
  for (const pack::KeyShape& key : shape.keys) {
    if (key.shape != nullptr) ExpectSoundChoices(key.shape(), definitions);
  }
}

TEST(FileShapeTest, ChoicesAreAmongKeysThatThereAre) {
  std::set<std::string> definitions;
  ExpectSoundChoices(pack::FileShape(/*is_main=*/true), definitions);
  ExpectSoundChoices(pack::TestFileShape(), definitions);
}

std::string PackSchema() {
  return JsonSchema(pack::FileShape(/*is_main=*/true),
                    "pack.yaml of a Stratagem pack");
}

std::string IncludedSchema() {
  return JsonSchema(pack::FileShape(/*is_main=*/false),
                    "A file that a Stratagem pack includes");
}

std::string TestSchema() {
  return JsonSchema(pack::TestFileShape(), "Tests of a Stratagem pack");
}

// Editors read the copies in the source tree.
TEST(JsonSchemaTest, TheCommittedCopiesAreThoseOfTheLoader) {
  ExpectMatchesGolden(PackSchema(), "rules/schema/pack.schema.json");
  ExpectMatchesGolden(IncludedSchema(), "rules/schema/included.schema.json");
  ExpectMatchesGolden(TestSchema(), "rules/schema/test.schema.json");
}

// ------------------------------------------------------------- validator ----

// A node as editors see it: scalars by YAML 1.2's core schema.
Json ToJson(const YamlNode& node) {
  switch (node.kind) {
    case YamlKind::kNull:
    case YamlKind::kBroken:
      return nullptr;
    case YamlKind::kScalar: {
      if (node.style != pack::ScalarStyle::kPlain) return node.text;
      if (node.text == "true" || node.text == "false") {
        return node.text == "true";
      }
      const std::optional<Value> number = pack::ParseNumber(node.text);
      if (!number.has_value()) return node.text;
      if (number->is(ValueKind::kInt)) return number->int_value();
      return number->double_value();
    }
    case YamlKind::kSequence: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(ToJson(item));
      return list;
    }
    case YamlKind::kMapping: {
      Json mapping = Json::object();
      for (const pack::YamlEntry& entry : node.entries) {
        mapping[entry.key.text] = ToJson(entry.value);
      }
      return mapping;
    }
  }
  return nullptr;
}

// "<root>[tiers][0]".
std::string PlaceOf(const valijson::ValidationResults::Error& error) {
  return absl::StrJoin(error.context, "");
}

class SchemaValidator {
 public:
  explicit SchemaValidator(const std::string& schema_text)
      : document_(Json::parse(schema_text)) {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    parser.populateSchema(adapter, schema_);
  }

  // What is wrong with `json`, each with its place; empty: nothing.
  std::string Faults(const Json& json) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(json);
    std::string faults;
    if (validator.validate(schema_, adapter, &results)) return faults;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      absl::StrAppend(&faults, PlaceOf(error), ": ", error.description, "\n");
    }
    return faults.empty() ? "refused without a reason" : faults;
  }

 private:
  const Json document_;
  valijson::Schema schema_;
};

SchemaValidator& MainFiles() {
  static auto& validator = *new SchemaValidator(PackSchema());
  return validator;
}

SchemaValidator& IncludedFiles() {
  static auto& validator = *new SchemaValidator(IncludedSchema());
  return validator;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The faults that the schemas find in the pack in `folder`; nullopt when one of
// its files is no YAML.
std::optional<std::string> FaultsOfPack(const fs::path& folder) {
  Diagnostics diagnostics;
  const auto main_file = pack::YamlFile::Read(
      "pack.yaml", ReadFile(folder / "pack.yaml"), diagnostics);
  if (main_file == nullptr || diagnostics.has_errors()) return std::nullopt;
  std::string faults = MainFiles().Faults(ToJson(main_file->root()));
  for (const pack::YamlEntry& entry : main_file->root().entries) {
    if (entry.key.text != "include") continue;
    for (const YamlNode& path : entry.value.items) {
      const auto file = pack::YamlFile::Read(
          path.text, ReadFile(folder / path.text), diagnostics);
      if (file == nullptr || diagnostics.has_errors()) return std::nullopt;
      faults += IncludedFiles().Faults(ToJson(file->root()));
    }
  }
  return faults;
}

std::vector<std::string> PacksBelow(const std::string& folder) {
  std::vector<std::string> packs;
  for (const auto& entry :
       fs::recursive_directory_iterator(SourcePath(folder))) {
    if (entry.path().filename() == "pack.yaml") {
      packs.push_back(
          fs::relative(entry.path().parent_path(), SourcePath("")).string());
    }
  }
  std::sort(packs.begin(), packs.end());
  return packs;
}

std::vector<std::string> AllPacks() {
  std::vector<std::string> packs = PacksBelow("rules");
  const std::vector<std::string> golden = PacksBelow("tests/golden");
  packs.insert(packs.end(), golden.begin(), golden.end());
  return packs;
}

std::string TestName(const testing::TestParamInfo<std::string>& param_info) {
  std::string name = param_info.param;
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

class PackOfTheTreeTest : public testing::TestWithParam<std::string> {};

// Errors of shape, which the schema must see, too: unknown, unsupported and
// missing keys, wrong kinds of values, keys that exclude each other. E224 is
// "empty", which it sees as well.
bool IsOfShape(const Diagnostic& diagnostic) {
  static const auto& codes = *new std::set<std::string>{
      "E220", "E221", "E222", "E223", "E224", "E226", "E249"};
  return codes.contains(diagnostic.code);
}

TEST_P(PackOfTheTreeTest,
       IsAcceptedWhenTheLoaderAcceptsItAndRefusedForItsShape) {
  const std::string folder = SourcePath(GetParam());
  const std::optional<std::string> faults = FaultsOfPack(folder);
  if (!faults.has_value()) return;  // No YAML at all.
  Diagnostics diagnostics;
  pack::ReadPack(folder, diagnostics);
  if (!diagnostics.has_errors()) {
    EXPECT_EQ(*faults, "");
    return;
  }
  const std::vector<Diagnostic> errors = diagnostics.Sorted();
  if (std::any_of(errors.begin(), errors.end(), IsOfShape)) {
    EXPECT_NE(*faults, "") << diagnostics.ToString();
  }
}

INSTANTIATE_TEST_SUITE_P(All, PackOfTheTreeTest, testing::ValuesIn(AllPacks()),
                         TestName);

TEST(PackOfTheTreeTest, ShippedPacksAreAmongThem) {
  EXPECT_THAT(AllPacks(),
              testing::IsSupersetOf(
                  {"rules/retail", "rules/starter", "rules/telecom"}));
}

// Files of tests, wherever they stand.
TEST(TestFilesOfTheTreeTest, AreAcceptedWhenTheReaderAcceptsThem) {
  SchemaValidator validator(TestSchema());
  int files = 0;
  for (const std::string folder : {"rules", "tests/golden"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(SourcePath(folder))) {
      const std::string path = entry.path().string();
      if (!absl::EndsWith(path, "_test.yaml")) continue;
      Diagnostics diagnostics;
      const std::string bytes = ReadFile(path);
      const auto yaml = pack::YamlFile::Read(path, bytes, diagnostics);
      if (yaml == nullptr || diagnostics.has_errors()) continue;
      const bool is_good = pack::ReadTestFile(path, bytes, absl::UTCTimeZone(),
                                              diagnostics) != nullptr;
      const std::string faults = validator.Faults(ToJson(yaml->root()));
      if (is_good) {
        EXPECT_EQ(faults, "") << path;
        ++files;
      } else {
        const std::vector<Diagnostic> errors = diagnostics.Sorted();
        if (std::any_of(errors.begin(), errors.end(), IsOfShape)) {
          EXPECT_NE(faults, "") << diagnostics.ToString();
        }
      }
    }
  }
  EXPECT_GT(files, 0);
}

TEST(TestFilesOfTheTreeTest, MistakesAreRefused) {
  SchemaValidator validator(TestSchema());
  const auto faults = [&](const std::string& test) {
    Diagnostics diagnostics;
    const auto file = pack::YamlFile::Read(
        "a_test.yaml",
        absl::StrCat("section: [{name: s, tests: [", test, "]}]\n"),
        diagnostics);
    return validator.Faults(ToJson(file->root()));
  };
  EXPECT_EQ(faults("{name: t, input: {a: 1, b: {value: 2}, c: {expr: \"3\"}}, "
                   "output: {tier: gold, offers: {contains: [x]}, "
                   "placements.home: [y], excluded: {z: eligibility}}}"),
            "");
  EXPECT_EQ(faults("{name: t, input: {a: null, b: {value: null}}}"), "");
  EXPECT_NE(faults("{input: {}}"), "");
  EXPECT_NE(faults("{name: t, inputs: {}}"), "");
  EXPECT_NE(faults("{name: t, input: {a: {value: 1, expr: \"1\"}}}"), "");
  EXPECT_NE(faults("{name: t, output: {offers: {contains: x}}}"), "");
  EXPECT_NE(faults("{name: t, output: {degraded: maybe}}"), "");
  EXPECT_NE(faults("{name: t, seed: -1}"), "");
  EXPECT_NE(faults("{name: t, arms: {}}"), "");
  EXPECT_NE(faults("{name: t, matrix: {a: []}}"), "");
  EXPECT_NE(faults("{name: t, matrix: {a: [1]}, cases: [{name: b}]}"), "");
}

// ------------------------------------------------ one mistake, one refusal
// ----

constexpr char kHead[] = "language: 1\nname: n\nversion: 1.0.0\n";

std::string FaultsOf(const std::string& yaml) {
  Diagnostics diagnostics;
  const auto file = pack::YamlFile::Read("pack.yaml", yaml, diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  return file == nullptr ? "no YAML" : MainFiles().Faults(ToJson(file->root()));
}

struct SchemaCase {
  std::string name;
  std::string yaml;  // Below kHead.
};

class GoodDocumentTest : public testing::TestWithParam<SchemaCase> {};

TEST_P(GoodDocumentTest, IsAccepted) {
  EXPECT_EQ(FaultsOf(kHead + GetParam().yaml), "");
}

INSTANTIATE_TEST_SUITE_P(
    Schema, GoodDocumentTest,
    testing::ValuesIn(std::vector<SchemaCase>{
        {"NothingElse", ""},
        {"TextThatYamlTakesForANumber", "description: 15\n"},
        {"ValuesThatLookLikeOtherTypes",
         "attributes: {a: {type: string, values: [1, true, x]}}\n"},
        {"TypesInsideTypes",
         "attributes: {a: {type: {list: {map: int}}, optional: true}}\n"},
        {"BoundsThatAreTimes",
         "attributes: {a: {type: timestamp, min: 2026-01-01, max: "
         "\"2026-02-01T10:00:00+08:00\"}}\n"},
        {"BoundsThatAreDurations",
         "attributes: {a: {type: duration, min: 30d, max: 1h30m}}\n"},
        {"AListAsADefault",
         "attributes: {a: {type: {list: string}, default: [x]}}\n"},
        {"ANumberOrAnExpression",
         "offers: [{id: a, value: 3, cost: \"1.0\", propensity: 0.5}]\n"},
        {"RulesInsideRules",
         "treatments: {t: {fields: {f: {type: int}}, default: {f: 1}, rule: "
         "{match: [{condition: \"true\", rule: {aggregate: [{output: "
         "\"{'f': 1}\"}]}}]}}}\n"},
        {"AComputedCell",
         "treatments: {t: {fields: {f: {type: int}}, default: x, cells: {x: "
         "{f: {cel: \"1\"}}}}}\n"},
        {"ATierOfAnyScript",
         "value: {dimensions: {d: {weight: 1, indicators: [{name: i, "
         "expression: \"1\", bins: [1]}]}}, tiers: [{tier: 白金}]}\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

class BadDocumentTest : public testing::TestWithParam<SchemaCase> {};

TEST_P(BadDocumentTest, IsRefused) {
  EXPECT_NE(FaultsOf(kHead + GetParam().yaml), "");
}

constexpr char kValueHead[] =
    "value:\n  tiers: [{tier: a}]\n  dimensions: {d: {weight: 1, indicators: ";

INSTANTIATE_TEST_SUITE_P(
    Schema, BadDocumentTest,
    testing::ValuesIn(std::vector<SchemaCase>{
        {"AnUnknownSection", "atributes: {}\n"},
        {"AnUnknownKey", "attributes: {a: {type: int, minimum: 1}}\n"},
        {"ASectionForLater", "models: {}\n"},
        {"AKeyForLater", "offers: [{id: a, propensity: {model: m}}]\n"},
        {"ALimitWithoutAWindow", "offers: [{id: a, limits: [{count: 1}]}]\n"},
        {"ALimitWithTwoWindows",
         "offers: [{id: a, limits: [{count: 1, within: 1d, period: day}]}]\n"},
        {"ALimitOfNothing",
         "offers: [{id: a, limits: [{count: 0, period: day}]}]\n"},
        {"ALimitOnClicks",
         "offers: [{id: a, limits: [{count: 1, period: day, outcome: "
         "clicked}]}]\n"},
        {"ALineThatNeitherCountsNorIsQuiet", "contact_policy: [{name: a}]\n"},
        {"ALineThatCountsAndIsQuiet",
         "contact_policy: [{name: a, count: 1, within: 1d, between: "
         "[\"21:00\", \"09:00\"]}]\n"},
        {"QuietHoursPastMidnight",
         "contact_policy: [{name: a, between: [\"21:00\", \"24:00\"]}]\n"},
        {"ABudgetOfNothing", "budgets: [{name: a, amount: 0, period: day}]\n"},
        {"AMissingKey", "attributes: {a: {min: 1}}\n"},
        {"AnUnknownType", "attributes: {a: {type: text}}\n"},
        {"AnUnknownTypeInside", "attributes: {a: {type: {list: text}}}\n"},
        {"TwoTypesInside", "attributes: {a: {type: {list: int, map: int}}}\n"},
        {"AListForAMapping", "attributes: []\n"},
        {"AMappingForAList", "offers: {}\n"},
        {"NothingForAMapping", "groups: {all: }\n"},
        {"NothingForText", "description:\n"},
        {"AListForText", "description: [a]\n"},
        {"ABoolInWords", "attributes: {a: {type: int, optional: yes}}\n"},
        {"ANumberForAnExpression", "constraints: [1]\n"},
        {"AnEmptyExpression", "constraints: [\" \"]\n"},
        {"AnEmptyListOfNames",
         "lifecycle: {stages: [], match: [{stage: a}]}\n"},
        {"AnEmptyName", "lifecycle: {stages: [\"\"], match: [{stage: a}]}\n"},
        {"ANameWithSpacesAround",
         "lifecycle: {stages: [\" a\"], match: [{stage: a}]}\n"},
        {"AnAttributeThatIsNoIdentifier", "attributes: {a-b: {type: int}}\n"},
        {"AnUnknownWord", "placements: {p: {direction: sideways}}\n"},
        {"TooManyOffers", "placements: {p: {max_offers: 1001}}\n"},
        {"HalfAnOffer", "placements: {p: {max_offers: 1.5}}\n"},
        {"AChanceAboveOne", "offers: [{id: a, propensity: 1.5}]\n"},
        {"ADateThatIsNone", "effective: {from: November}\n"},
        {"NeitherBinsNorCurve",
         absl::StrCat(kValueHead, "[{name: i, expression: \"1\"}]}}\n")},
        {"BinsAndCurve",
         absl::StrCat(kValueHead,
                      "[{name: i, expression: \"1\", bins: [1], curve: [[0, "
                      "0], [1, 1]]}]}}\n")},
        {"LowerIsBetterOfACurve",
         absl::StrCat(kValueHead,
                      "[{name: i, expression: \"1\", lower_is_better: true, "
                      "curve: [[0, 0], [1, 1]]}]}}\n")},
        {"APointOfThreeNumbers",
         absl::StrCat(kValueHead,
                      "[{name: i, expression: \"1\", curve: [[0, 0, 0], [1, "
                      "1]]}]}}\n")},
        {"AMatrixWithoutRows",
         "treatments: {t: {fields: {f: {type: int}}, default: {f: 1}, matrix: "
         "{columns: [a]}}}\n"},
        {"AMatrixAndARule",
         "treatments: {t: {fields: {f: {type: int}}, default: {f: 1}, matrix: "
         "{columns: [a], b: [c]}, rule: {match: [{output: \"{'f': 1}\"}]}}}\n"},
        {"AnItemWithOutputAndRule",
         "treatments: {t: {fields: {f: {type: int}}, default: {f: 1}, rule: "
         "{match: [{output: \"{'f': 1}\", rule: {match: [{output: \"{'f': "
         "1}\"}]}}]}}}\n"},
        {"AnItemWithNeither",
         "treatments: {t: {fields: {f: {type: int}}, default: {f: 1}, rule: "
         "{match: [{condition: \"true\"}]}}}\n"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(BadDocumentTest, IncludedFilesDoNotIdentifyAPack) {
  EXPECT_EQ(IncludedFiles().Faults(Json{{"offers", Json::array()}}), "");
  EXPECT_NE(IncludedFiles().Faults(Json{{"name", "n"}}), "");
  EXPECT_NE(MainFiles().Faults(Json{{"offers", Json::array()}}), "");
}

}  // namespace
}  // namespace stratagem::author
