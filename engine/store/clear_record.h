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
// (identity.h), the pseudonym of `customer_id`. The personal part, the
// pseudonym and the caller's name for the call are cleared. In what treatments
// decided, however deep in lists and maps, texts are cleared that contain the
// customer's id, or a value of an attribute declared as pii: a text, or the
// digits of a whole number. One or two characters are in too many texts: of
// those only a text that is the same is cleared. The caller's name for an
// outcome becomes its pseudonym (OutcomePseudonym).
// Bytes that are no record are of nobody. Thread safe.
std::optional<RecordBytes> ClearRecord(const RecordBytes& record,
                                       absl::string_view subject,
                                       absl::string_view customer_id);

// Whether the record with this envelope is of `subject`. Thread safe.
bool IsOf(const std::string& envelope, absl::string_view subject);

// Returns what stands in place of the caller's name for an outcome of somebody
// who was erased: equal for equal names, so that two reports stay two and one
// stays one; "" for "", and a pseudonym for itself. Nothing that is left can
// tell the name from it. Thread safe.
std::string OutcomePseudonym(absl::string_view subject,
                             absl::string_view outcome_id);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_CLEAR_RECORD_H_
