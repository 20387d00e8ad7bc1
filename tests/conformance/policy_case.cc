#include "tests/conformance/policy_case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/expr/compile.h"
#include "engine/policy/compile.h"
#include "engine/value/compare.h"
#include "tests/conformance/policy_config.h"

namespace stratagem::policy {
namespace {

namespace fs = std::filesystem;
using pack::YamlFile;
using pack::YamlKind;
using pack::YamlNode;

// nullopt when there is no such file.
std::optional<std::string> ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Null when there is no such file.
absl::StatusOr<std::unique_ptr<const YamlFile>> ReadYaml(const fs::path& path) {
  const std::optional<std::string> text = ReadText(path);
  if (!text.has_value()) return nullptr;
  Diagnostics diagnostics;
  std::unique_ptr<const YamlFile> file =
      YamlFile::Read(path.filename().string(), *text, diagnostics);
  if (diagnostics.has_errors() || file == nullptr) {
    return absl::InvalidArgumentError(diagnostics.ToString());
  }
  return file;
}

// A program's or policy's result on variables of its own.
struct Frame {
  explicit Frame(size_t size) : slots(size), lazy(size, nullptr) {
    frame.slots = slots;
    frame.lazy = lazy;
    frame.arena = &arena;
  }

  Arena arena;
  std::vector<Value> slots;
  std::vector<const expr::Program*> lazy;
  expr::Frame frame;
};

class CaseRunner {
 public:
  explicit CaseRunner(const std::string& folder) : folder_(folder) {}

  CaseResult Run() {
    const absl::Status status = RunFiles();
    if (!status.ok()) Fail(std::string(status.message()));
    return std::move(result_);
  }

 private:
  void Fail(std::string reason) {
    result_.verdict = CaseVerdict::kFailed;
    result_.reasons.push_back(std::move(reason));
  }

  absl::Status RunFiles() {
    STRATAGEM_ASSIGN_OR_RETURN(const auto config,
                               ReadYaml(folder_ / "config.yaml"));
    if (config != nullptr) {
      STRATAGEM_ASSIGN_OR_RETURN(config_, ReadPolicyConfig(config->root()));
    }
    if (config_.needs_messages) {
      result_.verdict = CaseVerdict::kSkipped;
      result_.reasons.push_back("needs protobuf messages");
      return absl::OkStatus();
    }
    STRATAGEM_ASSIGN_OR_RETURN(const auto tests,
                               ReadYaml(folder_ / "tests.yaml"));
    CompileThePolicy();
    if (tests != nullptr) {
      RunTests(tests->root());
    } else if (policy_.has_value()) {
      Fail("the policy is accepted; without tests it is to be refused");
    }
    return absl::OkStatus();
  }

  void CompileThePolicy() {
    Diagnostics diagnostics;
    const std::unique_ptr<const pack::PolicyFile> file = pack::ReadPolicy(
        "policy.yaml", ReadText(folder_ / "policy.yaml").value_or(""),
        diagnostics);
    if (file != nullptr) {
      policy_ = CompilePolicy(*file, config_.scope(),
                              static_cast<int>(config_.variables.size()),
                              diagnostics);
    }
    diagnostics_ = diagnostics.ToString();
  }

  void RunTests(const YamlNode& root) {
    for (const char* const key : {"section", "sections"}) {
      const YamlNode* const sections = FindEntry(root, key);
      if (sections == nullptr) continue;
      for (const YamlNode& section : sections->items) {
        const YamlNode* const tests = FindEntry(section, "tests");
        if (tests == nullptr) continue;
        for (const YamlNode& test : tests->items) {
          ++result_.tests;
          const absl::Status status = RunTest(test);
          if (status.ok()) continue;
          const YamlNode* const name = FindEntry(test, "name");
          Fail(absl::StrCat(name == nullptr ? "" : name->text, ": ",
                            std::string(status.message())));
        }
      }
    }
    if (result_.tests == 0) Fail("tests.yaml has no tests");
    if (result_.verdict == CaseVerdict::kFailed) Explain();
  }

  // What was wrong or doubtful about the policy, a line each.
  void Explain() {
    for (absl::string_view line :
         absl::StrSplit(diagnostics_, '\n', absl::SkipEmpty())) {
      result_.reasons.emplace_back(line);
    }
  }

  absl::Status RunTest(const YamlNode& test) {
    const YamlNode* const output = FindEntry(test, "output");
    if (output == nullptr) {
      return absl::InvalidArgumentError("the test expects nothing");
    }
    const YamlNode* const errors = FindEntry(*output, "error_set");
    if (!policy_.has_value()) {
      return errors == nullptr
                 ? absl::FailedPreconditionError("the policy is refused")
                 : ExpectErrors(*errors, diagnostics_);
    }
    Frame frame(config_.variables.size() + policy_->variables().size());
    STRATAGEM_RETURN_IF_ERROR(FillInput(FindEntry(test, "input"), frame));
    const Outcome outcome = policy_->Evaluate(frame.frame);
    const Value found = policy_->Result(outcome);
    if (errors != nullptr) {
      if (found.is_error()) return ExpectErrors(*errors, ToString(found));
      return absl::FailedPreconditionError(
          absl::StrCat("found ", ToString(found), ", expected an error"));
    }
    STRATAGEM_ASSIGN_OR_RETURN(const Value expected,
                               ReadTestValue(*output, frame.arena));
    return Compare(found, expected);
  }

  static absl::Status ExpectErrors(const YamlNode& errors,
                                   const std::string& text) {
    for (const YamlNode& error : errors.items) {
      const YamlNode* const message = FindEntry(error, "message");
      const std::string& wanted =
          message == nullptr ? error.text : message->text;
      if (absl::StrContains(text, wanted)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("no error says `", wanted, "`, only: ", text));
    }
    return absl::OkStatus();
  }

  // Variables that the test does not name are errors for whoever reads them.
  absl::Status FillInput(const YamlNode* input, Frame& frame) {
    for (size_t i = 0; i < config_.variables.size(); ++i) {
      const PolicyVariable& variable = config_.variables[i];
      const YamlNode* const node =
          input == nullptr ? nullptr : FindEntry(*input, variable.name);
      frame.slots[i] = Value::Error(ErrorCode::kNoSuchField);
      if (node == nullptr) continue;
      STRATAGEM_ASSIGN_OR_RETURN(const Value value,
                                 ReadTestValue(*node, frame.arena));
      frame.slots[i] = ConvertTo(variable.type, value, frame.arena);
    }
    const std::span<const expr::Program> variables = policy_->variables();
    for (size_t i = 0; i < variables.size(); ++i) {
      frame.lazy[config_.variables.size() + i] = &variables[i];
    }
    return absl::OkStatus();
  }

  // {value: YAML}, {expr: CEL}, or a bare scalar or list.
  absl::StatusOr<Value> ReadTestValue(const YamlNode& node, Arena& arena) {
    if (const YamlNode* const value = FindEntry(node, "value")) {
      return ReadYamlValue(*value, arena);
    }
    if (const YamlNode* const text = FindEntry(node, "expr")) {
      return EvaluateText(*text, arena);
    }
    if (node.is(YamlKind::kMapping)) {
      return absl::InvalidArgumentError(absl::StrCat(
          ToString(node.location()), ": expected `value` or `expr`"));
    }
    return ReadYamlValue(node, arena);
  }

  absl::StatusOr<Value> EvaluateText(const YamlNode& node, Arena& arena) {
    Diagnostics diagnostics;
    const std::vector<expr::Type> any;
    std::optional<expr::Program> program =
        expr::Compile(node.source(), config_.functions, any, diagnostics);
    if (!program.has_value()) {
      return absl::InvalidArgumentError(diagnostics.ToString());
    }
    // Kept for as long as the case runs: values borrow text from it.
    programs_.push_back(std::make_unique<expr::Program>(*std::move(program)));
    Frame frame(0);
    frame.frame.arena = &arena;
    return programs_.back()->Evaluate(frame.frame);
  }

  // A policy that may yield nothing gives optionals, which tests may spell as
  // the value they hold.
  static absl::Status Compare(const Value& found, const Value& expected) {
    const bool unwraps = found.is(ValueKind::kOptional) &&
                         found.optional() != nullptr &&
                         !expected.is(ValueKind::kOptional);
    const Value& value = unwraps ? *found.optional() : found;
    if (!value.is_error() && !expected.is_error() &&
        ValuesEqual(value, expected)) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "found ", ToString(found), ", expected ", ToString(expected)));
  }

  const fs::path folder_;
  PolicyConfig config_;
  std::optional<Policy> policy_;
  std::string diagnostics_;
  std::vector<std::unique_ptr<const expr::Program>> programs_;
  CaseResult result_;
};

}  // namespace

CaseResult RunPolicyCase(const std::string& folder) {
  return CaseRunner(folder).Run();
}

std::vector<std::string> FindPolicyCases(const std::string& root) {
  std::vector<std::string> folders;
  std::error_code error;
  if (fs::exists(fs::path(root) / "policy.yaml", error)) {
    folders.push_back(root);
  }
  for (fs::recursive_directory_iterator entry(root, error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->path().filename() == "policy.yaml" &&
        entry->path().parent_path() != fs::path(root)) {
      folders.push_back(entry->path().parent_path().string());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace stratagem::policy
