#include "engine/author/compile_state.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/author/compile_expectations.h"
#include "engine/base/suggestion.h"
#include "engine/decide/caps.h"
#include "engine/plan/plan_code.h"

namespace stratagem::author {
namespace {

class StateCompiler {
 public:
  StateCompiler(const plan::Plan& plan, absl::Time now,
                pack::ReadContext& context)
      : plan_(plan),
        caps_(plan.code().caps),
        now_(now),
        context_(context),
        state_(std::make_shared<state::StateCopy>()) {}

  std::shared_ptr<const state::StateCopy> Compile(
      const pack::TestState& given) {
    if (given.hold.has_value()) SetHold(*given.hold);
    for (const pack::TestEvent& event : given.events) AddEvent(event);
    state_->amounts.assign(caps_.counters.size(), 0);
    for (const pack::TestCounter& counter : given.counters) {
      SetCounter(counter);
    }
    return state_;
  }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint) {
    context_.diagnostics.AddError(code, location, std::move(message),
                                  std::move(hint));
  }

  // A tier that no version has any more may be held, so any text will do.
  void SetHold(const pack::TestHold& hold) {
    if (!plan_.code().hold.has_value()) {
      return Error("E504", hold.tier.location,
                   "the test sets a held tier, and the pack has no `hold`",
                   "tiers are kept only in packs with `value.hold`");
    }
    state_->hold = {context_.arena.CopyString(hold.tier.text),
                    hold.below_since};
  }

  void AddEvent(const pack::TestEvent& given) {
    if (!caps_.events_kept.has_value()) {
      return Error("E515", given.location,
                   "the test sets events, and no cap of the pack looks at them",
                   "lines of `contact_policy` that count, and limits `per: "
                   "customer`, do");
    }
    const bool is_known = ExpectKnown(given.offer, plan_.summary().offers,
                                      "an offer of the pack", context_);
    const bool has_channel =
        !given.channel.has_value() ||
        ExpectKnown(*given.channel, KnownChannels(),
                    "a channel of a placement or a line", context_);
    const absl::Time at = state::FloorTime(
        given.at.value_or(now_ - given.ago.value_or(absl::ZeroDuration())));
    if (at > now_) {
      return Error("E516", given.location,
                   absl::StrCat("the event is at ",
                                absl::FormatTime(absl::RFC3339_sec, at,
                                                 context_.timezone),
                                ", after the test decides"),
                   "what happened is before `now` and `as_of`");
    }
    if (!is_known || !has_channel) return;
    state::Event& event = state_->events.emplace_back();
    event.at = at;
    event.offer = NameOf(given.offer.text);
    if (given.channel.has_value()) {
      event.channel = NameOf(given.channel->text);
    }
    event.inbound = given.inbound;
    event.outcome = given.outcome;
    event.sequence = SequenceOf(event);
  }

  std::vector<std::string> KnownChannels() const {
    std::vector<std::string> channels = caps_.channels;
    for (const plan::ContactCode& line : caps_.contacts) {
      channels.insert(channels.end(), line.channels.begin(),
                      line.channels.end());
    }
    return channels;
  }

  state::Name NameOf(absl::string_view text) {
    return {context_.arena.CopyString(text), state::KeyOf(text)};
  }

  // `event` is the last one.
  uint64_t SequenceOf(const state::Event& event) {
    const bool is_shown = event.outcome == state::Outcome::kPresented;
    const auto before = std::find_if(
        state_->events.rbegin() + 1, state_->events.rend(),
        [&event, is_shown](const state::Event& earlier) {
          return earlier.outcome == state::Outcome::kPresented &&
                 (is_shown ? earlier.at == event.at &&
                                 earlier.offer.key != event.offer.key
                           : earlier.offer.key == event.offer.key);
        });
    return before == state_->events.rend() ? ++last_sequence_
                                           : before->sequence;
  }

  void SetCounter(const pack::TestCounter& given) {
    const auto cap = std::find_if(caps_.caps.begin(), caps_.caps.end(),
                                  [&given](const plan::CapCode& one) {
                                    return one.name == given.cap.text;
                                  });
    if (cap == caps_.caps.end()) return ReportUnknown(given.cap);
    if (cap->per_customer) {
      return Error("E517", given.cap.location,
                   absl::StrCat("`", cap->name, "` counts for each customer"),
                   "say in `events` what happened to this one");
    }
    if (!cap->is_budget && given.amount != std::trunc(given.amount)) {
      return Error(
          "E518", given.location,
          absl::StrCat("`", cap->name, "` counts, expected a whole number"),
          "only budgets have fractions");
    }
    // Counts and money have the same bound of micro-units.
    const int64_t amount = cap->is_budget
                               ? decide::MicrosOf(given.amount)
                               : decide::MicrosOf(given.amount) / 1'000'000;
    for (const uint32_t counter : cap->counters) {
      state_->amounts[counter] = std::max(state_->amounts[counter], amount);
    }
  }

  void ReportUnknown(const pack::Name& name) {
    std::vector<std::string> known;
    for (const plan::CapCode& cap : caps_.caps) {
      if (!cap.per_customer) known.push_back(cap.name);
    }
    Error(
        "E517", name.location,
        absl::StrCat("`", name.text,
                     "` is no limit or budget that customers share"),
        known.empty() ? "the pack has none" : SuggestionHint(name.text, known));
  }

  const plan::Plan& plan_;
  const plan::CapsCode& caps_;
  const absl::Time now_;
  pack::ReadContext& context_;
  std::shared_ptr<state::StateCopy> state_;
  uint64_t last_sequence_ = 0;
};

}  // namespace

std::shared_ptr<const state::StateCopy> CompileState(
    const pack::TestState& given, const plan::Plan& plan, absl::Time now,
    pack::ReadContext& context) {
  return StateCompiler(plan, now, context).Compile(given);
}

}  // namespace stratagem::author
