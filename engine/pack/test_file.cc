#include "engine/pack/test_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/arena.h"
#include "engine/base/limits.h"
#include "engine/pack/literal.h"
#include "engine/pack/names.h"
#include "engine/pack/pack_folder.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

constexpr char kTestSuffix[] = "_test.yaml";

void Error(ReadContext& context, absl::string_view code,
           const SourceLocation& location, std::string message,
           std::string hint = "") {
  context.diagnostics.AddError(code, location, std::move(message),
                               std::move(hint));
}

// As Into<>, for members that are read in a way of their own.
template <auto Member, auto Function, ShapeFunction ItsShape>
constexpr Reader<typename MemberOf<Member>::Target> Via = {
    [](ReadContext& context, const YamlNode& node,
       typename MemberOf<Member>::Target& target) {
      Function(context, node, target.*Member);
    },
    ItsShape};

void ReadMoment(ReadContext& context, const YamlNode& node,
                std::optional<absl::Time>& time) {
  time = ReadTime(context, node);
}

Shape ValueLiteralShape() { return EitherOf<NullShape, LiteralShape>(); }

Shape ToleranceShape() {
  Shape shape = NumberShape();
  shape.value_min = 0;
  return shape;
}

constexpr Key<TestValue> kValueKeys[] = {
    {"value", Need::kOptional, Into<&TestValue::literal, ValueLiteralShape>,
     "a literal; null says that it is absent"},
    {"expr", Need::kOptional, Into<&TestValue::expression>,
     "an expression of CEL in place of a literal"},
    {"tolerance", Need::kOptional, Into<&TestValue::tolerance, ToleranceShape>,
     "how far off a number may be"},
};

Shape DescribedValueShape() {
  Shape shape = MappingOf<kValueKeys>();
  shape.choices = {{{"value", "expr"}, true}};
  return shape;
}

// A value in a mapping of its own, or bare where it is no mapping itself.
Shape ValueShape() {
  return EitherOf<NullShape, TextShape, ListOf<LiteralShape>,
                  DescribedValueShape>();
}

Shape EntriesShape() { return ByLabel<ValueShape>(); }

void ReadValue(ReadContext& context, const YamlNode& node, TestValue& value) {
  value.location = node.location();
  if (!node.is(YamlKind::kMapping)) {
    value.literal = &node;
    return;
  }
  const size_t errors = context.diagnostics.error_count();
  ReadMapping(context, node, "a value of a test", kValueKeys, value);
  if (context.diagnostics.error_count() > errors) return;
  if ((value.literal != nullptr) == value.expression.has_value()) {
    Error(context, "E501", node.location(), "expected either `value` or `expr`",
          "write {value: 12} or {expr: \"CEL\"}");
  } else if (value.tolerance < 0) {
    Error(context, "E502", node.location(),
          "`tolerance` is negative, expected 0 or more");
  }
}

// Entries in the order written; the YAML reader has seen to it that no name
// stands there twice.
void ReadEntries(ReadContext& context, const YamlNode& node,
                 std::vector<TestEntry>& entries) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "names and values")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    TestEntry& target = entries.emplace_back();
    target.name = NameOf(entry.key);
    ReadValue(context, entry.value, target.value);
  }
}

// Names, of which there may be none.
void ReadNames(ReadContext& context, const YamlNode& node,
               absl::string_view what, std::vector<Name>& names) {
  if (!ExpectKind(context, node, YamlKind::kSequence, what)) return;
  for (const YamlNode& item : node.items) {
    const size_t errors = context.diagnostics.error_count();
    Name name;
    Read(context, item, name);
    if (context.diagnostics.error_count() == errors) {
      names.push_back(std::move(name));
    }
  }
}

Shape NamesShape() { return ListOf<LabelShape>(); }

Shape SomeNamesShape() { return ListOf<LabelShape, 1>(); }

void ReadPlacementNames(ReadContext& context, const YamlNode& node,
                        std::optional<std::vector<Name>>& placements) {
  ReadNames(context, node, "placements", placements.emplace());
}

struct OffersDraft {
  const YamlNode* contains = nullptr;
  const YamlNode* value = nullptr;
};

constexpr Key<OffersDraft> kOffersKeys[] = {
    {"contains", Need::kOptional, Into<&OffersDraft::contains, SomeNamesShape>,
     "offers that are shown, among others and in any order"},
    {"value", Need::kOptional, Into<&OffersDraft::value, NamesShape>,
     "all offers that are shown, in order"},
};

Shape DescribedOffersShape() {
  Shape shape = MappingOf<kOffersKeys>();
  shape.choices = {{{"contains", "value"}, true}};
  return shape;
}

Shape ExpectedOffersShape() {
  return EitherOf<NamesShape, DescribedOffersShape>();
}

void ReadExpectedOffers(ReadContext& context, const YamlEntry& entry,
                        TestOutput& output) {
  ExpectedOffers& expected = output.offers.emplace_back();
  expected.name = NameOf(entry.key);
  OffersDraft draft;
  if (!entry.value.is(YamlKind::kMapping)) {
    draft.value = &entry.value;
  } else if (!ReadMapping(context, entry.value,
                          absl::StrCat("`", entry.key.text, "`"), kOffersKeys,
                          draft)) {
    return;
  }
  expected.contains = draft.contains != nullptr;
  if (expected.contains == (draft.value != nullptr)) {
    Error(context, "E501", entry.value.location(),
          "expected either `contains` or `value`",
          "`contains` names some of the offers, `value` all of them in order");
    return;
  }
  const YamlNode& names = expected.contains ? *draft.contains : *draft.value;
  ReadNames(context, names, "offers", expected.offers);
  if (expected.contains && names.is(YamlKind::kSequence) &&
      names.items.empty()) {
    Error(context, "E501", names.location(),
          "`contains` is empty, expected at least one offer",
          "write `[]` in place of the mapping when none is shown");
  }
}

void ReadExclusions(ReadContext& context, const YamlNode& node,
                    TestOutput& output) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "offers and reasons")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const size_t errors = context.diagnostics.error_count();
    ExpectedExclusion expected;
    expected.offer = NameOf(entry.key);
    Read(context, entry.value, expected.reason);
    if (context.diagnostics.error_count() == errors) {
      output.exclusions.push_back(std::move(expected));
    }
  }
}

constexpr Key<ExpectedRefusal> kRefusalKeys[] = {
    {"field", Need::kRequired, Into<&ExpectedRefusal::field>,
     "what the call is refused for"},
    {"message", Need::kOptional, Into<&ExpectedRefusal::message>,
     "a part of what the caller is told"},
};

void ReadRefusal(ReadContext& context, const YamlNode& node,
                 TestOutput& output) {
  ExpectedRefusal& refusal = output.refusal.emplace();
  refusal.location = node.location();
  ReadMapping(context, node, "`error`", kRefusalKeys, refusal);
}

// "placements.NAME" has offers, every other name a value.
Shape OutputValueShape() { return EitherOf<ValueShape, ExpectedOffersShape>(); }

// The keys of `output` that are no names of the decision.
constexpr Key<TestOutput> kOutputKeys[] = {
    {"excluded",
     Need::kOptional,
     {ReadExclusions, ByLabel<LabelShape>},
     "offers that are not shown, and the reason of each"},
    {"degraded",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestOutput& output) {
        output.degraded_location = node.location();
        Read(context, node, output.degraded);
      },
      BoolShape},
     "whether something failed while it was decided"},
    {"error",
     Need::kOptional,
     {ReadRefusal, MappingOf<kRefusalKeys>},
     "the call is refused"},
    {"assert", Need::kOptional, Into<&TestOutput::assertions>,
     "expressions that are true of the decision"},
};

// Beside those keys, names of the decision: "tier", "treatments.pricing.pct".
Shape OutputShape() {
  Shape shape = ByLabel<OutputValueShape>();
  const Shape known = MappingOf<kOutputKeys>();
  shape.keys = known.keys;
  shape.keys.push_back({"offers", false, ExpectedOffersShape,
                        "what the placements show, in their order"});
  return shape;
}

void ReadOutputEntry(ReadContext& context, const YamlEntry& entry,
                     TestOutput& output) {
  const std::string& name = entry.key.text;
  for (const Key<TestOutput>& key : kOutputKeys) {
    if (key.name != name) continue;
    key.reader.read(context, entry.value, output);
    return;
  }
  if (name == "offers" || absl::StartsWith(name, "placements.")) {
    ReadExpectedOffers(context, entry, output);
    return;
  }
  TestEntry& value = output.values.emplace_back();
  value.name = NameOf(entry.key);
  ReadValue(context, entry.value, value.value);
}

void ReadOutput(ReadContext& context, const YamlNode& node,
                TestOutput& output) {
  if (!ExpectKind(context, node, YamlKind::kMapping,
                  "names of the decision and what they must be")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    ReadOutputEntry(context, entry, output);
  }
}

constexpr Key<TestCase> kCaseKeys[] = {
    {"name", Need::kOptional, Into<&TestCase::name>, "what it is called"},
    {"input", Need::kOptional, Via<&TestCase::input, ReadEntries, EntriesShape>,
     "attributes and request values that differ from the test's"},
    {"output", Need::kOptional, Via<&TestCase::output, ReadOutput, OutputShape>,
     "what is expected, beside the test's"},
};

void ReadCases(ReadContext& context, const YamlNode& node,
               std::vector<TestCase>& cases) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "cases")) return;
  if (node.items.empty()) {
    Error(context, "E224", node.location(), "the list is empty",
          "name at least one case, or leave the key out");
  }
  for (const YamlNode& item : node.items) {
    TestCase& target = cases.emplace_back();
    target.location = item.location();
    ReadMapping(context, item, "a case", kCaseKeys, target);
  }
}

void ReadMatrix(ReadContext& context, const YamlNode& node,
                std::vector<MatrixAxis>& matrix) {
  if (!ExpectKind(context, node, YamlKind::kMapping,
                  "inputs and their values")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    MatrixAxis& axis = matrix.emplace_back();
    axis.name = NameOf(entry.key);
    if (!ExpectKind(context, entry.value, YamlKind::kSequence,
                    absl::StrCat("values of `", entry.key.text, "`"))) {
      continue;
    }
    if (entry.value.items.empty()) {
      Error(context, "E224", entry.value.location(), "the list is empty",
            "name at least one value, or leave the key out");
    }
    for (const YamlNode& item : entry.value.items) {
      ReadValue(context, item, axis.values.emplace_back());
    }
  }
}

void ReadSeed(ReadContext& context, const YamlNode& node, Test& test) {
  int64_t seed = 0;
  Read(context, node, seed);
  if (seed < 0) {
    Error(context, "E502", node.location(),
          "`seed` is negative, expected 0 or more");
  }
  test.seed = seed;
}

Shape SeedShape() {
  Shape shape = IntShape();
  shape.value_min = 0;
  return shape;
}

Shape MatrixShape() { return ByLabel<ListOf<ValueShape, 1>>(); }

constexpr Key<Test> kTestKeys[] = {
    {"name", Need::kRequired, Into<&Test::name>, "unique in its section"},
    {"customer", Need::kOptional, Into<&Test::customer>,
     "the customer's id; it matters to what is drawn"},
    {"now", Need::kOptional, Via<&Test::now, ReadMoment, TimeShape>,
     "when it is decided; the file's `now` when absent"},
    {"as_of", Need::kOptional, Via<&Test::as_of, ReadMoment, TimeShape>,
     "decides as at this time"},
    {"placements", Need::kOptional,
     Via<&Test::placements, ReadPlacementNames, NamesShape>,
     "the placements to fill; the section's, or all, when absent"},
    {"input", Need::kOptional, Via<&Test::input, ReadEntries, EntriesShape>,
     "attributes, and request values as request.NAME"},
    {"parameters", Need::kOptional,
     Via<&Test::parameters, ReadEntries, EntriesShape>,
     "other values for the pack's parameters"},
    {"state",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, Test& test) {
        ReadTestState(context, node, test.state);
      },
      TestStateShape},
     "what is remembered of earlier decisions"},
    {"arms", Need::kLater},
    {"seed",
     Need::kOptional,
     {ReadSeed, SeedShape},
     "explores, drawing by this seed; without it the best is shown"},
    {"locale",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, Test& test) {
        const size_t errors = context.diagnostics.error_count();
        Read(context, node, test.locale);
        if (context.diagnostics.error_count() > errors) return;
        CheckLocale(context, {test.locale, node.location()});
      },
      TextShape},
     "the language of texts: en, pt-BR"},
    {"ignore_levers", Need::kOptional, Into<&Test::ignore_levers>,
     "true: levers count as 1"},
    {"matrix", Need::kOptional, Via<&Test::matrix, ReadMatrix, MatrixShape>,
     "inputs and their values: a case for each combination"},
    {"cases", Need::kOptional,
     Via<&Test::cases, ReadCases, ListOf<MappingOf<kCaseKeys>, 1>>,
     "what differs from case to case"},
    {"output", Need::kOptional, Via<&Test::output, ReadOutput, OutputShape>,
     "what is expected; absent: only that it decides"},
};

Shape TestShape() {
  Shape shape = MappingOf<kTestKeys>();
  shape.choices = {{{"matrix", "cases"}}};
  return shape;
}

void ReadTest(ReadContext& context, const YamlNode& node, NameSet& names,
              TestSection& section) {
  Test& test = section.tests.emplace_back();
  test.location = node.location();
  const size_t errors = context.diagnostics.error_count();
  ReadMapping(context, node, "a test", kTestKeys, test);
  names.Add(test.name, context.diagnostics);
  test.is_draft = context.diagnostics.error_count() > errors;
  if (test.is_draft) return;
  if (!test.matrix.empty() && !test.cases.empty()) {
    Error(context, "E226", node.location(),
          "a test cannot have both `matrix` and `cases`", "write two tests");
  }
}

void ReadTests(ReadContext& context, const YamlNode& node,
               TestSection& section) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "tests")) return;
  NameSet names("test");
  for (const YamlNode& item : node.items) {
    ReadTest(context, item, names, section);
  }
}

constexpr Key<TestSection> kSectionKeys[] = {
    {"name", Need::kRequired, Into<&TestSection::name>, "unique in the file"},
    {"input", Need::kOptional,
     Via<&TestSection::input, ReadEntries, EntriesShape>,
     "inputs that its tests have unless they say otherwise"},
    {"placements", Need::kOptional,
     Via<&TestSection::placements, ReadPlacementNames, NamesShape>,
     "placements of its tests unless they say otherwise"},
    {"tests",
     Need::kRequired,
     {ReadTests, ListOf<TestShape>},
     "calls and what is expected of their decisions"},
};

void ReadSections(ReadContext& context, const YamlNode& node, TestFile& file) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "sections of tests")) {
    return;
  }
  NameSet names("section");
  for (const YamlNode& item : node.items) {
    TestSection& section = file.sections.emplace_back();
    ReadMapping(context, item, "a section of tests", kSectionKeys, section);
    names.Add(section.name, context.diagnostics);
  }
}

constexpr Key<TestFile> kFileKeys[] = {
    // CEL Policy's files may have one; this language has no use for it.
    {"name",
     Need::kOptional,
     {[](ReadContext&, const YamlNode&, TestFile&) {}, LiteralShape},
     "what it is called, for people"},
    {"description", Need::kOptional, Into<&TestFile::description>,
     "what it is for, for people"},
    {"now", Need::kOptional, Via<&TestFile::now, ReadMoment, TimeShape>,
     "the frozen time of its tests"},
    {"section",
     Need::kRequired,
     {ReadSections, ListOf<MappingOf<kSectionKeys>>},
     "tests that belong together"},
};

// Paths below `directory`, with '/', sorted. Links to folders are not followed.
std::vector<std::string> FindTestFiles(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(
      directory, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    if (!absl::EndsWith(entry->path().filename().string(), kTestSuffix)) {
      continue;
    }
    paths.push_back(
        entry->path().lexically_relative(directory).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Shape TestFileShape() { return MappingOf<kFileKeys>(); }

namespace {

// Null when not even the YAML can be read.
std::unique_ptr<TestFile> ReadDraft(const std::string& path,
                                    absl::string_view bytes,
                                    absl::TimeZone timezone,
                                    Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  auto file = std::make_unique<TestFile>();
  file->path = path;
  file->yaml = YamlFile::Read(path, bytes, diagnostics);
  if (file->yaml == nullptr) return nullptr;
  Arena arena;  // Nothing of a test file is kept in it.
  ReadContext context{diagnostics, arena, timezone};
  ReadMapping(context, file->yaml->root(), "a file of tests", kFileKeys, *file);
  file->is_draft = diagnostics.error_count() > errors;
  return file;
}

}  // namespace

std::unique_ptr<TestFile> ReadTestFile(const std::string& path,
                                       absl::string_view bytes,
                                       absl::TimeZone timezone,
                                       Diagnostics& diagnostics) {
  std::unique_ptr<TestFile> file =
      ReadDraft(path, bytes, timezone, diagnostics);
  if (file != nullptr && file->is_draft) file.reset();
  return file;
}

std::vector<TestFile> ReadTestFiles(const std::string& directory,
                                    absl::TimeZone timezone,
                                    Diagnostics& diagnostics) {
  PackFolder folder(directory);
  std::vector<TestFile> files;
  const std::vector<std::string> paths = FindTestFiles(directory);
  if (paths.size() > kPackFilesMax) {
    diagnostics.AddError(
        "E202", {paths[kPackFilesMax], 0, 0},
        absl::StrCat("the pack has more than ", kPackFilesMax, " files"));
    return files;
  }
  for (const std::string& path : paths) {
    const std::string* const bytes =
        folder.Read(path, {path, 0, 0}, diagnostics);
    if (bytes == nullptr) continue;
    std::unique_ptr<TestFile> file =
        ReadDraft(path, *bytes, timezone, diagnostics);
    if (file != nullptr) files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace stratagem::pack
