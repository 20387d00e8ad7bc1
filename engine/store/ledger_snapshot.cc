#include "engine/store/ledger_snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/sha256.h"
#include "engine/base/status_macros.h"
#include "engine/store/directory_lock.h"
#include "engine/store/record_codec.h"

namespace stratagem::store {
namespace {

// The first line says what the file is, and the version of its form.
constexpr absl::string_view kFirstLine = "stratagem state snapshot 1";
constexpr int kHeaderLines = 5;  // The checksum is the last.
// LIMIT: bytes of the header, far above what it has.
constexpr size_t kHeaderBytesMax = 1'024;

absl::Status FileError(const std::string& path, absl::string_view action,
                       int error = errno) {
  return absl::ErrnoToStatus(
      error, absl::StrCat("`", path, "`: cannot ", action,
                          "; check the disk and that this user may write"));
}

std::string Checksum(absl::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.FinishHex();
}

// What tells a record from others that could stand in its place: an older copy
// of the log that was restored goes on with other records. Erasing somebody
// leaves it as it is.
std::string FingerprintOf(const LogEntry& entry) {
  if (const auto decision = Decode(entry.record); decision.ok()) {
    return absl::StrCat("decision ", (*decision)->decision().seed, " ",
                        absl::ToUnixNanos((*decision)->decision().decided_at));
  }
  if (const auto outcome = DecodeOutcome(entry.record); outcome.ok()) {
    return absl::StrCat("outcome ", (*outcome)->outcome().decision_sequence,
                        " ",
                        absl::ToUnixNanos((*outcome)->outcome().recorded_at));
  }
  if (const auto erasure = DecodeErasure(entry.record); erasure.ok()) {
    return absl::StrCat("erasure ", absl::ToUnixNanos(erasure->at));
  }
  if (const auto decoded = DecodeOperation(entry.record); decoded.ok()) {
    return absl::StrCat("operation ",
                        absl::ToUnixNanos((*decoded)->operation().at));
  }
  return "unknown";
}

// The fingerprint of the record at `sequence`, or "" if it is not there.
std::string FingerprintAt(const Store& store, uint64_t sequence) {
  if (sequence == 0) return "";
  const auto entries = store.Read(sequence - 1, 1);
  if (!entries.ok() || entries->empty() ||
      entries->front().position.sequence != sequence) {
    return "";
  }
  return FingerprintOf(entries->front());
}

struct Header {
  std::string node_id;
  uint64_t sequence = 0;
  std::string fingerprint;
};

// Lines of text before the ledger's bytes, so that a person can look.
std::string TextOf(const Header& header) {
  const std::string lines =
      absl::StrCat(kFirstLine, "\nlog ", header.node_id, "\nsequence ",
                   header.sequence, "\nrecord ", header.fingerprint, "\n");
  return absl::StrCat(lines, Checksum(lines), "\n");
}

absl::Status WriteAll(int file, const std::string& path,
                      absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError(path, "write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadSome(int file, const std::string& path,
                                     size_t count) {
  std::string bytes(count, '\0');
  while (true) {
    const ssize_t size = read(file, bytes.data(), count);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return FileError(path, "read");
    bytes.resize(static_cast<size_t>(size));
    return bytes;
  }
}

absl::Status WriteFile(const std::string& path, const std::string& header,
                       const state::Ledger& ledger) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return FileError(path, "open");
  const absl::Cleanup close_file = [file] { close(file); };
  STRATAGEM_RETURN_IF_ERROR(WriteAll(file, path, header));
  STRATAGEM_RETURN_IF_ERROR(ledger.Save(
      [&](absl::string_view piece) { return WriteAll(file, path, piece); }));
  return fsync(file) == 0 ? absl::OkStatus() : FileError(path, "sync");
}

absl::Status Rename(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  return error ? FileError(to, "replace", error.value()) : absl::OkStatus();
}

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("`", path, "`: ", what));
}

// Takes the header off `bytes`, the beginning of the file.
absl::StatusOr<Header> TakeHeader(const std::string& path, std::string& bytes) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(bytes, absl::MaxSplits('\n', kHeaderLines));
  Header header;
  if (lines.size() <= kHeaderLines || lines[0] != kFirstLine ||
      !absl::SimpleAtoi(absl::StripPrefix(lines[2], "sequence "),
                        &header.sequence)) {
    return Damaged(path, "is no snapshot of this version");
  }
  header.node_id = std::string(absl::StripPrefix(lines[1], "log "));
  header.fingerprint = std::string(absl::StripPrefix(lines[3], "record "));
  const std::string text = TextOf(header);
  if (bytes.compare(0, text.size(), text) != 0) {
    return Damaged(path, "its header is damaged");
  }
  bytes.erase(0, text.size());
  return header;
}

// Whether the log goes on where the snapshot ends.
absl::Status CheckHeader(const Store& store, const std::string& path,
                         const Header& header) {
  const Identity& identity = store.identity();
  if (header.node_id != identity.node_id) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path, "`: is of log ", header.node_id, ", not of ",
                     identity.node_id));
  }
  const uint64_t last = store.stats().last_sequence;
  if (header.sequence > last) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path, "`: was made after record ", header.sequence,
                     ", the log ends with ", last));
  }
  // A record that is not there was trimmed; the fold looks at what comes after.
  const std::string found = FingerprintAt(store, header.sequence);
  if (found.empty() || found == header.fingerprint) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("`", path, "`: was made after another record ",
                   header.sequence, " than the log has"));
}

// The sequence of a snapshot by its header, or 0 if that is of no use.
uint64_t SequenceOf(const Store& store, const std::string& directory,
                    absl::string_view name) {
  const std::string path = absl::StrCat(directory, "/", name);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const absl::Cleanup close_file = [file] { close(file); };
  absl::StatusOr<std::string> begin = ReadSome(file, path, kHeaderBytesMax);
  if (!begin.ok()) return 0;
  const absl::StatusOr<Header> header = TakeHeader(path, *begin);
  if (!header.ok() || !CheckHeader(store, path, *header).ok()) return 0;
  return header->sequence;
}

}  // namespace

absl::Status WriteSnapshot(const Store& store, const std::string& directory,
                           uint64_t sequence, const state::Ledger& ledger,
                           Replaced replaced) {
  const std::string path = absl::StrCat(directory, "/", kSnapshotFile);
  const std::string draft = absl::StrCat(path, ".tmp");
  const Header header = {store.identity().node_id, sequence,
                         FingerprintAt(store, sequence)};
  absl::Status status = WriteFile(draft, TextOf(header), ledger);
  std::error_code none;
  if (status.ok() && replaced == Replaced::kKept &&
      std::filesystem::is_regular_file(path, none)) {
    status = Rename(path, absl::StrCat(directory, "/", kOlderSnapshotFile));
  }
  if (status.ok()) status = Rename(draft, path);
  if (!status.ok()) {
    unlink(draft.c_str());
    return status;
  }
  return SyncDirectory(directory);
}

absl::StatusOr<uint64_t> ReadSnapshot(const Store& store,
                                      const std::string& directory,
                                      absl::string_view name,
                                      state::Ledger& ledger) {
  const std::string path = absl::StrCat(directory, "/", name);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError(path, "open");
  const absl::Cleanup close_file = [file] { close(file); };
  STRATAGEM_ASSIGN_OR_RETURN(std::string begin,
                             ReadSome(file, path, kHeaderBytesMax));
  STRATAGEM_ASSIGN_OR_RETURN(const Header header, TakeHeader(path, begin));
  STRATAGEM_RETURN_IF_ERROR(CheckHeader(store, path, header));
  const absl::Status status =
      ledger.Load([&](size_t count) -> absl::StatusOr<std::string> {
        if (begin.empty()) return ReadSome(file, path, count);
        std::string piece = begin.substr(0, count);
        begin.erase(0, piece.size());
        return piece;
      });
  if (absl::IsDataLoss(status)) return Damaged(path, status.message());
  if (!status.ok()) return status;
  return header.sequence;
}

absl::StatusOr<LoadedLedger> LoadLedger(const Store& store,
                                        const std::string& directory,
                                        state::Ledger& ledger, Fold& fold) {
  LoadedLedger loaded;
  absl::Status refused;
  if (!directory.empty()) {
    const absl::StatusOr<uint64_t> newest =
        ReadSnapshot(store, directory, kSnapshotFile, ledger);
    loaded.refused = refused = newest.status();
    if (newest.ok()) {
      loaded.snapshot = *newest;
      loaded.older = SequenceOf(store, directory, kOlderSnapshotFile);
    } else {
      // Also when there is none: it is away while a new one takes its place.
      const absl::StatusOr<uint64_t> older =
          ReadSnapshot(store, directory, kOlderSnapshotFile, ledger);
      if (older.ok()) loaded.snapshot = *older;
      if (absl::IsNotFound(refused)) {
        loaded.refused = absl::OkStatus();
        refused = older.status();
      }
    }
    if (absl::IsNotFound(refused)) refused = absl::OkStatus();
  }
  absl::StatusOr<uint64_t> last = FoldLog(store, loaded.snapshot, fold);
  if (!last.ok() && !refused.ok()) {
    return absl::Status(last.status().code(),
                        absl::StrCat(last.status().message(),
                                     "; its snapshot is of no use either: ",
                                     refused.message()));
  }
  if (!last.ok()) return last.status();
  loaded.last = *last;
  return loaded;
}

}  // namespace stratagem::store
