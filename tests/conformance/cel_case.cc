#include "tests/conformance/cel_case.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/diagnostics.h"
#include "engine/base/limits.h"
#include "engine/base/source_text.h"
#include "engine/base/status_macros.h"
#include "engine/expr/compile.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "nlohmann/json.hpp"
#include "tests/conformance/tagged_value.h"
#include "tests/conformance/test_messages.h"
#include "tests/conformance/type_text.h"

namespace stratagem::expr {
namespace {

using Json = nlohmann::json;

std::string TextOf(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

bool FlagOf(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && *found == true;
}

absl::StatusOr<Type> TypeOf(const Json& text) {
  std::optional<Type> type;
  if (text.is_string()) type = ReadType(text.get_ref<const std::string&>());
  if (!type) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text.dump(), "` is no type"));
  }
  return *std::move(type);
}

// Lists and objects of the case that it may leave out.
const Json& MemberOf(const Json& object, const char* member) {
  static const Json* const none = new Json();
  const auto found = object.find(member);
  return found == object.end() ? *none : *found;
}

absl::StatusOr<Overload> ReadOverload(const std::string& function,
                                      const Json& overload) {
  std::vector<Type> params;
  for (const Json& param : MemberOf(overload, "params")) {
    STRATAGEM_ASSIGN_OR_RETURN(Type type, TypeOf(param));
    params.push_back(std::move(type));
  }
  STRATAGEM_ASSIGN_OR_RETURN(Type result, TypeOf(MemberOf(overload, "result")));
  const auto row = FlagOf(overload, "member") ? Method : Function;
  return row(function.c_str(), std::move(params), std::move(result), nullptr,
             Opcode::kNone);
}

absl::Status ReadDeclaration(const Json& declaration, CelCase& test) {
  const std::string name = TextOf(declaration, "name");
  const std::string kind = TextOf(declaration, "kind");
  if (kind == "variable") {
    STRATAGEM_ASSIGN_OR_RETURN(Type type,
                               TypeOf(MemberOf(declaration, "type")));
    test.variables.push_back({name, std::move(type)});
    return absl::OkStatus();
  }
  if (kind != "function") {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", kind, "` is no kind of declaration, expected variable or ",
        "function"));
  }
  for (const Json& overload : MemberOf(declaration, "overloads")) {
    STRATAGEM_ASSIGN_OR_RETURN(Overload row, ReadOverload(name, overload));
    test.functions.push_back(std::move(row));
  }
  return absl::OkStatus();
}

absl::StatusOr<CelExpectation> ReadExpectation(const Json& json, Arena& arena) {
  CelExpectation expected;
  const std::string kind = TextOf(json, "kind");
  if (kind == "error") {
    expected.error = true;
    return expected;
  }
  if (kind != "value" && kind != "typed") {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", kind, "` is no expectation, expected value, typed or error"));
  }
  if (json.contains("value")) {
    STRATAGEM_ASSIGN_OR_RETURN(expected.value,
                               ReadTaggedValue(json["value"], arena));
  }
  if (kind == "typed") {
    STRATAGEM_ASSIGN_OR_RETURN(expected.type, TypeOf(MemberOf(json, "type")));
  }
  if (!expected.value && !expected.type) {
    return absl::InvalidArgumentError("the case expects nothing");
  }
  return expected;
}

bool IsInScope(const Json& json) {
  const auto& tags = MemberOf(json, "tags");
  return std::none_of(tags.begin(), tags.end(), [](const auto& tag) {
    return tag == "proto_message" || tag == "proto_value";
  });
}

// The names of a case with their types and values.
class CaseWorld {
 public:
  explicit CaseWorld(const CelCase& test) : arena_(kDecisionArenaBytesMax) {
    scope_.SetContainer(test.container);
    if (!test.functions.empty()) {
      scope_.SetFunctions(FunctionTable::StandardAnd(test.functions));
    }
    DeclareTestMessages(scope_);
    for (const CelVariable& variable : test.variables) {
      Declare(variable.name, variable.type);
    }
    for (const NamedValue& binding : test.bindings) Bind(binding);
  }

  const Scope& scope() const { return scope_; }

  Value Evaluate(const Program& program) {
    Frame frame;
    frame.slots = slots_;
    frame.arena = &arena_;
    return program.Evaluate(frame);
  }

 private:
  void Declare(const std::string& name, const Type& type) {
    Declaration declaration;
    declaration.name = name;
    declaration.type = type;
    declaration.slot = static_cast<int>(slots_.size());
    if (!scope_.Declare(std::move(declaration))) return;
    // What is declared but never bound fails when it is read.
    slots_.push_back(Value::Error(ErrorCode::kNoSuchField));
  }

  void Bind(const NamedValue& binding) {
    if (scope_.Find(binding.name) == nullptr) {
      Declare(std::string(binding.name), Type());
    }
    slots_[static_cast<size_t>(scope_.Find(binding.name)->slot)] =
        binding.value;
  }

  Scope scope_;
  std::vector<Value> slots_;
  Arena arena_;
};

std::string Show(const CelExpectation& expected) {
  if (expected.error) return "an error";
  std::string text;
  if (expected.value) text = ToString(*expected.value);
  if (expected.value && expected.type) absl::StrAppend(&text, ", ");
  if (expected.type) {
    absl::StrAppend(&text, "of type ", ToString(*expected.type));
  }
  return text;
}

}  // namespace

std::string CelCase::path() const {
  return absl::StrCat(suite, "/", section, "/", name);
}

absl::StatusOr<CelCase> ReadCelCase(absl::string_view line, Arena& arena) {
  const Json json = Json::parse(line.begin(), line.end(), nullptr, false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError("the line is no JSON object");
  }
  CelCase test;
  test.suite = TextOf(json, "suite");
  test.section = TextOf(json, "section");
  test.name = TextOf(json, "name");
  test.expr = TextOf(json, "expr");
  test.in_scope = IsInScope(json);
  if (test.suite.empty() || test.name.empty()) {
    return absl::InvalidArgumentError("the case has no suite or no name");
  }
  if (!test.in_scope) return test;
  test.container = TextOf(json, "container");
  test.checked = !FlagOf(json, "disable_check");
  test.macros = !FlagOf(json, "disable_macros");
  test.check_only = FlagOf(json, "check_only");
  for (const auto& declaration : MemberOf(json, "type_env")) {
    STRATAGEM_RETURN_IF_ERROR(ReadDeclaration(declaration, test));
  }
  for (const auto& [name, value] : MemberOf(json, "bindings").items()) {
    STRATAGEM_ASSIGN_OR_RETURN(Value bound, ReadTaggedValue(value, arena));
    test.bindings.push_back({arena.CopyString(name), bound});
  }
  STRATAGEM_ASSIGN_OR_RETURN(test.expected,
                             ReadExpectation(MemberOf(json, "expect"), arena));
  return test;
}

CelResult RunCelCase(const CelCase& test) {
  const CelExpectation& expected = test.expected;
  CelResult result{false, Show(expected), ""};
  CaseWorld world(test);
  Diagnostics diagnostics;
  CompileOptions options;
  options.checked = test.checked;
  options.macros = test.macros;
  const SourceText source(test.expr, {"expression", 1, 1});
  const std::optional<Program> program =
      Compile(source, world.scope(), {}, diagnostics, options);
  if (!program) {
    result.found =
        std::string(absl::StripTrailingAsciiWhitespace(diagnostics.ToString()));
    result.passed = expected.error;
    return result;
  }
  const std::string type = ToString(program->type());
  if (test.check_only) {
    result.found = absl::StrCat("of type ", type);
    result.passed = expected.type && ToString(*expected.type) == type;
    return result;
  }
  const Value value = world.Evaluate(*program);
  result.found = absl::StrCat(ToString(value), ", of type ", type);
  result.passed =
      value.is_error()
          ? expected.error
          : !expected.error &&
                (!expected.value || IsSame(value, *expected.value)) &&
                (!expected.type || ToString(*expected.type) == type);
  return result;
}

}  // namespace stratagem::expr
