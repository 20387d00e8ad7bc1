#include "engine/store/views_reader.h"

#include <algorithm>
#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/posting.h"
#include "engine/store/projection.h"
#include "engine/store/views_writer.h"

namespace stratagem::store {
namespace {

// The next sequence of a condition; nothing at its end.
using Next = std::optional<uint64_t>;

int64_t Signed(uint64_t number) { return static_cast<int64_t>(number); }

// One condition as an ascending list of sequences.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // The nearest sequence at `from` or beyond it.
  virtual absl::StatusOr<Next> Seek(uint64_t from) = 0;
};

// Returns "column <= ? ORDER BY column DESC LIMIT 1", or the other way up.
std::string Nearest(absl::string_view column, bool down) {
  return absl::StrCat(column, down ? " <= ? ORDER BY " : " >= ? ORDER BY ",
                      column, down ? " DESC LIMIT 1" : " LIMIT 1");
}

// The decisions of a customer, or all of them.
class DecisionCursor final : public Cursor {
 public:
  static absl::StatusOr<std::unique_ptr<DecisionCursor>> Open(
      Database& database, const std::optional<std::string>& subject,
      bool down) {
    const std::string sql =
        absl::StrCat("SELECT sequence, decided_at_us FROM decisions WHERE ",
                     subject.has_value() ? "subject = ?1 AND " : "",
                     Nearest("sequence", down));
    auto cursor = std::make_unique<DecisionCursor>();
    STRATAGEM_ASSIGN_OR_RETURN(cursor->select_, database.Prepare(sql.c_str()));
    if (subject.has_value()) {
      cursor->select_.BindBytes(1, *subject);
      cursor->parameter_ = 2;
    }
    return cursor;
  }

  absl::StatusOr<Next> Seek(uint64_t from) override {
    select_.BindInt(parameter_, Signed(from));
    absl::Cleanup reset = [this] { select_.Reset(); };
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select_.Step());
    if (!row) return Next();
    decided_at_ = absl::FromUnixMicros(select_.ColumnInt(1));
    return Next(static_cast<uint64_t>(select_.ColumnInt(0)));
  }

  // When the decision was made that Seek() found last.
  absl::Time decided_at() const { return decided_at_; }

 private:
  Statement select_;
  int parameter_ = 1;
  absl::Time decided_at_;
};

// The decisions of one term.
class TermCursor final : public Cursor {
 public:
  // Null when no decision has the term.
  static absl::StatusOr<std::unique_ptr<TermCursor>> Open(Database& database,
                                                          const Term& term,
                                                          bool down) {
    STRATAGEM_ASSIGN_OR_RETURN(
        Statement find,
        database.Prepare(
            "SELECT id FROM terms WHERE kind = ? AND name = ? AND value = ?"));
    find.BindInt(1, static_cast<int64_t>(term.kind));
    find.BindText(2, term.name);
    find.BindText(3, term.value);
    STRATAGEM_ASSIGN_OR_RETURN(const bool known, find.Step());
    std::unique_ptr<TermCursor> cursor;
    if (!known) return cursor;
    cursor = std::make_unique<TermCursor>();
    cursor->down_ = down;
    const std::string sql =
        "SELECT first_sequence, distances FROM postings WHERE term = ? AND ";
    STRATAGEM_ASSIGN_OR_RETURN(
        cursor->at_or_below_,
        database.Prepare(
            absl::StrCat(sql, Nearest("first_sequence", true)).c_str()));
    STRATAGEM_ASSIGN_OR_RETURN(
        cursor->at_or_above_,
        database.Prepare(
            absl::StrCat(sql, Nearest("first_sequence", false)).c_str()));
    cursor->at_or_below_.BindInt(1, find.ColumnInt(0));
    cursor->at_or_above_.BindInt(1, find.ColumnInt(0));
    return cursor;
  }

  absl::StatusOr<Next> Seek(uint64_t from) override {
    if (!Covers(from)) STRATAGEM_RETURN_IF_ERROR(Load(at_or_below_, from));
    if (down_) {
      const auto above = std::upper_bound(block_.begin(), block_.end(), from);
      return above == block_.begin() ? Next() : Next(*std::prev(above));
    }
    const auto found = std::lower_bound(block_.begin(), block_.end(), from);
    if (found != block_.end()) return Next(*found);
    STRATAGEM_RETURN_IF_ERROR(Load(at_or_above_, from));
    return block_.empty() ? Next() : Next(block_.front());
  }

 private:
  bool Covers(uint64_t sequence) const {
    return !block_.empty() && block_.front() <= sequence &&
           sequence <= block_.back();
  }

  absl::Status Load(Statement& select, uint64_t from) {
    block_.clear();
    select.BindInt(2, Signed(from));
    absl::Cleanup reset = [&select] { select.Reset(); };
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (row) {
      block_ = DecodeBlock(static_cast<uint64_t>(select.ColumnInt(0)),
                           select.ColumnBytes(1));
    }
    return absl::OkStatus();
  }

  Statement at_or_below_, at_or_above_;
  bool down_ = true;
  std::vector<uint64_t> block_;  // The one that was looked at last.
};

// What a query asks for: its conditions, the one that knows times last.
struct Conditions {
  std::vector<std::unique_ptr<Cursor>> cursors;
  const DecisionCursor* timed = nullptr;
};

// Nothing when no decision can match.
absl::StatusOr<std::optional<Conditions>> OpenConditions(
    Database& database, const DecisionQuery& query) {
  const DecisionFilter& filter = query.filter;
  Conditions conditions;
  for (const Term& term : TermsOf(filter)) {
    STRATAGEM_ASSIGN_OR_RETURN(
        std::unique_ptr<TermCursor> cursor,
        TermCursor::Open(database, term, query.newest_first));
    if (cursor == nullptr) return std::optional<Conditions>();
    conditions.cursors.push_back(std::move(cursor));
  }
  const bool has_time = filter.from != absl::InfinitePast() ||
                        filter.until != absl::InfiniteFuture();
  if (has_time || filter.subject.has_value() || conditions.cursors.empty()) {
    STRATAGEM_ASSIGN_OR_RETURN(
        std::unique_ptr<DecisionCursor> cursor,
        DecisionCursor::Open(database, filter.subject, query.newest_first));
    conditions.timed = cursor.get();
    conditions.cursors.push_back(std::move(cursor));
  }
  return std::optional<Conditions>(std::move(conditions));
}

// Returns the first sequence from `at` on of which the conditions may hold:
// `at` itself if and only if they all do. Nothing at the end of one of them.
absl::StatusOr<Next> SeekAll(Conditions& conditions, uint64_t at,
                             size_t& looks) {
  uint64_t candidate = at;
  for (const std::unique_ptr<Cursor>& cursor : conditions.cursors) {
    ++looks;
    STRATAGEM_ASSIGN_OR_RETURN(const Next next, cursor->Seek(candidate));
    if (!next.has_value()) return Next();
    candidate = *next;
  }
  return Next(candidate);
}

bool InTime(const DecisionFilter& filter, const Conditions& conditions) {
  return conditions.timed == nullptr ||
         (filter.from <= conditions.timed->decided_at() &&
          conditions.timed->decided_at() < filter.until);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ViewsReader>> ViewsReader::Open(
    const std::string& path, const std::string& vfs) {
  STRATAGEM_ASSIGN_OR_RETURN(Database database,
                             Database::Open(path, Access::kReadOnly, vfs));
  return std::unique_ptr<ViewsReader>(new ViewsReader(std::move(database)));
}

absl::StatusOr<std::optional<SequenceRange>> ViewsReader::Held(
    const std::string& node_id) {
  std::optional<SequenceRange> held;
  STRATAGEM_ASSIGN_OR_RETURN(const int64_t version,
                             database_.QueryInt("PRAGMA user_version"));
  if (version != kViewsVersion) return held;
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement progress,
      database_.Prepare(
          "SELECT first_sequence, sequence FROM progress WHERE node_id = ?"));
  progress.BindText(1, node_id);
  STRATAGEM_ASSIGN_OR_RETURN(const bool row, progress.Step());
  if (row) {
    held = {.first = static_cast<uint64_t>(progress.ColumnInt(0)),
            .last = static_cast<uint64_t>(progress.ColumnInt(1))};
  }
  return held;
}

absl::StatusOr<SequenceRange> ViewsReader::Narrow(absl::Time from,
                                                  absl::Time until,
                                                  SequenceRange range) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database_.Prepare("SELECT min(first_sequence), max(last_sequence) "
                        "FROM hours WHERE hour >= ? AND hour <= ?"));
  select.BindInt(1, HourOf(from));
  select.BindInt(2, HourOf(until));
  STRATAGEM_RETURN_IF_ERROR(select.Step().status());
  // Both are 0 when there is no such hour.
  return SequenceRange{
      std::max(range.first, static_cast<uint64_t>(select.ColumnInt(0))),
      std::min(range.last, static_cast<uint64_t>(select.ColumnInt(1)))};
}

absl::StatusOr<std::vector<DayCount>> ViewsReader::Counts(int64_t from,
                                                          int64_t until) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database_.Prepare("SELECT day, dimension, value, count FROM counts WHERE "
                        "day >= ? AND day < ? ORDER BY day, dimension, value"));
  select.BindInt(1, from);
  select.BindInt(2, until);
  std::vector<DayCount> counts;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return counts;
    counts.push_back({select.ColumnInt(0),
                      {std::string(select.ColumnBytes(1)),
                       std::string(select.ColumnBytes(2)),
                       static_cast<uint64_t>(select.ColumnInt(3))}});
  }
}

absl::StatusOr<std::vector<StoreCount>> ViewsReader::Totals() {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database_.Prepare("SELECT dimension, value, sum(count) FROM counts "
                        "GROUP BY dimension, value "
                        "ORDER BY dimension, value"));
  std::vector<StoreCount> counts;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return counts;
    counts.push_back({std::string(select.ColumnBytes(0)),
                      std::string(select.ColumnBytes(1)),
                      static_cast<uint64_t>(select.ColumnInt(2))});
  }
}

absl::StatusOr<DecisionPage> ViewsReader::Find(const DecisionQuery& query,
                                               SequenceRange range,
                                               size_t& looks) {
  STRATAGEM_RETURN_IF_ERROR(database_.Execute("BEGIN"));
  absl::Cleanup end = [this] { database_.Execute("COMMIT").IgnoreError(); };
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t projected,
      database_.QueryInt("SELECT sequence FROM progress"));
  if (static_cast<uint64_t>(projected) < range.last) {
    return absl::UnavailableError(absl::StrCat(
        "`", sqlite3_db_filename(database_.handle(), "main"),
        "`: derived tables are being built anew; try again later"));
  }
  DecisionPage page;
  STRATAGEM_ASSIGN_OR_RETURN(std::optional<Conditions> conditions,
                             OpenConditions(database_, query));
  if (!conditions.has_value()) return page;
  STRATAGEM_ASSIGN_OR_RETURN(
      range, Narrow(query.filter.from, query.filter.until, range));
  uint64_t at = query.newest_first ? std::min(query.start, range.last)
                                   : std::max(query.start, range.first);
  while (range.first <= at && at <= range.last) {
    if (page.sequences.size() >= query.limit || looks >= kLooksMax) {
      page.next = at;
      return page;
    }
    STRATAGEM_ASSIGN_OR_RETURN(const Next next,
                               SeekAll(*conditions, at, looks));
    if (!next.has_value()) return page;
    if (*next != at) {
      at = *next;
      continue;
    }
    if (InTime(query.filter, *conditions)) page.sequences.push_back(at);
    at = query.newest_first ? at - 1 : at + 1;
  }
  return page;
}

absl::StatusOr<std::vector<OutcomeRow>> ViewsReader::Outcomes(
    uint64_t decision_sequence) {
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      database_.Prepare(
          "SELECT min(sequence), offer, outcome, status, outcome_id, "
          "occurred_at_us, recorded_at_us, revenue_micros, revenue_currency "
          "FROM outcomes WHERE decision_sequence = ? "
          "GROUP BY offer, outcome, report ORDER BY 1 LIMIT ?"));
  select.BindInt(1, Signed(decision_sequence));
  select.BindInt(2, kOutcomesMax);
  std::vector<OutcomeRow> rows;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return rows;
    const auto text = [&select](int column) {
      return std::string(select.ColumnBytes(column));
    };
    rows.push_back({.sequence = static_cast<uint64_t>(select.ColumnInt(0)),
                    .decision_sequence = decision_sequence,
                    .offer = text(1),
                    .outcome = text(2),
                    .status = text(3),
                    .outcome_id = text(4),
                    .occurred_at = absl::FromUnixMicros(select.ColumnInt(5)),
                    .recorded_at = absl::FromUnixMicros(select.ColumnInt(6)),
                    .revenue_micros = select.ColumnInt(7),
                    .revenue_currency = text(8)});
  }
}

}  // namespace stratagem::store
