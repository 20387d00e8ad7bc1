#include "clients/cli/replay_log.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/diagnostics.h"
#include "engine/base/status_macros.h"
#include "engine/base/versions.h"
#include "engine/decide/replay.h"
#include "engine/store/pack_archive.h"
#include "engine/store/record_codec.h"
#include "engine/store/store_reader.h"

namespace stratagem::cli {
namespace {

// Records that are read at once; a reader does not hold the log for longer.
constexpr size_t kPageRecords = 1'000;

// A plan of the archive, or why there is none.
struct ArchivedPlan {
  std::unique_ptr<const plan::Plan> plan;
  std::unique_ptr<decide::Replayer> replayer;
  std::string why_none;
};

class LogReplay {
 public:
  explicit LogReplay(const ReplayOptions& options) : options_(options) {
    if (options.plan != nullptr) {
      chosen_ = std::make_unique<decide::Replayer>(*options.plan);
    }
  }

  // Replays one record if it is asked for.
  void Add(const store::LogEntry& entry);
  bool is_full() const { return report_.replayed >= options_.decisions_max; }
  ReplayReport& report() { return report_; }

 private:
  bool IsAskedFor(const store::DecodedRecord& record) const;
  void NoteVersions(const store::DecodedRecord& record);
  // Null, and counted, when there is none.
  decide::Replayer* ReplayerFor(const trace::DecisionRecord& decision);
  ArchivedPlan LoadArchived(const trace::DecisionRecord& decision) const;

  const ReplayOptions& options_;
  std::unique_ptr<decide::Replayer> chosen_;
  std::map<std::string, ArchivedPlan, std::less<>> archived_;  // By digest.
  ReplayReport report_;
};

bool LogReplay::IsAskedFor(const store::DecodedRecord& record) const {
  const trace::DecisionRecord& decision = record.decision();
  return options_.from <= decision.decided_at &&
         decision.decided_at < options_.until &&
         (options_.customer_id.empty() ||
          decision.customer_id == options_.customer_id);
}

void LogReplay::Add(const store::LogEntry& entry) {
  const absl::StatusOr<store::RecordKind> kind = store::KindOf(entry.record);
  if (kind.ok() && *kind != store::RecordKind::kDecision) return;
  const auto record = store::Decode(entry.record);
  if (!record.ok()) {
    report_.AddUnreadable(entry.position.sequence,
                          std::string(record.status().message()));
    return;
  }
  if (!IsAskedFor(**record)) return;
  if ((*record)->erased()) {
    ++report_.erased;
    return;
  }
  const trace::DecisionRecord& decision = (*record)->decision();
  decide::Replayer* const replayer = ReplayerFor(decision);
  if (replayer == nullptr) return;
  NoteVersions(**record);
  report_.Add(entry.position.sequence, std::string(decision.customer_id),
              replayer->Replay(decision));
}

void LogReplay::NoteVersions(const store::DecodedRecord& record) {
  const store::RecordHeader& header = record.header();
  if (header.engine_version != kEngineVersion) {
    report_.AddVersion(absl::StrCat("engine ", header.engine_version));
  }
  if (header.hash_version != kHashVersion) {
    report_.AddVersion(absl::StrCat("hash ", header.hash_version));
  }
  if (header.random_version != kRandomVersion) {
    report_.AddVersion(absl::StrCat("random ", header.random_version));
  }
  report_.AddTimeZones(std::string(record.decision().time_zones_version));
}

decide::Replayer* LogReplay::ReplayerFor(
    const trace::DecisionRecord& decision) {
  if (chosen_ != nullptr) {
    if (decision.pack_name == options_.plan->summary().name) {
      return chosen_.get();
    }
    ++report_.of_other_packs;
    return nullptr;
  }
  auto found = archived_.find(decision.pack_digest);
  if (found == archived_.end()) {
    found =
        archived_
            .emplace(std::string(decision.pack_digest), LoadArchived(decision))
            .first;
  }
  const ArchivedPlan& archived = found->second;
  if (archived.plan == nullptr) report_.AddWithoutPack(archived.why_none);
  return archived.replayer.get();
}

ArchivedPlan LogReplay::LoadArchived(
    const trace::DecisionRecord& decision) const {
  ArchivedPlan archived;
  const std::string name =
      absl::StrCat(decision.pack_name, "@", decision.pack_version);
  const std::string folder =
      store::ArchivedPackPath(options_.store, decision.pack_digest);
  std::error_code error;
  if (folder.empty() || !std::filesystem::is_directory(folder, error)) {
    archived.why_none = absl::StrCat(name, ": the store has not kept it");
    return archived;
  }
  Diagnostics diagnostics;
  std::unique_ptr<const plan::Plan> plan = plan::LoadPlan(folder, diagnostics);
  if (plan == nullptr) {
    const std::vector<Diagnostic> found = diagnostics.Sorted();
    archived.why_none = absl::StrCat(
        name, ": `", folder, "` does not compile", found.empty() ? "" : ": ",
        found.empty() ? "" : ToString(found.front()));
  } else if (plan->summary().digest != decision.pack_digest) {
    archived.why_none = absl::StrCat(name, ": `", folder,
                                     "` is damaged: its digest is another");
  } else {
    archived.plan = std::move(plan);
    archived.replayer = std::make_unique<decide::Replayer>(*archived.plan);
  }
  return archived;
}

uint64_t RecordsIn(const std::vector<store::SequenceRange>& ranges) {
  uint64_t records = 0;
  for (const store::SequenceRange& range : ranges) {
    if (range.first <= range.last) records += range.last - range.first + 1;
  }
  return records;
}

// Called after each record.
using RecordRead = std::function<void(uint64_t records)>;

// Replays the records of `range`, until enough were asked for.
absl::Status ReplayRange(store::LogReader& log, store::SequenceRange range,
                         LogReplay& replay, const RecordRead& read) {
  uint64_t after = range.first - 1;
  while (after < range.last && !replay.is_full()) {
    const size_t limit = static_cast<size_t>(
        std::min<uint64_t>(kPageRecords, range.last - after));
    absl::StatusOr<std::vector<store::LogEntry>> page = log.Read(after, limit);
    if (page.status().code() == absl::StatusCode::kOutOfRange) {
      // Retention went on meanwhile.
      STRATAGEM_ASSIGN_OR_RETURN(const store::SequenceRange left, log.Range());
      if (left.first <= after + 1) return page.status();
      read(left.first - 1 - after);
      after = left.first - 1;
      continue;
    }
    STRATAGEM_RETURN_IF_ERROR(page.status());
    if (page->empty()) break;
    for (const store::LogEntry& entry : *page) {
      if (replay.is_full()) break;
      replay.Add(entry);
      after = entry.position.sequence;
      read(1);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ReplayReport> ReplayLog(const ReplayOptions& options,
                                       const ReplayProgress& progress) {
  STRATAGEM_ASSIGN_OR_RETURN(const std::unique_ptr<store::StoreReader> reader,
                             store::StoreReader::Open(options.store));
  STRATAGEM_ASSIGN_OR_RETURN(const store::SequenceRange all,
                             reader->log().Range());
  const std::vector<store::SequenceRange> ranges =
      reader->RangesOf(options.from, options.until, all);
  const uint64_t total = RecordsIn(ranges);
  LogReplay replay(options);
  uint64_t done = 0;
  for (const store::SequenceRange& range : ranges) {
    STRATAGEM_RETURN_IF_ERROR(
        ReplayRange(reader->log(), range, replay, [&](uint64_t records) {
          done += records;
          progress(std::min(done, total), total, replay.report());
        }));
  }
  return std::move(replay.report());
}

}  // namespace stratagem::cli
