// engine/value/facts.h
//
// Facts: the input of one decision, one value a declared field, each with the
// place it came from. Built by whoever receives a request (server, command
// line, tests); read by decide.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_FACTS_H_
#define STRATAGEM_ENGINE_VALUE_FACTS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem {

// Where a fact's value came from. Numbers stand in records.
enum class FactSource : uint8_t {
  kAbsent = 0,   // Optional and not given.
  kRequest = 1,  // Sent by the caller.
  kProfile = 2,  // From the stored profile.
  kDefault = 3,  // Declared in the pack.
};

// Returns the source's stable name: "absent", "request", "profile", "default".
absl::string_view FactSourceName(FactSource source);

struct Fact {
  Value value;  // kMissing when absent.
  FactSource source = FactSource::kAbsent;
  // What is wrong with the stored value that would have been taken; kNone when
  // there was none, or it was not looked at.
  FieldFault stored_fault = FieldFault::kNone;
};

// A name and value as a caller sent it.
struct NamedValue {
  absl::string_view name;
  Value value;
};

// Why a caller's value was refused. `reason` is stable.
enum class ViolationReason {
  kUnknownName,
  kDuplicateName,
  kWrongType,
  kOutOfRange,
  kNotAllowed,
  kTooLarge,
  kMissing,     // Required, without a default, and not given.
  kConstraint,  // One of the pack's `constraints` does not hold.
};

// `field` is the name as the caller wrote it; `description` says what was
// found and expected, and, for unknown names, what may have been meant.
struct Violation {
  std::string field;
  ViolationReason reason;
  std::string description;
};

// Fills `facts` (one for each field of `schema`, in its order) from what the
// caller sent over what is stored over the defaults. A null sent by the caller
// for an optional field means 'absent' and hides the stored value. A stored
// value that does not conform counts as missing and is no violation of the
// caller's: its fact says so, and so does the violation of a required field
// that is missing because of it. Returns the violations in the order of `sent`,
// missing fields last, and stops looking after kViolationsMax of them; facts
// are complete only when there are none.
// Requires: `facts.size() == schema.fields().size()`. Values borrow from
// `sent`, `stored`, `schema` and `arena`.
// Time: O(sent + stored + fields), one hash a name; no allocation without a
// violation.
std::vector<Violation> ResolveFacts(const Schema& schema,
                                    std::span<const NamedValue> sent,
                                    std::span<const NamedValue> stored,
                                    Arena& arena, std::span<Fact> facts);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_FACTS_H_
