// `stratagem top`: what a server does now, again and again.

#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/live_screen.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/status_json.h"
#include "clients/cli/status_printer.h"
#include "clients/cli/status_text.h"
#include "engine/base/duration_text.h"

namespace stratagem::cli {
namespace {

constexpr absl::Duration kEveryMin = absl::Milliseconds(10);
constexpr absl::Duration kEveryMax = absl::Hours(1);
constexpr int64_t kCountMax = std::numeric_limits<int32_t>::max();

enum class TopForm { kText, kNdjson };

struct TopFlags {
  ServerFlags server;
  std::string every = "1s";
  int64_t count = 0;  // 0: until the user wants no more.
  TopForm output = TopForm::kText;
};

// Asks a server how it is and keeps what is needed to tell what changed.
class Watch {
 public:
  explicit Watch(const TopFlags& flags)
      : address_(flags.server.address), client_(Patient(flags.server)) {}

  // Asks once more.
  // Errors: of GetStatus; what is known of the server stays.
  absl::Status Look();

  // Since the look before; of the last one that succeeded.
  const StatusInterval& interval() const { return interval_; }
  // How long no look has succeeded.
  absl::Duration silence() const { return silence_; }
  const std::string& address() const { return address_; }

 private:
  static client::Options Patient(const ServerFlags& flags) {
    client::Options options = OptionsOf(flags);
    // A server that is back is to be seen with the next look.
    options.reconnect_after_max = absl::Seconds(1);
    return options;
  }

  const std::string address_;
  client::Client client_;
  std::optional<v1::GetStatusResponse> last_;
  StatusInterval interval_;
  absl::Time last_at_;
  absl::Duration silence_;
};

absl::Status Watch::Look() {
  auto status = client_.GetStatus();
  const absl::Time now = absl::Now();
  if (!status.ok()) {
    silence_ = now - last_at_;
    return status.status();
  }
  interval_ = IntervalOf(last_.has_value() ? &*last_ : nullptr, *status);
  last_ = *std::move(status);
  last_at_ = now;
  silence_ = absl::ZeroDuration();
  return absl::OkStatus();
}

// What the numbers below are of.
std::string PeriodOf(const StatusInterval& interval) {
  if (interval.restarted) return "started anew, all since then";
  if (interval.since_start) return "all since its start";
  return absl::StrCat(
      "the last ",
      DurationText(absl::Trunc(interval.duration, absl::Milliseconds(100))));
}

// All but the headline.
void PrintPicture(const Watch& watch, const StatusPrinter& printer,
                  const Console& console) {
  const StatusInterval& interval = watch.interval();
  PrintParagraph(
      absl::StrCat(
          "stratagemd ", interval.counts.version(), " at ", watch.address(),
          ", up ", UptimeText(DurationOf(interval.counts.uptime())), "; ",
          PeriodOf(interval), console.out_is_terminal ? "; q ends" : ""),
      0, interval.restarted ? Style::kWarning : Style::kFaint, console);
  console.out << "\n";
  printer.PrintSummary();
  console.out << "\n";
  printer.PrintLatencies();
  console.out << "\n";
  printer.PrintPacks();
  printer.PrintRefused();
  console.out << "\n";
  printer.PrintCalls();
}

// Of a server that does not answer nobody knows how it is. On a terminal its
// last picture stays below.
void PrintSilence(const Watch& watch, const absl::Status& status,
                  const Console& console) {
  PrintParagraph(absl::StrCat("NO ANSWER for ", UptimeText(watch.silence()),
                              ": ", status.message()),
                 0, Style::kError, console);
  if (!console.out_is_terminal) return;
  console.out << console.PaintOut(Style::kFaint, "what it answered last:")
              << "\n";
}

void WriteLine(const Watch& watch, const absl::Status& status,
               const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kOneLine);
  if (status.ok()) {
    WriteInterval(watch.interval(), json);
  } else {
    json.BeginObject();
    json.StringMember("error", status.message());
    json.DoubleMember("silence_seconds",
                      absl::ToDoubleSeconds(watch.silence()));
    json.EndObject();
  }
  console.out << "\n" << std::flush;
}

// The screen as text for a terminal of the size that it has now.
std::string TextOf(const Watch& watch, const absl::Status& status,
                   const Console& console) {
  std::ostringstream text;
  const Console page{.in = console.in,
                     .out = text,
                     .err = console.err,
                     .out_is_terminal = console.out_is_terminal,
                     .colors = console.colors,
                     .columns = SizeOfTerminal().columns};
  const StatusPrinter printer(watch.interval(), Counting::kRates, page);
  if (status.ok()) {
    printer.PrintHeadline();
  } else {
    PrintSilence(watch, status, page);
  }
  if (status.ok() || page.out_is_terminal) PrintPicture(watch, printer, page);
  // One block below the other.
  if (!console.out_is_terminal) text << "\n";
  return text.str();
}

ExitCode RunTop(const TopFlags& flags, const Console& console) {
  const std::optional<absl::Duration> every = ParseDuration(flags.every);
  if (!every.has_value() || *every < kEveryMin || *every > kEveryMax) {
    console.Error(absl::StrCat("--every: `", flags.every,
                               "` is not a duration from 10ms to 1h"),
                  "write it as 500ms or 2s");
    return ExitCode::kUsage;
  }
  Watch watch(flags);
  absl::Status status = watch.Look();
  // Most likely the address is wrong.
  if (!status.ok()) return ReportFailure(status, console);
  LiveScreen screen(console);
  for (int64_t looks = 1;; ++looks) {
    if (flags.output == TopForm::kNdjson) {
      WriteLine(watch, status, console);
    } else {
      screen.Draw(TextOf(watch, status, console));
    }
    if (looks == flags.count || !screen.Wait(*every)) break;
    status = watch.Look();
  }
  if (screen.interrupted()) return ExitCode::kInterrupted;
  return status.ok() ? ExitCode::kOk : ExitCodeFor(status);
}

}  // namespace

void AddTopCommand(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand(
      "top", "Watch what a server does: rates, latencies, packs, queues");
  const auto flags = std::make_shared<TopFlags>();
  flags->server.timeout_ms = 3'000;  // Ctrl-C waits for a call.
  AddServerFlags(*command, flags->server)
      ->default_val(client::Options().address);
  command->add_option("--every", flags->every, "how often to ask, 10ms to 1h")
      ->type_name("DURATION")
      ->capture_default_str();
  command
      ->add_option("-n,--count", flags->count,
                   "end after so many answers; 0: never")
      ->check(Quiet(CLI::Range(int64_t{0}, kCountMax)))
      ->type_name("N")
      ->capture_default_str();
  AddOutputFlag<TopForm>(
      *command, flags->output,
      "text (for people) or ndjson (one object an answer)",
      {{"text", TopForm::kText}, {"ndjson", TopForm::kNdjson}});
  command->footer(
      "\nThe first numbers are of all the time since the server started, the "
      "others of the time since those before. On a terminal the screen is "
      "drawn "
      "anew each time; q or Ctrl-C ends it. A server that goes away is asked "
      "until it is back.\n");
  command->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunTop(*flags, console); };
  });
}

}  // namespace stratagem::cli
