#include "engine/decide/present.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/trace/explain_text.h"
#include "engine/trace/wording.h"

namespace stratagem::decide {
namespace {

absl::string_view ChannelOf(const trace::DecisionRecord& record,
                            const trace::PlacementResult& placement) {
  if (!placement.channel.empty()) return placement.channel;
  for (const trace::InputRead& read : record.request_values) {
    if (read.name == "channel" && read.value.is(ValueKind::kString)) {
      return read.value.text();
    }
  }
  return "";
}

}  // namespace

bool FindOffers(const plan::Plan& plan, trace::DecisionRecord& record) {
  const std::vector<std::string>& offers = plan.summary().offers;
  for (trace::SlotResult& slot : record.slots) {
    const auto found = std::find(offers.begin(), offers.end(), slot.offer);
    if (found == offers.end()) return false;
    slot.offer_index = static_cast<uint32_t>(found - offers.begin());
  }
  return true;
}

plan::Presentation PresentSlot(const plan::Plan& plan,
                               const trace::DecisionRecord& record,
                               const trace::PlacementResult& placement,
                               const trace::SlotResult& slot) {
  return plan::Present(plan, slot.offer_index, ChannelOf(record, placement),
                       record.locale);
}

std::string ExplainInWords(const plan::Plan& plan,
                           const trace::DecisionRecord& record,
                           const trace::Explanation& explanation) {
  // The language of the sentences around the pack's words. It differs from the
  // call's when the call has none, or one that nothing is built in for.
  const absl::string_view built_in = trace::WordingFor(record.locale).locale;
  return trace::ExplainText(
      record, explanation, built_in,
      [&plan, &record, built_in](absl::string_view key) {
        const absl::string_view own = plan::TextOf(plan, key, record.locale);
        return std::string(own.empty() ? plan::TextOf(plan, key, built_in)
                                       : own);
      });
}

}  // namespace stratagem::decide
