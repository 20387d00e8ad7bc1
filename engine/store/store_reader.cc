#include "engine/store/store_reader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/log_database.h"

namespace stratagem::store {

absl::StatusOr<std::unique_ptr<StoreReader>> StoreReader::Open(
    const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(LogPath(directory), error)) {
    return absl::NotFoundError(absl::StrCat("there is no store in `", directory,
                                            "`: it has no file `log.db`"));
  }
  STRATAGEM_ASSIGN_OR_RETURN(std::unique_ptr<LogReader> log,
                             LogReader::Open(LogPath(directory), /*vfs=*/""));
  STRATAGEM_ASSIGN_OR_RETURN(Identity identity, log->LastWriter());
  // What is derived may be damaged or of another version; the log is not then.
  absl::StatusOr<std::unique_ptr<ViewsReader>> views =
      ViewsReader::Open(absl::StrCat(directory, "/views.db"), /*vfs=*/"");
  return std::unique_ptr<StoreReader>(
      new StoreReader(std::move(log), std::move(identity),
                      views.ok() ? *std::move(views) : nullptr));
}

absl::StatusOr<std::optional<SequenceRange>> StoreReader::Held() {
  if (views_ == nullptr) return std::optional<SequenceRange>();
  return views_->Held(identity_.node_id);
}

std::vector<SequenceRange> StoreReader::RangesOf(absl::Time from,
                                                 absl::Time until,
                                                 SequenceRange range) {
  const std::vector<SequenceRange> whole = {range};
  if (from == absl::InfinitePast() && until == absl::InfiniteFuture()) {
    return whole;
  }
  const absl::StatusOr<std::optional<SequenceRange>> held = Held();
  if (!held.ok() || !held->has_value() || (*held)->first > range.first) {
    return whole;
  }
  const uint64_t held_last = std::min((*held)->last, range.last);
  const absl::StatusOr<SequenceRange> older =
      views_->Narrow(from, until, {range.first, held_last});
  if (!older.ok()) return whole;
  std::vector<SequenceRange> ranges;
  for (const SequenceRange& part :
       {*older, SequenceRange{held_last + 1, range.last}}) {
    if (part.first <= part.last) ranges.push_back(part);
  }
  return ranges;
}

absl::StatusOr<uint64_t> StoreReader::ProjectedSequence() {
  STRATAGEM_ASSIGN_OR_RETURN(const std::optional<SequenceRange> held, Held());
  return held.has_value() ? held->last : 0;
}

absl::StatusOr<std::vector<StoreCount>> StoreReader::Counts() {
  STRATAGEM_ASSIGN_OR_RETURN(const std::optional<SequenceRange> held, Held());
  if (!held.has_value()) return std::vector<StoreCount>();
  return views_->Totals();
}

}  // namespace stratagem::store
