#include "clients/cli/pack_printer.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/text_table.h"
#include "engine/author/pack_text.h"
#include "engine/base/duration_text.h"
#include "engine/base/number_text.h"
#include "engine/pack/words.h"

namespace stratagem::cli {
namespace {

using author::DecimalText;
using author::ExpressionText;

constexpr size_t kIndent = 2;
constexpr size_t kRowsMax = 10;

// "2026-11-01 to 2027-02-01", "from 2026-11-01"; "" for always.
std::string IntervalText(const pack::Interval& interval,
                         absl::TimeZone timezone) {
  const std::string from = author::TimeText(interval.from, timezone);
  const std::string until = author::TimeText(interval.until, timezone);
  if (until.empty()) return from.empty() ? "" : absl::StrCat("from ", from);
  return from.empty() ? absl::StrCat("until ", until)
                      : absl::StrCat(from, " to ", until);
}

class PackPrinter {
 public:
  PackPrinter(const pack::Model& model, const Console& console)
      : model_(model), console_(console) {}

  void Print() {
    PrintHead();
    PrintParameters();
    PrintCustomerValue();
    PrintLifecycle();
    for (const pack::Treatment& treatment : model_.treatments) {
      console_.out << "\n";
      PrintTreatment(model_, treatment, kRowsMax, console_);
    }
    PrintOffers();
    PrintPlacements();
    PrintArbitration();
    PrintCaps();
    PrintTexts();
  }

 private:
  void PrintTitle(absl::string_view title, absl::string_view note) {
    console_.out << "\n" << console_.PaintOut(Style::kHeading, title);
    if (!note.empty()) {
      console_.out << "  " << console_.PaintOut(Style::kFaint, note);
    }
    console_.out << "\n";
  }

  void PrintLine(const std::string& text, size_t indent, Style style) {
    PrintParagraph(text, indent, style, console_);
  }

  void PrintHead() {
    console_.out << console_.PaintOut(Style::kHeading,
                                      absl::StrCat(model_.name.text, " ",
                                                   model_.version.text))
                 << "\n";
    if (!model_.description.empty()) {
      PrintLine(model_.description, 0, Style::kPlain);
    }
    const std::string effective =
        IntervalText(model_.effective, model_.timezone);
    PrintLine(
        absl::StrCat(effective.empty() ? "always in effect"
                                       : absl::StrCat("in effect ", effective),
                     ", times of ", model_.timezone_name),
        0, Style::kFaint);
    const std::pair<size_t, const char*> counts[] = {
        {model_.attributes.fields().size(), "attribute"},
        {model_.request.fields().size(), "request value"},
        {model_.constraints.size(), "constraint"},
        {model_.parameters.fields().size(), "parameter"},
        {model_.variables.size(), "variable"},
        {model_.treatments.size(), "treatment"},
        {model_.offers.size(), "offer"},
        {model_.placements.size(), "placement"},
    };
    std::vector<std::string> texts;
    for (const auto& [count, noun] : counts) {
      if (count > 0) texts.push_back(Counted(count, noun));
    }
    if (!texts.empty()) {
      PrintLine(absl::StrJoin(texts, ", "), 0, Style::kFaint);
    }
  }

  void PrintParameters() {
    if (model_.parameters.fields().empty()) return;
    PrintTitle("parameters", "levers that expressions read");
    TextTable table({{.heading = "parameter"},
                     {.heading = "value", .align = Align::kRight},
                     {.heading = "bounds"},
                     {.heading = "unit"}},
                    console_, kIndent);
    for (const Field& field : model_.parameters.fields()) {
      const auto bound = [&](const std::optional<Value>& value) {
        return value.has_value() ? author::ValueText(*value, model_.timezone)
                                 : "";
      };
      const bool is_bounded =
          field.value_min.has_value() || field.value_max.has_value();
      table.AddRow({{field.name},
                    {bound(field.default_value)},
                    {is_bounded ? absl::StrCat(bound(field.value_min), "..",
                                               bound(field.value_max))
                                : absl::StrJoin(field.values, ", ")},
                    {field.unit, Style::kFaint}});
    }
    table.Print();
  }

  static std::string ScaleText(const pack::Indicator& indicator) {
    if (indicator.bins.empty()) {
      std::vector<std::string> points;
      for (const auto& [x, y] : indicator.curve) {
        points.push_back(absl::StrCat(ExactNumber(x), ": ", ExactNumber(y)));
      }
      return absl::StrCat("curve ", absl::StrJoin(points, ", "));
    }
    std::vector<std::string> bins;
    for (const double bin : indicator.bins) bins.push_back(ExactNumber(bin));
    return absl::StrCat(indicator.lower_is_better ? "at most " : "from ",
                        absl::StrJoin(bins, ", "));
  }

  void PrintCustomerValue() {
    if (!model_.customer_value.has_value()) return;
    const pack::CustomerValue& value = *model_.customer_value;
    PrintTitle("customer value", "a score of 0 to 100");
    TextTable table({{.heading = "dimension"},
                     {.heading = "weight", .align = Align::kRight},
                     {.heading = "indicator"},
                     {.heading = "expression", .width_min = 12},
                     {.heading = "points", .width_min = 16}},
                    console_, kIndent);
    for (const pack::Dimension& dimension : value.dimensions) {
      bool is_first = true;
      for (const pack::Indicator& indicator : dimension.indicators) {
        table.AddRow({{is_first ? dimension.name.text : ""},
                      {is_first ? DecimalText(dimension.weight) : ""},
                      {indicator.name.text},
                      {ExpressionText(indicator.expression)},
                      {ScaleText(indicator), Style::kFaint}});
        is_first = false;
      }
    }
    table.Print();
    PrintTiers(value);
  }

  void PrintTiers(const pack::CustomerValue& value) {
    PrintTitle("tiers", "");
    TextTable table({{.heading = "tier"},
                     {.heading = "from score", .align = Align::kRight}},
                    console_, kIndent);
    for (const pack::Tier& tier : value.tiers) {
      table.AddRow(
          {{tier.name.text},
           {tier.score_min.has_value() ? DecimalText(*tier.score_min) : "0"}});
    }
    table.Print();
    if (!value.hold.has_value()) return;
    PrintLine(absl::StrCat("up at once, down after ",
                           DurationText(value.hold->downgrade_after),
                           " below; never with coverage under ",
                           DecimalText(value.hold->coverage_min)),
              kIndent, Style::kFaint);
  }

  void PrintLifecycle() {
    if (!model_.lifecycle.has_value()) return;
    PrintTitle("lifecycle", "the first condition that holds");
    TextTable table({{.heading = "stage"}, {.heading = "when"}}, console_,
                    kIndent);
    for (const pack::StageRule& rule : model_.lifecycle->match) {
      table.AddRow(
          {{rule.stage.text},
           {rule.condition.has_value() ? ExpressionText(*rule.condition)
                                       : std::string("otherwise")}});
    }
    table.Print();
  }

  // The groups below `parent` with their offers; those of no group first.
  // Recursion is bounded by kGroupDepthMax.
  void PrintGroupsBelow(const std::string& parent, size_t depth) {
    for (const pack::Offer& offer : model_.offers) {
      if ((offer.group.has_value() ? offer.group->text : "") == parent) {
        PrintOffer(offer, kIndent * (depth + 1));
      }
    }
    for (const pack::Group& group : model_.groups) {
      if ((group.parent.has_value() ? group.parent->text : "") != parent) {
        continue;
      }
      const size_t indent = kIndent * (depth + 1);
      PrintLine(absl::StrCat("group ", group.name.text,
                             LeverText(group.lever_percent)),
                indent, Style::kHeading);
      PrintGates(group, indent + kIndent);
      PrintLimits(group.limits, indent + kIndent);
      PrintGroupsBelow(group.name.text, depth + 1);
    }
  }

  static std::string LeverText(pack::Decimal4 percent) {
    if (percent.ten_thousandths == 0) return "";
    return absl::StrCat("  lever ", percent.ten_thousandths > 0 ? "+" : "",
                        DecimalText(percent), " %");
  }

  void PrintOffer(const pack::Offer& offer, size_t indent) {
    std::string text = offer.id.text;
    if (offer.mandatory) text += "  mandatory";
    if (!offer.channels.empty()) {
      absl::StrAppend(&text, "  ", author::SortedText(offer.channels));
    }
    const std::string valid = IntervalText(offer.valid, model_.timezone);
    if (!valid.empty()) absl::StrAppend(&text, "  ", valid);
    text += LeverText(offer.lever_percent);
    PrintLine(text, indent, Style::kPlain);
    PrintGates(offer, indent + kIndent);
    std::vector<std::string> amounts;
    const std::pair<absl::string_view, const std::optional<pack::Operand>*>
        operands[] = {{"propensity ", &offer.propensity},
                      {"value ", &offer.value},
                      {"cost ", &offer.cost}};
    for (const auto& [name, operand] : operands) {
      if (!operand->has_value()) continue;
      amounts.push_back(absl::StrCat(name, AmountText(**operand)));
    }
    if (!amounts.empty()) {
      PrintLine(absl::StrJoin(amounts, ", "), indent + kIndent, Style::kFaint);
    }
    PrintLimits(offer.limits, indent + kIndent);
    const std::string shown = ShownText(offer);
    if (!shown.empty()) PrintLine(shown, indent + kIndent, Style::kFaint);
  }

  // "content in app (en, zh), buttons accept (en, zh), action crm://event/42".
  static std::string ShownText(const pack::Offer& offer) {
    std::vector<std::string> content;
    for (const pack::OfferContent& text : offer.content) {
      content.push_back(
          absl::StrCat(text.channel.text, " (", LocalesText(text.texts), ")"));
    }
    std::vector<std::string> buttons;
    for (const pack::OfferLabel& label : offer.labels) {
      buttons.push_back(
          absl::StrCat(label.name.text, " (", LocalesText(label.texts), ")"));
    }
    std::vector<std::string> parts;
    if (!content.empty()) {
      parts.push_back(
          absl::StrCat("content for ", absl::StrJoin(content, ", ")));
    }
    if (!buttons.empty()) {
      parts.push_back(absl::StrCat("buttons ", absl::StrJoin(buttons, ", ")));
    }
    if (!offer.action_ref.empty()) {
      parts.push_back(absl::StrCat("action ", offer.action_ref));
    }
    return absl::StrJoin(parts, ", ");
  }

  static std::string LocalesText(const std::vector<pack::LocalText>& texts) {
    return absl::StrJoin(texts, ", ",
                         [](std::string* out, const pack::LocalText& text) {
                           absl::StrAppend(out, text.locale.text);
                         });
  }

  // What customers and agents read, counted: the words themselves are long.
  void PrintTexts() {
    std::set<std::string> locales;
    size_t in_offers = 0;
    const auto count = [&](const std::vector<pack::LocalText>& texts) {
      for (const pack::LocalText& text : texts)
        locales.insert(text.locale.text);
      return texts.size();
    };
    for (const pack::Offer& offer : model_.offers) {
      for (const pack::OfferContent& c : offer.content) {
        in_offers += count(c.texts);
      }
      for (const pack::OfferLabel& label : offer.labels) {
        in_offers += count(label.texts);
      }
    }
    size_t in_explanations = 0;
    for (const pack::ReasonText& text : model_.texts) {
      in_explanations += count(text.texts);
    }
    if (locales.empty()) return;
    PrintTitle("texts", "`--output json` has their words");
    PrintLine(
        absl::StrCat(WithThousands(in_offers), " of offers, ",
                     WithThousands(in_explanations), " of explanations; in ",
                     absl::StrJoin(locales, ", ")),
        kIndent, Style::kPlain);
  }

  std::string AmountText(const pack::Operand& operand) const {
    return operand.expression.has_value()
               ? ExpressionText(*operand.expression)
               : author::OperandText(operand, model_.timezone);
  }

  // Of an offer or a group.
  template <typename Gated>
  void PrintGates(const Gated& gated, size_t indent) {
    const std::pair<absl::string_view, const std::optional<pack::Expression>*>
        gates[] = {{"eligible if ", &gated.eligibility},
                   {"applies if ", &gated.applicability},
                   {"suits if ", &gated.suitability}};
    for (const auto& [name, gate] : gates) {
      if (!gate->has_value()) continue;
      PrintLine(absl::StrCat(name, ExpressionText(**gate)), indent,
                Style::kFaint);
    }
  }

  void PrintLimits(const std::vector<pack::Limit>& limits, size_t indent) {
    for (const pack::Limit& limit : limits) {
      PrintLine(LimitText(limit), indent, Style::kFaint);
    }
  }

  void PrintOffers() {
    if (model_.offers.empty() && model_.groups.empty()) return;
    PrintTitle("offers",
               "by group; gates, levers and limits of a group hold below it");
    PrintGroupsBelow("", 0);
  }

  void PrintPlacements() {
    if (model_.placements.empty()) return;
    PrintTitle("placements", "");
    TextTable table({{.heading = "placement"},
                     {.heading = "channel"},
                     {.heading = "direction"},
                     {.heading = "offers", .align = Align::kRight},
                     {.heading = "groups"},
                     {.heading = "fallback"}},
                    console_, kIndent);
    for (const pack::Placement& placement : model_.placements) {
      const bool is_distinct = placement.distinct == pack::Distinct::kGroup;
      const std::string groups = placement.groups.empty()
                                     ? std::string("all")
                                     : author::SortedText(placement.groups);
      table.AddRow(
          {{placement.name.text},
           {placement.channel.has_value() ? placement.channel->text : "any"},
           {std::string(pack::WordOf(placement.direction))},
           {absl::StrCat(placement.offers_max)},
           {absl::StrCat(groups, is_distinct ? ", one offer each" : "")},
           {placement.fallback.has_value() ? placement.fallback->text : ""}});
    }
    table.Print();
  }

  void PrintArbitration() {
    if (!model_.arbitration.has_value() && model_.context_weights.empty()) {
      return;
    }
    const pack::Arbitration arbitration =
        model_.arbitration.value_or(pack::Arbitration{});
    PrintTitle("arbitration", "");
    if (arbitration.score.has_value()) {
      PrintLine(absl::StrCat("score ", ExpressionText(*arbitration.score)),
                kIndent, Style::kPlain);
    }
    if (arbitration.score_min.has_value()) {
      PrintLine(absl::StrCat("only scores of ",
                             ExactNumber(*arbitration.score_min), " or more"),
                kIndent, Style::kPlain);
    }
    if (arbitration.explore.has_value()) {
      const pack::Explore& explore = *arbitration.explore;
      const bool is_softmax = explore.method == pack::ExploreMethod::kSoftmax;
      PrintLine(absl::StrCat(
                    "explore ", pack::WordOf(explore.method), " in ",
                    ExactNumber(explore.share), " of slots",
                    is_softmax ? absl::StrCat(", temperature ",
                                              ExactNumber(explore.temperature))
                               : ""),
                kIndent, Style::kPlain);
    }
    for (const pack::ContextWeight& weight : model_.context_weights) {
      PrintLine(
          absl::StrCat("x ", ExactNumber(weight.weight), " for ",
                       weight.group.has_value() ? weight.group->text : "all",
                       " when ", ExpressionText(weight.when)),
          kIndent, Style::kPlain);
    }
  }

  void PrintCaps() {
    if (!model_.contact_policy.empty()) {
      PrintTitle("contact policy",
                 model_.timezone_attribute.has_value()
                     ? absl::StrCat("quiet hours are those of `",
                                    model_.timezone_attribute->text, "`")
                     : "");
      PrintContactPolicy(model_, console_);
    }
    if (!model_.budgets.empty()) {
      PrintTitle("budgets", "");
      PrintBudgets(model_, console_);
    }
  }

  const pack::Model& model_;
  const Console& console_;
};

}  // namespace

void PrintPack(const pack::Model& model, const Console& console) {
  PackPrinter(model, console).Print();
}

}  // namespace stratagem::cli
