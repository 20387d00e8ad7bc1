// engine/store/record_codec.h
//
// Records to bytes and back, exactly: decisions, outcomes, erasures
// (record.proto holds the layout, docs/record_format.md the rules). The server
// encodes what it appends; the ledger, the projector, insight and replay
// decode.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_
#define STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/state/operations.h"
#include "engine/store/identity.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::store {

// The newest record format that this program writes and reads.
inline constexpr uint32_t kRecordFormat = 1;
// LIMIT: nesting of messages in one record; a list or map takes two.
inline constexpr int kRecordDepthMax = 1'000;

// What a record tells. Numbers stand in records.
enum class RecordKind : uint8_t {
  kDecision = 1,
  kOutcome = 2,
  kOperatorAction = 3,
};

// What an envelope says besides its body.
struct RecordHeader {
  uint32_t format = 0;
  std::string node_id;
  uint64_t epoch = 0;
  std::string engine_version;
  uint32_t hash_version = 0;
  uint32_t random_version = 0;
  std::string subject;  // identity.h.
};

// A decision read from the log; owns all that it borrows. Immutable.
class DecodedRecord {
 public:
  const RecordHeader& header() const { return header_; }
  const trace::DecisionRecord& decision() const { return decision_; }
  // True when the personal part was erased; its fields are then empty.
  bool erased() const { return erased_; }

 private:
  friend absl::StatusOr<std::unique_ptr<const DecodedRecord>> Decode(
      const RecordBytes& bytes);
  DecodedRecord() = default;
  RecordHeader header_;
  trace::DecisionRecord decision_;
  bool erased_ = false;
  Arena arena_;
};

// An outcome read from the log; owns all that it borrows. Immutable.
class DecodedOutcome {
 public:
  const RecordHeader& header() const { return header_; }
  const trace::OutcomeRecord& outcome() const { return outcome_; }
  // True when the personal part was erased; its fields are then empty.
  bool erased() const { return erased_; }

 private:
  friend absl::StatusOr<std::unique_ptr<const DecodedOutcome>> DecodeOutcome(
      const RecordBytes& bytes);
  DecodedOutcome() = default;
  RecordHeader header_;
  trace::OutcomeRecord outcome_;
  bool erased_ = false;
  Arena arena_;
};

// Somebody was erased from the log. It does not say who, and its record has
// neither subject nor personal part.
struct Erasure {
  absl::Time at;
  uint64_t records = 0;  // How many were cleared.

  friend bool operator==(const Erasure&, const Erasure&) = default;
};

// What an operator did to what serves; owns all that it borrows. Immutable.
class DecodedOperation {
 public:
  const state::Operation& operation() const { return operation_; }

 private:
  friend absl::StatusOr<std::unique_ptr<const DecodedOperation>>
  DecodeOperation(const RecordBytes& bytes);
  DecodedOperation() = default;
  state::Operation operation_;
  Arena arena_;
};

// Returns what `bytes` tell, without decoding the rest of it: readers that want
// one kind pass over the others by it.
// Errors: DATA_LOSS, the bytes are not a record; FAILED_PRECONDITION, a newer
// program wrote them; UNIMPLEMENTED, they are of a kind that this program does
// not know. Thread safe. Does not allocate. Time: O(fields of the envelope).
absl::StatusOr<RecordKind> KindOf(const RecordBytes& bytes);

// Returns `record` as bytes, with this program's versions (base/versions.h).
// Requires: the ranges of treatments and placements cover their vectors in
// order, without gap or overlap. Thread safe. Does not allocate once the
// calling thread is warm, the returned strings and text values aside.
RecordBytes Encode(const trace::DecisionRecord& record,
                   const Identity& identity);
// For callers that have the customer's SubjectOf() already.
RecordBytes Encode(const trace::DecisionRecord& record,
                   const Identity& identity, absl::string_view subject);

// Returns the record in `bytes`; Decode(Encode(x)) equals x bit for bit.
// Errors: DATA_LOSS, the bytes are not a record; FAILED_PRECONDITION, a newer
// program wrote them; UNIMPLEMENTED, they are not a decision. Thread safe.
absl::StatusOr<std::unique_ptr<const DecodedRecord>> Decode(
    const RecordBytes& bytes);

// Returns `record` as bytes, with this program's versions. Thread safe.
RecordBytes EncodeOutcome(const trace::OutcomeRecord& record,
                          const Identity& identity);

// Returns the outcome in `bytes`, equal to what was encoded, bit for bit.
// Errors: as Decode(); UNIMPLEMENTED, they are not an outcome. Thread safe.
absl::StatusOr<std::unique_ptr<const DecodedOutcome>> DecodeOutcome(
    const RecordBytes& bytes);

// Returns `erasure` as bytes, with this program's versions. Thread safe.
RecordBytes EncodeErasure(const Erasure& erasure, const Identity& identity);

// Returns the erasure in `bytes`. Errors: as Decode(); UNIMPLEMENTED, they are
// not an operator's action, or another one. Thread safe.
absl::StatusOr<Erasure> DecodeErasure(const RecordBytes& bytes);

// Returns `operation` as bytes, with this program's versions. Thread safe.
RecordBytes EncodeOperation(const state::Operation& operation,
                            const Identity& identity);

// Returns the operation in `bytes`. Errors: as DecodeErasure(). Thread safe.
absl::StatusOr<std::unique_ptr<const DecodedOperation>> DecodeOperation(
    const RecordBytes& bytes);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_
