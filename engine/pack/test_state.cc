#include "engine/pack/test_state.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/literal.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

constexpr Key<TestHold> kHoldKeys[] = {
    {"tier", Need::kRequired, Into<&TestHold::tier>, "the tier that is held"},
    {"below_since",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestHold& hold) {
        hold.below_since = ReadTime(context, node);
      },
      TimeShape},
     "since when scores have been below it"},
};

constexpr Key<TestEvent> kEventKeys[] = {
    {"offer", Need::kRequired, Into<&TestEvent::offer>,
     "the offer that it is about"},
    {"outcome",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestEvent& event) {
        ReadOutcome(context, node, event.outcome);
      },
      OutcomeShape},
     "what happened; presented is the default"},
    {"ago",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestEvent& event) {
        const std::optional<Value> span =
            ReadLiteral(context, node, {ValueKind::kDuration, nullptr});
        if (span.has_value()) event.ago = span->duration();
      },
      DurationShape},
     "how long before the decision: 3d"},
    {"at",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestEvent& event) {
        event.at = ReadTime(context, node);
      },
      TimeShape},
     "when, in place of `ago`"},
    {"channel", Need::kOptional, Into<&TestEvent::channel>,
     "of the placement; none when absent"},
    {"inbound", Need::kOptional, Into<&TestEvent::inbound>,
     "true: the customer began"},
};

Shape EventShape() {
  Shape shape = MappingOf<kEventKeys>();
  shape.choices = {{{"ago", "at"}, true}};
  return shape;
}

void ReadEvents(ReadContext& context, const YamlNode& node, TestState& state) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "events")) return;
  for (const YamlNode& item : node.items) {
    const size_t errors = context.diagnostics.error_count();
    TestEvent event;
    event.location = item.location();
    ReadMapping(context, item, "an event", kEventKeys, event);
    if (context.diagnostics.error_count() > errors) continue;
    if (event.ago.has_value() == event.at.has_value()) {
      context.diagnostics.AddError("E513", item.location(),
                                   "expected either `ago` or `at`",
                                   "say when it happened: `ago: 3d`");
    } else if (event.ago.value_or(absl::ZeroDuration()) <
               absl::ZeroDuration()) {
      context.diagnostics.AddError(
          "E513", item.location(),
          "the event is after the decision, expected before it");
    } else {
      state.events.push_back(std::move(event));
    }
  }
}

Shape AmountShape() {
  Shape shape = NumberShape();
  shape.value_min = 0;
  return shape;
}

void ReadCounters(ReadContext& context, const YamlNode& node,
                  TestState& state) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "caps and amounts")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const size_t errors = context.diagnostics.error_count();
    TestCounter counter;
    counter.cap = NameOf(entry.key);
    counter.location = entry.value.location();
    Read(context, entry.value, counter.amount);
    if (context.diagnostics.error_count() > errors) continue;
    if (!std::isfinite(counter.amount) || counter.amount < 0) {
      context.diagnostics.AddError(
          "E514", entry.value.location(),
          absl::StrCat("`", entry.key.text, "` is ", entry.value.text,
                       ", expected 0 or more"));
    } else {
      state.counters.push_back(std::move(counter));
    }
  }
}

constexpr Key<TestState> kStateKeys[] = {
    {"holds",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, TestState& state) {
        const size_t errors = context.diagnostics.error_count();
        TestHold hold;
        ReadMapping(context, node, "`holds`", kHoldKeys, hold);
        if (context.diagnostics.error_count() == errors) state.hold = hold;
      },
      MappingOf<kHoldKeys>},
     "the tier that the customer has from earlier decisions"},
    {"events",
     Need::kOptional,
     {ReadEvents, ListOf<EventShape>},
     "what happened to offers and the customer, the oldest first"},
    {"counters",
     Need::kOptional,
     {ReadCounters, ByLabel<AmountShape>},
     "what limits and budgets that customers share have counted"},
};

}  // namespace

void ReadTestState(ReadContext& context, const YamlNode& node,
                   TestState& state) {
  ReadMapping(context, node, "`state`", kStateKeys, state);
}

Shape TestStateShape() { return MappingOf<kStateKeys>(); }

}  // namespace stratagem::pack
