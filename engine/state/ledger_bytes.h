// engine/state/ledger_bytes.h
//
// LedgerWriter and LedgerReader: numbers and text as bytes in pieces of bounded
// size, with a checksum at the end. The ledger's parts save themselves with
// them; nothing that is read can do more than fail.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_LEDGER_BYTES_H_
#define STRATAGEM_ENGINE_STATE_LEDGER_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/sha256.h"

namespace stratagem::state {

// LIMIT: bytes of one piece.
inline constexpr size_t kLedgerPieceBytes = 256u << 10;
// LIMIT: bytes of one text.
inline constexpr size_t kLedgerTextBytesMax = 1u << 20;

// After an error all does nothing; Finish() says which. Not thread safe.
class LedgerWriter {
 public:
  using Write = std::function<absl::Status(absl::string_view)>;

  // `write` must outlive this.
  explicit LedgerWriter(const Write& write) : write_(write) {}

  void Number(uint64_t number);  // Short when small.
  void Signed(int64_t number);   // Short when near zero.
  void Fixed(uint64_t number);   // 8 bytes.
  void Text(absl::string_view text);
  void Bytes(absl::string_view bytes);

  // Writes the checksum. Errors: those of `write`.
  absl::Status Finish();

 private:
  void Flush();

  const Write& write_;
  std::string piece_;
  Sha256 hash_;
  absl::Status status_;
};

// After a fault everything reads as 0 or "", and ok() is false, so that loops
// end. Not thread safe.
class LedgerReader {
 public:
  using Read = std::function<absl::StatusOr<std::string>(size_t count)>;

  // `read` must outlive this.
  explicit LedgerReader(const Read& read) : read_(read) {}

  uint64_t Number();
  // A number of at most `max`; a fault otherwise.
  uint64_t NumberUpTo(uint64_t max);
  int64_t Signed();
  uint64_t Fixed();
  std::string Text();
  std::string Bytes(size_t count);

  bool ok() const { return status_.ok(); }
  // Says what is wrong with what was read; the first fault stays.
  void Fault(absl::string_view what);

  // Compares the checksum, after which nothing may follow. Errors: DATA_LOSS;
  // those of the source.
  absl::Status Finish();

 private:
  // Makes `count` bytes available from `next_`. Requires: at most
  // kLedgerTextBytesMax. Returns false at the end, which is a fault.
  bool Need(size_t count);
  // Adds one piece of the source to `held_`; false at its end.
  bool Fetch();

  const Read& read_;
  std::string held_;
  size_t next_ = 0;  // Before it all is hashed once `held_` is cut.
  Sha256 hash_;
  absl::Status status_;
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_LEDGER_BYTES_H_
