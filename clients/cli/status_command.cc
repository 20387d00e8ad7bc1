// `stratagem status`: how a server is, on one screen.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/status_json.h"
#include "clients/cli/status_printer.h"
#include "clients/cli/status_text.h"
#include "clients/cli/value_view.h"

namespace stratagem::cli {
namespace {

struct StatusFlags {
  ServerFlags server;
  AnswerForm output = AnswerForm::kText;
};

// "stratagemd 0.1.0 node 3f2a, up 2d 3h since 2026-11-20T18:32:11+01:00".
std::string IdentityOf(const v1::GetStatusResponse& status) {
  return absl::StrCat(
      "stratagemd ", status.version(), " node ", status.node_id(), ", up ",
      UptimeText(DurationOf(status.uptime())), " since ",
      ZonedTime(TimeText(TimeOf(status.started_at())), absl::LocalTimeZone()));
}

void PrintText(const v1::GetStatusResponse& status, const Console& console) {
  const StatusInterval interval = IntervalOf(nullptr, status);
  const StatusPrinter printer(interval, Counting::kTotals, console);
  printer.PrintHeadline();
  PrintParagraph(IdentityOf(status), 0, Style::kFaint, console);
  console.out << "\n";
  printer.PrintPacks();
  printer.PrintRefused();
  console.out << "\n";
  printer.PrintSummary();
  console.out << "\n";
  printer.PrintLatencies();
  printer.PrintCalls();
}

ExitCode RunStatus(const StatusFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  const auto status = client.GetStatus();
  if (!status.ok()) return ReportFailure(status.status(), console);
  if (flags.output == AnswerForm::kJson) {
    JsonWriter json(console.out, JsonWriter::Layout::kIndented);
    WriteStatus(*status, json);
    console.out << "\n";
  } else {
    PrintText(*status, console);
  }
  return status->ready() ? ExitCode::kOk : ExitCode::kRefused;
}

}  // namespace

void AddStatusCommand(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand(
      "status", "Print how a server is: ready, packs, log, latencies, errors");
  const auto flags = std::make_shared<StatusFlags>();
  AddServerFlags(*command, flags->server)
      ->default_val(client::Options().address);
  AddOutputFlag<AnswerForm>(
      *command, flags->output, "text (for people) or json (one document)",
      {{"text", AnswerForm::kText}, {"json", AnswerForm::kJson}});
  command->footer(
      "\nCounts and latencies are since the server started; `stratagem top` "
      "shows what it does now. Exits with 0 when the server is ready and with "
      "1 "
      "when it answers no calls for decisions.\n");
  command->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunStatus(*flags, console); };
  });
}

}  // namespace stratagem::cli
