#include "clients/cli/status_printer.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/display_text.h"
#include "clients/cli/latency_quantile.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/served_version.h"
#include "clients/cli/status_concerns.h"
#include "clients/cli/status_text.h"
#include "clients/cli/text_table.h"
#include "clients/cli/value_view.h"
#include "engine/base/display_width.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

constexpr size_t kLabelWidth = 11;
constexpr size_t kTextWidthMin = 20;
// LIMIT: columns of names in tables, so that a row stays a line of 80.
constexpr size_t kNameWidthMax = 20;
constexpr size_t kVersionWidthMax = 16;

// A heading that keeps its column from becoming narrower from one screen to the
// next.
TableColumn Column(absl::string_view heading, size_t width,
                   Align align = Align::kLeft) {
  const size_t padding = width - std::min(width, DisplayWidth(heading));
  const std::string spaces(padding, ' ');
  return {.heading = align == Align::kRight ? absl::StrCat(spaces, heading)
                                            : absl::StrCat(heading, spaces),
          .align = align};
}

// "live, decides", "canary for 5 %".
std::string ServesText(const v1::PackStatus& pack) {
  v1::ServedVersion version;
  version.set_serving(pack.serving());
  version.set_canary_share(pack.canary_share());
  return absl::StrCat(ServingText(version), pack.decides() ? ", decides" : "");
}

Style StyleOf(const v1::PackStatus& pack) {
  if (pack.decides()) return Style::kGood;
  return pack.serving() == v1::SERVING_LIVE ? Style::kWarning : Style::kPlain;
}

// The method without the package of this API.
std::string ShortMethod(const std::string& method) {
  return std::string(absl::StripPrefix(method, "stratagem.v1."));
}

// Codes that are the caller's doing; others are the server's.
bool IsOfCaller(const std::string& code) {
  for (const char* const name :
       {"CANCELLED", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "PERMISSION_DENIED",
        "UNAUTHENTICATED"}) {
    if (code == name) return true;
  }
  return false;
}

Style StyleOfCode(const std::string& code) {
  if (code == "OK") return Style::kPlain;
  return IsOfCaller(code) ? Style::kWarning : Style::kError;
}

}  // namespace

std::string StatusPrinter::CountText(uint64_t count) const {
  return counting_ == Counting::kTotals ? WithThousands(count)
                                        : RateText(interval_.PerSecond(count));
}

std::string StatusPrinter::CountText(uint64_t count,
                                     absl::string_view noun) const {
  if (counting_ == Counting::kTotals) return Counted(count, noun);
  const std::string rate = RateText(interval_.PerSecond(count));
  // "12 commits/s".
  return absl::StrCat(absl::StripSuffix(rate, "/s"), " ", noun, "s/s");
}

void StatusPrinter::PrintLine(absl::string_view label, absl::string_view text,
                              Style style) const {
  std::string start =
      absl::StrCat(console_.PaintOut(Style::kFaint, label),
                   std::string(kLabelWidth - DisplayWidth(label), ' '));
  const size_t width =
      std::max(kTextWidthMin,
               console_.columns - std::min(console_.columns, kLabelWidth));
  const std::string printable = Printable(text);
  const std::vector<std::string> lines =
      console_.out_is_terminal ? Wrap(printable, width)
                               : std::vector<std::string>{printable};
  for (const std::string& line : lines) {
    console_.out << start << console_.PaintOut(style, line) << "\n";
    start.assign(kLabelWidth, ' ');
  }
}

void StatusPrinter::PrintHeadline() const {
  const auto print = [&](const char* word, absl::string_view text,
                         Style style) {
    PrintParagraph(absl::StrCat(word, text), 0, style, console_);
  };
  if (!status_.ready()) {
    return print("NOT READY: ", status_.not_ready_reason(), Style::kError);
  }
  const std::vector<std::string> concerns = ConcernsOf(status_);
  if (concerns.empty()) return print("READY, ", "all is well", Style::kGood);
  print("READY, but ",
        absl::StrCat(
            concerns.front(),
            concerns.size() == 1
                ? ""
                : absl::StrCat(" (and ", concerns.size() - 1, " more, below)")),
        Style::kWarning);
}

void StatusPrinter::PrintSummary() const {
  PrintDecisions();
  PrintStore();
  PrintQueues();
  PrintHttp();
  if (counting_ == Counting::kTotals) PrintEvents();
}

void StatusPrinter::PrintDecisions() const {
  uint64_t answered = 0;  // For customers.
  uint64_t degraded = 0;
  uint64_t quotes = 0;
  uint64_t shadows = 0;
  uint64_t previews = 0;
  for (const v1::PackStatus& pack : status_.packs()) {
    degraded += pack.decisions_degraded();
    quotes += pack.quotes_unlogged();
    for (const v1::RoleCount& role : pack.roles()) {
      const bool is_answer = role.role() == v1::DECISION_ROLE_LIVE ||
                             role.role() == v1::DECISION_ROLE_CANARY;
      const bool is_shadow = role.role() == v1::DECISION_ROLE_SHADOW;
      (is_answer ? answered : is_shadow ? shadows : previews) += role.count();
    }
  }
  std::string text = absl::StrCat(CountText(answered), " for customers");
  if (degraded > 0) {
    absl::StrAppend(&text, ", ", CountText(degraded), " degraded");
  }
  PrintLine("decisions", text);
  std::vector<std::string> others;
  const auto add = [&](uint64_t count, const char* what) {
    if (count > 0) others.push_back(absl::StrCat(CountText(count), " ", what));
  };
  add(previews, "previews");
  add(shadows, "by shadows");
  add(quotes, "unrecorded");
  if (!others.empty()) PrintLine("besides", absl::StrJoin(others, ", "));
}

void StatusPrinter::PrintStore() const {
  if (!status_.has_store()) return PrintLine("log", "closed", Style::kError);
  const v1::StoreStatus& store = status_.store();
  std::string text =
      absl::StrCat(CountText(store.records_committed(), "record"), " in ",
                   CountText(store.commits(), "commit"));
  if (store.commits() > 0) {
    absl::StrAppend(
        &text, " of ",
        RoundedNumber(static_cast<double>(store.records_committed()) /
                          static_cast<double>(store.commits()),
                      1));
  }
  absl::StrAppend(&text, ", newest #", WithThousands(store.last_sequence()));
  PrintLine("log", text);
  const uint64_t behind = RecordsBehind(store);
  PrintLine("tables",
            behind == 0 ? "up to date"
                        : absl::StrCat(Counted(behind, "record"), " behind"),
            IsFarBehind(store) ? Style::kWarning : Style::kPlain);
  // It changes slowly.
  if (counting_ == Counting::kRates) return;
  PrintLine("memory", absl::StrCat(Counted(store.customers(), "customer"), ", ",
                                   BytesText(store.ledger_bytes())));
}

void StatusPrinter::PrintQueues() const {
  std::vector<std::string> waiting;
  std::vector<std::string> refused;
  const auto add = [&](absl::string_view queue, uint64_t waits,
                       const std::string& detail, uint64_t refusals) {
    if (waits > 0) {
      waiting.push_back(absl::StrCat(queue, " ", WithThousands(waits), detail));
    }
    if (refusals > 0) {
      refused.push_back(absl::StrCat(queue, " ", CountText(refusals)));
    }
  };
  const v1::StoreStatus& store = status_.store();
  add("log", store.queue_records(),
      absl::StrCat(" (", BytesText(store.queue_bytes()), ")"),
      store.appends_refused());
  for (const v1::QueueStatus& queue : status_.queues()) {
    add(queue.queue(), queue.waiting(), "", queue.refused());
  }
  PrintLine("waiting",
            waiting.empty() ? "nothing" : absl::StrJoin(waiting, ", "));
  if (!refused.empty()) {
    PrintLine("shed", absl::StrJoin(refused, ", "), Style::kError);
  }
}

void StatusPrinter::PrintHttp() const {
  if (!status_.has_http()) return;
  const v1::HttpStatus& http = status_.http();
  std::string text =
      absl::StrCat(Counted(http.connections_open(), "connection"), ", ",
                   CountText(http.requests(), "request"));
  const auto add = [&](uint64_t count, const char* what) {
    if (count > 0) absl::StrAppend(&text, ", ", CountText(count), " ", what);
  };
  add(http.requests_refused(), "refused");
  add(http.timeouts(), "timed out");
  add(http.connections_refused(), "connections refused");
  PrintLine("http", text);
}

void StatusPrinter::PrintEvents() const {
  const v1::ReloadStatus& packs = status_.pack_reloads();
  const v1::ReloadStatus& config = status_.config_reloads();
  const auto text = [](const v1::ReloadStatus& reloads, const char* what) {
    std::string counts = Counted(reloads.succeeded(), what);
    if (reloads.failed() > 0) {
      absl::StrAppend(&counts, " and ", WithThousands(reloads.failed()),
                      " refused");
    }
    return counts;
  };
  std::string taken = text(packs, "version");
  if (config.succeeded() + config.failed() > 0) {
    absl::StrAppend(&taken, ", ", text(config, "configuration"));
  }
  // Of starting alone there is nothing to tell.
  if (packs.failed() + config.succeeded() + config.failed() > 0) {
    PrintLine("taken over", taken,
              packs.last_failed() || config.last_failed() ? Style::kWarning
                                                          : Style::kPlain);
  }
  if (status_.paused() > 0) {
    PrintLine("paused",
              absl::StrCat(WithThousands(status_.paused()),
                           status_.paused() == 1 ? " offer or placement"
                                                 : " offers and placements",
                           ", which `stratagem pack list` names"));
  }
  if (status_.store_reopenings() > 0) {
    PrintLine(
        "reopened",
        absl::StrCat("the store, ", Counted(status_.store_reopenings(), "time"),
                     ", after a write failed"),
        Style::kWarning);
  }
  if (status_.records_dropped() > 0) {
    PrintLine("lost",
              absl::StrCat(Counted(status_.records_dropped(), "record"),
                           " that had been acknowledged"),
              Style::kError);
  }
}

void StatusPrinter::PrintLatencies() const {
  const std::span<const double> bounds(
      status_.latency_bounds_seconds().data(),
      static_cast<size_t>(status_.latency_bounds_seconds_size()));
  const bool is_total = counting_ == Counting::kTotals;
  TextTable table(
      {Column(is_total ? "latency since the start" : "latency", 16),
       Column(is_total ? "count" : "rate", 11, Align::kRight),
       Column("p50", 8, Align::kRight), Column("p95", 8, Align::kRight),
       Column("p99", 8, Align::kRight)},
      console_);
  for (const v1::Latency& latency : status_.latencies()) {
    const bool is_decided = latency.outcome() == "decided";
    // Of what was no decision the parts are of no interest.
    if (!is_decided && (latency.phase() != "total" || latency.count() == 0)) {
      continue;
    }
    const std::span<const uint64_t> buckets(
        latency.buckets().data(), static_cast<size_t>(latency.buckets_size()));
    const auto quantile = [&](double share) {
      return TableCell{LatencyText(QuantileOf(bounds, buckets, share))};
    };
    table.AddRow(
        {{is_decided ? latency.phase()
                     : absl::StrCat(latency.phase(), ", ", latency.outcome()),
          latency.outcome() == "failed" ? Style::kError : Style::kPlain},
         {CountText(latency.count())},
         quantile(0.5),
         quantile(0.95),
         quantile(0.99)});
  }
  if (table.pending_rows() == 0) return PrintLine("latency", "no calls yet");
  table.Print();
}

void StatusPrinter::PrintPacks() const {
  if (status_.packs().empty()) {
    return PrintLine("packs", "none serves", Style::kWarning);
  }
  const bool is_total = counting_ == Counting::kTotals;
  TextTable table(
      {Column("pack", 4), Column("version", 7), Column("serves", 13),
       Column(is_total ? "decisions" : "decisions/s", 11, Align::kRight),
       Column("degraded", 8, Align::kRight)},
      console_);
  const auto name = [&](const std::string& text, size_t width_max) {
    return is_total ? text : Truncate(Printable(text), width_max);
  };
  for (const v1::PackStatus& pack : status_.packs()) {
    table.AddRow(
        {{name(pack.ref().name(), kNameWidthMax)},
         {name(pack.ref().version(), kVersionWidthMax)},
         {ServesText(pack), StyleOf(pack)},
         {CountText(pack.decisions())},
         {pack.decisions() == 0 ? "-" : PercentText(DegradedShare(pack)),
          IsDegradedOften(pack) ? Style::kWarning : Style::kPlain}});
  }
  table.Print();
}

void StatusPrinter::PrintRefused() const {
  if (status_.refused_packs().empty()) return;
  console_.out << console_.PaintOut(Style::kError, "does not serve") << "\n";
  for (const v1::RefusedPack& refused : status_.refused_packs()) {
    const absl::string_view message = refused.message();
    PrintParagraph(absl::StrCat(refused.folder(), ", ",
                                ZonedTime(TimeText(TimeOf(refused.at())),
                                          absl::LocalTimeZone())),
                   2, Style::kPlain, console_);
    PrintParagraph(message.substr(0, message.find('\n')), 4, Style::kPlain,
                   console_);
  }
}

void StatusPrinter::PrintCalls() const {
  std::vector<v1::CallCount> calls;
  for (const v1::CallCount& call : status_.calls()) {
    if (call.count() == 0) continue;
    if (counting_ == Counting::kTotals && call.code() == "OK") continue;
    calls.push_back(call);
  }
  if (counting_ == Counting::kRates) {
    // What fails stands where a small window still shows it.
    std::stable_partition(
        calls.begin(), calls.end(),
        [](const v1::CallCount& call) { return call.code() != "OK"; });
  }
  const bool is_total = counting_ == Counting::kTotals;
  TextTable table(
      {Column(is_total ? "calls that failed" : "calls", 30), Column("code", 19),
       Column(is_total ? "count" : "calls/s", 11, Align::kRight)},
      console_);
  for (const v1::CallCount& call : calls) {
    table.AddRow({{ShortMethod(call.method())},
                  {call.code(), StyleOfCode(call.code())},
                  {CountText(call.count())}});
  }
  table.Print();
}

}  // namespace stratagem::cli
