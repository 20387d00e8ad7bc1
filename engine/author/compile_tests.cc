// From test files to runs: inputs over those of the section, a run for each
// case and each combination of the matrix.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/author/compile_expectations.h"
#include "engine/author/compile_state.h"
#include "engine/author/test_suite.h"
#include "engine/author/test_values.h"
#include "engine/base/suggestion.h"
#include "engine/pack/literal.h"
#include "engine/plan/plan_code.h"

namespace stratagem::author {
namespace {

constexpr char kRequestPrefix[] = "request.";

// An input that the pack declares.
struct InputPlace {
  const Field* field = nullptr;
  bool of_request = false;
};

// What a run is given, by name.
struct Inputs {
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> request;

  // Over what is there of that name.
  void Set(const InputPlace& place, const Value& value) {
    std::vector<NamedValue>& values = place.of_request ? request : attributes;
    const auto same = std::find_if(values.begin(), values.end(),
                                   [&](const NamedValue& known) {
                                     return known.name == place.field->name;
                                   });
    if (same != values.end()) {
      same->value = value;
    } else {
      values.push_back({place.field->name, value});
    }
  }
};

// One input of a matrix with its values, and how the test file writes them.
struct Axis {
  InputPlace place;
  std::string name;
  std::vector<Value> values;
  std::vector<std::string> texts;
};

class TestCompiler {
 public:
  TestCompiler(const pack::Model& model, const plan::Plan& plan,
               Diagnostics& diagnostics)
      : model_(model),
        plan_(plan),
        arena_(std::make_unique<Arena>()),
        context_{diagnostics, *arena_, model.timezone} {}

  void Add(const pack::TestFile& file) {
    for (const pack::TestSection& section : file.sections) {
      // What the section brings is wrong for all of its tests alike, and is
      // told once.
      CheckPlacements(section.placements);
      bool is_sound = true;
      for (const pack::Test& test : section.tests) {
        const size_t errors = context_.diagnostics.error_count();
        if (is_sound) {
          Inputs ignored;
          ReadInputs(section.input, ClockOf(file, test), ignored);
          is_sound = context_.diagnostics.error_count() == errors;
        }
        AddTest(file, section, test, is_sound);
      }
    }
  }

  TestSuite Finish() { return {std::move(runs_), std::move(arena_)}; }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint = "") {
    context_.diagnostics.AddError(code, location, std::move(message),
                                  std::move(hint));
  }

  static absl::Time ClockOf(const pack::TestFile& file,
                            const pack::Test& test) {
    return test.now.value_or(file.now.value_or(absl::UnixEpoch()));
  }

  void AddTest(const pack::TestFile& file, const pack::TestSection& section,
               const pack::Test& test, bool is_section_sound) {
    TestRun run;
    run.file = file.path;
    run.section = section.name.text;
    run.name = test.name.text;
    run.location = test.location;
    run.customer = test.customer;
    run.locale = test.locale;
    run.now = ClockOf(file, test);
    run.as_of = test.as_of;
    if (test.seed.has_value()) run.seed = static_cast<uint64_t>(*test.seed);
    run.ignore_levers = test.ignore_levers;
    CheckClock(file, test);
    CheckPlacements(test.placements);
    SetPlacements(
        test.placements.has_value() ? test.placements : section.placements,
        run);
    // What a draft asks for may be what could not be read.
    if (test.is_draft || (file.is_draft && !test.placements.has_value())) {
      const std::vector<std::string>& all = plan_.summary().placements;
      run.placements.assign(all.begin(), all.end());
    }
    SetParameters(test.parameters, run);
    const absl::Time now = run.as_of.value_or(run.now);
    run.state = CompileState(test.state, plan_, now, context_);
    Inputs inputs;
    if (is_section_sound) ReadInputs(section.input, now, inputs);
    ReadInputs(test.input, now, inputs);
    if (!test.output.empty()) AddExpectations(test.output, run);
    if (!test.cases.empty()) {
      AddCases(test, run, inputs, now);
    } else if (!test.matrix.empty()) {
      AddCombinations(test, run, inputs, now);
    } else {
      AddRun(test, std::move(run), std::move(inputs));
    }
  }

  void CheckClock(const pack::TestFile& file, const pack::Test& test) {
    const bool has_clock = test.now.has_value() || file.now.has_value();
    // The clock of a draft may be what could not be read.
    if (test.is_draft || (!has_clock && file.is_draft)) return;
    if (!has_clock) {
      Error("E506", test.location,
            absl::StrCat("test `", test.name.text, "` has no clock"),
            "write `now: 2026-11-15T10:00:00+08:00` at the top of the file, "
            "so that it is the same every day");
      return;
    }
    const absl::Time at = test.as_of.value_or(ClockOf(file, test));
    if (model_.effective.from <= at && at < model_.effective.until) return;
    Error("E509", test.location,
          absl::StrCat("the pack is not in effect at ",
                       absl::FormatTime(absl::RFC3339_sec, at, model_.timezone),
                       ", when test `", test.name.text, "` decides"),
          "no call reaches it then; choose a time within `effective`");
  }

  using Placements = std::optional<std::vector<pack::Name>>;

  void CheckPlacements(const Placements& placements) {
    if (!placements.has_value()) return;
    for (const pack::Name& placement : *placements) {
      ExpectKnown(placement, plan_.summary().placements,
                  "a placement of the pack", context_);
    }
  }

  // Leaves out what is unknown.
  void SetPlacements(const Placements& placements, TestRun& run) {
    if (!placements.has_value()) return;
    const std::vector<std::string>& known = plan_.summary().placements;
    for (const pack::Name& placement : *placements) {
      const auto found = std::find(known.begin(), known.end(), placement.text);
      if (found != known.end()) run.placements.push_back(*found);
    }
  }

  void SetParameters(const std::vector<pack::TestEntry>& entries,
                     TestRun& run) {
    if (entries.empty()) return;
    const Schema& schema = plan_.summary().parameters;
    run.parameters = plan_.code().parameter_values;
    for (const pack::TestEntry& entry : entries) {
      const int index = schema.Find(entry.name.text);
      if (index < 0) {
        Error("E503", entry.name.location,
              absl::StrCat("`", entry.name.text,
                           "` is not a parameter of the pack"),
              SuggestionHint(entry.name.text, schema.names()));
        continue;
      }
      const Field& field = schema.fields()[static_cast<size_t>(index)];
      std::optional<Value> value =
          InputValue(entry.value, field, run.as_of.value_or(run.now), context_);
      if (!value.has_value()) continue;
      const FieldFault fault = Conform(field, *value, *arena_);
      if (fault != FieldFault::kNone) {
        Error("E241", entry.value.location,
              absl::StrCat("value of `", field.name,
                           "`: ", DescribeFault(field, fault, *value)));
        continue;
      }
      run.parameters[static_cast<size_t>(index)] = *value;
    }
  }

  // nullopt after an error.
  std::optional<InputPlace> Find(const pack::Name& name) {
    absl::string_view bare = name.text;
    const bool of_request = absl::ConsumePrefix(&bare, kRequestPrefix);
    const Schema& schema =
        of_request ? plan_.summary().request : plan_.summary().attributes;
    const int index = schema.Find(bare);
    if (index >= 0) {
      return InputPlace{&schema.fields()[static_cast<size_t>(index)],
                        of_request};
    }
    std::string hint = "set the clock with `now` beside `input`";
    if (name.text != "now") hint = SuggestionHint(name.text, InputNames());
    Error("E503", name.location,
          absl::StrCat("`", name.text, "` is no input of the pack"),
          std::move(hint));
    return std::nullopt;
  }

  std::vector<std::string> InputNames() const {
    std::vector<std::string> names = plan_.summary().attributes.names();
    for (const std::string& name : plan_.summary().request.names()) {
      names.push_back(absl::StrCat(kRequestPrefix, name));
    }
    return names;
  }

  void ReadInputs(const std::vector<pack::TestEntry>& entries, absl::Time now,
                  Inputs& inputs) {
    for (const pack::TestEntry& entry : entries) {
      const std::optional<InputPlace> place = Find(entry.name);
      if (!place.has_value()) continue;
      const std::optional<Value> value =
          InputValue(entry.value, *place->field, now, context_);
      if (value.has_value()) inputs.Set(*place, *value);
    }
  }

  void AddExpectations(const pack::TestOutput& output, TestRun& run) {
    run.expected.push_back(
        CompileExpectations(output, run.placements, model_, plan_, context_));
  }

  void AddCases(const pack::Test& test, const TestRun& shared,
                const Inputs& inputs, absl::Time now) {
    for (size_t i = 0; i < test.cases.size(); ++i) {
      const pack::TestCase& row = test.cases[i];
      TestRun run = shared;
      Inputs own = inputs;
      run.location = row.location;
      absl::StrAppend(&run.name, "[",
                      row.name.empty() ? absl::StrCat(i) : row.name, "]");
      ReadInputs(row.input, now, own);
      if (!row.output.empty()) AddExpectations(row.output, run);
      AddRun(test, std::move(run), std::move(own));
    }
  }

  // One run for each combination; the last input of the matrix changes first.
  void AddCombinations(const pack::Test& test, const TestRun& shared,
                       const Inputs& inputs, absl::Time now) {
    std::vector<Axis> axes;
    for (const pack::MatrixAxis& given : test.matrix) {
      axes.push_back(ReadAxis(given, now));
    }
    size_t combinations = 1;
    for (const Axis& axis : axes) {
      // Both factors are small enough not to overflow.
      combinations = std::min(combinations, kTestRunsMax + 1) *
                     std::min(axis.values.size(), kTestRunsMax + 1);
    }
    if (runs_.size() + combinations > kTestRunsMax) {
      ReportFull(test.location);
      return;
    }
    for (size_t number = 0; number < combinations; ++number) {
      TestRun run = shared;
      Inputs own = inputs;
      std::vector<std::string> words(axes.size());
      size_t rest = number;
      for (size_t i = axes.size(); i-- > 0;) {
        const Axis& axis = axes[i];
        const size_t choice = rest % axis.values.size();
        rest /= axis.values.size();
        own.Set(axis.place, axis.values[choice]);
        words[i] = absl::StrCat(axis.name, "=", axis.texts[choice]);
      }
      absl::StrAppend(&run.name, "[", absl::StrJoin(words, ", "), "]");
      AddRun(test, std::move(run), std::move(own));
    }
  }

  // Without values after an error.
  Axis ReadAxis(const pack::MatrixAxis& given, absl::Time now) {
    Axis axis;
    axis.name = given.name.text;
    const std::optional<InputPlace> place = Find(given.name);
    if (!place.has_value()) return axis;
    axis.place = *place;
    for (const pack::TestValue& choice : given.values) {
      const std::optional<Value> value =
          InputValue(choice, *place->field, now, context_);
      if (!value.has_value()) continue;
      axis.values.push_back(*value);
      axis.texts.push_back(TextOf(choice));
    }
    return axis;
  }

  void ReportFull(const SourceLocation& location) {
    if (std::exchange(is_full_, true)) return;
    Error("E508", location,
          absl::StrCat("the tests of the pack make more than ", kTestRunsMax,
                       " decisions"),
          "leave values out of the `matrix`");
  }

  void AddRun(const pack::Test& test, TestRun run, Inputs inputs) {
    if (runs_.size() == kTestRunsMax) ReportFull(run.location);
    if (is_full_) return;
    if (!test.is_draft) CheckExpectations(run);
    run.attributes = std::move(inputs.attributes);
    run.request = std::move(inputs.request);
    runs_.push_back(std::move(run));
  }

  void CheckExpectations(const TestRun& run) {
    if (run.expected.empty()) {
      Error("E507", run.location,
            absl::StrCat("test `", run.name, "` expects nothing"),
            "say in `output` what must come out");
      return;
    }
    const SourceLocation* refusal = nullptr;
    bool expects_results = false;
    for (const auto& expected : run.expected) {
      if (expected->refusal.has_value()) {
        refusal = &expected->refusal->location;
      }
      expects_results = expects_results || expected->expects_results();
    }
    if (refusal == nullptr || !expects_results) return;
    Error("E511", *refusal,
          absl::StrCat("test `", run.name,
                       "` expects a refusal and results of a decision"),
          "a call that is refused decides nothing");
  }

  const pack::Model& model_;
  const plan::Plan& plan_;
  std::unique_ptr<Arena> arena_;
  pack::ReadContext context_;
  std::vector<TestRun> runs_;
  bool is_full_ = false;
};

}  // namespace

std::optional<TestSuite> CompileTests(const std::vector<pack::TestFile>& files,
                                      const pack::Model& model,
                                      const plan::Plan& plan,
                                      Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  TestCompiler compiler(model, plan, diagnostics);
  bool has_draft = false;
  for (const pack::TestFile& file : files) {
    compiler.Add(file);
    has_draft |= file.is_draft;
  }
  if (has_draft || diagnostics.error_count() > errors) return std::nullopt;
  return compiler.Finish();
}

}  // namespace stratagem::author
