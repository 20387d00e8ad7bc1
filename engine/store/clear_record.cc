#include "engine/store/clear_record.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/store/identity.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_fields.h"

namespace stratagem::store {
namespace {

// LIMIT: bytes of a text from which on others that contain it are of the
// person. What is shorter is in words that have nothing to do with it.
constexpr size_t kToldApartBytesMin = 3;

// What tells of the person, as text.
class PersonalTexts {
 public:
  PersonalTexts(absl::string_view customer_id, const v1::Personal& personal) {
    texts_.emplace_back(customer_id);
    for (const auto* const inputs :
         {&personal.attributes(), &personal.request_values()}) {
      for (const v1::Input& input : *inputs) {
        if (input.pii()) Add(input.value());
      }
    }
  }

  bool AreIn(const std::string& text) const {
    return std::any_of(texts_.begin(), texts_.end(),
                       [&text](const std::string& personal) {
                         return personal.size() < kToldApartBytesMin
                                    ? text == personal
                                    : absl::StrContains(text, personal);
                       });
  }

 private:
  void Add(const v1::Value& value) {
    switch (value.kind_case()) {
      case v1::Value::kStringValue:
        return AddText(value.string_value());
      case v1::Value::kBytesValue:
        return AddText(value.bytes_value());
      case v1::Value::kIntValue:
        return AddText(absl::StrCat(value.int_value()));
      case v1::Value::kUintValue:
        return AddText(absl::StrCat(value.uint_value()));
      case v1::Value::kListValue:
        for (const v1::Value& item : value.list_value().items()) Add(item);
        return;
      case v1::Value::kMapValue:
        for (const v1::MapEntry& entry : value.map_value().entries()) {
          Add(entry.key());
          Add(entry.value());
        }
        return;
      case v1::Value::kOptionalValue:
        return Add(value.optional_value().inner());
      default:
        return;
    }
  }
  void AddText(std::string text) {
    if (!text.empty()) texts_.push_back(std::move(text));
  }

  std::vector<std::string> texts_;
};

void Clear(const PersonalTexts& personal, v1::Value* value) {
  switch (value->kind_case()) {
    case v1::Value::kStringValue:
      if (personal.AreIn(value->string_value())) {
        value->mutable_string_value()->clear();
      }
      return;
    case v1::Value::kBytesValue:
      if (personal.AreIn(value->bytes_value())) {
        value->mutable_bytes_value()->clear();
      }
      return;
    case v1::Value::kListValue:
      for (v1::Value& item : *value->mutable_list_value()->mutable_items()) {
        Clear(personal, &item);
      }
      return;
    case v1::Value::kMapValue: {
      auto& entries = *value->mutable_map_value()->mutable_entries();
      for (v1::MapEntry& entry : entries) {
        // A key stands once: an entry that is called by the person goes.
        const v1::Value& key = entry.key();
        if (personal.AreIn(key.string_value())) {
          entry.clear_key();
        } else {
          Clear(personal, entry.mutable_value());
        }
      }
      entries.erase(std::remove_if(entries.begin(), entries.end(),
                                   [](const v1::MapEntry& entry) {
                                     return !entry.has_key();
                                   }),
                    entries.end());
      return;
    }
    case v1::Value::kOptionalValue:
      if (value->optional_value().has_inner()) {
        Clear(personal, value->mutable_optional_value()->mutable_inner());
      }
      return;
    default:
      return;
  }
}

void ClearDecision(const PersonalTexts& personal, v1::Decision* decision) {
  for (v1::Treatment& treatment : *decision->mutable_treatments()) {
    for (v1::NamedValue& field : *treatment.mutable_fields()) {
      Clear(personal, field.mutable_value());
    }
  }
  // Numbers made of the caller's names for reports: whoever guesses a name
  // could tell that it was right.
  for (v1::Event& event : *decision->mutable_events_read()) {
    event.clear_report();
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
  envelope.clear_request_id();
  if (envelope.has_decision()) {
    ClearDecision(PersonalTexts(customer_id, personal),
                  envelope.mutable_decision());
  }
  if (envelope.has_outcome()) {
    std::string& outcome_id = *envelope.mutable_outcome()->mutable_outcome_id();
    outcome_id = OutcomePseudonym(subject, outcome_id);
  }
  return RecordBytes{envelope.SerializeAsString(), ""};
}

bool IsOf(const std::string& envelope, absl::string_view subject) {
  v1::Envelope parsed;
  return !subject.empty() && ParseRecordPart(envelope, parsed) &&
         parsed.subject() == subject;
}

std::string OutcomePseudonym(absl::string_view subject,
                             absl::string_view outcome_id) {
  constexpr absl::string_view kPrefix = "erased-";
  constexpr size_t kHexDigits = 32;
  if (outcome_id.empty() ||
      (absl::StartsWith(outcome_id, kPrefix) &&
       outcome_id.size() == kPrefix.size() + kHexDigits)) {
    return std::string(outcome_id);
  }
  return absl::StrCat(kPrefix,
                      absl::BytesToHexString(SubjectOf(subject, outcome_id)));
}

}  // namespace stratagem::store
