#include "engine/store/clear_record.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_fields.h"

namespace stratagem::store {
namespace {

void ClearIfNamed(absl::string_view customer_id, std::string* text) {
  if (absl::StrContains(*text, customer_id)) text->clear();
}

// Is `text` the value of one of the inputs that are declared as pii?
template <typename Inputs>
bool IsPersonal(const Inputs& inputs, const std::string& text) {
  return std::any_of(inputs.begin(), inputs.end(), [&](const v1::Input& input) {
    return input.pii() && input.value().string_value() == text;
  });
}

void ClearTreatments(const v1::Personal& personal,
                     absl::string_view customer_id, v1::Decision* decision) {
  for (v1::Treatment& treatment : *decision->mutable_treatments()) {
    for (v1::NamedValue& field : *treatment.mutable_fields()) {
      const std::string& text = field.value().string_value();
      if (text.empty()) continue;
      if (absl::StrContains(text, customer_id) ||
          IsPersonal(personal.attributes(), text) ||
          IsPersonal(personal.request_values(), text)) {
        field.mutable_value()->mutable_string_value()->clear();
      }
    }
  }
}

}  // namespace

std::optional<RecordBytes> ClearRecord(const RecordBytes& record,
                                       absl::string_view subject,
                                       absl::string_view customer_id) {
  v1::Envelope envelope;
  v1::Personal personal;
  if (subject.empty() || !ParseRecordPart(record.envelope, envelope) ||
      envelope.subject() != subject ||
      !ParseRecordPart(record.personal, personal)) {
    return std::nullopt;
  }
  envelope.clear_subject();
  ClearIfNamed(customer_id, envelope.mutable_request_id());
  if (envelope.has_decision()) {
    ClearTreatments(personal, customer_id, envelope.mutable_decision());
  }
  if (envelope.has_outcome()) {
    envelope.mutable_outcome()->set_outcome_id(
        OutcomeIdWithout(customer_id, envelope.outcome().outcome_id()));
  }
  return RecordBytes{envelope.SerializeAsString(), ""};
}

std::string OutcomeIdWithout(absl::string_view customer_id,
                             absl::string_view outcome_id) {
  std::string rest = absl::StrReplaceAll(outcome_id, {{customer_id, ""}});
  // What stood around it may make it anew.
  ClearIfNamed(customer_id, &rest);
  return rest;
}

}  // namespace stratagem::store
