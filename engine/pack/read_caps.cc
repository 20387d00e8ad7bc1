// `limits:` of offers and groups, `contact_policy:` and `budgets:`.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "engine/base/duration_text.h"
#include "engine/base/limits.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"
#include "engine/pack/words.h"
#include "engine/state/ledger.h"
#include "engine/state/outcome_words.h"

namespace stratagem::pack {

// Overloads that the tables below find by their targets' types.
void Read(ReadContext& context, const YamlNode& node, Per& per);
void Read(ReadContext& context, const YamlNode& node, Counting& counting);
void Read(ReadContext& context, const YamlNode& node, Directions& directions);
void Read(ReadContext& context, const YamlNode& node, QuietHours& hours);

// The words of enumerations, in their order.
Shape ShapeOf(Of<Period>) {
  return WordShape({"hour", "day", "week", "month", "total"});
}
Shape ShapeOf(Of<Per>) { return WordShape({"customer", "channel", "all"}); }
Shape ShapeOf(Of<Counting>) {
  return WordShape({"offers", "contacts", "same_offer"});
}
Shape ShapeOf(Of<Directions>) {
  return WordShape({"outbound", "inbound", "any"});
}
Shape ShapeOf(Of<QuietHours>);

Shape OutcomeShape() {
  std::vector<absl::string_view> words;
  for (uint8_t number = state::kOutcomeFirst; number <= state::kOutcomeLast;
       ++number) {
    words.push_back(state::OutcomeName(static_cast<state::Outcome>(number)));
  }
  return WordShape(std::move(words));
}

void ReadOutcome(ReadContext& context, const YamlNode& node,
                 state::Outcome& outcome) {
  Name word;
  Read(context, node, word);
  if (word.text.empty()) return;
  if (const auto found = state::FindOutcome(word.text)) {
    outcome = *found;
    return;
  }
  context.diagnostics.AddError(
      "E249", node.location(),
      absl::StrCat("`", word.text, "` is not a word that this key knows"),
      state::OutcomeHint(word.text));
}

namespace {

// LIMIT: limits of one offer or group.
constexpr size_t kLimitsMax = 32;
// LIMIT: budgets of a pack.
constexpr size_t kBudgetsMax = 1'000;

template <typename Enum>
void ReadEnum(ReadContext& context, const YamlNode& node, Enum& target) {
  const std::optional<size_t> word =
      ReadWord(context, node, ShapeOf(Of<Enum>()));
  if (word.has_value()) target = static_cast<Enum>(*word);
}

Shape CountShape() { return IntFrom(1, kCapCountMax); }

Shape TimeOfDayShape() {
  Shape shape;
  shape.kind = ShapeKind::kString;
  shape.pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
  return shape;
}

template <typename Cap>
void ReadCount(ReadContext& context, const YamlNode& node, Cap& cap) {
  int64_t count = 1;
  Read(context, node, count);
  cap.count = count;
}

// A span of time, more than nothing and at most kCapDaysMax days. `key` is what
// it is called there.
void ReadSpan(ReadContext& context, const YamlNode& node, absl::string_view key,
              absl::Duration& span) {
  const std::optional<Value> literal =
      ReadLiteral(context, node, {ValueKind::kDuration, nullptr});
  if (!literal.has_value()) return;
  span = literal->duration();
  if (span > absl::ZeroDuration() && span <= absl::Hours(24) * kCapDaysMax) {
    return;
  }
  context.diagnostics.AddError(
      "E241", node.location(),
      absl::StrCat("`", key, "` is ", node.text,
                   ", expected more than 0 and at most ", kCapDaysMax, "d"),
      key == "within" && span > absl::ZeroDuration()
          ? "`period: total` counts for ever"
          : "");
}

CapWindow& WindowOf(Limit& limit) { return limit.window; }
CapWindow& WindowOf(Budget& budget) { return budget.window; }
CapWindow& WindowOf(ContactLine& line) {
  if (!line.window.has_value()) line.window.emplace();
  return *line.window;
}

template <typename Cap>
void ReadWithin(ReadContext& context, const YamlNode& node, Cap& cap) {
  CapWindow& window = WindowOf(cap);
  window.location = node.location();
  ReadSpan(context, node, "within", window.within.emplace());
}

template <typename Cap>
void ReadPeriod(ReadContext& context, const YamlNode& node, Cap& cap) {
  CapWindow& window = WindowOf(cap);
  window.location = node.location();
  ReadEnum(context, node, window.period.emplace());
}

template <typename Cap>
void ReadReserveFor(ReadContext& context, const YamlNode& node, Cap& cap) {
  ReadSpan(context, node, "reserve_for", cap.reserve_for);
}

template <typename Cap>
constexpr Key<Cap> kWithinKey = {
    "within",
    Need::kOptional,
    {ReadWithin<Cap>, DurationShape},
    "the time before now that counts, such as 30d"};
template <typename Cap>
constexpr Key<Cap> kPeriodKey = {
    "period",
    Need::kOptional,
    {ReadPeriod<Cap>, ShapeOfType<Period>},
    "the calendar window that counts, in the pack's zone"};
template <typename Cap>
constexpr Key<Cap> kReserveForKey = {
    "reserve_for",
    Need::kOptional,
    {ReadReserveFor<Cap>, DurationShape},
    "how long what was taken may be given back, or waits for an answer; 24h"};

// What a decision takes when it is made, and what may give it back.
Shape ReservableShape() { return WordShape({"presented", "accepted"}); }

void ReadReservable(ReadContext& context, const YamlNode& node,
                    absl::string_view key, state::Outcome& outcome) {
  const bool is_outcome =
      node.is(YamlKind::kScalar) && state::FindOutcome(node.text).has_value();
  if (is_outcome && node.text != "presented" && node.text != "accepted") {
    context.diagnostics.AddError(
        "E288", node.location(),
        absl::StrCat("`", key, "` is `", node.text,
                     "`, which no decision can set aside; expected `presented` "
                     "or `accepted`"),
        "a line of `contact_policy` counts any outcome");
    return;
  }
  const std::optional<size_t> word = ReadWord(context, node, ReservableShape());
  if (!word.has_value()) return;
  outcome = *word == 0 ? state::Outcome::kPresented : state::Outcome::kAccepted;
}

constexpr Key<Limit> kLimitKeys[] = {
    {"count",
     Need::kRequired,
     {ReadCount<Limit>, CountShape},
     "how often at most"},
    {"per", Need::kOptional, Into<&Limit::per>,
     "who shares the count: each customer (the default), all customers of a "
     "channel, or all"},
    kWithinKey<Limit>,
    kPeriodKey<Limit>,
    {"outcome",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, Limit& limit) {
        ReadReservable(context, node, "outcome", limit.outcome);
      },
      ReservableShape},
     "what is counted: presented (the default) or accepted"},
    kReserveForKey<Limit>,
};

constexpr Key<ContactLine> kContactLineKeys[] = {
    {"name", Need::kRequired, Into<&ContactLine::name>,
     "what reasons call the line by"},
    {"channels", Need::kOptional, Into<&ContactLine::channels>,
     "where it counts and holds; absent: everywhere"},
    {"group", Need::kOptional, Into<&ContactLine::group>,
     "the offers of this group and its children"},
    {"offers", Need::kOptional, Into<&ContactLine::offers>,
     "these offers, beside those of `group`; without either: every offer"},
    {"direction", Need::kOptional, Into<&ContactLine::direction>,
     "of which placements: outbound (the default), inbound or any"},
    {"count",
     Need::kOptional,
     {ReadCount<ContactLine>, CountShape},
     "from how many on the line holds offers back"},
    kWithinKey<ContactLine>,
    kPeriodKey<ContactLine>,
    {"outcome",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, ContactLine& line) {
        ReadOutcome(context, node, line.outcome);
      },
      OutcomeShape},
     "what is counted; presented is the default"},
    {"counting", Need::kOptional, Into<&ContactLine::counting>,
     "offers (the default); contacts: one a decision and channel; "
     "same_offer: each apart"},
    {"between", Need::kOptional, Into<&ContactLine::between>,
     "quiet hours [from, until], local time, in place of a count"},
};

Shape ContactLineShape() {
  Shape shape = MappingOf<kContactLineKeys>();
  shape.choices = {{{"count", "between"}, true},
                   {{"within", "period", "between"}, true},
                   {{"outcome", "between"}},
                   {{"counting", "between"}}};
  return shape;
}

// Decimals to micro-units, exactly.
void ReadAmount(ReadContext& context, const YamlNode& node, Budget& budget) {
  if (node.is(YamlKind::kBroken)) return;
  const absl::string_view text = node.text;
  const size_t point = std::min(text.find('.'), text.size());
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  const bool is_decimal = node.is(YamlKind::kScalar) &&
                          node.style == ScalarStyle::kPlain &&
                          ParseNumber(text).has_value() &&
                          text.find_first_of("eE") == absl::string_view::npos;
  if (!is_decimal) {
    context.diagnostics.AddError(
        "E240", node.location(),
        absl::StrCat("found ", Describe(node),
                     ", expected an amount of money such as 20000 or 99.5"));
    return;
  }
  if (fraction.size() > 6) {
    context.diagnostics.AddError(
        "E246", node.location(),
        absl::StrCat("`", text, "` has ", fraction.size(),
                     " digits after the point; at most 6 are allowed"),
        "round it; budgets are kept exactly, in millionths");
    return;
  }
  fraction.resize(6, '0');
  int64_t micros = 0;
  const bool is_bounded =
      absl::SimpleAtoi(absl::StrCat(text.substr(0, point), fraction),
                       &micros) &&
      micros > 0 && micros <= kBudgetMicrosMax;
  if (is_bounded) {
    budget.amount_micros = micros;
    return;
  }
  context.diagnostics.AddError(
      "E241", node.location(),
      absl::StrCat("`amount` is ", text, ", expected more than 0 and at most ",
                   kBudgetMicrosMax / 1'000'000));
}

Shape AmountShape() {
  Shape shape = NumberShape();
  shape.value_above = 0;
  shape.value_max = static_cast<double>(kBudgetMicrosMax / 1'000'000);
  return shape;
}

constexpr Key<Budget> kBudgetKeys[] = {
    {"name", Need::kRequired, Into<&Budget::name>,
     "what reasons and counters call the budget by"},
    {"offers", Need::kOptional, Into<&Budget::offers>,
     "the offers whose cost it pays"},
    {"groups", Need::kOptional, Into<&Budget::groups>,
     "the same for those of groups and their children; without either: every "
     "offer"},
    {"amount",
     Need::kRequired,
     {ReadAmount, AmountShape},
     "how much there is in each window"},
    {"unit", Need::kOptional, Into<&Budget::unit>, "of the amount: CNY"},
    {"charge",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, Budget& budget) {
        ReadReservable(context, node, "charge", budget.charge);
      },
      ReservableShape},
     "when an offer's cost is charged: accepted (the default) or presented"},
    kReserveForKey<Budget>,
    kWithinKey<Budget>,
    kPeriodKey<Budget>,
};

Shape LimitShape() {
  Shape shape = MappingOf<kLimitKeys>();
  shape.choices = {{{"within", "period"}, true}};
  return shape;
}

Shape BudgetShape() {
  Shape shape = MappingOf<kBudgetKeys>();
  shape.choices = {{{"within", "period"}, true}};
  return shape;
}

// E226 unless the window is one. `what` is "a limit".
void CheckWindow(ReadContext& context, const YamlNode& node,
                 const CapWindow& window, absl::string_view what) {
  if (window.within.has_value() != window.period.has_value()) return;
  if (window.within.has_value()) {
    context.diagnostics.AddError(
        "E226", node.location(),
        absl::StrCat(what, " cannot have both `within` and a `period`"),
        "`within` is rolling time, `period` a window of the calendar");
    return;
  }
  context.diagnostics.AddError(
      "E226", node.location(),
      absl::StrCat(what, " needs `within` or a `period`"),
      "`within: 30d` is rolling time, `period: total` is for ever");
}

const YamlNode* FindKey(const YamlNode& mapping, absl::string_view name) {
  for (const YamlEntry& entry : mapping.entries) {
    if (entry.key.text == name) return &entry.key;
  }
  return nullptr;
}

enum class CountOf { kCustomer, kAll };

// E241 unless the `count` that `mapping` has is one.
void CheckCount(ReadContext& context, const YamlNode& mapping, int64_t count,
                CountOf of) {
  constexpr int64_t kOfCustomer = state::kCustomerEventsMax;
  const int64_t most = of == CountOf::kCustomer ? kOfCustomer : kCapCountMax;
  if (count >= 1 && count <= most) return;
  SourceLocation location = mapping.location();
  for (const YamlEntry& entry : mapping.entries) {
    if (entry.key.text == "count") location = entry.value.location();
  }
  context.diagnostics.AddError(
      "E241", location,
      absl::StrCat("`count` is ", count, ", expected 1 to ", most),
      count < 1 ? "nothing would ever be shown: remove what it counts, or "
                  "close it by `eligibility`"
      : of == CountOf::kCustomer
          ? "of one customer so many events are remembered"
          : "");
}

// A line either counts or is quiet.
void CheckContactLine(ReadContext& context, const YamlNode& node,
                      const ContactLine& line) {
  const std::string what = absl::StrCat("line `", line.name.text, "`");
  if (!line.between.has_value()) {
    if (!line.count.has_value() && !line.window.has_value()) {
      context.diagnostics.AddError(
          "E226", node.location(),
          absl::StrCat(what, " needs a `count` or `between`"),
          "a line counts, or it is quiet: `count: 2, within: 7d` or "
          "`between: [\"21:00\", \"09:00\"]`");
      return;
    }
    if (!line.count.has_value()) {
      ReportMissingKey(context, node, what, "count");
    }
    CheckCount(context, node, line.count.value_or(1), CountOf::kCustomer);
    CheckWindow(context, node, line.window.value_or(CapWindow{}), what);
    return;
  }
  for (const absl::string_view key :
       {"count", "within", "period", "outcome", "counting"}) {
    const YamlNode* const found = FindKey(node, key);
    if (found == nullptr) continue;
    context.diagnostics.AddError(
        "E226", found->location(),
        absl::StrCat(what, " cannot have both `between` and `", key, "`"),
        "a line counts, or it is quiet; write two lines");
  }
}

bool IsSameWindow(const CapWindow& a, const CapWindow& b) {
  return a.within == b.within && a.period == b.period;
}

// E289 for a limit that counts what one before it counts: the smaller of the
// two would do.
void CheckCountedOnce(ReadContext& context, const std::vector<Limit>& limits) {
  const Limit& last = limits.back();
  const auto same =
      std::find_if(limits.begin(), limits.end() - 1, [&](const Limit& limit) {
        return limit.per == last.per && limit.outcome == last.outcome &&
               IsSameWindow(limit.window, last.window);
      });
  if (same == limits.end() - 1) return;
  context.diagnostics.AddError(
      "E289", last.location,
      absl::StrCat("this limit counts the same as another: ",
                   state::OutcomeName(last.outcome), " per `", WordOf(last.per),
                   "` in the same window"),
      absl::StrCat("the other is at ", ToString(same->location),
                   "; keep the smaller count"));
}

// "21:00".
std::optional<absl::Duration> ParseTimeOfDay(const YamlNode& node) {
  const std::string& text = node.text;
  const bool has_form =
      node.is(YamlKind::kScalar) && text.size() == 5 && text[2] == ':' &&
      text.find_first_not_of("0123456789:") == std::string::npos &&
      text.find(':', 3) == std::string::npos;
  int hours = 0;
  int minutes = 0;
  if (!has_form || !absl::SimpleAtoi(text.substr(0, 2), &hours) ||
      !absl::SimpleAtoi(text.substr(3), &minutes) || hours > 23 ||
      minutes > 59) {
    return std::nullopt;
  }
  return absl::Hours(hours) + absl::Minutes(minutes);
}

// How to write what is meant by "9pm", "7:00", "9.30 am".
std::string TimeOfDayHint(const std::string& text) {
  if (text == "24:00") return "midnight is 00:00";
  const std::string plain = absl::AsciiStrToLower(text);
  absl::string_view rest = plain;
  const bool is_afternoon = absl::ConsumeSuffix(&rest, "pm");
  const bool is_of_twelve = is_afternoon || absl::ConsumeSuffix(&rest, "am");
  rest = absl::StripAsciiWhitespace(rest);
  const size_t point = std::min(rest.find_first_of(":."), rest.size());
  const absl::string_view after = rest.substr(std::min(point + 1, rest.size()));
  int hours = 0;
  int minutes = 0;
  const bool is_time =
      absl::SimpleAtoi(rest.substr(0, point), &hours) && hours >= 0 &&
      hours <= (is_of_twelve ? 12 : 23) && (hours > 0 || !is_of_twelve) &&
      (after.empty()
           ? is_of_twelve
           : after.size() == 2 && absl::SimpleAtoi(after, &minutes)) &&
      minutes >= 0 && minutes < 60;
  if (!is_time) return "write it as \"09:00\"";
  if (is_of_twelve) hours = hours % 12 + (is_afternoon ? 12 : 0);
  return absl::StrFormat("write it as \"%02d:%02d\"", hours, minutes);
}

}  // namespace

void Read(ReadContext& context, const YamlNode& node, Per& per) {
  ReadEnum(context, node, per);
}

void Read(ReadContext& context, const YamlNode& node, Counting& counting) {
  ReadEnum(context, node, counting);
}

void Read(ReadContext& context, const YamlNode& node, Directions& directions) {
  ReadEnum(context, node, directions);
}

void Read(ReadContext& context, const YamlNode& node, QuietHours& hours) {
  hours.location = node.location();
  if (!node.is(YamlKind::kSequence) || node.items.size() != 2) {
    context.diagnostics.AddError(
        "E287", node.location(),
        absl::StrCat("found ",
                     node.is(YamlKind::kSequence)
                         ? absl::StrCat("a list of ", node.items.size())
                         : Describe(node),
                     ", expected two times of day"),
        "write [\"21:00\", \"09:00\"]: quiet from 21:00 until 09:00");
    return;
  }
  bool ok = true;
  for (size_t i = 0; i < 2; ++i) {
    const YamlNode& item = node.items[i];
    const std::optional<absl::Duration> time = ParseTimeOfDay(item);
    (i == 0 ? hours.from : hours.until) = time.value_or(absl::ZeroDuration());
    ok &= time.has_value();
    if (time.has_value() || item.is(YamlKind::kBroken)) continue;
    context.diagnostics.AddError(
        "E287", item.location(),
        absl::StrCat("found ", Describe(item),
                     ", expected a time of day from 00:00 to 23:59"),
        TimeOfDayHint(item.text));
  }
  if (!ok || hours.from != hours.until) return;
  context.diagnostics.AddError(
      "E287", node.location(),
      absl::StrCat("quiet hours from ", node.items[0].text, " until ",
                   node.items[1].text, " have no length"),
      "they include their start and exclude their end, the next day if that "
      "comes first");
}

absl::string_view WordOf(Period period) {
  return ShapeOf(Of<Period>()).words[static_cast<size_t>(period)];
}

absl::string_view WordOf(Per per) {
  return ShapeOf(Of<Per>()).words[static_cast<size_t>(per)];
}

absl::string_view WordOf(Counting counting) {
  return ShapeOf(Of<Counting>()).words[static_cast<size_t>(counting)];
}

absl::string_view WordOf(Directions directions) {
  return ShapeOf(Of<Directions>()).words[static_cast<size_t>(directions)];
}

std::string WindowText(const CapWindow& window) {
  if (window.period.has_value()) return std::string(WordOf(*window.period));
  return absl::StrCat("within ", DurationText(*window.within));
}

Shape ShapeOf(Of<QuietHours>) {
  Shape shape = ListOf<TimeOfDayShape, 2>();
  shape.size_max = 2;
  return shape;
}

Shape ShapeOf(Of<std::vector<Limit>>) {
  Shape shape = ListOf<LimitShape>();
  shape.size_max = kLimitsMax;
  return shape;
}

void Read(ReadContext& context, const YamlNode& node,
          std::vector<Limit>& limits) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "limits")) return;
  if (node.items.size() > kLimitsMax) {
    context.diagnostics.AddError(
        "E225", node.location(),
        absl::StrCat("found ", node.items.size(), " limits; at most ",
                     kLimitsMax, " are allowed in one place"));
    return;
  }
  for (const YamlNode& item : node.items) {
    const size_t errors = context.diagnostics.error_count();
    Limit& limit = limits.emplace_back();
    limit.location = item.location();
    if (!ReadMapping(context, item, "a limit", kLimitKeys, limit)) continue;
    CheckWindow(context, item, limit.window, "a limit");
    if (context.diagnostics.error_count() == errors) {
      CheckCount(
          context, item, limit.count,
          limit.per == Per::kCustomer ? CountOf::kCustomer : CountOf::kAll);
    }
    if (context.diagnostics.error_count() == errors) {
      CheckCountedOnce(context, limits);
    }
  }
}

Shape ContactPolicyShape() { return ListOf<ContactLineShape>(); }

void ReadContactPolicy(ReadContext& context, const YamlNode& node,
                       PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kSequence,
                  "lines of a contact policy")) {
    return;
  }
  for (const YamlNode& item : node.items) {
    if (draft.model.contact_policy.size() == kContactLinesMax) {
      context.diagnostics.AddError("E225", item.location(),
                                   absl::StrCat("more than ", kContactLinesMax,
                                                " lines of `contact_policy`"));
      return;
    }
    ContactLine line;
    line.location = item.location();
    if (!ReadMapping(context, item, "a line of `contact_policy`",
                     kContactLineKeys, line)) {
      continue;
    }
    CheckName(line.name, NameUse::kLabel, "a line", context.diagnostics);
    draft.contact_lines.Add(line.name, context.diagnostics);
    CheckContactLine(context, item, line);
    draft.model.contact_policy.push_back(std::move(line));
  }
}

Shape BudgetsShape() { return ListOf<BudgetShape>(); }

void ReadBudgets(ReadContext& context, const YamlNode& node, PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "budgets")) return;
  for (const YamlNode& item : node.items) {
    if (draft.model.budgets.size() == kBudgetsMax) {
      context.diagnostics.AddError(
          "E225", item.location(),
          absl::StrCat("more than ", kBudgetsMax, " budgets"));
      return;
    }
    Budget budget;
    budget.location = item.location();
    if (!ReadMapping(context, item, "a budget", kBudgetKeys, budget)) continue;
    CheckName(budget.name, NameUse::kLabel, "a budget", context.diagnostics);
    draft.budgets.Add(budget.name, context.diagnostics);
    CheckWindow(context, item, budget.window,
                absl::StrCat("budget `", budget.name.text, "`"));
    draft.model.budgets.push_back(std::move(budget));
  }
}

}  // namespace stratagem::pack
