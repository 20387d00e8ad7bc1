#include "engine/store/log_scan.h"

#include <algorithm>
#include <utility>

#include "engine/base/status_macros.h"
#include "engine/store/projection.h"

namespace stratagem::store {
namespace {

// Records that are read at once.
constexpr uint64_t kChunk = 64;

// Reads the records of `range`, all of them.
absl::StatusOr<std::vector<LogEntry>> ReadAll(const ReadLog& read,
                                              SequenceRange range) {
  std::vector<LogEntry> entries;
  while (range.first <= range.last) {
    STRATAGEM_ASSIGN_OR_RETURN(
        std::vector<LogEntry> some,
        read(range.first - 1, range.last - range.first + 1));
    if (some.empty()) return absl::OutOfRangeError("the log has ended early");
    range.first = some.back().position.sequence + 1;
    std::move(some.begin(), some.end(), std::back_inserter(entries));
  }
  return entries;
}

}  // namespace

absl::StatusOr<DecisionPage> ScanLog(const ReadLog& read,
                                     const DecisionQuery& query,
                                     SequenceRange range, size_t& looks) {
  const std::vector<Term> terms = TermsOf(query.filter);
  const bool down = query.newest_first;
  DecisionPage page;
  uint64_t at = down ? std::min(query.start, range.last)
                     : std::max(query.start, range.first);
  while (range.first <= at && at <= range.last) {
    const uint64_t more =
        std::min(kChunk - 1, down ? at - range.first : range.last - at);
    STRATAGEM_ASSIGN_OR_RETURN(
        std::vector<LogEntry> entries,
        ReadAll(read, down ? SequenceRange{at - more, at}
                           : SequenceRange{at, at + more}));
    if (down) std::reverse(entries.begin(), entries.end());
    for (const LogEntry& entry : entries) {
      at = entry.position.sequence;
      if (page.sequences.size() >= query.limit || looks >= kLooksMax) {
        page.next = at;
        return page;
      }
      looks += kLooksOfARecord;
      if (Matches(query.filter, terms, Project(entry))) {
        page.sequences.push_back(at);
      }
    }
    at = down ? at - 1 : at + 1;
  }
  return page;
}

absl::StatusOr<DecisionPage> FindInTwo(const DecisionQuery& query,
                                       SequenceRange older_range,
                                       const FindPart& older, uint64_t last,
                                       const FindPart& newer) {
  const SequenceRange newer_range = {older_range.last + 1, last};
  const bool down = query.newest_first;
  size_t looks = 0;
  STRATAGEM_ASSIGN_OR_RETURN(DecisionPage page,
                             down ? newer(query, newer_range, looks)
                                  : older(query, older_range, looks));
  if (page.next.has_value()) return page;
  DecisionQuery rest = query;
  rest.start = down ? std::min(query.start, older_range.last)
                    : std::max(query.start, newer_range.first);
  const SequenceRange& range = down ? older_range : newer_range;
  if (rest.start < range.first || rest.start > range.last) return page;
  if (page.sequences.size() >= query.limit) {
    page.next = rest.start;
    return page;
  }
  rest.limit = query.limit - page.sequences.size();
  STRATAGEM_ASSIGN_OR_RETURN(
      DecisionPage second,
      down ? older(rest, range, looks) : newer(rest, range, looks));
  page.sequences.insert(page.sequences.end(), second.sequences.begin(),
                        second.sequences.end());
  page.next = second.next;
  return page;
}

}  // namespace stratagem::store
