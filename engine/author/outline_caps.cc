// Limits, contact policy and budgets. Their order is part of what they mean: of
// two that close an offer, decisions name the first.

#include "absl/strings/str_cat.h"
#include "engine/author/outline.h"
#include "engine/author/pack_text.h"
#include "engine/base/duration_text.h"
#include "engine/pack/words.h"

namespace stratagem::author {
namespace {

std::string WordText(absl::string_view word) { return std::string(word); }

// A choice of things, of which none stands for all.
void AddChoice(Outline& parent, std::string name,
               const std::vector<pack::Name>& names) {
  parent.AddDefaulting(std::move(name),
                       names.empty() ? "all" : SortedText(names), "all");
}

// Whose offers, where `group` and `offers` unite.
void AddOfferChoice(Outline& parent, const std::vector<pack::Name>& groups,
                    const std::vector<pack::Name>& offers) {
  if (groups.empty() || !offers.empty()) AddChoice(parent, "offers", offers);
  if (!groups.empty()) AddChoice(parent, "groups", groups);
}

void AddContactLine(Outline& parent, const pack::ContactLine& line) {
  Outline& node = parent.Add(line.name.text);
  AddChoice(node, "channels", line.channels);
  AddOfferChoice(node,
                 line.group.has_value() ? std::vector<pack::Name>{*line.group}
                                        : std::vector<pack::Name>{},
                 line.offers);
  node.Add("direction", WordText(pack::WordOf(line.direction)));
  if (line.between.has_value()) {
    node.Add("between", absl::StrCat(TimeOfDayText(line.between->from), " to ",
                                     TimeOfDayText(line.between->until)));
    return;
  }
  node.Add("count", absl::StrCat(*line.count));
  node.Add("window", pack::WindowText(*line.window));
  node.Add("outcome", WordText(state::OutcomeName(line.outcome)));
  node.Add("counting", WordText(pack::WordOf(line.counting)));
}

}  // namespace

void AddLimits(Outline& parent, const std::vector<pack::Limit>& limits) {
  if (limits.empty()) return;
  Outline& node = parent.Add("limits");
  node.is_ordered = true;
  for (const pack::Limit& limit : limits) {
    // What tells it from the others, which never counts the same.
    Outline& line = node.Add(absl::StrCat(
        state::OutcomeName(limit.outcome), " per ", pack::WordOf(limit.per),
        ", ", pack::WindowText(limit.window)));
    line.Add("count", absl::StrCat(limit.count));
    line.AddDefaulting("reserve_for", DurationText(limit.reserve_for),
                       DurationText(pack::Limit().reserve_for));
  }
}

void AddContactPolicy(Outline& root, const pack::Model& model) {
  Outline& lines = root.Add("contact_policy");
  lines.is_ordered = true;
  for (const pack::ContactLine& line : model.contact_policy) {
    AddContactLine(lines, line);
  }
}

void AddBudgets(Outline& root, const pack::Model& model) {
  Outline& budgets = root.Add("budgets");
  budgets.is_ordered = true;
  for (const pack::Budget& budget : model.budgets) {
    Outline& node = budgets.Add(budget.name.text);
    AddOfferChoice(node, budget.groups, budget.offers);
    node.Add("amount", MoneyText(budget.amount_micros));
    node.AddUnlessEmpty("unit", budget.unit);
    node.Add("window", pack::WindowText(budget.window));
    node.Add("charge", WordText(state::OutcomeName(budget.charge)));
    node.AddDefaulting("reserve_for", DurationText(budget.reserve_for),
                       DurationText(pack::Budget().reserve_for));
  }
}

}  // namespace stratagem::author
