#include "engine/decide/present.h"

#include "engine/trace/explain_text.h"

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
  return trace::ExplainText(
      record, explanation, record.locale,
      [&plan, &record](absl::string_view key) {
        return std::string(plan::TextOf(plan, key, record.locale));
      });
}

}  // namespace stratagem::decide
