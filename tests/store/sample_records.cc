#include "tests/store/sample_records.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/store/record_codec.h"
#include "engine/value/compare.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Reason;

// Draws every kind of field.
class RecordSource {
 public:
  RecordSource(std::mt19937_64& random, Arena& arena)
      : random_(random), arena_(arena) {}

  DecisionRecord Record();
  trace::OutcomeRecord Outcome();

 private:
  uint64_t Below(uint64_t end) { return random_() % end; }
  bool Coin() { return Below(2) == 0; }
  size_t Few() { return Below(4); }

  // Any bytes, as callers may send them.
  absl::string_view Bytes() {
    std::string bytes(Below(3) == 0 ? 0 : Below(20), '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(256));
    return arena_.CopyString(bytes);
  }
  // What packs hold.
  absl::string_view Name() {
    static constexpr const char* kNames[] = {
        "", "gold", "win_back", "预约", "\xF0\x9F\x8E\x81", "a b"};
    return kNames[Below(std::size(kNames))];
  }
  double Double() {
    static const double kEdges[] = {0.0,
                                    -0.0,
                                    std::numeric_limits<double>::quiet_NaN(),
                                    -std::numeric_limits<double>::quiet_NaN(),
                                    std::numeric_limits<double>::infinity(),
                                    -std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::denorm_min(),
                                    std::numeric_limits<double>::max(),
                                    1.0};
    if (Coin()) return kEdges[Below(std::size(kEdges))];
    return std::bit_cast<double>(random_());
  }
  int64_t Int() {
    static constexpr int64_t kEdges[] = {0, 1, -1,
                                         std::numeric_limits<int64_t>::min(),
                                         std::numeric_limits<int64_t>::max()};
    if (Coin()) return kEdges[Below(std::size(kEdges))];
    return static_cast<int64_t>(random_());
  }
  absl::Time Time() {
    switch (Below(4)) {
      case 0:
        return absl::InfinitePast();
      case 1:
        return absl::InfiniteFuture();
      // Quarter nanoseconds before and after 1970.
      case 2:
        return absl::FromUnixSeconds(static_cast<int64_t>(Below(1u << 31)) -
                                     (1 << 30)) +
               absl::Nanoseconds(static_cast<int64_t>(Below(4'000'000'000))) /
                   4;
      default:
        return absl::FromUnixSeconds(Int());
    }
  }
  Reason AnyReason() { return static_cast<Reason>(Below(256)); }
  ErrorCode AnyError() { return static_cast<ErrorCode>(Below(256)); }
  // Of IPv4 or IPv6.
  absl::string_view Address() {
    std::string bytes(Coin() ? 4 : 16, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(256));
    return arena_.CopyString(bytes);
  }
  Value Cidr() {
    const absl::string_view address = Address();
    const char prefix = static_cast<char>(Below(8 * address.size() + 1));
    return Value::Cidr(
        arena_.CopyString(absl::StrCat(address, std::string(1, prefix))));
  }
  Value AnyValue(int depth);
  Value AnyMap(int depth);
  NamedValue Named() { return {Name(), AnyValue(3)}; }
  trace::InputRead Input() {
    return {Name(), AnyValue(3), static_cast<FactSource>(Below(4)), Coin()};
  }
  state::Name AnyName() { return {Name(), random_()}; }
  state::Outcome AnyOutcome() {
    return static_cast<state::Outcome>(1 + Below(state::kOutcomeLast));
  }
  state::Effect AnyEffect();
  void AddState(DecisionRecord& record);
  trace::Exclusion AnyExclusion();
  void AddTreatment(DecisionRecord& record);
  void AddPlacement(DecisionRecord& record);

  std::mt19937_64& random_;
  Arena& arena_;
};

Value RecordSource::AnyMap(int depth) {
  std::vector<MapEntry> entries;
  for (size_t i = Few(); i > 0; --i) {
    const Value keys[] = {Value::Bool(Coin()), Value::Int(Int()),
                          Value::Uint(random_()), Value::String(Bytes())};
    entries.push_back({keys[Below(std::size(keys))], AnyValue(depth - 1)});
  }
  if (!SortEntries(entries)) return Value::Map({});
  MapEntry* kept = arena_.AllocateArray<MapEntry>(entries.size());
  std::copy(entries.begin(), entries.end(), kept);
  return Value::Map({kept, entries.size()});
}

Value RecordSource::AnyValue(int depth) {
  // The last three nest.
  switch (Below(depth > 0 ? 17 : 14)) {
    case 0:
      return Value();
    case 1:
      return Value::Null();
    case 2:
      return Value::Bool(Coin());
    case 3:
      return Value::Int(Int());
    case 4:
      return Value::Uint(random_());
    case 5:
      return Value::Double(Double());
    case 6:
      return Value::String(Bytes());
    case 7:
      return Value::Bytes(Bytes());
    case 8:
      return Value::TimestampParts(Int(),
                                   static_cast<uint32_t>(Below(1'000'000'000)));
    case 9:
      return Value::DurationParts(Int(),
                                  static_cast<uint32_t>(Below(1'000'000'000)));
    case 10:
      return Value::Error(AnyError(), static_cast<uint32_t>(random_()));
    case 11:
      return Value::Type(Bytes());
    case 12:
      return Value::Ip(Address());
    case 13:
      return Cidr();
    case 14: {
      const size_t count = Few();
      Value* items = arena_.AllocateArray<Value>(count);
      for (size_t i = 0; i < count; ++i) items[i] = AnyValue(depth - 1);
      return Value::List({items, count});
    }
    case 15: {
      Value* inner = arena_.AllocateArray<Value>(1);
      *inner = AnyValue(depth - 1);
      return Value::Optional(inner);
    }
    default:
      return AnyMap(depth);
  }
}

void RecordSource::AddTreatment(DecisionRecord& record) {
  const auto begin = static_cast<uint32_t>(record.treatment_fields.size());
  for (size_t i = Few(); i > 0; --i) record.treatment_fields.push_back(Named());
  record.treatments.push_back(
      {Name(), Name(), AnyReason(), begin,
       static_cast<uint32_t>(record.treatment_fields.size())});
}

// Any fields, whether its reason speaks of them or not.
trace::Exclusion RecordSource::AnyExclusion() {
  trace::Exclusion exclusion;
  exclusion.offer = Name();
  exclusion.reason = AnyReason();
  exclusion.group = Name();
  exclusion.error = AnyError();
  if (Coin()) exclusion.score = Double();
  if (Coin()) exclusion.score_min = Double();
  if (Coin()) exclusion.valid_from = Time();
  if (Coin()) exclusion.valid_until = Time();
  exclusion.cap = Name();
  if (Coin()) exclusion.amount = Int();
  if (Coin()) exclusion.amount_max = Int();
  if (Coin()) exclusion.opens_at = Time();
  if (Coin()) exclusion.amount_reserved = Int();
  if (Coin()) exclusion.cost = Int();
  exclusion.unit = Name();
  return exclusion;
}

state::Effect RecordSource::AnyEffect() {
  return {AnyName(), AnyName(), Int(),        Int(),
          Time(),    Time(),    AnyOutcome(), Time()};
}

void RecordSource::AddState(DecisionRecord& record) {
  for (size_t i = Few(); i > 0; --i) {
    record.events_read.push_back({Time(), random_(), AnyName(), AnyName(),
                                  Coin(), AnyOutcome(), Coin(), random_(),
                                  random_()});
  }
  for (size_t i = Few(); i > 0; --i) {
    record.paused_read.push_back({Name(), Coin()});
  }
  for (size_t i = Few(); i > 0; --i) {
    record.counters_read.push_back(
        {{random_(), Time(), Time(), Time()}, Name(), Int(), Int(), Int()});
  }
  for (size_t i = Few(); i > 0; --i) {
    record.effects.push_back(AnyEffect());
  }
  if (Coin()) record.events_keep_until = Time();
}

trace::OutcomeRecord RecordSource::Outcome() {
  trace::OutcomeRecord record;
  record.outcome_id = Bytes();
  record.trace_id = Bytes();
  record.recorded_at = Time();
  record.occurred_at = Time();
  record.pack_name = Name();
  record.pack_version = Name();
  record.decision_epoch = random_();
  record.decision_sequence = random_();
  record.decided_at = Time();
  record.placement = Name();
  record.channel = Name();
  record.inbound = Coin();
  record.offer = Name();
  record.outcome = AnyOutcome();
  record.status = static_cast<trace::OutcomeStatus>(1 + Below(3));
  record.revenue_micros = Int();
  record.revenue_currency = Name();
  record.group_key = random_();
  if (Coin()) record.keep_until = Time();
  for (size_t i = Few(); i > 0; --i) {
    record.changes.push_back(
        {static_cast<state::ChangeKind>(1 + Below(3)), AnyEffect()});
  }
  record.customer_id = Bytes();
  return record;
}

void RecordSource::AddPlacement(DecisionRecord& record) {
  trace::PlacementResult placement;
  placement.name = Name();
  placement.channel = Name();
  placement.inbound = Coin();
  placement.candidates_begin = static_cast<uint32_t>(record.candidates.size());
  placement.slots_begin = static_cast<uint32_t>(record.slots.size());
  placement.exclusions_begin = static_cast<uint32_t>(record.exclusions.size());
  for (size_t i = Few(); i > 0; --i) {
    record.candidates.push_back({Name(), Double(), Coin(), Double(), Double(),
                                 Double(), Double(), Double(), AnyReason()});
  }
  for (size_t i = Few(); i > 0; --i) {
    record.slots.push_back(
        {Name(), AnyReason(), Double(), Double(), random_()});
  }
  for (size_t i = Few(); i > 0; --i) {
    record.exclusions.push_back(AnyExclusion());
  }
  placement.candidates_end = static_cast<uint32_t>(record.candidates.size());
  placement.slots_end = static_cast<uint32_t>(record.slots.size());
  placement.exclusions_end = static_cast<uint32_t>(record.exclusions.size());
  record.placements.push_back(placement);
}

DecisionRecord RecordSource::Record() {
  DecisionRecord record;
  record.request_id = Bytes();
  record.request_id_given = Coin();
  record.trace_id = Bytes();
  record.role = static_cast<trace::Role>(1 + Below(5));
  record.time_zones_version = Name();
  record.pack_name = Name();
  record.pack_version = Name();
  record.pack_digest = Name();
  record.decided_at = Time();
  if (record.role == trace::Role::kAsOf) record.as_of = Time();
  record.ignore_levers = Coin();
  if (Coin()) record.hold_read = {Name(), Time()};
  if (Coin()) record.hold_written = {Name(), std::nullopt};
  if (record.hold_written.has_value() && Coin()) {
    record.hold_written->below_since = Time();
  }
  record.seed = random_();
  for (size_t i = Few(); i > 0; --i) {
    record.arms.push_back({Name(), Name(), Double()});
  }
  for (size_t i = Few(); i > 0; --i) record.parameters.push_back(Named());
  AddState(record);
  record.scored = Coin();
  record.score = Double();
  record.coverage = Double();
  record.tier = Name();
  record.tier_reason = AnyReason();
  record.stage = Name();
  for (size_t i = Few(); i > 0; --i) AddTreatment(record);
  for (size_t i = Few(); i > 0; --i) AddPlacement(record);
  for (size_t i = Few(); i > 0; --i) {
    record.degradations.push_back({AnyReason(), Name(), AnyError()});
  }
  record.customer_id = Bytes();
  record.unit = Bytes();
  record.locale = Bytes();
  for (size_t i = Few(); i > 0; --i) record.attributes.push_back(Input());
  for (size_t i = Few(); i > 0; --i) record.request_values.push_back(Input());
  return record;
}

std::string Bits(double number) {
  return absl::StrCat(absl::Hex(std::bit_cast<uint64_t>(number)));
}

std::string Text(absl::string_view text) {
  return absl::StrCat("'", absl::CHexEscape(text), "'");
}

std::string Text(absl::Time time);

std::string Text(const std::optional<state::TierHold>& hold) {
  if (!hold.has_value()) return "none";
  return absl::StrCat(
      hold->tier, " since ",
      hold->below_since.has_value() ? Text(*hold->below_since) : "");
}

std::string Text(absl::Time time) {
  if (time == absl::InfinitePast()) return "past";
  if (time == absl::InfiniteFuture()) return "future";
  const int64_t seconds = absl::ToUnixSeconds(time);
  return absl::StrCat(
      seconds, "s+",
      absl::ToInt64Nanoseconds((time - absl::FromUnixSeconds(seconds)) * 4));
}

std::string Text(const Value& value) {
  std::string text = absl::StrCat(static_cast<int>(value.kind()), ":");
  switch (value.kind()) {
    case ValueKind::kMissing:
    case ValueKind::kNull:
      break;
    case ValueKind::kBool:
    case ValueKind::kInt:
      absl::StrAppend(&text, value.int_value());
      break;
    case ValueKind::kUint:
      absl::StrAppend(&text, value.uint_value());
      break;
    case ValueKind::kDouble:
      absl::StrAppend(&text, Bits(value.double_value()));
      break;
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
      absl::StrAppend(&text, Text(value.text()));
      break;
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
      absl::StrAppend(&text, value.seconds(), "+", value.nanos());
      break;
    case ValueKind::kList:
      for (const Value& item : value.list()) {
        absl::StrAppend(&text, "[", Text(item), "]");
      }
      break;
    case ValueKind::kMap:
      for (const MapEntry& entry : value.map()) {
        absl::StrAppend(&text, "{", Text(entry.key), "=", Text(entry.value),
                        "}");
      }
      break;
    case ValueKind::kOptional:
      if (value.optional() != nullptr) {
        absl::StrAppend(&text, "(", Text(*value.optional()), ")");
      }
      break;
    case ValueKind::kError:
      absl::StrAppend(&text, static_cast<int>(value.error_code()), "@",
                      value.error_expr_id());
      break;
  }
  return text;
}

// Any enum of the record, or a plain number, as a number.
template <typename T>
int64_t Number(T value) {
  return static_cast<int64_t>(value);
}

template <typename... Parts>
void Line(std::string& out, absl::string_view what, const Parts&... parts) {
  absl::StrAppend(&out, what);
  ((absl::StrAppend(&out, " ", parts)), ...);
  absl::StrAppend(&out, "\n");
}

void DumpOffers(const DecisionRecord& record, std::string& out) {
  for (const trace::PlacementResult& placement : record.placements) {
    Line(out, "placement", Text(placement.name), Text(placement.channel),
         Number(placement.inbound), placement.candidates_begin,
         placement.candidates_end, placement.slots_begin, placement.slots_end,
         placement.exclusions_begin, placement.exclusions_end);
  }
  for (const trace::Candidate& candidate : record.candidates) {
    Line(out, "candidate", Text(candidate.offer), Bits(candidate.propensity),
         Number(candidate.propensity_given), Bits(candidate.value),
         Bits(candidate.cost), Bits(candidate.lever),
         Bits(candidate.context_weight), Bits(candidate.score),
         Number(candidate.selection));
  }
  for (const trace::SlotResult& slot : record.slots) {
    Line(out, "slot", Text(slot.offer), Number(slot.reason),
         Bits(slot.selection_probability), Bits(slot.score), slot.group_key);
  }
  for (const trace::Exclusion& exclusion : record.exclusions) {
    Line(
        out, "exclusion", Text(exclusion.offer), Number(exclusion.reason),
        Text(exclusion.group), Number(exclusion.error),
        exclusion.score.has_value() ? Bits(*exclusion.score) : "none",
        exclusion.score_min.has_value() ? Bits(*exclusion.score_min) : "none",
        exclusion.valid_from.has_value() ? Text(*exclusion.valid_from) : "none",
        exclusion.valid_until.has_value() ? Text(*exclusion.valid_until)
                                          : "none",
        Text(exclusion.cap), exclusion.amount.value_or(0),
        exclusion.amount.has_value(), exclusion.amount_max.value_or(0),
        exclusion.amount_max.has_value(),
        exclusion.opens_at.has_value() ? Text(*exclusion.opens_at) : "none",
        exclusion.amount_reserved.value_or(0),
        exclusion.amount_reserved.has_value(), exclusion.cost.value_or(0),
        exclusion.cost.has_value(), Text(exclusion.unit));
  }
}

void DumpResults(const DecisionRecord& record, std::string& out) {
  Line(out, "score", Number(record.scored), Bits(record.score),
       Bits(record.coverage), Text(record.tier), Number(record.tier_reason),
       Text(record.stage));
  for (const trace::TreatmentResult& treatment : record.treatments) {
    Line(out, "treatment", Text(treatment.name), Text(treatment.cell),
         Number(treatment.reason), treatment.fields_begin,
         treatment.fields_end);
  }
  for (const NamedValue& field : record.treatment_fields) {
    Line(out, "field", Text(field.name), Text(field.value));
  }
  for (const trace::Degradation& degradation : record.degradations) {
    Line(out, "degradation", Number(degradation.reason),
         Text(degradation.subject), Number(degradation.error));
  }
}

}  // namespace

DecisionRecord SampleRecord(absl::string_view customer_id) {
  DecisionRecord record;
  record.request_id = "r-1";
  record.pack_name = "retail";
  record.pack_version = "2026.11.0";
  record.decided_at = absl::FromUnixSeconds(1'790'000'000);
  record.seed = 7;
  record.scored = true;
  record.score = 71.25;
  record.coverage = 1;
  record.tier = "gold";
  record.stage = "mature";
  record.slots = {{"vip_event", Reason::kRanked, 1, 12.5}};
  for (const char* const offer : {"coupon", "bundle"}) {
    record.exclusions.emplace_back().offer = offer;
    record.exclusions.back().reason = Reason::kEligibility;
  }
  trace::PlacementResult placement;
  placement.name = "app_home";
  placement.slots_end = 1;
  placement.exclusions_end = 2;
  record.placements = {placement};
  record.customer_id = customer_id;
  record.attributes = {{"orders", Value::Int(12), FactSource::kRequest}};
  return record;
}

RecordBytes SampleBytes(const std::string& customer_id,
                        const Identity& identity) {
  return Encode(SampleRecord(customer_id), identity);
}

DecisionRecord RandomRecord(std::mt19937_64& random, Arena& arena) {
  return RecordSource(random, arena).Record();
}

trace::OutcomeRecord RandomOutcome(std::mt19937_64& random, Arena& arena) {
  return RecordSource(random, arena).Outcome();
}

void DumpEffect(const state::Effect& effect, std::string& out) {
  Line(out, "effect", Text(effect.counter.text), effect.counter.key,
       Text(effect.offer.text), effect.offer.key, effect.amount,
       effect.amount_max, Text(effect.at), Text(effect.keep_until),
       Number(effect.counts), Text(effect.reserved_until));
}

void DumpState(const DecisionRecord& record, std::string& out) {
  for (const state::Event& event : record.events_read) {
    Line(out, "event", Text(event.at), event.sequence, Text(event.offer.text),
         event.offer.key, Text(event.channel.text), event.channel.key,
         event.inbound, Number(event.outcome), event.honoured, event.report,
         event.group);
  }
  for (const state::Paused& paused : record.paused_read) {
    Line(out, "paused", Text(paused.name), paused.is_placement);
  }
  for (const state::CounterRead& read : record.counters_read) {
    Line(out, "counter", Text(read.counter), read.query.key,
         Text(read.query.from), Text(read.query.until), Text(read.query.now),
         read.amount, read.same_from, read.same_to);
  }
  for (const state::Effect& effect : record.effects) DumpEffect(effect, out);
  Line(out, "events kept", Text(record.events_keep_until));
}

std::string Dump(const DecisionRecord& record) {
  std::string out;
  Line(out, "call", Text(record.request_id), Number(record.request_id_given),
       Text(record.trace_id), Number(record.role), Text(record.decided_at),
       record.as_of.has_value() ? Text(*record.as_of) : "", record.seed,
       record.ignore_levers, Text(record.hold_read), Text(record.hold_written),
       Text(record.time_zones_version));
  Line(out, "pack", Text(record.pack_name), Text(record.pack_version),
       Text(record.pack_digest));
  for (const trace::ArmAssignment& arm : record.arms) {
    Line(out, "arm", Text(arm.experiment), Text(arm.arm), Bits(arm.share));
  }
  for (const NamedValue& parameter : record.parameters) {
    Line(out, "parameter", Text(parameter.name), Text(parameter.value));
  }
  DumpState(record, out);
  DumpResults(record, out);
  DumpOffers(record, out);
  Line(out, "customer", Text(record.customer_id), Text(record.unit),
       Text(record.locale));
  for (const auto* inputs : {&record.attributes, &record.request_values}) {
    Line(out, "inputs");
    for (const trace::InputRead& input : *inputs) {
      Line(out, "input", Text(input.name), Text(input.value),
           Number(input.source), input.pii);
    }
  }
  return out;
}

std::string Dump(const trace::OutcomeRecord& record) {
  std::string out;
  Line(out, "outcome", Text(record.outcome_id), Text(record.trace_id),
       Text(record.recorded_at), Text(record.occurred_at),
       Number(record.outcome), Number(record.status), record.revenue_micros,
       Text(record.revenue_currency), Text(record.keep_until),
       record.group_key);
  Line(out, "decision", Text(record.pack_name), Text(record.pack_version),
       record.decision_epoch, record.decision_sequence,
       Text(record.decided_at));
  Line(out, "slot", Text(record.placement), Text(record.channel),
       Number(record.inbound), Text(record.offer));
  for (const state::CounterChange& change : record.changes) {
    Line(out, "change", Number(change.kind));
    DumpEffect(change.effect, out);
  }
  Line(out, "customer", Text(record.customer_id));
  return out;
}

}  // namespace stratagem::store
