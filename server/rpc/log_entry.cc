#include "server/rpc/log_entry.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rpc/write_decision.h"

namespace stratagem::server {
namespace {

// Clears the values of `inputs`, which were written from `read`, that are
// personal.
template <typename Inputs>
void Mask(absl::string_view group, const std::vector<trace::InputRead>& read,
          Inputs& inputs, v1::LogEntry& entry) {
  int i = 0;
  for (const trace::InputRead& input : read) {
    v1::Input& written = *inputs.Mutable(i++);
    if (!input.pii || !written.has_value()) continue;
    written.clear_value();
    entry.add_masked(absl::StrCat(group, ".", input.name));
  }
}

}  // namespace

v1::LogEntry WriteEntry(const store::DecodedRecord& record,
                        store::Position position, v1::ExplainLevel explain,
                        Pii pii) {
  v1::LogEntry entry;
  const trace::DecisionRecord& decision = record.decision();
  v1::Decision& written = *entry.mutable_decision();
  WriteDecision(decision, explain, written);
  WritePosition(record.header().node_id, position, written);
  entry.set_customer_id(std::string(decision.customer_id));
  entry.set_trace_id(std::string(decision.trace_id));
  if (pii == Pii::kMasked && written.has_explanation()) {
    v1::Explanation& explanation = *written.mutable_explanation();
    Mask("attributes", decision.attributes, *explanation.mutable_attributes(),
         entry);
    Mask("request", decision.request_values, *explanation.mutable_request(),
         entry);
  }
  return entry;
}

}  // namespace stratagem::server
