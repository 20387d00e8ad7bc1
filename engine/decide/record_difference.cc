#include "engine/decide/record_difference.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/outcome.h"
#include "engine/value/value.h"

namespace stratagem::decide {
namespace {

using trace::DecisionRecord;
using trace::Reason;

// Bits, where `==` would forgive: -0.0 is not 0.0, and NaN is NaN.
bool Same(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool Same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a.has_value() || Same(*a, *b));
}

bool Same(const Value& a, const Value& b);

bool SameItems(std::span<const Value> a, std::span<const Value> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Value& x, const Value& y) { return Same(x, y); });
}

bool Same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kMissing:
    case ValueKind::kNull:
      return true;
    case ValueKind::kBool:
      return a.bool_value() == b.bool_value();
    case ValueKind::kInt:
      return a.int_value() == b.int_value();
    case ValueKind::kUint:
      return a.uint_value() == b.uint_value();
    case ValueKind::kDouble:
      return Same(a.double_value(), b.double_value());
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
      return a.text() == b.text();
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    case ValueKind::kList:
      return SameItems(a.list(), b.list());
    case ValueKind::kMap:
      return std::equal(a.map().begin(), a.map().end(), b.map().begin(),
                        b.map().end(),
                        [](const MapEntry& x, const MapEntry& y) {
                          return Same(x.key, y.key) && Same(x.value, y.value);
                        });
    case ValueKind::kOptional:
      return (a.optional() == nullptr) == (b.optional() == nullptr) &&
             (a.optional() == nullptr || Same(*a.optional(), *b.optional()));
    case ValueKind::kError:
      return a.error_code() == b.error_code();
  }
  return false;
}

template <typename T>
bool Same(const T& a, const T& b) {
  return a == b;
}

std::string Text(absl::string_view text) { return std::string(text); }
std::string Text(bool is_so) { return is_so ? "true" : "false"; }
std::string Text(int64_t number) { return absl::StrCat(number); }
std::string Text(uint64_t number) { return absl::StrCat(number); }
std::string Text(double number) { return ToString(Value::Double(number)); }
std::string Text(const Value& value) { return ToString(value); }
std::string Text(Reason reason) { return Text(trace::ReasonName(reason)); }
std::string Text(ErrorCode error) { return Text(ErrorCodeText(error)); }
std::string Text(FactSource source) { return Text(FactSourceName(source)); }
std::string Text(state::Outcome outcome) {
  return Text(state::OutcomeName(outcome));
}
std::string Text(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}
std::string Text(const state::TierHold& hold) {
  return hold.below_since.has_value()
             ? absl::StrCat(hold.tier, " below since ", Text(*hold.below_since))
             : Text(hold.tier);
}
template <typename T>
std::string Text(const std::optional<T>& value) {
  return value.has_value() ? Text(*value) : "";
}

// What became of an offer in a placement: one of them is set.
struct Fate {
  absl::string_view offer;
  const trace::Candidate* candidate = nullptr;
  const trace::Exclusion* exclusion = nullptr;

  Reason reason() const {
    return candidate != nullptr ? candidate->selection : exclusion->reason;
  }
};

std::vector<Fate> FatesOf(const DecisionRecord& record,
                          const trace::PlacementResult& placement) {
  std::vector<Fate> fates;
  for (uint32_t i = placement.candidates_begin; i < placement.candidates_end;
       ++i) {
    const trace::Candidate& candidate = record.candidates[i];
    fates.push_back({candidate.offer, &candidate, nullptr});
  }
  for (uint32_t i = placement.exclusions_begin; i < placement.exclusions_end;
       ++i) {
    const trace::Exclusion& exclusion = record.exclusions[i];
    fates.push_back({exclusion.offer, nullptr, &exclusion});
  }
  return fates;
}

// Calls `both` for each pair of items with one key, in the order of `a`;
// `one(item, is_recorded)` for each item without a partner. Where both lists
// have the same keys in the same order nothing is looked up.
template <typename T, typename KeyOf, typename Both, typename One>
void Pair(std::span<const T> a, std::span<const T> b, const KeyOf& key_of,
          const Both& both, const One& one) {
  const bool is_aligned = std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [&key_of](const T& x, const T& y) { return key_of(x) == key_of(y); });
  if (is_aligned) {
    for (size_t i = 0; i < a.size(); ++i) both(a[i], b[i]);
    return;
  }
  absl::flat_hash_map<std::decay_t<decltype(key_of(a[0]))>, const T*> partners;
  for (const T& item : b) partners.emplace(key_of(item), &item);
  for (const T& item : a) {
    const auto partner = partners.find(key_of(item));
    if (partner == partners.end()) {
      one(item, true);
      continue;
    }
    both(item, *partner->second);
    partners.erase(partner);
  }
  for (const T& item : b) {
    const auto left = partners.find(key_of(item));
    if (left != partners.end() && left->second == &item) one(item, false);
  }
}

class Comparison {
 public:
  Comparison(const DecisionRecord& recorded, const DecisionRecord& replayed,
             std::vector<Difference>& differences)
      : recorded_(recorded), replayed_(replayed), differences_(differences) {}

  void CompareReads();
  void CompareInputs();
  void CompareCustomer();
  void CompareTreatments();
  void ComparePlacements();
  void CompareChanges();
  void CompareDegradations();

 private:
  // Where the fields that are compared stand: "SECTION.NAME.LIST[ITEM].".
  struct Scope {
    absl::string_view section = {};
    absl::string_view name = {};
    absl::string_view list = {};
    absl::string_view item = {};
  };

  template <typename T>
  void Compare(absl::string_view leaf, const T& recorded, const T& replayed) {
    if (!Same(recorded, replayed)) Add(leaf, Text(recorded), Text(replayed));
  }
  void Add(absl::string_view leaf, std::string recorded, std::string replayed);
  // Something that only one of the records has.
  void AddOne(std::string text, bool is_recorded) {
    Add("", is_recorded ? text : "", is_recorded ? "" : text);
  }

  void CompareInputList(absl::string_view section,
                        const std::vector<trace::InputRead>& recorded,
                        const std::vector<trace::InputRead>& replayed);
  void CompareFields(const trace::TreatmentResult& recorded,
                     const trace::TreatmentResult& replayed);
  void CompareSlots(const trace::PlacementResult& recorded,
                    const trace::PlacementResult& replayed);
  void CompareOffers(const trace::PlacementResult& recorded,
                     const trace::PlacementResult& replayed);
  void CompareFates(const Fate& recorded, const Fate& replayed);
  void CompareExclusions(const trace::Exclusion& recorded,
                         const trace::Exclusion& replayed);

  const DecisionRecord& recorded_;
  const DecisionRecord& replayed_;
  std::vector<Difference>& differences_;
  Scope scope_;
};

void Comparison::Add(absl::string_view leaf, std::string recorded,
                     std::string replayed) {
  Difference difference;
  const auto append = [&difference](absl::string_view part) {
    if (part.empty()) return;
    if (!difference.field.empty()) {
      difference.field += '.';
      difference.place += '.';
    }
    absl::StrAppend(&difference.field, part);
    absl::StrAppend(&difference.place, part);
  };
  append(scope_.section);
  append(scope_.name);
  append(scope_.list);
  if (!scope_.item.empty()) {
    absl::StrAppend(&difference.place, "[", scope_.item, "]");
  }
  append(leaf);
  difference.recorded = std::move(recorded);
  difference.replayed = std::move(replayed);
  differences_.push_back(std::move(difference));
}

void Comparison::CompareReads() {
  scope_ = {};
  Compare("hold_read", recorded_.hold_read, replayed_.hold_read);
  if (recorded_.events_read != replayed_.events_read) {
    Add("events_read", absl::StrCat(recorded_.events_read.size(), " events"),
        absl::StrCat(replayed_.events_read.size(), " events"));
  }
  Pair<state::Paused>(
      recorded_.paused_read, replayed_.paused_read,
      [](const state::Paused& paused) { return paused.name; },
      [this](const state::Paused& a, const state::Paused& b) {
        scope_ = {"paused_read", a.name, {}, {}};
        Compare("is_placement", a.is_placement, b.is_placement);
      },
      [this](const state::Paused& paused, bool is_recorded) {
        scope_ = {"paused_read", paused.name, {}, {}};
        AddOne("paused", is_recorded);
      });
  Pair<state::CounterRead>(
      recorded_.counters_read, replayed_.counters_read,
      [](const state::CounterRead& read) { return read.counter; },
      [this](const state::CounterRead& a, const state::CounterRead& b) {
        scope_ = {"counters_read", a.counter, {}, {}};
        Compare("from", a.query.from, b.query.from);
        Compare("until", a.query.until, b.query.until);
        Compare("amount", a.amount, b.amount);
        Compare("same_from", a.same_from, b.same_from);
        Compare("same_to", a.same_to, b.same_to);
      },
      [this](const state::CounterRead& read, bool is_recorded) {
        scope_ = {"counters_read", read.counter, {}, {}};
        AddOne(Text(read.amount), is_recorded);
      });
}

void Comparison::CompareInputs() {
  CompareInputList("attributes", recorded_.attributes, replayed_.attributes);
  CompareInputList("request", recorded_.request_values,
                   replayed_.request_values);
  Pair<NamedValue>(
      recorded_.parameters, replayed_.parameters,
      [](const NamedValue& parameter) { return parameter.name; },
      [this](const NamedValue& a, const NamedValue& b) {
        scope_ = {"parameters", {}, {}, {}};
        Compare(a.name, a.value, b.value);
      },
      [this](const NamedValue& parameter, bool is_recorded) {
        scope_ = {"parameters", parameter.name, {}, {}};
        AddOne(Text(parameter.value), is_recorded);
      });
}

void Comparison::CompareInputList(
    absl::string_view section, const std::vector<trace::InputRead>& recorded,
    const std::vector<trace::InputRead>& replayed) {
  Pair<trace::InputRead>(
      recorded, replayed,
      [](const trace::InputRead& input) { return input.name; },
      [&](const trace::InputRead& a, const trace::InputRead& b) {
        scope_ = {section, a.name, {}, {}};
        Compare("source", a.source, b.source);
        if (Same(a.value, b.value)) return;
        const bool is_personal = a.pii || b.pii;
        Add("value", is_personal ? "(personal)" : Text(a.value),
            is_personal ? "(personal)" : Text(b.value));
      },
      // Packs read what they need.
      [](const trace::InputRead&, bool) {});
}

void Comparison::CompareCustomer() {
  scope_ = {};
  Compare("scored", recorded_.scored, replayed_.scored);
  Compare("score", recorded_.score, replayed_.score);
  Compare("coverage", recorded_.coverage, replayed_.coverage);
  Compare("tier", recorded_.tier, replayed_.tier);
  Compare("tier_reason", recorded_.tier_reason, replayed_.tier_reason);
  Compare("hold_written", recorded_.hold_written, replayed_.hold_written);
  Compare("stage", recorded_.stage, replayed_.stage);
}

void Comparison::CompareTreatments() {
  Pair<trace::TreatmentResult>(
      recorded_.treatments, replayed_.treatments,
      [](const trace::TreatmentResult& treatment) { return treatment.name; },
      [this](const trace::TreatmentResult& a, const trace::TreatmentResult& b) {
        scope_ = {"treatments", a.name, {}, {}};
        Compare("cell", a.cell, b.cell);
        Compare("reason", a.reason, b.reason);
        CompareFields(a, b);
      },
      [this](const trace::TreatmentResult& treatment, bool is_recorded) {
        scope_ = {"treatments", treatment.name, {}, {}};
        AddOne("given", is_recorded);
      });
}

void Comparison::CompareFields(const trace::TreatmentResult& recorded,
                               const trace::TreatmentResult& replayed) {
  const auto fields_of = [](const DecisionRecord& record,
                            const trace::TreatmentResult& treatment) {
    return std::span(record.treatment_fields)
        .subspan(treatment.fields_begin,
                 treatment.fields_end - treatment.fields_begin);
  };
  Pair<NamedValue>(
      fields_of(recorded_, recorded), fields_of(replayed_, replayed),
      [](const NamedValue& field) { return field.name; },
      [this](const NamedValue& a, const NamedValue& b) {
        Compare(a.name, a.value, b.value);
      },
      [this](const NamedValue& field, bool is_recorded) {
        Add(field.name, is_recorded ? Text(field.value) : "",
            is_recorded ? "" : Text(field.value));
      });
}

void Comparison::ComparePlacements() {
  Pair<trace::PlacementResult>(
      recorded_.placements, replayed_.placements,
      [](const trace::PlacementResult& placement) { return placement.name; },
      [this](const trace::PlacementResult& a, const trace::PlacementResult& b) {
        scope_ = {"placements", a.name, {}, {}};
        Compare("channel", a.channel, b.channel);
        Compare("inbound", a.inbound, b.inbound);
        CompareSlots(a, b);
        CompareOffers(a, b);
      },
      [this](const trace::PlacementResult& placement, bool is_recorded) {
        scope_ = {"placements", placement.name, {}, {}};
        AddOne("filled", is_recorded);
      });
}

void Comparison::CompareSlots(const trace::PlacementResult& recorded,
                              const trace::PlacementResult& replayed) {
  const uint32_t a_count = recorded.slots_end - recorded.slots_begin;
  const uint32_t b_count = replayed.slots_end - replayed.slots_begin;
  for (uint32_t i = 0; i < std::max(a_count, b_count); ++i) {
    const std::string item = absl::StrCat(i);
    scope_ = {"placements", recorded.name, "slots", item};
    // One that is not filled has nothing to compare but that.
    const trace::SlotResult nothing;
    const bool are_both = i < a_count && i < b_count;
    const trace::SlotResult& a =
        i < a_count ? recorded_.slots[recorded.slots_begin + i] : nothing;
    const trace::SlotResult& b =
        i < b_count ? replayed_.slots[replayed.slots_begin + i] : nothing;
    Compare("offer", a.offer, b.offer);
    if (!are_both) continue;
    Compare("reason", a.reason, b.reason);
    Compare("selection_probability", a.selection_probability,
            b.selection_probability);
    Compare("score", a.score, b.score);
    Compare("group_key", a.group_key, b.group_key);
  }
}

void Comparison::CompareOffers(const trace::PlacementResult& recorded,
                               const trace::PlacementResult& replayed) {
  const std::vector<Fate> recorded_fates = FatesOf(recorded_, recorded);
  const std::vector<Fate> replayed_fates = FatesOf(replayed_, replayed);
  Pair<Fate>(
      recorded_fates, replayed_fates,
      [](const Fate& fate) { return fate.offer; },
      [this, &recorded](const Fate& a, const Fate& b) {
        scope_ = {"placements", recorded.name, "offers", a.offer};
        CompareFates(a, b);
      },
      [this, &recorded](const Fate& fate, bool is_recorded) {
        scope_ = {"placements", recorded.name, "offers", fate.offer};
        AddOne(Text(fate.reason()), is_recorded);
      });
}

void Comparison::CompareFates(const Fate& recorded, const Fate& replayed) {
  Compare("", recorded.reason(), replayed.reason());
  if (recorded.candidate != nullptr && replayed.candidate != nullptr) {
    const trace::Candidate& a = *recorded.candidate;
    const trace::Candidate& b = *replayed.candidate;
    Compare("propensity", a.propensity, b.propensity);
    Compare("propensity_given", a.propensity_given, b.propensity_given);
    Compare("value", a.value, b.value);
    Compare("cost", a.cost, b.cost);
    Compare("lever", a.lever, b.lever);
    Compare("context_weight", a.context_weight, b.context_weight);
    Compare("score", a.score, b.score);
  }
  if (recorded.exclusion != nullptr && replayed.exclusion != nullptr &&
      recorded.reason() == replayed.reason()) {
    CompareExclusions(*recorded.exclusion, *replayed.exclusion);
  }
}

void Comparison::CompareExclusions(const trace::Exclusion& recorded,
                                   const trace::Exclusion& replayed) {
  Compare("group", recorded.group, replayed.group);
  Compare("error", recorded.error, replayed.error);
  Compare("score", recorded.score, replayed.score);
  Compare("score_min", recorded.score_min, replayed.score_min);
  Compare("valid_from", recorded.valid_from, replayed.valid_from);
  Compare("valid_until", recorded.valid_until, replayed.valid_until);
  Compare("cap", recorded.cap, replayed.cap);
  Compare("amount", recorded.amount, replayed.amount);
  Compare("amount_max", recorded.amount_max, replayed.amount_max);
  Compare("amount_reserved", recorded.amount_reserved,
          replayed.amount_reserved);
  Compare("opens_at", recorded.opens_at, replayed.opens_at);
  Compare("cost", recorded.cost, replayed.cost);
  Compare("unit", recorded.unit, replayed.unit);
}

void Comparison::CompareChanges() {
  scope_ = {};
  Compare("events_keep_until", recorded_.events_keep_until,
          replayed_.events_keep_until);
  Pair<state::Effect>(
      recorded_.effects, replayed_.effects,
      [](const state::Effect& effect) {
        return std::pair(effect.counter.text, effect.offer.text);
      },
      [this](const state::Effect& a, const state::Effect& b) {
        scope_ = {"effects", a.counter.text, {}, a.offer.text};
        Compare("amount", a.amount, b.amount);
        Compare("amount_max", a.amount_max, b.amount_max);
        Compare("at", a.at, b.at);
        Compare("keep_until", a.keep_until, b.keep_until);
        Compare("counts", a.counts, b.counts);
        Compare("reserved_until", a.reserved_until, b.reserved_until);
      },
      [this](const state::Effect& effect, bool is_recorded) {
        scope_ = {"effects", effect.counter.text, {}, effect.offer.text};
        AddOne(Text(effect.amount), is_recorded);
      });
}

void Comparison::CompareDegradations() {
  const auto compared =
      [](const std::vector<trace::Degradation>& degradations) {
        std::vector<trace::Degradation> told = degradations;
        std::erase_if(told, [](const trace::Degradation& degradation) {
          return degradation.reason == Reason::kProfileValue;
        });
        return told;
      };
  const std::vector<trace::Degradation> recorded =
      compared(recorded_.degradations);
  const std::vector<trace::Degradation> replayed =
      compared(replayed_.degradations);
  Pair<trace::Degradation>(
      recorded, replayed,
      [](const trace::Degradation& degradation) {
        return std::pair(degradation.reason, degradation.subject);
      },
      [this](const trace::Degradation& a, const trace::Degradation& b) {
        scope_ = {"degradations", trace::ReasonName(a.reason), {}, a.subject};
        Compare("error", a.error, b.error);
      },
      [this](const trace::Degradation& degradation, bool is_recorded) {
        scope_ = {"degradations",
                  trace::ReasonName(degradation.reason),
                  {},
                  degradation.subject};
        AddOne(degradation.error == ErrorCode::kNone ? "degraded"
                                                     : Text(degradation.error),
               is_recorded);
      });
}

}  // namespace

void CompareDecisions(const DecisionRecord& recorded,
                      const DecisionRecord& replayed, bool same_pack,
                      std::vector<Difference>& differences) {
  Comparison comparison(recorded, replayed, differences);
  comparison.CompareInputs();
  if (same_pack) comparison.CompareReads();
  comparison.CompareCustomer();
  comparison.CompareTreatments();
  comparison.ComparePlacements();
  comparison.CompareChanges();
  comparison.CompareDegradations();
}

}  // namespace stratagem::decide
