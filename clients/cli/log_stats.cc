#include "clients/cli/log_stats.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"
#include "engine/base/duration_text.h"

namespace stratagem::cli {
namespace {

std::string RetentionText(const v1::GetLogStatsResponse& stats) {
  const v1::RetentionStats& retention = stats.retention();
  std::string text;
  if (retention.has_retain_for()) {
    const int64_t asked = retention.retain_for().seconds();
    const int64_t least = retention.retain_at_least().seconds();
    absl::StrAppend(&text, DurationText(absl::Seconds(asked)));
    if (asked < least) {
      absl::StrAppend(&text, " (effectively ",
                      DurationText(absl::Seconds(least)), ")");
    }
  }
  if (retention.retain_bytes() > 0) {
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    BytesText(retention.retain_bytes()));
  }
  if (text.empty()) return "everything is kept";
  absl::StrAppend(&text, "; ", Counted(retention.records_removed(), "record"),
                  " removed since the server started");
  if (retention.failures() > 0) {
    absl::StrAppend(&text, ", ", Counted(retention.failures(), "failure"));
  }
  return text;
}

std::string LedgerText(const v1::LedgerStats& ledger) {
  return absl::StrCat(Counted(ledger.customers(), "customer"), ", ",
                      Counted(ledger.events(), "event"), ", ",
                      Counted(ledger.counters(), "counter"), ", ",
                      Counted(ledger.reservations(), "reservation"), ", ",
                      BytesText(ledger.bytes()));
}

std::string ProfilesText(const v1::ProfileCacheStats& cache) {
  return absl::StrCat(
      WithThousands(cache.profiles()), " in memory, ", BytesText(cache.bytes()),
      ", ", WithThousands(cache.hits()), " of ",
      Counted(cache.hits() + cache.misses(), "read"), " found there");
}

void PrintCounts(const v1::GetLogStatsResponse& stats, const Console& console) {
  if (stats.counts().empty()) return;
  console.out << "\n";
  TextTable table({{"dimension"}, {"value"}, {"records", Align::kRight}},
                  console);
  for (const v1::LogCount& count : stats.counts()) {
    table.AddRow({{count.dimension()},
                  {count.value().empty() ? "-" : count.value()},
                  {WithThousands(count.count())}});
  }
  table.Print();
}

void PrintDays(const v1::GetLogStatsResponse& stats, const Console& console) {
  if (stats.days().empty()) return;
  console.out << "\n";
  TextTable table(
      {{"day (UTC)"}, {"dimension"}, {"value"}, {"records", Align::kRight}},
      console);
  for (const v1::LogDay& day : stats.days()) {
    for (const v1::LogCount& count : day.counts()) {
      table.AddRow({{day.day()},
                    {count.dimension()},
                    {count.value().empty() ? "-" : count.value()},
                    {WithThousands(count.count())}});
    }
  }
  table.Print();
}

void WriteCount(const v1::LogCount& count, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("dimension", count.dimension());
  json.StringMember("value", count.value());
  json.Key("count");
  json.Uint(count.count());
  json.EndObject();
}

void PrintTable(const v1::GetLogStatsResponse& stats, const Console& console) {
  const auto line = [&](absl::string_view name, const std::string& value) {
    console.out << console.PaintOut(Style::kFaint, name)
                << std::string(12 - name.size(), ' ') << value << "\n";
  };
  line("log", absl::StrCat(stats.node_id(), ", epoch ", stats.epoch()));
  line("records", stats.first_sequence() > 1
                      ? absl::StrCat(WithThousands(stats.records()), ", from #",
                                     stats.first_sequence())
                      : WithThousands(stats.records()));
  line("last", absl::StrCat("#", stats.last_sequence()));
  if (stats.file_bytes() > 0) {
    line("size", absl::StrCat(BytesText(stats.record_bytes()), " of ",
                              BytesText(stats.file_bytes()), " on disk"));
  }
  line("waiting", absl::StrCat(WithThousands(stats.queue_records()), ", ",
                               WithThousands(stats.appends_refused()),
                               " refused by a full queue"));
  line("commits", WithThousands(stats.commits()));
  if (stats.projected_sequence() < stats.last_sequence()) {
    const uint64_t behind = stats.last_sequence() - stats.projected_sequence();
    line("counts", absl::StrCat(Counted(behind, "record"), " behind"));
  }
  if (stats.reopenings() > 0) {
    line("reopened", absl::StrCat(Counted(stats.reopenings(), "time"),
                                  " after a write failed"));
  }
  if (stats.has_retention()) line("retention", RetentionText(stats));
  if (stats.has_ledger()) line("memory", LedgerText(stats.ledger()));
  if (stats.profile_cache().hits() + stats.profile_cache().misses() > 0) {
    line("profiles", ProfilesText(stats.profile_cache()));
  }
  if (stats.projection_failures() + stats.checkpoint_failures() +
          stats.ledger().snapshot_failures() >
      0) {
    line("retried",
         absl::StrCat(Counted(stats.projection_failures(), "projection"), ", ",
                      Counted(stats.checkpoint_failures(), "checkpoint"), ", ",
                      Counted(stats.ledger().snapshot_failures(), "snapshot"),
                      ", ", WithThousands(stats.wal_bytes()),
                      " bytes of write-ahead log"));
  }
  if (stats.ledger().requests_forgotten_early() > 0) {
    line("forgotten",
         absl::StrCat(
             Counted(stats.ledger().requests_forgotten_early(), "request id"),
             " before the window ended; raise --requests-max"));
  }
  PrintCounts(stats, console);
  PrintDays(stats, console);
}

void WriteStats(const v1::GetLogStatsResponse& stats, JsonWriter& json) {
  const auto number = [&](absl::string_view key, uint64_t value) {
    json.Key(key);
    json.Uint(value);
  };
  json.BeginObject();
  json.StringMember("node_id", stats.node_id());
  number("epoch", stats.epoch());
  number("records", stats.records());
  number("last_sequence", stats.last_sequence());
  number("projected_sequence", stats.projected_sequence());
  number("queue_records", stats.queue_records());
  number("appends_refused", stats.appends_refused());
  number("commits", stats.commits());
  number("reopenings", stats.reopenings());
  number("projection_failures", stats.projection_failures());
  number("checkpoint_failures", stats.checkpoint_failures());
  number("wal_bytes", stats.wal_bytes());
  number("first_sequence", stats.first_sequence());
  number("record_bytes", stats.record_bytes());
  number("file_bytes", stats.file_bytes());
  json.Key("counts");
  json.BeginArray();
  for (const v1::LogCount& count : stats.counts()) WriteCount(count, json);
  json.EndArray();
  json.Key("days");
  json.BeginArray();
  for (const v1::LogDay& day : stats.days()) {
    json.BeginObject();
    json.StringMember("day", day.day());
    json.Key("counts");
    json.BeginArray();
    for (const v1::LogCount& count : day.counts()) WriteCount(count, json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.Key("ledger");
  json.BeginObject();
  number("customers", stats.ledger().customers());
  number("events", stats.ledger().events());
  number("counters", stats.ledger().counters());
  number("reservations", stats.ledger().reservations());
  number("requests", stats.ledger().requests());
  number("bytes", stats.ledger().bytes());
  number("snapshot_sequence", stats.ledger().snapshot_sequence());
  number("decided_again", stats.ledger().decided_again());
  number("snapshot_failures", stats.ledger().snapshot_failures());
  number("requests_repeated", stats.ledger().requests_repeated());
  number("requests_forgotten_early", stats.ledger().requests_forgotten_early());
  json.EndObject();
  json.Key("profile_cache");
  json.BeginObject();
  number("profiles", stats.profile_cache().profiles());
  number("bytes", stats.profile_cache().bytes());
  number("hits", stats.profile_cache().hits());
  number("misses", stats.profile_cache().misses());
  json.EndObject();
  json.Key("retention");
  json.BeginObject();
  json.Key("retain_for_s");
  if (stats.retention().has_retain_for()) {
    json.Int(stats.retention().retain_for().seconds());
  } else {
    json.Raw("null");
  }
  number("retain_bytes", stats.retention().retain_bytes());
  number("records_removed", stats.retention().records_removed());
  number("failures", stats.retention().failures());
  json.EndObject();
  json.EndObject();
}

}  // namespace

void PrintStats(const v1::GetLogStatsResponse& stats, Output output,
                const Console& console) {
  if (output == Output::kTable) return PrintTable(stats, console);
  JsonWriter json(console.out, output == Output::kJson
                                   ? JsonWriter::Layout::kIndented
                                   : JsonWriter::Layout::kOneLine);
  WriteStats(stats, json);
  console.out << "\n";
}

}  // namespace stratagem::cli
