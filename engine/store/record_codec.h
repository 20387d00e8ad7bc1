// engine/store/record_codec.h
//
// A decision record to bytes and back, exactly (record.proto holds the layout,
// docs/record_format.md the rules). The server encodes what it appends; the
// projector, insight and replay decode.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_
#define STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/base/arena.h"
#include "engine/store/identity.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"

namespace stratagem::store {

// The newest record format that this program writes and reads.
inline constexpr uint32_t kRecordFormat = 1;
// LIMIT: nesting of messages in one record; a list or map takes two.
inline constexpr int kRecordDepthMax = 1'000;

// What an envelope says besides the decision.
struct RecordHeader {
  uint32_t format = 0;
  std::string node_id;
  uint64_t epoch = 0;
  std::string engine_version;
  uint32_t hash_version = 0;
  uint32_t random_version = 0;
  std::string subject;  // identity.h.
};

// A record read from the log; owns all that its decision borrows. Immutable.
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

// Returns `record` as bytes, with this program's versions (base/versions.h).
// Requires: the ranges of treatments and placements cover their vectors in
// order, without gap or overlap. Thread safe. Does not allocate once the
// calling thread is warm, the returned strings and text values aside.
RecordBytes Encode(const trace::DecisionRecord& record,
                   const Identity& identity);

// Returns the record in `bytes`; Decode(Encode(x)) equals x bit for bit.
// Errors: DATA_LOSS, the bytes are not a record; FAILED_PRECONDITION, a newer
// program wrote them; UNIMPLEMENTED, they are not a decision. Thread safe.
absl::StatusOr<std::unique_ptr<const DecodedRecord>> Decode(
    const RecordBytes& bytes);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_RECORD_CODEC_H_
