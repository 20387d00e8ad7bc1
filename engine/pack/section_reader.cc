#include "engine/pack/section_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"
#include "engine/pack/literal.h"

namespace stratagem::pack {
namespace {

// LIMIT: bytes of a scalar, and of what it belongs to, that a message repeats.
constexpr size_t kQuotedBytesMax = 60;
constexpr size_t kWhatBytesMax = 160;
// LIMIT: names that a suggestion is looked for among; each costs a comparison.
constexpr size_t kHintNamesMax = 1'000;

// `text` on one line and short enough for a message, cut between code points.
std::string Excerpt(absl::string_view text,
                    size_t bytes_max = kQuotedBytesMax) {
  std::string line(text.substr(0, bytes_max));
  if (text.size() > bytes_max) {
    while (!line.empty() && (text[line.size()] & 0xC0) == 0x80) line.pop_back();
    line += "…";
  }
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return line;
}

void WrongShape(ReadContext& context, const YamlNode& node,
                absl::string_view expected, std::string hint = "") {
  if (node.is(YamlKind::kBroken)) return;
  context.diagnostics.AddError(
      "E223", node.location(),
      absl::StrCat("found ", Describe(node), ", expected ",
                   Excerpt(expected, kWhatBytesMax)),
      std::move(hint));
}

// What to write in place of a scalar that should be a list; "" for what would
// be long or not as its author wrote it.
std::string AsListHint(const YamlNode& node) {
  if (!node.is(YamlKind::kScalar) || Excerpt(node.text) != node.text) return "";
  absl::string_view quote;
  switch (node.style) {
    case ScalarStyle::kPlain:
      break;
    case ScalarStyle::kSingleQuoted:
      quote = "'";
      break;
    case ScalarStyle::kDoubleQuoted:
      quote = "\"";
      break;
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
      return "";
  }
  return absl::StrCat("write `[", quote, node.text, quote, "]`");
}

// Of `5%`: "5".
std::optional<absl::string_view> PercentOf(const YamlNode& node) {
  absl::string_view text = node.text;
  if (!node.is(YamlKind::kScalar) || !absl::ConsumeSuffix(&text, "%")) {
    return std::nullopt;
  }
  text = absl::StripAsciiWhitespace(text);
  if (!ParseNumber(text).has_value()) return std::nullopt;
  return text;
}

// What to write in place of a percentage; "" for anything else.
std::string ShareHint(const YamlNode& node) {
  const std::optional<absl::string_view> percent = PercentOf(node);
  double number = 0;
  if (!percent.has_value() || !absl::SimpleAtod(*percent, &number)) return "";
  return absl::StrCat("write ", number / 100);
}

// The same for keys of which some are shares and some count in percent.
std::string PercentHint(const YamlNode& node) {
  const std::string share = ShareHint(node);
  if (share.empty()) return "";
  return absl::StrCat(share, ", or ", std::string(*PercentOf(node)),
                      " where the key counts in percent");
}

// What to write in place of "2.5 EUR": a number and one word.
std::string AmountHint(const YamlNode& node) {
  const absl::string_view text = node.text;
  const size_t end = text.find(' ');
  if (end == absl::string_view::npos) return "";
  const absl::string_view unit = text.substr(end + 1);
  const bool is_unit =
      !unit.empty() && unit.size() <= 3 &&
      unit.find_first_of("+-*/%<>=!&|?.()[] ") == absl::string_view::npos;
  if (!is_unit || !ParseNumber(text.substr(0, end)).has_value()) return "";
  return absl::StrCat("write ", text.substr(0, end),
                      " alone; the `unit` of a budget says the currency");
}

// What to write in place of a number with something behind it.
std::string NumberHint(const YamlNode& node) {
  std::string hint = ShareHint(node);
  return hint.empty() ? AmountHint(node) : hint;
}

void NotQuoted(ReadContext& context, const YamlNode& node) {
  context.diagnostics.AddError(
      "E250", node.location(),
      absl::StrCat("expression `", Excerpt(node.text), "` is not quoted"),
      absl::StrCat("write \"", Excerpt(node.text), "\""));
}

// Shared by Expression and Operand. Requires: a scalar.
void ReadExpression(ReadContext& context, const YamlNode& node,
                    Expression& expression) {
  if (absl::StripAsciiWhitespace(node.text).empty()) {
    context.diagnostics.AddError("E251", node.location(),
                                 "the expression is empty",
                                 "write CEL between quotes, or leave the key "
                                 "out");
  }
  expression.source = node.source();
}

}  // namespace

std::string HintAmong(absl::string_view text,
                      const std::vector<std::string>& names) {
  return SuggestionHint(
      text, std::span(names).first(std::min(names.size(), kHintNamesMax)));
}

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlKind::kNull:
    case YamlKind::kBroken:
      return "nothing";
    case YamlKind::kScalar:
      return absl::StrCat(
          node.style == ScalarStyle::kPlain ? "`" : "the quoted text `",
          Excerpt(node.text), "`");
    case YamlKind::kSequence:
      return "a list";
    case YamlKind::kMapping:
      return "a mapping";
  }
  return "";
}

Name NameOf(const YamlNode& key) { return {key.text, key.location()}; }

bool ExpectKind(ReadContext& context, const YamlNode& node, YamlKind kind,
                absl::string_view what) {
  if (node.is(kind)) return true;
  WrongShape(context, node,
             absl::StrCat(kind == YamlKind::kMapping    ? "a mapping: "
                          : kind == YamlKind::kSequence ? "a list of "
                                                        : "",
                          what));
  return false;
}

bool ExpectScalars(ReadContext& context, const YamlNode& node,
                   absl::string_view what) {
  if (node.is(YamlKind::kSequence)) return true;
  WrongShape(context, node, absl::StrCat("a list of ", what), AsListHint(node));
  return false;
}

bool ExpectMappingOf(ReadContext& context, const YamlNode& node,
                     absl::string_view what) {
  return node.is(YamlKind::kMapping) ||
         ExpectKind(context, node, YamlKind::kMapping,
                    absl::StrCat("the keys of ", what));
}

void ReportUnknownKey(ReadContext& context, const YamlNode& key,
                      absl::string_view what,
                      std::span<const std::string> known) {
  context.diagnostics.AddError(
      "E220", key.location(),
      absl::StrCat("unknown key `", Excerpt(key.text), "` in ",
                   Excerpt(what, kWhatBytesMax)),
      SuggestionHint(key.text,
                     known.first(std::min(known.size(), kHintNamesMax))));
}

void ReportLaterKey(ReadContext& context, const YamlNode& key) {
  context.diagnostics.AddError(
      "E221", key.location(),
      absl::StrCat("key `", key.text, "` is not supported yet"),
      "remove it; this version of the engine would not act on it");
}

void ReportMissingKey(ReadContext& context, const YamlNode& mapping,
                      absl::string_view what, absl::string_view key) {
  context.diagnostics.AddError(
      "E222", mapping.location(),
      absl::StrCat("missing key `", Excerpt(key), "` in ",
                   Excerpt(what, kWhatBytesMax)));
}

void Read(ReadContext& context, const YamlNode& node, Name& name) {
  name.location = node.location();
  if (!node.is(YamlKind::kScalar)) {
    WrongShape(context, node, "a name");
  } else if (node.text.empty()) {
    context.diagnostics.AddError("E224", node.location(), "the name is empty");
  } else {
    name.text = node.text;
  }
}

void Read(ReadContext& context, const YamlNode& node, std::string& text) {
  if (!node.is(YamlKind::kScalar)) {
    WrongShape(context, node, "text");
    return;
  }
  text = node.text;
}

void Read(ReadContext& context, const YamlNode& node, bool& value) {
  const std::optional<Value> literal =
      ReadLiteral(context, node, {ValueKind::kBool, nullptr});
  if (literal.has_value()) value = literal->bool_value();
}

void Read(ReadContext& context, const YamlNode& node, int64_t& value) {
  const std::optional<Value> literal =
      ReadLiteral(context, node, {ValueKind::kInt, nullptr});
  if (!literal.has_value()) return;
  if (literal->is(ValueKind::kInt)) {
    value = literal->int_value();
    return;
  }
  context.diagnostics.AddError(
      "E240", node.location(),
      absl::StrCat("found ", Describe(node), ", expected int"));
}

void Read(ReadContext& context, const YamlNode& node, double& value) {
  if (PercentOf(node).has_value()) {
    context.diagnostics.AddError(
        "E240", node.location(),
        absl::StrCat("found ", Describe(node), ", expected double"),
        ShareHint(node));
    return;
  }
  const std::optional<Value> literal =
      ReadLiteral(context, node, {ValueKind::kDouble, nullptr});
  if (!literal.has_value()) return;
  value = literal->is(ValueKind::kInt)
              ? static_cast<double>(literal->int_value())
              : literal->double_value();
}

void Read(ReadContext& context, const YamlNode& node, Decimal4& value) {
  if (node.is(YamlKind::kBroken)) return;
  absl::string_view text = node.text;
  const bool negative = absl::ConsumePrefix(&text, "-");
  const size_t point = std::min(text.find('.'), text.size());
  const absl::string_view whole = text.substr(0, point);
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  const bool is_number = node.is(YamlKind::kScalar) &&
                         node.style == ScalarStyle::kPlain &&
                         ParseNumber(node.text).has_value() &&
                         text.find_first_of("eE+") == absl::string_view::npos;
  int64_t whole_part = 0;
  int64_t fraction_part = 0;
  // LIMIT: decimals stay below 10^9, so that sums of them cannot overflow.
  if (!is_number || whole.size() > 9 ||
      (!whole.empty() && !absl::SimpleAtoi(whole, &whole_part))) {
    context.diagnostics.AddError(
        "E240", node.location(),
        absl::StrCat("found ", Describe(node),
                     ", expected a decimal number below 1000000000"),
        PercentHint(node));
    return;
  }
  if (fraction.size() > 4) {
    context.diagnostics.AddError(
        "E246", node.location(),
        absl::StrCat("`", node.text, "` has ", fraction.size(),
                     " digits after the point; at most 4 are allowed"),
        "round it; the engine compares these numbers exactly");
    return;
  }
  fraction.resize(4, '0');
  if (!absl::SimpleAtoi(fraction, &fraction_part)) return;
  value.ten_thousandths = whole_part * 10'000 + fraction_part;
  if (negative) value.ten_thousandths = -value.ten_thousandths;
}

void Read(ReadContext& context, const YamlNode& node, Expression& expression) {
  if (!node.is(YamlKind::kScalar)) {
    WrongShape(context, node, "an expression between quotes");
  } else if (node.style == ScalarStyle::kPlain) {
    NotQuoted(context, node);
  } else {
    ReadExpression(context, node, expression);
  }
}

void Read(ReadContext& context, const YamlNode& node, Operand& operand) {
  operand.location = node.location();
  if (node.is(YamlKind::kMapping) && node.entries.size() == 1 &&
      node.entries[0].key.text == "model") {
    ReportLaterKey(context, node.entries[0].key);
    return;
  }
  if (!node.is(YamlKind::kScalar)) {
    WrongShape(context, node, "a number or an expression between quotes");
  } else if (node.style != ScalarStyle::kPlain) {
    ReadExpression(context, node, operand.expression.emplace());
  } else if (const std::optional<Value> number = ParseNumber(node.text)) {
    operand.literal =
        number->is(ValueKind::kInt)
            ? Value::Double(static_cast<double>(number->int_value()))
            : *number;
  } else if (std::string hint = NumberHint(node); !hint.empty()) {
    context.diagnostics.AddError(
        "E240", node.location(),
        absl::StrCat("found ", Describe(node),
                     ", expected a number or an expression between quotes"),
        std::move(hint));
  } else {
    NotQuoted(context, node);
  }
}

namespace {

struct IntervalNodes {
  const YamlNode* from = nullptr;
  const YamlNode* until = nullptr;
};

constexpr Key<IntervalNodes> kIntervalKeys[] = {
    {"from", Need::kOptional, Into<&IntervalNodes::from, TimeShape>,
     "first moment of the interval: a date, or a time with its offset"},
    {"until", Need::kOptional, Into<&IntervalNodes::until, TimeShape>,
     "first moment after the interval"},
};

}  // namespace

Shape ShapeOf(Of<Interval>) { return MappingOf<kIntervalKeys>(); }

void Read(ReadContext& context, const YamlNode& node, Interval& interval) {
  IntervalNodes nodes;
  if (!ReadMapping(context, node, "an interval", kIntervalKeys, nodes)) return;
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;
  if (nodes.from != nullptr) from = ReadTime(context, *nodes.from);
  if (nodes.until != nullptr) until = ReadTime(context, *nodes.until);
  if (from.has_value()) interval.from = *from;
  if (until.has_value()) interval.until = *until;
  if (interval.from < interval.until) return;
  context.diagnostics.AddError(
      "E244", node.location(),
      absl::StrCat("the interval is empty: it begins at `", nodes.from->text,
                   "` and ends at `", nodes.until->text, "`"),
      "`until` is the first moment after the interval");
}

void Read(ReadContext& context, const YamlNode& node,
          std::vector<Name>& names) {
  if (!ExpectScalars(context, node, "names")) return;
  if (node.items.empty()) {
    context.diagnostics.AddError("E224", node.location(), "the list is empty",
                                 "name at least one, or leave the key out");
  }
  NameSet unique("name");
  for (const YamlNode& item : node.items) {
    Name name;
    Read(context, item, name);
    if (name.text.empty()) continue;
    CheckName(name, NameUse::kLabel, "a member of this list",
              context.diagnostics);
    if (unique.Add(name, context.diagnostics)) names.push_back(std::move(name));
  }
}

void Read(ReadContext& context, const YamlNode& node,
          std::vector<Expression>& expressions) {
  if (!ExpectScalars(context, node, "expressions between quotes")) return;
  for (const YamlNode& item : node.items) {
    Read(context, item, expressions.emplace_back());
  }
}

std::optional<size_t> ReadWord(ReadContext& context, const YamlNode& node,
                               const Shape& shape) {
  Name word;
  Read(context, node, word);
  if (word.text.empty()) return std::nullopt;
  for (size_t i = 0; i < shape.words.size(); ++i) {
    if (shape.words[i] == word.text) return i;
  }
  context.diagnostics.AddError(
      "E249", node.location(),
      absl::StrCat("`", word.text, "` is not a word that this key knows"),
      HintAmong(word.text, {shape.words.begin(), shape.words.end()}));
  return std::nullopt;
}

void Read(ReadContext&, const YamlNode& node, const YamlNode*& kept) {
  kept = &node;
}

}  // namespace stratagem::pack
