// Limits, contact policy and budgets for people.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/pack_printer.h"
#include "clients/cli/text_table.h"
#include "engine/author/pack_text.h"
#include "engine/base/duration_text.h"
#include "engine/pack/words.h"

namespace stratagem::cli {
namespace {

constexpr size_t kIndent = 2;

// "within 30d", "a day", "in all".
std::string WindowInWords(const pack::CapWindow& window) {
  if (!window.period.has_value()) return pack::WindowText(window);
  if (*window.period == pack::Period::kTotal) return "in all";
  return absl::StrCat(*window.period == pack::Period::kHour ? "an " : "a ",
                      pack::WordOf(*window.period));
}

std::string OffersText(const std::vector<pack::Name>& groups,
                       const std::vector<pack::Name>& offers) {
  std::vector<std::string> parts;
  if (!groups.empty()) {
    parts.push_back(absl::StrCat(groups.size() == 1 ? "group " : "groups ",
                                 author::SortedText(groups)));
  }
  if (!offers.empty()) parts.push_back(author::SortedText(offers));
  return parts.empty() ? "all" : absl::StrJoin(parts, ", ");
}

// "from 2 presented within 7d", "21:00 to 09:00".
std::string LineText(const pack::ContactLine& line) {
  if (line.between.has_value()) {
    return absl::StrCat(author::TimeOfDayText(line.between->from), " to ",
                        author::TimeOfDayText(line.between->until));
  }
  std::string text = absl::StrCat(
      "from ", WithThousands(static_cast<uint64_t>(*line.count)), " ",
      state::OutcomeName(line.outcome), " ", WindowInWords(*line.window));
  switch (line.counting) {
    case pack::Counting::kOffers:
      break;
    case pack::Counting::kContacts:
      text += ", by contacts";
      break;
    case pack::Counting::kSameOffer:
      text += ", of the same offer";
      break;
  }
  return text;
}

}  // namespace

std::string LimitText(const pack::Limit& limit) {
  std::string text = absl::StrCat(
      "at most ", WithThousands(static_cast<uint64_t>(limit.count)), " ",
      state::OutcomeName(limit.outcome));
  switch (limit.per) {
    case pack::Per::kCustomer:
      text += " per customer";
      break;
    case pack::Per::kChannel:
      text += " per channel";
      break;
    case pack::Per::kAll:
      break;
  }
  absl::StrAppend(&text, " ", WindowInWords(limit.window));
  if (limit.outcome == state::Outcome::kAccepted) {
    absl::StrAppend(&text, ", set aside for ", DurationText(limit.reserve_for));
  }
  return text;
}

void PrintContactPolicy(const pack::Model& model, const Console& console) {
  TextTable table({{.heading = "line"},
                   {.heading = "holds back"},
                   {.heading = "when"},
                   {.heading = "channels"},
                   {.heading = "direction"}},
                  console, kIndent);
  for (const pack::ContactLine& line : model.contact_policy) {
    const std::vector<pack::Name> groups =
        line.group.has_value() ? std::vector<pack::Name>{*line.group}
                               : std::vector<pack::Name>{};
    table.AddRow({{line.name.text},
                  {OffersText(groups, line.offers)},
                  {LineText(line)},
                  {line.channels.empty() ? std::string("all")
                                         : author::SortedText(line.channels)},
                  {std::string(pack::WordOf(line.direction))}});
  }
  table.Print();
}

void PrintBudgets(const pack::Model& model, const Console& console) {
  TextTable table({{.heading = "budget"},
                   {.heading = "amount", .align = Align::kRight},
                   {.heading = "unit"},
                   {.heading = "window"},
                   {.heading = "offers"},
                   {.heading = "charged when"}},
                  console, kIndent);
  for (const pack::Budget& budget : model.budgets) {
    const bool is_set_aside = budget.charge == state::Outcome::kAccepted;
    table.AddRow(
        {{budget.name.text},
         {author::MoneyText(budget.amount_micros)},
         {budget.unit, Style::kFaint},
         {WindowInWords(budget.window)},
         {OffersText(budget.groups, budget.offers)},
         {absl::StrCat(state::OutcomeName(budget.charge),
                       is_set_aside
                           ? absl::StrCat(", set aside for ",
                                          DurationText(budget.reserve_for))
                           : "")}});
  }
  table.Print();
}

}  // namespace stratagem::cli
