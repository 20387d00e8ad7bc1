// engine/store/clear_record.h
//
// What an erasure does to one record: everything that identifies or describes
// the person goes, what was decided stays. Stores rewrite records with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_CLEAR_RECORD_H_
#define STRATAGEM_ENGINE_STORE_CLEAR_RECORD_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Returns `record` without its person, or nothing when it is not of `subject`
// (identity.h), the pseudonym of `customer_id`. The personal part and the
// pseudonym are cleared; so are, in the envelope, the caller's name for the
// call that contains the customer's id, and texts of treatments that contain it
// or are the value of an attribute declared as pii. The caller's name for an
// outcome loses the customer's id: it still tells two reports apart.
// Bytes that are no record are of nobody. Thread safe.
std::optional<RecordBytes> ClearRecord(const RecordBytes& record,
                                       absl::string_view subject,
                                       absl::string_view customer_id);

// Returns the caller's name for an outcome without `customer_id` in it, the
// same where it is not in it. Thread safe.
std::string OutcomeIdWithout(absl::string_view customer_id,
                             absl::string_view outcome_id);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_CLEAR_RECORD_H_
