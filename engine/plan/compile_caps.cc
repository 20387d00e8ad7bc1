// Limits of offers and groups, the contact policy and budgets: what names
// offers becomes indexes, what customers share becomes counters with names that
// no version is part of.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "engine/base/limits.h"
#include "engine/pack/words.h"
#include "engine/plan/compiler.h"
#include "engine/plan/offer_names.h"
#include "engine/plan/unused_caps.h"
#include "engine/state/state.h"

namespace stratagem::plan {
namespace {

// `name` as a part of a counter's name, where `/` divides.
std::string CounterPart(absl::string_view name) {
  return absl::StrReplaceAll(name, {{"%", "%25"}, {"/", "%2F"}});
}

// No less than what an event counts in the window. Calendar windows get longer
// where clocks are put back.
absl::Duration LongestSpan(const pack::CapWindow& window) {
  if (!window.period.has_value()) return *window.within;
  constexpr absl::Duration kDay = absl::Hours(24);
  switch (*window.period) {
    case pack::Period::kHour:
      return absl::Hours(2);
    case pack::Period::kDay:
      return 2 * kDay;
    case pack::Period::kWeek:
      return 8 * kDay;
    case pack::Period::kMonth:
      return 32 * kDay;
    case pack::Period::kTotal:
      break;
  }
  return absl::InfiniteDuration();
}

class CapsCompiler {
 public:
  CapsCompiler(const OfferNames& names, Compiler& compiler)
      : names_(names),
        compiler_(compiler),
        model_(compiler.model),
        code_(compiler.code),
        caps_(compiler.code.caps) {
    OrderGroups();
  }

  // Of drafts and packs with mistakes only the references are checked.
  void Compile() {
    const size_t errors = compiler_.diagnostics.error_count();
    FindTimezoneAttribute();
    for (const pack::ContactLine& line : model_.contact_policy) {
      CheckChannels(line);
      std::vector<pack::Name> groups;
      if (line.group.has_value()) groups.push_back(*line.group);
      contact_sets_.push_back(OffersOf(line.offers, groups));
    }
    for (const pack::Budget& budget : model_.budgets) {
      budget_sets_.push_back(OffersOf(budget.offers, budget.groups));
    }
    CheckFallbacks();
    CheckUnits();
    if (compiler_.is_draft || compiler_.diagnostics.error_count() > errors) {
      return;
    }
    AddCaps();
    WarnOfUnusedCaps(budget_sets_, compiler_);
  }

 private:
  using OfferSet = std::vector<bool>;  // One flag an offer of the plan.

  void OrderGroups() {
    std::vector<int> depths(code_.groups.size(), 0);
    for (size_t i = 0; i < depths.size(); ++i) {
      groups_from_the_roots_.push_back(i);
      for (int group = code_.groups[i].parent; group >= 0;
           group = ParentOf(group)) {
        ++depths[i];
      }
    }
    std::stable_sort(
        groups_from_the_roots_.begin(), groups_from_the_roots_.end(),
        [&depths](size_t a, size_t b) { return depths[a] < depths[b]; });
  }

  void FindTimezoneAttribute() {
    if (!model_.timezone_attribute.has_value()) return;
    const pack::Name& name = *model_.timezone_attribute;
    const int index = model_.attributes.Find(name.text);
    const std::vector<std::string>& broken = model_.broken_names;
    if (index < 0) {
      if (std::find(broken.begin(), broken.end(), name.text) != broken.end()) {
        return;
      }
      std::vector<std::string> known;
      for (const Field& field : model_.attributes.fields()) {
        known.push_back(field.name);
      }
      compiler_.diagnostics.AddError(
          "E333", name.location,
          absl::StrCat("unknown attribute `", name.text, "`"),
          compiler_.Hint(name.text, known));
      return;
    }
    const FieldType& type =
        model_.attributes.fields()[static_cast<size_t>(index)].type;
    if (type.kind == ValueKind::kString) {
      caps_.timezone_attribute = index;
      return;
    }
    compiler_.diagnostics.AddError(
        "E333", name.location,
        absl::StrCat("attribute `", name.text, "` has type ", ToString(type),
                     ", expected string"),
        "it holds names of time zones, such as Asia/Shanghai");
  }

  // Every channel that anything in the pack has.
  const std::vector<std::string>& KnownChannels() {
    if (!known_channels_.empty()) return known_channels_;
    const int index = model_.request.Find("channel");
    if (index >= 0) {
      known_channels_ =
          model_.request.fields()[static_cast<size_t>(index)].values;
    }
    for (const pack::Placement& placement : model_.placements) {
      if (placement.channel.has_value()) {
        known_channels_.push_back(placement.channel->text);
      }
    }
    for (const pack::Offer& offer : model_.offers) {
      for (const pack::Name& channel : offer.channels) {
        known_channels_.push_back(channel.text);
      }
    }
    std::sort(known_channels_.begin(), known_channels_.end());
    known_channels_.erase(
        std::unique(known_channels_.begin(), known_channels_.end()),
        known_channels_.end());
    return known_channels_;
  }

  // A misspelt channel would leave customers without the protection that the
  // line stands for: an error, where offers get a warning.
  void CheckChannels(const pack::ContactLine& line) {
    if (compiler_.is_draft) return;
    for (const pack::Name& channel : line.channels) {
      const std::vector<std::string>& known = KnownChannels();
      if (std::binary_search(known.begin(), known.end(), channel.text)) {
        continue;
      }
      compiler_.diagnostics.AddError(
          "E332", channel.location,
          absl::StrCat("channel `", channel.text,
                       "` is of no placement, no offer and no value of "
                       "`request.channel`"),
          compiler_.Hint(channel.text, known));
    }
  }

  int ParentOf(int group) const {
    return code_.groups[static_cast<size_t>(group)].parent;
  }

  // Empty when neither names anything: every offer.
  OfferSet OffersOf(const std::vector<pack::Name>& offers,
                    const std::vector<pack::Name>& groups) {
    OfferSet set;
    if (offers.empty() && groups.empty()) return set;
    set.resize(code_.offers.size(), false);
    for (const pack::Name& offer : offers) {
      const int index = FindOffer(offer, "E331", names_, compiler_);
      if (index >= 0) set[static_cast<size_t>(index)] = true;
    }
    std::vector<bool> wanted(code_.groups.size(), false);
    for (const pack::Name& group : groups) {
      const int index = FindGroup(group, names_, compiler_);
      if (index >= 0) wanted[static_cast<size_t>(index)] = true;
    }
    AddChildren(wanted);
    for (size_t i = 0; i < set.size(); ++i) {
      const int group = code_.offers[i].group;
      if (group >= 0 && wanted[static_cast<size_t>(group)]) set[i] = true;
    }
    return set;
  }

  // Adds the children of groups that are in the set.
  void AddChildren(std::vector<bool>& groups) const {
    for (const size_t group : groups_from_the_roots_) {
      const int parent = code_.groups[group].parent;
      if (parent >= 0 && groups[static_cast<size_t>(parent)]) {
        groups[group] = true;
      }
    }
  }

  uint64_t KeyOfGroup(size_t group) const {
    return state::KeyOf(model_.groups[group].name.text);
  }

  // The keys of `name` and its children, ascending.
  std::vector<uint64_t> KeysUnder(const pack::Name& name) const {
    std::vector<bool> wanted(model_.groups.size(), false);
    for (size_t i = 0; i < wanted.size(); ++i) {
      wanted[i] = model_.groups[i].name.text == name.text;
    }
    AddChildren(wanted);
    std::vector<uint64_t> keys;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i]) keys.push_back(KeyOfGroup(i));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  void CheckFallbacks() {
    absl::flat_hash_map<absl::string_view, const pack::Budget*> budget_of;
    for (const pack::Budget& budget : model_.budgets) {
      for (const pack::Name& offer : budget.offers) {
        budget_of.emplace(offer.text, &budget);
      }
    }
    for (const pack::Placement& placement : model_.placements) {
      if (!placement.fallback.has_value()) continue;
      const auto found = budget_of.find(placement.fallback->text);
      if (found == budget_of.end()) continue;
      compiler_.diagnostics.AddError(
          "E310", placement.fallback->location,
          absl::StrCat("the fallback `", placement.fallback->text,
                       "` is in the budget `", found->second->name.text,
                       "`; a fallback must always be there"),
          "define an offer without a budget for this");
    }
  }

  // The declared unit of an offer's cost where it is one value of the pack as
  // it stands; else "".
  absl::string_view UnitOfCost(const pack::Offer& offer) const {
    if (!offer.cost.has_value() || !offer.cost->expression.has_value()) {
      return "";
    }
    absl::string_view text =
        absl::StripAsciiWhitespace(offer.cost->expression->source.text());
    const Schema& schema =
        absl::ConsumePrefix(&text, "parameters.") ? model_.parameters
        : absl::ConsumePrefix(&text, "request.")  ? model_.request
                                                  : model_.attributes;
    const int index = schema.Find(text);
    if (index < 0) return "";
    return schema.fields()[static_cast<size_t>(index)].unit;
  }

  // One amount cannot be of two units: neither the declared one and that of a
  // budget, nor those of two budgets.
  void CheckUnits() {
    std::vector<const pack::Budget*> charged_by(code_.offers.size(), nullptr);
    for (size_t i = 0; i < budget_sets_.size(); ++i) {
      const pack::Budget& budget = model_.budgets[i];
      if (budget.unit.empty()) continue;
      for (size_t offer = 0; offer < code_.offers.size(); ++offer) {
        if (!budget_sets_[i].empty() && !budget_sets_[i][offer]) continue;
        const pack::Offer& written = model_.offers[offer];
        const absl::string_view unit = UnitOfCost(written);
        const pack::Budget* const other = charged_by[offer];
        std::string clash;
        if (!unit.empty() && unit != budget.unit) {
          clash = absl::StrCat("its cost is in `", unit, "`");
        } else if (other != nullptr && other->unit != budget.unit) {
          clash = absl::StrCat("budget `", other->name.text,
                               "` charges it in `", other->unit, "`");
        }
        if (clash.empty()) {
          charged_by[offer] = &budget;
          continue;
        }
        compiler_.diagnostics.AddError(
            "E334", budget.name.location,
            absl::StrCat("budget `", budget.name.text, "` is in `", budget.unit,
                         "` and charges offer `", written.id.text, "`, but ",
                         clash),
            "an offer's cost is one amount of one unit");
        break;
      }
    }
  }

  void AddCaps() {
    if (model_.contact_policy.empty() && model_.budgets.empty() &&
        !HasLimits()) {
      return;
    }
    caps_.pack_name = model_.name.text;
    caps_.zone = model_.timezone;
    for (size_t i = 0; i < code_.offers.size(); ++i) {
      const uint64_t key = state::KeyOf(code_.offers[i].id);
      caps_.offer_keys.push_back(key);
      const int group = code_.offers[i].group;
      caps_.group_keys.push_back(
          group < 0 ? 0 : KeyOfGroup(static_cast<size_t>(group)));
      caps_.offer_by_key.emplace(key, static_cast<uint32_t>(i));
    }
    for (const PlacementCode& placement : code_.placements) {
      if (!placement.channel.empty() &&
          std::find(caps_.channels.begin(), caps_.channels.end(),
                    placement.channel) == caps_.channels.end()) {
        caps_.channels.push_back(placement.channel);
      }
    }
    AddContacts();
    AddLimitsAndBudgets();
  }

  bool HasLimits() const {
    const auto has_limits = [](const auto& one) { return !one.limits.empty(); };
    return std::any_of(model_.groups.begin(), model_.groups.end(),
                       has_limits) ||
           std::any_of(model_.offers.begin(), model_.offers.end(), has_limits);
  }

  void KeepEventsFor(absl::Duration span) {
    caps_.events_kept =
        std::max(caps_.events_kept.value_or(absl::ZeroDuration()), span);
  }

  void AddContacts() {
    for (size_t i = 0; i < model_.contact_policy.size(); ++i) {
      const pack::ContactLine& line = model_.contact_policy[i];
      ContactCode& code = caps_.contacts.emplace_back();
      code.name = line.name.text;
      for (const pack::Name& channel : line.channels) {
        code.channels.push_back(channel.text);
      }
      code.direction = line.direction;
      code.quiet = line.between;
      code.offers = std::move(contact_sets_[i]);
      if (line.group.has_value()) code.groups = KeysUnder(*line.group);
      if (line.between.has_value()) continue;
      code.count = *line.count;
      code.window = *line.window;
      code.outcome = line.outcome;
      code.counting = line.counting;
      KeepEventsFor(LongestSpan(code.window));
    }
  }

  // Returns the indexes of what it added.
  std::vector<uint32_t> AddLimits(absl::string_view kind,
                                  absl::string_view name,
                                  const std::vector<pack::Limit>& limits) {
    std::vector<uint32_t> added;
    const std::string path =
        absl::StrCat(caps_.pack_name, "/", kind, ".", CounterPart(name), "/");
    for (size_t i = 0; i < limits.size(); ++i) {
      const pack::Limit& limit = limits[i];
      added.push_back(static_cast<uint32_t>(caps_.caps.size()));
      CapCode& code = caps_.caps.emplace_back();
      code.name = absl::StrCat(kind, ".", name, ".limits[", i, "]");
      code.outcome = limit.outcome;
      code.window = limit.window;
      code.reserve_for = limit.reserve_for;
      code.amount_max = limit.count;
      code.per_customer = limit.per == pack::Per::kCustomer;
      code.per_channel = limit.per == pack::Per::kChannel;
      if (code.per_customer) {
        KeepEventsFor(
            limit.outcome == state::Outcome::kAccepted
                ? std::max(LongestSpan(limit.window), limit.reserve_for)
                : LongestSpan(limit.window));
        continue;
      }
      AddCounters(absl::StrCat(path, state::OutcomeName(limit.outcome), "/",
                               pack::WindowText(limit.window)),
                  code);
    }
    return added;
  }

  // The counters of `code`: one, or one a channel.
  void AddCounters(const std::string& name, CapCode& code) {
    if (!code.per_channel) {
      AddCounter(name, code);
      return;
    }
    for (const std::string& channel : caps_.channels) {
      AddCounter(absl::StrCat(name, "/channel ", CounterPart(channel)), code);
    }
    AddCounter(absl::StrCat(name, "/no channel"), code);
  }

  void AddCounter(std::string name, CapCode& code) {
    // Nobody uses a plan with more; E335 comes at the end.
    if (caps_.counters.size() > kSharedCountersMax) return;
    code.counters.push_back(static_cast<uint32_t>(caps_.counters.size()));
    const uint64_t key = state::KeyOf(name);
    caps_.counters.push_back({std::move(name), key, code.window});
  }

  void AddLimitsAndBudgets() {
    std::vector<std::vector<uint32_t>> of_groups;
    for (const pack::Group& group : model_.groups) {
      of_groups.push_back(AddLimits("groups", group.name.text, group.limits));
    }
    for (size_t i = 0; i < of_groups.size(); ++i) {
      AddCustomerLimits(i, of_groups);
    }
    caps_.caps_of.resize(code_.offers.size());
    for (size_t i = 0; i < code_.offers.size(); ++i) {
      for (const size_t group : PathTo(code_.offers[i].group)) {
        Put(of_groups[group], i);
      }
      const pack::Offer& offer = model_.offers[i];
      Put(AddLimits("offers", offer.id.text, offer.limits), i);
    }
    for (size_t i = 0; i < model_.budgets.size(); ++i) {
      AddBudget(model_.budgets[i], budget_sets_[i]);
    }
    CheckBounds();
  }

  // The group and its parents, from the root down.
  std::vector<size_t> PathTo(int group) const {
    std::vector<size_t> path;
    for (; group >= 0; group = ParentOf(group)) {
      path.insert(path.begin(), static_cast<size_t>(group));
    }
    return path;
  }

  void AddCustomerLimits(size_t group,
                         const std::vector<std::vector<uint32_t>>& of_groups) {
    std::vector<uint32_t> limits;
    for (const size_t one : PathTo(static_cast<int>(group))) {
      std::copy_if(of_groups[one].begin(), of_groups[one].end(),
                   std::back_inserter(limits), [this](uint32_t cap) {
                     return caps_.caps[cap].per_customer;
                   });
    }
    if (limits.empty()) return;
    caps_.customer_limits_of_group.emplace(KeyOfGroup(group),
                                           std::move(limits));
  }

  void Put(const std::vector<uint32_t>& caps, size_t offer) {
    pairs_ += caps.size();
    if (pairs_ > kOfferCapsMax) return;
    std::vector<uint32_t>& target = caps_.caps_of[offer];
    target.insert(target.end(), caps.begin(), caps.end());
  }

  void AddBudget(const pack::Budget& budget, const OfferSet& offers) {
    const auto index = static_cast<uint32_t>(caps_.caps.size());
    CapCode& code = caps_.caps.emplace_back();
    code.name = absl::StrCat("budgets.", budget.name.text);
    code.is_budget = true;
    code.outcome = budget.charge;
    code.window = budget.window;
    code.reserve_for = budget.reserve_for;
    code.amount_max = budget.amount_micros;
    code.unit = budget.unit;
    AddCounters(absl::StrCat(caps_.pack_name, "/budgets.",
                             CounterPart(budget.name.text), "/",
                             pack::WindowText(budget.window)),
                code);
    for (size_t i = 0; i < code_.offers.size(); ++i) {
      if (offers.empty() || offers[i]) Put({index}, i);
    }
  }

  void CheckBounds() {
    if (caps_.counters.size() > kSharedCountersMax) {
      compiler_.diagnostics.AddError(
          "E335", model_.name.location,
          absl::StrCat("the limits and budgets of the pack need more than ",
                       kSharedCountersMax, " counters that customers share"),
          "a limit `per: channel` needs one for each channel and one more");
    }
    if (pairs_ > kOfferCapsMax) {
      compiler_.diagnostics.AddError(
          "E335", model_.name.location,
          absl::StrCat("the offers of the pack are under more than ",
                       kOfferCapsMax, " limits and budgets"),
          "narrow budgets by `offers` and `groups`");
    }
  }

  const OfferNames& names_;
  Compiler& compiler_;
  const pack::Model& model_;
  PlanCode& code_;
  CapsCode& caps_;
  // One a line, one a budget.
  std::vector<OfferSet> contact_sets_;
  std::vector<OfferSet> budget_sets_;
  std::vector<size_t> groups_from_the_roots_;  // Parents before children.
  std::vector<std::string> known_channels_;
  size_t pairs_ = 0;  // Of an offer and a cap.
};

}  // namespace

void CompileCaps(const OfferNames& names, Compiler& compiler) {
  CapsCompiler(names, compiler).Compile();
}

}  // namespace stratagem::plan
