#include "engine/state/ledger_bytes.h"

#include "absl/strings/str_cat.h"

namespace stratagem::state {
namespace {

constexpr size_t kChecksumBytes = 64;  // Hexadecimal digits of SHA-256.
constexpr int kVarintBytesMax = 10;

}  // namespace

void LedgerWriter::Number(uint64_t number) {
  while (number >= 0x80) {
    piece_.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  piece_.push_back(static_cast<char>(number));
  if (piece_.size() >= kLedgerPieceBytes) Flush();
}

void LedgerWriter::Signed(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  Number(bits << 1 ^ (number < 0 ? ~uint64_t{0} : 0));
}

void LedgerWriter::Fixed(uint64_t number) {
  for (int i = 0; i < 8; ++i) {
    piece_.push_back(static_cast<char>(number >> (8 * i)));
  }
  if (piece_.size() >= kLedgerPieceBytes) Flush();
}

void LedgerWriter::Text(absl::string_view text) {
  Number(text.size());
  Bytes(text);
}

void LedgerWriter::Bytes(absl::string_view bytes) {
  piece_.append(bytes.data(), bytes.size());
  if (piece_.size() >= kLedgerPieceBytes) Flush();
}

void LedgerWriter::Flush() {
  hash_.Update(piece_);
  if (status_.ok()) status_ = write_(piece_);
  piece_.clear();
}

absl::Status LedgerWriter::Finish() {
  Flush();
  if (status_.ok()) status_ = write_(hash_.FinishHex());
  return status_;
}

void LedgerReader::Fault(absl::string_view what) {
  if (status_.ok()) {
    status_ = absl::DataLossError(
        absl::StrCat("not a ledger as it was saved: ", what));
  }
}

bool LedgerReader::Fetch() {
  if (!status_.ok()) return false;
  absl::StatusOr<std::string> piece = read_(kLedgerPieceBytes);
  if (!piece.ok()) {
    status_ = piece.status();
    return false;
  }
  if (piece->empty()) return false;
  hash_.Update(absl::string_view(held_).substr(0, next_));
  held_.erase(0, next_);
  next_ = 0;
  held_ += *piece;
  return true;
}

bool LedgerReader::Need(size_t count) {
  while (status_.ok() && held_.size() - next_ < count) {
    if (!Fetch()) Fault("the end is missing");
  }
  return status_.ok();
}

uint64_t LedgerReader::Number() {
  uint64_t number = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    if (!Need(1)) return 0;
    const auto byte = static_cast<uint8_t>(held_[next_++]);
    number |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) return number;
  }
  Fault("a number does not end");
  return 0;
}

uint64_t LedgerReader::NumberUpTo(uint64_t max) {
  const uint64_t number = Number();
  if (number <= max) return number;
  Fault(absl::StrCat("found ", number, ", expected at most ", max));
  return 0;
}

int64_t LedgerReader::Signed() {
  const uint64_t bits = Number();
  return static_cast<int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? ~uint64_t{0} : 0));
}

uint64_t LedgerReader::Fixed() {
  if (!Need(8)) return 0;
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) {
    number |= uint64_t{static_cast<uint8_t>(held_[next_++])} << (8 * i);
  }
  return number;
}

std::string LedgerReader::Text() {
  return Bytes(NumberUpTo(kLedgerTextBytesMax));
}

std::string LedgerReader::Bytes(size_t count) {
  if (!Need(count)) return "";
  std::string bytes = held_.substr(next_, count);
  next_ += count;
  return bytes;
}

absl::Status LedgerReader::Finish() {
  if (!Need(kChecksumBytes)) return status_;
  hash_.Update(absl::string_view(held_).substr(0, next_));
  if (held_.substr(next_, kChecksumBytes) != hash_.FinishHex()) {
    Fault("its checksum is another");
    return status_;
  }
  if (held_.size() != next_ + kChecksumBytes) Fault("more follows its end");
  if (!status_.ok()) return status_;
  absl::StatusOr<std::string> rest = read_(1);
  if (!rest.ok()) return rest.status();
  if (!rest->empty()) Fault("more follows its end");
  return status_;
}

}  // namespace stratagem::state
