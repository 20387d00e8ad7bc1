#include "engine/plan/unused_caps.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/base/number_text.h"
#include "engine/pack/words.h"

namespace stratagem::plan {
namespace {

constexpr double kMicros = 1e6;

void WarnOfFreeOffers(const pack::Budget& budget,
                      const std::vector<bool>& offers, Compiler& compiler) {
  bool has_offers = false;
  for (size_t i = 0; i < compiler.code.offers.size(); ++i) {
    if (!offers.empty() && !offers[i]) continue;
    has_offers = true;
    const OperandCode& cost = compiler.code.offers[i].cost;
    if (cost.program.has_value() || cost.literal.double_value() > 0) return;
  }
  if (!has_offers) return;
  compiler.diagnostics.AddWarning(
      "W331", budget.name.location,
      absl::StrCat("budget `", budget.name.text,
                   "` is never used up: no offer of it has a `cost`"));
}

void WarnOfDearOffers(const pack::Budget& budget,
                      const std::vector<bool>& offers, Compiler& compiler) {
  for (size_t i = 0; i < compiler.code.offers.size(); ++i) {
    const OperandCode& cost = compiler.code.offers[i].cost;
    if ((!offers.empty() && !offers[i]) || cost.program.has_value() ||
        cost.literal.double_value() * kMicros <=
            static_cast<double>(budget.amount_micros)) {
      continue;
    }
    const pack::Offer& offer = compiler.model.offers[i];
    compiler.diagnostics.AddWarning(
        "W334", offer.cost->location,
        absl::StrCat("offer `", offer.id.text, "` costs ",
                     ExactNumber(cost.literal.double_value()),
                     ", more than budget `", budget.name.text,
                     "` ever has, which so never lets it through"),
        absl::StrCat("the budget is at ", ToString(budget.name.location)));
  }
}

// Which placements there are, of one channel or of all.
struct Placements {
  bool outbound = false;
  bool inbound = false;
};

// Of channels without placements a line may speak in advance: a policy is
// often shared by packs.
void WarnOfDirection(const pack::ContactLine& line, const Placements& of_line,
                     Compiler& compiler) {
  const bool is_outbound = line.direction == pack::Directions::kOutbound;
  const bool is_held = is_outbound ? of_line.outbound : of_line.inbound;
  const bool is_missed = is_outbound ? of_line.inbound : of_line.outbound;
  if (line.direction == pack::Directions::kAny || is_held || !is_missed) return;
  compiler.diagnostics.AddWarning(
      "W332", line.name.location,
      absl::StrCat("line `", line.name.text,
                   "` holds nothing back: it is for placements with "
                   "`direction: ",
                   pack::WordOf(line.direction), "`, and none ",
                   line.channels.empty() ? "" : "of its channels ", "is"),
      "`direction: any` holds for all");
}

void WarnOfDirections(Compiler& compiler) {
  Placements all;
  absl::flat_hash_map<absl::string_view, Placements> by_channel;
  for (const PlacementCode& placement : compiler.code.placements) {
    for (Placements* const one : {&all, &by_channel[placement.channel]}) {
      (placement.inbound ? one->inbound : one->outbound) = true;
    }
  }
  for (const pack::ContactLine& line : compiler.model.contact_policy) {
    Placements of_line = line.channels.empty() ? all : Placements{};
    for (const pack::Name& channel : line.channels) {
      const auto found = by_channel.find(channel.text);
      if (found == by_channel.end()) continue;
      of_line.outbound |= found->second.outbound;
      of_line.inbound |= found->second.inbound;
    }
    WarnOfDirection(line, of_line, compiler);
  }
}

void WarnOfTimezoneAttribute(Compiler& compiler) {
  const std::vector<pack::ContactLine>& lines = compiler.model.contact_policy;
  const bool has_quiet_hours =
      std::any_of(lines.begin(), lines.end(),
                  [](const auto& line) { return line.between.has_value(); });
  if (!compiler.model.timezone_attribute.has_value() || has_quiet_hours) return;
  compiler.diagnostics.AddWarning(
      "W333", compiler.model.timezone_attribute->location,
      "`timezone_attribute` changes nothing: no line of `contact_policy` has "
      "quiet hours",
      "limits and budgets count in the pack's zone");
}

}  // namespace

void WarnOfUnusedCaps(const std::vector<std::vector<bool>>& budget_offers,
                      Compiler& compiler) {
  for (size_t i = 0; i < budget_offers.size(); ++i) {
    WarnOfFreeOffers(compiler.model.budgets[i], budget_offers[i], compiler);
    WarnOfDearOffers(compiler.model.budgets[i], budget_offers[i], compiler);
  }
  WarnOfDirections(compiler);
  WarnOfTimezoneAttribute(compiler);
}

}  // namespace stratagem::plan
