// engine/store/record_fields.h
//
// What records of every kind have in common as bytes: times, names, effects,
// the envelope's head. The codecs of records and profiles are made of it and
// of record_value.h; nobody else includes it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_RECORD_FIELDS_H_
#define STRATAGEM_ENGINE_STORE_RECORD_FIELDS_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/state/state.h"
#include "engine/store/identity.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "google/protobuf/message_lite.h"

namespace stratagem::store {

inline void SetText(std::string* field, absl::string_view text) {
  field->assign(text.data(), text.size());
}

void EncodeTime(absl::Time time, v1::Time* out);
void EncodeName(const state::Name& name, v1::Name* out);
void EncodeEffect(const state::Effect& effect, v1::Effect* out);
// Format, kind, who writes with which versions.
void EncodeHead(RecordKind kind, const Identity& identity, v1::Envelope* out);

RecordHeader DecodeHead(const v1::Envelope& envelope);

// Turns parts of messages into data whose text lives in `arena`. Goes on after
// a fault and remembers the first: every message is well formed for protobuf by
// then, so there is nothing to run into.
class FieldDecoder {
 public:
  explicit FieldDecoder(Arena& arena) : arena_(arena) {}

  // DATA_LOSS with what was wrong, or OK.
  absl::Status status() const;

  void Fault(absl::string_view fault) {
    if (fault_.empty()) fault_ = std::string(fault);
  }
  absl::string_view Text(const std::string& text) {
    return arena_.CopyString(text);
  }
  // Numbers that this program does not know are kept: a newer one's codes
  // survive a visit here.
  template <typename Enum>
  Enum Code(uint32_t number, absl::string_view what) {
    if (number > std::numeric_limits<uint8_t>::max()) {
      Fault(absl::StrCat(what, " ", number, " is above 255"));
      return Enum{};
    }
    return static_cast<Enum>(number);
  }
  // A number from `first` to `last`: those that decide what memory becomes are
  // not guessed.
  template <typename Enum>
  Enum KnownCode(uint32_t number, Enum first, Enum last,
                 absl::string_view what) {
    if (number >= static_cast<uint32_t>(first) &&
        number <= static_cast<uint32_t>(last)) {
      return static_cast<Enum>(number);
    }
    Fault(absl::StrCat(what, " ", number));
    return first;
  }
  absl::Time Time(const v1::Time& time);
  state::Name Name(const v1::Name& name) {
    return {Text(name.text()), name.key()};
  }
  state::Outcome Outcome(uint32_t number);
  state::Effect Effect(const v1::Effect& effect);
  Arena& arena() { return arena_; }

 private:
  Arena& arena_;
  std::string fault_;
};

// Parses `bytes`, up to kRecordDepthMax deep; false: they are not a `message`.
bool ParseRecordPart(const std::string& bytes,
                     google::protobuf::MessageLite& message);

// Parses the envelope of a record whose kind must be `kind`.
// Errors: as Decode().
absl::Status ParseEnvelope(const std::string& bytes, RecordKind kind,
                           v1::Envelope& envelope);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_RECORD_FIELDS_H_
