// `stratagem pack` and its commands; here `check`: is this folder a pack that
// can decide?

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/diagnostic_printer.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/pack_files.h"

namespace stratagem::cli {
namespace {

struct CheckFlags {
  std::string directory;
  Output output = Output::kTable;
};

void PrintMistakes(const LoadedPack& pack, const CheckFlags& flags,
                   const Console& console) {
  if (flags.output == Output::kTable) {
    PrintDiagnostics(pack.diagnostics, flags.directory, console,
                     /*to_out=*/true);
    return;
  }
  const std::vector<Diagnostic> diagnostics =
      DiagnosticsOf(pack.diagnostics, flags.directory);
  if (flags.output == Output::kNdjson) {
    for (const Diagnostic& diagnostic : diagnostics) {
      JsonWriter json(console.out, JsonWriter::Layout::kOneLine);
      WriteDiagnostic(diagnostic, json);
      console.out << "\n";
    }
    return;
  }
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginArray();
  for (const Diagnostic& diagnostic : diagnostics) {
    WriteDiagnostic(diagnostic, json);
  }
  json.EndArray();
  console.out << "\n";
}

// "retail 2026.11.0: ok, 0 warnings", "rules/retail: 3 errors, 1 warning".
std::string SummaryLine(const LoadedPack& pack, const std::string& directory,
                        const Console& console, bool to_out) {
  const auto paint = [&](Style style, absl::string_view text) {
    return to_out ? console.PaintOut(style, text)
                  : console.PaintErr(style, text);
  };
  const std::string warnings =
      Counted(pack.diagnostics.warning_count(), "warning");
  if (pack.plan == nullptr) {
    return absl::StrCat(
        directory, ": ",
        paint(Style::kError, Counted(pack.diagnostics.error_count(), "error")),
        ", ", warnings);
  }
  const plan::PlanSummary& summary = pack.plan->summary();
  return absl::StrCat(summary.name, " ", summary.version, ": ",
                      paint(Style::kGood, "ok"), ", ", warnings);
}

ExitCode RunCheck(const CheckFlags& flags, const Console& console) {
  absl::StatusOr<LoadedPack> pack = ReadPack(flags.directory);
  if (!pack.ok()) {
    console.Error(pack.status().message());
    return ExitCode::kEnvironment;
  }
  PrintMistakes(*pack, flags, console);
  // JSON on `out` stays one document.
  const bool to_out = flags.output == Output::kTable;
  (to_out ? console.out : console.err)
      << SummaryLine(*pack, flags.directory, console, to_out) << "\n";
  return pack->plan == nullptr ? ExitCode::kRefused : ExitCode::kOk;
}

void AddCheckCommand(CLI::App& pack, const Console& console, Chosen& chosen) {
  CLI::App* const check = pack.add_subcommand(
      "check", "Read and compile a pack; report every mistake at its place");
  const auto flags = std::make_shared<CheckFlags>();
  check->add_option("DIR", flags->directory, "the folder with `pack.yaml`")
      ->required()
      ->type_name("");
  AddOutputFlag(*check, flags->output);
  check->footer(
      "\nPrints each mistake as `file:line:column: severity code: "
      "message` with its\nline and a caret, and a summary line. With json the "
      "answer is an array of "
      "objects with code, severity,\nfile, line, column, message and hint.\n"
      "\nexit codes:\n  0  the pack has no errors (it may have warnings)\n"
      "  1  the pack has errors\n  2  the command line is wrong\n"
      "  3  the folder cannot be read\n");
  check->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunCheck(*flags, console); };
  });
}

}  // namespace

void AddPackCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const pack = app.add_subcommand(
      "pack", "Write packs and check them; publish them to a server");
  pack->require_subcommand(1);
  AddCheckCommand(*pack, console, chosen);
  AddPackActivateCommand(*pack, console, chosen);
  AddPackCanaryCommand(*pack, console, chosen);
  AddPackDiffCommand(*pack, console, chosen);
  AddPackFmtCommand(*pack, console, chosen);
  AddPackGetCommand(*pack, console, chosen);
  AddPackListCommand(*pack, console, chosen);
  AddPackNewCommand(*pack, console, chosen);
  AddPackPublishCommand(*pack, console, chosen);
  AddPackRollBackCommand(*pack, console, chosen);
  AddPackSchemaCommand(*pack, console, chosen);
  AddPackShadowCommand(*pack, console, chosen);
  AddPackShowCommand(*pack, console, chosen);
  AddPackSimulateCommand(*pack, console, chosen);
  AddPackTestCommand(*pack, console, chosen);
}

}  // namespace stratagem::cli
