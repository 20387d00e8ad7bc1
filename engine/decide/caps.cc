#include "engine/decide/caps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/limits.h"
#include "engine/expr/time_zone.h"

namespace stratagem::decide {
namespace {

using trace::Exclusion;
using trace::Reason;

bool IsFor(const plan::ContactCode& line,
           const plan::PlacementCode& placement) {
  const bool is_of_direction =
      line.direction == pack::Directions::kAny ||
      (line.direction == pack::Directions::kInbound) == placement.inbound;
  return is_of_direction &&
         (line.channels.empty() ||
          std::find(line.channels.begin(), line.channels.end(),
                    placement.channel) != line.channels.end());
}

Reason ReasonOf(const plan::CapCode& cap) {
  return cap.is_budget ? Reason::kBudget : Reason::kLimit;
}

int64_t DrawOf(const plan::CapCode& cap, double cost) {
  return cap.is_budget ? MicrosOf(cost) : 1;
}

// Of what counts for the limit `index` of each customer, what may still be
// accepted.
int64_t PendingOf(const plan::CapsCode& code, uint32_t index, absl::Time now,
                  const CustomerHistory& history) {
  const plan::CapCode& cap = code.caps[index];
  if (cap.outcome != state::Outcome::kAccepted) return 0;
  int64_t pending = 0;
  for (const SlotHistory& slot : history.slots()) {
    if (!slot.IsPending(cap.reserve_for, now)) continue;
    VisitCustomerLimits(code, slot,
                        [&](uint32_t limit) { pending += limit == index; });
  }
  return pending;
}

// One more cap is closed: the first is the reason, the last to open says when.
void Close(const Exclusion& cap, Exclusion& closed) {
  if (closed.reason == Reason::kNone) {
    closed = cap;
  } else if (!cap.opens_at.has_value()) {
    closed.opens_at.reset();
  } else if (closed.opens_at.has_value()) {
    closed.opens_at = std::max(*closed.opens_at, *cap.opens_at);
  }
}

}  // namespace

int64_t MicrosOf(double money) {
  constexpr double kMicros = 1e6;
  // Of two such numbers the sum still fits.
  constexpr int64_t kBeyondBudgets = 4 * kBudgetMicrosMax;
  const double exact = money * kMicros;
  if (!(exact > 0)) return 0;
  if (exact >= static_cast<double>(kBeyondBudgets)) return kBeyondBudgets;
  // What binary fractions and the product are off by is no money.
  constexpr double kNoise = 4 * std::numeric_limits<double>::epsilon();
  const double nearest = std::nearbyint(exact);
  return static_cast<int64_t>(
      std::abs(exact - nearest) <= kNoise * exact ? nearest : std::ceil(exact));
}

std::optional<absl::TimeZone> CustomerZone(
    const plan::CapsCode& code, const trace::DecisionRecord& record) {
  if (code.timezone_attribute < 0) return code.zone;
  const Value& value =
      record.attributes[static_cast<size_t>(code.timezone_attribute)].value;
  if (!value.is(ValueKind::kString)) return code.zone;
  if (value.text().empty()) return std::nullopt;
  return expr::FindTimeZone(value.text());
}

void Windows::Begin(absl::Time now, absl::TimeZone zone) {
  now_ = now;
  zone_ = zone;
  calendar_.fill(std::nullopt);
}

Window Windows::Of(const pack::CapWindow& window) {
  if (!window.period.has_value()) return WindowAt(window, now_, zone_);
  std::optional<Window>& known = calendar_[static_cast<size_t>(*window.period)];
  if (!known.has_value()) known = WindowAt(window, now_, zone_);
  return *known;
}

void AskCounters(const plan::Plan& plan, absl::Time now,
                 std::vector<state::CounterQuery>& queries) {
  queries.clear();
  const plan::CapsCode& code = plan.code().caps;
  if (code.counters.empty()) return;
  Windows windows;
  windows.Begin(now, code.zone);
  for (const plan::CounterCode& counter : code.counters) {
    queries.push_back(QueryFor(counter.key, windows.Of(counter.window), now));
  }
}

void Caps::Begin(const plan::CapsCode& code, const state::StateCopy* state,
                 absl::Time now) {
  code_ = &code;
  state_ = state;
  now_ = now;
  customer_zone_.reset();
  rooms_.clear();
  lines_.clear();
  if (code.empty()) return;
  windows_.Begin(now, code.zone);
  if (code.events_kept.has_value() && state != nullptr) {
    history_.Read(code, state->events);
  } else {
    history_.Read(code, {});
  }
  line_counts_.assign(code.contacts.size(), std::nullopt);
  quiet_until_.assign(code.contacts.size(), std::nullopt);
  rooms_.assign(code.contacts.size(), Room{});
  contacted_.assign(code.contacts.size() * (code.channels.size() + 1), false);
  BeginLimits();
}

void Caps::BeginLimits() {
  const std::vector<plan::CapCode>& caps = code_->caps;
  counts_.assign(caps.size(), 0);
  limit_counts_.assign(caps.size(), std::nullopt);
  for (const SlotHistory& slot : history_.slots()) {
    VisitCustomerLimits(*code_, slot, [&](uint32_t cap) {
      const Window window = windows_.Of(caps[cap].window);
      if (LeavesLimitAt(caps[cap], window, now_, slot).has_value()) {
        ++counts_[cap];
      }
    });
  }
  first_room_.clear();
  for (size_t cap = 0; cap < caps.size(); ++cap) {
    first_room_.push_back(static_cast<uint32_t>(rooms_.size()));
    const auto add = [&](int64_t amount) {
      Room& room = rooms_.emplace_back();
      room.reason = ReasonOf(caps[cap]);
      room.left = caps[cap].amount_max - amount;
    };
    if (caps[cap].per_customer) {
      const bool is_whole =
          history_.IsWholeFrom(windows_.Of(caps[cap].window).from);
      add(is_whole ? counts_[cap]
                   : std::max(counts_[cap], caps[cap].amount_max));
    }
    for (const uint32_t counter : caps[cap].counters) add(AmountOf(counter));
  }
}

int64_t Caps::AmountOf(uint32_t counter) const {
  return state_ != nullptr && counter < state_->amounts.size()
             ? state_->amounts[counter]
             : 0;
}

void Caps::BeginPlacement(const plan::PlacementCode& placement,
                          absl::FunctionRef<absl::TimeZone()> customer_zone) {
  if (code_->empty()) return;
  for (const uint32_t line : lines_) {
    contacted_[ContactIndex(line)] = rooms_[line].is_made;
  }
  const auto channel = std::find(code_->channels.begin(), code_->channels.end(),
                                 placement.channel);
  channel_ = static_cast<size_t>(channel - code_->channels.begin());
  FindLines(placement);
  for (const uint32_t index : lines_) {
    const plan::ContactCode& line = code_->contacts[index];
    if (line.quiet.has_value()) {
      if (!customer_zone_.has_value()) customer_zone_ = customer_zone();
      quiet_until_[index] = QuietUntil(*line.quiet, now_, *customer_zone_);
    } else if (line.counting != pack::Counting::kSameOffer) {
      std::optional<Count>& count = line_counts_[index];
      if (!count.has_value()) count = CountOfLine(index, kNoOffer);
      Room& room = rooms_[index];
      room.reason = Reason::kContactPolicy;
      room.left = line.count - count->amount;
      room.counts_contacts = line.counting == pack::Counting::kContacts;
      room.is_made = contacted_[ContactIndex(index)];
    }
  }
}

void Caps::FindLines(const plan::PlacementCode& placement) {
  lines_.clear();
  for (uint32_t i = 0; i < code_->contacts.size(); ++i) {
    if (IsFor(code_->contacts[i], placement)) lines_.push_back(i);
  }
}

Count Caps::CountOfLine(uint32_t line, uint32_t offer) {
  const plan::ContactCode& code = code_->contacts[line];
  return counter_.OfLine(code, windows_.Of(code.window),
                         offer == kNoOffer ? 0 : code_->offer_keys[offer],
                         history_);
}

size_t Caps::ContactIndex(uint32_t line) const {
  return line * (code_->channels.size() + 1) + channel_;
}

uint32_t Caps::RoomOf(uint32_t cap) const {
  return first_room_[cap] +
         (code_->caps[cap].per_channel ? static_cast<uint32_t>(channel_) : 0);
}

// When a closed limit or budget opens. Of a counter that customers share only
// the amount is known: it opens with the next window of the calendar at the
// latest, and in a rolling window nobody knows.
std::optional<absl::Time> Caps::OpensAt(uint32_t index) {
  const plan::CapCode& cap = code_->caps[index];
  const Window window = windows_.Of(cap.window);
  if (!cap.per_customer) {
    if (window.is_rolling() || window.until == absl::InfiniteFuture()) {
      return std::nullopt;
    }
    return window.until;
  }
  std::optional<Count>& count = limit_counts_[index];
  if (!count.has_value()) {
    count = counter_.OfLimit(*code_, index, window, now_, history_, nullptr);
  }
  return count->opens_at;
}

void Caps::TryPolicy(uint32_t offer, Exclusion& closed) {
  for (const uint32_t index : lines_) {
    const plan::ContactCode& line = code_->contacts[index];
    if (!LooksAt(line, offer)) continue;
    Exclusion exclusion;
    exclusion.cap = line.name;
    if (line.quiet.has_value()) {
      if (!quiet_until_[index].has_value()) continue;
      exclusion.reason = Reason::kQuietHours;
      exclusion.opens_at = quiet_until_[index];
      Close(exclusion, closed);
      continue;
    }
    const bool is_of_offer = line.counting == pack::Counting::kSameOffer;
    const Count count =
        is_of_offer ? CountOfLine(index, offer) : *line_counts_[index];
    if (is_of_offer ? count.amount < line.count
                    : rooms_[index].FitsAtFirst(1)) {
      continue;
    }
    exclusion.reason = Reason::kContactPolicy;
    exclusion.amount = count.amount;
    exclusion.amount_max = line.count;
    exclusion.opens_at = count.opens_at;
    Close(exclusion, closed);
  }
}

void Caps::TryCaps(uint32_t offer, bool budgets, double cost,
                   Exclusion& closed) {
  if (code_->caps_of.empty()) return;
  for (const uint32_t index : code_->caps_of[offer]) {
    const plan::CapCode& cap = code_->caps[index];
    if (cap.is_budget != budgets) continue;
    const int64_t draw = DrawOf(cap, cost);
    Room& room = rooms_[RoomOf(index)];
    if (draw == 0 || room.FitsAtFirst(draw)) continue;
    Exclusion exclusion;
    exclusion.reason = ReasonOf(cap);
    exclusion.cap = cap.name;
    exclusion.amount = cap.amount_max - room.left;
    exclusion.amount_max = cap.amount_max;
    // What the whole amount does not cover, no later window does.
    if (draw <= cap.amount_max) exclusion.opens_at = OpensAt(index);
    if (cap.per_customer) {
      const int64_t pending = PendingOf(*code_, index, now_, history_);
      if (pending > 0) exclusion.amount_reserved = pending;
    }
    if (budgets) {
      exclusion.cost = draw;
      exclusion.unit = cap.unit;
    }
    Close(exclusion, closed);
  }
}

void Caps::TryLimits(uint32_t offer, Exclusion& closed) {
  TryCaps(offer, false, 0, closed);
}

void Caps::TryBudgets(uint32_t offer, double cost, Exclusion& closed) {
  TryCaps(offer, true, cost, closed);
}

bool Caps::HasBudget(uint32_t offer) const {
  if (code_->caps_of.empty()) return false;
  const std::vector<uint32_t>& caps = code_->caps_of[offer];
  return std::any_of(caps.begin(), caps.end(), [this](uint32_t cap) {
    return code_->caps[cap].is_budget;
  });
}

void Caps::WaitForQuietHours(uint32_t offer, Exclusion& closed) const {
  // Of lines that follow each other each is passed once; of lines that leave no
  // hour the offer never opens.
  for (size_t round = 0; closed.opens_at.has_value(); ++round) {
    const absl::Time before = *closed.opens_at;
    for (const uint32_t index : lines_) {
      const plan::ContactCode& line = code_->contacts[index];
      if (!line.quiet.has_value() || !LooksAt(line, offer)) continue;
      const std::optional<absl::Time> until =
          QuietUntil(*line.quiet, *closed.opens_at, *customer_zone_);
      if (until.has_value()) closed.opens_at = until;
    }
    if (closed.opens_at == before) return;
    if (round == lines_.size()) closed.opens_at.reset();
  }
}

void Caps::AddContactDraws(uint32_t offer, std::vector<Draw>& draws) const {
  for (const uint32_t index : lines_) {
    const plan::ContactCode& line = code_->contacts[index];
    // An offer appears once a decision: its own count does not change in it.
    if (line.quiet.has_value() || !LooksAt(line, offer) ||
        line.counting == pack::Counting::kSameOffer) {
      continue;
    }
    draws.push_back({index, 1});
  }
}

void Caps::AddDraws(uint32_t offer, double cost,
                    std::vector<Draw>& draws) const {
  AddContactDraws(offer, draws);
  if (code_->caps_of.empty()) return;
  for (const uint32_t index : code_->caps_of[offer]) {
    const int64_t amount = DrawOf(code_->caps[index], cost);
    if (amount > 0) draws.push_back({RoomOf(index), amount});
  }
}

void Caps::Take(uint32_t offer, double cost) {
  draws_.clear();
  AddDraws(offer, cost, draws_);
  for (const Draw& draw : draws_) rooms_[draw.room].Take(draw.amount);
}

void Caps::TakeFallback(uint32_t offer) {
  draws_.clear();
  AddContactDraws(offer, draws_);
  if (!code_->caps_of.empty()) {
    for (const uint32_t index : code_->caps_of[offer]) {
      if (code_->caps[index].per_customer) draws_.push_back({RoomOf(index), 1});
    }
  }
  for (const Draw& draw : draws_) rooms_[draw.room].Take(draw.amount);
}

void Caps::AddEffects(uint32_t offer, absl::string_view id, double cost,
                      trace::DecisionRecord& record) {
  if (code_->caps_of.empty()) return;
  const size_t first = record.effects.size();
  const absl::Time now = state::FloorTime(now_);
  for (const uint32_t index : code_->caps_of[offer]) {
    const plan::CapCode& cap = code_->caps[index];
    const int64_t amount = DrawOf(cap, cost);
    if (cap.per_customer || amount == 0) continue;
    const plan::CounterCode& counter =
        code_->counters[cap.counters[cap.per_channel ? channel_ : 0]];
    const auto same = std::find_if(
        record.effects.begin() + static_cast<std::ptrdiff_t>(first),
        record.effects.end(), [&counter](const state::Effect& effect) {
          return effect.counter.key == counter.key;
        });
    // Two limits that differ in their number only share what they count.
    if (same != record.effects.end()) {
      same->amount_max = std::min(same->amount_max, cap.amount_max);
      same->reserved_until =
          std::max(same->reserved_until, now + cap.reserve_for);
      continue;
    }
    const Window window = windows_.Of(cap.window);
    state::Effect& effect = record.effects.emplace_back();
    effect.counter = {counter.name, counter.key};
    effect.offer = {id, code_->offer_keys[offer]};
    effect.amount = amount;
    effect.amount_max = cap.amount_max;
    effect.at = StartOf(window, now);
    effect.keep_until = window.KeptUntil(now);
    effect.counts = cap.outcome;
    effect.reserved_until = now + cap.reserve_for;
  }
}

void Caps::WriteReads(trace::DecisionRecord& record) {
  if (code_->empty()) return;
  if (code_->events_kept.has_value() && state_ != nullptr) {
    record.events_read.assign(state_->events.begin(), state_->events.end());
  }
  read_of_.assign(code_->counters.size(), -1);
  for (size_t index = 0; index < code_->caps.size(); ++index) {
    const plan::CapCode& cap = code_->caps[index];
    for (size_t i = 0; i < cap.counters.size(); ++i) {
      const Room& room = rooms_[first_room_[index] + i];
      if (room.is_asked()) WriteRead(cap, cap.counters[i], room, record);
    }
  }
}

void Caps::WriteRead(const plan::CapCode& cap, uint32_t counter,
                     const Room& room, trace::DecisionRecord& record) {
  const plan::CounterCode& code = code_->counters[counter];
  if (read_of_[counter] < 0) {
    read_of_[counter] = static_cast<int32_t>(record.counters_read.size());
    state::CounterRead& read = record.counters_read.emplace_back();
    read.query = QueryFor(code.key, windows_.Of(code.window), now_);
    read.counter = code.name;
    read.amount = AmountOf(counter);
  }
  state::CounterRead& read =
      record.counters_read[static_cast<size_t>(read_of_[counter])];
  // What fitted fits up to, and what did not does not from, these amounts on.
  if (room.fitted_max != kNothingFitted) {
    read.same_to = std::min(read.same_to, cap.amount_max - room.fitted_max);
  }
  if (room.refused_min != kNothingRefused) {
    read.same_from =
        std::max(read.same_from, cap.amount_max - room.refused_min + 1);
  }
}

CapView Caps::ViewOfLine(uint32_t index, uint32_t offer) {
  const plan::ContactCode& line = code_->contacts[index];
  CapView view;
  view.name = line.name;
  if (line.quiet.has_value()) {
    view.reason = Reason::kQuietHours;
    view.opens_at = quiet_until_[index];
    view.open = !view.opens_at.has_value();
    return view;
  }
  const bool is_of_offer = line.counting == pack::Counting::kSameOffer;
  const Count count =
      is_of_offer ? CountOfLine(index, offer) : *line_counts_[index];
  Room room = rooms_[index];
  view.reason = Reason::kContactPolicy;
  view.window = &line.window;
  view.amount = count.amount;
  view.taken = room.taken;
  view.amount_max = line.count;
  view.open = is_of_offer ? count.amount < line.count : room.Fits(1);
  return view;
}

CapView Caps::ViewOfCap(uint32_t index, double cost) {
  const plan::CapCode& cap = code_->caps[index];
  Room room = rooms_[RoomOf(index)];
  const int64_t draw = DrawOf(cap, cost);
  CapView view;
  view.reason = ReasonOf(cap);
  view.name = cap.name;
  view.unit = cap.unit;
  view.window = &cap.window;
  view.amount = cap.amount_max - room.left;
  view.taken = room.taken;
  view.amount_max = cap.amount_max;
  view.open = draw == 0 || room.Fits(draw);
  if (cap.is_budget) view.cost = draw;
  return view;
}

std::vector<CapView> Caps::View(uint32_t offer, double cost) {
  std::vector<CapView> views;
  for (const uint32_t line : lines_) {
    if (LooksAt(code_->contacts[line], offer)) {
      views.push_back(ViewOfLine(line, offer));
    }
  }
  if (code_->caps_of.empty()) return views;
  for (const uint32_t cap : code_->caps_of[offer]) {
    views.push_back(ViewOfCap(cap, cost));
  }
  return views;
}

}  // namespace stratagem::decide
