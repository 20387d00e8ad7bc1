// `stratagem pack publish`: a folder becomes a version that a server keeps, and
// with `--activate` one that decides.

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/diagnostic_printer.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/pack_upload.h"
#include "clients/cli/served_version.h"

namespace stratagem::cli {
namespace {

struct PublishFlags {
  ChangeFlags change;
  std::string directory;
  bool activate = false;
  bool force = false;
};

void PrintPublished(const v1::PublishPackResponse& published,
                    const PublishFlags& flags, const Console& console) {
  const std::string name = NameOf(published.ref());
  console.out << (published.known() ? "known already: " : "published ")
              << console.PaintOut(Style::kGood, name) << ", digest "
              << published.ref().digest().substr(0, 12) << "\n";
  if (flags.activate) return;
  console.Note(absl::StrCat(
      "publishing does not let it serve; `",
      NextCommand(absl::StrCat("pack activate ", name), flags.change.server),
      "` does"));
}

void PrintJson(const v1::PublishPackResponse& published,
               const std::optional<ServingAnswer>& activated,
               const PublishFlags& flags, const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.StringMember("name", published.ref().name());
  json.StringMember("version", published.ref().version());
  json.StringMember("digest", published.ref().digest());
  json.Key("known");
  json.Bool(published.known());
  json.Key("diagnostics");
  json.BeginArray();
  for (const Diagnostic& diagnostic : DiagnosticsOf(
           DiagnosticsFrom(published.diagnostics()), flags.directory)) {
    WriteDiagnostic(diagnostic, json);
  }
  json.EndArray();
  json.Key("activated");
  if (activated.has_value()) {
    WriteServing(*activated, json);
  } else {
    json.Raw("null");
  }
  json.EndObject();
  console.out << "\n";
}

// kOk with `activated` filled, or what to exit with.
ExitCode Activate(client::Client& client, const v1::PackRef& pack,
                  const PublishFlags& flags, const Console& console,
                  std::optional<ServingAnswer>& activated) {
  v1::ActivatePackRequest request;
  request.mutable_pack()->set_name(pack.name());
  request.mutable_pack()->set_version(pack.version());
  request.set_force(flags.force);
  *request.mutable_change() = ChangeOf(flags.change);
  const auto response = client.ActivatePack(request);
  if (!response.ok()) {
    return ReportRefusal(response.status(), NameOf(pack), console);
  }
  activated = ServingAnswerOf(*response);
  return ExitCode::kOk;
}

ExitCode RunPublish(const PublishFlags& flags, const Console& console) {
  v1::PublishPackRequest request;
  ExitCode code =
      ReadUpload(flags.directory, console, *request.mutable_files());
  if (code != ExitCode::kOk) return code;
  *request.mutable_change() = ChangeOf(flags.change);
  client::Client client(OptionsOf(flags.change.server));
  const auto published = client.PublishPack(request);
  if (!published.ok()) {
    return ReportUploadFailure(published.status(), flags.directory, console);
  }
  const bool is_text = flags.change.output == AnswerForm::kText;
  if (is_text) {
    PrintDiagnostics(DiagnosticsFrom(published->diagnostics()), flags.directory,
                     console, /*to_out=*/false);
    PrintPublished(*published, flags, console);
  }
  std::optional<ServingAnswer> activated;
  if (flags.activate) {
    code = Activate(client, published->ref(), flags, console, activated);
  }
  if (!is_text) {
    PrintJson(*published, activated, flags, console);
  } else if (activated.has_value()) {
    PrintServing(*activated, AnswerForm::kText, console);
  }
  return code;
}

}  // namespace

void AddPackPublishCommand(CLI::App& pack, const Console& console,
                           Chosen& chosen) {
  CLI::App* const publish = pack.add_subcommand(
      "publish", "Let a server keep a pack as a version of its name");
  const auto flags = std::make_shared<PublishFlags>();
  publish->add_option("DIR", flags->directory, "the folder with `pack.yaml`")
      ->required()
      ->type_name("");
  CLI::Option* const activate = publish->add_flag(
      "--activate", flags->activate, "let it decide as well, for all");
  AddForceFlag(*publish, flags->force);
  publish->get_option("--force")->needs(activate);
  AddChangeFlags(*publish, flags->change);
  publish->footer(
      "\nA version never changes: other content needs another `version` in "
      "pack.yaml. The\npack and its tests are looked at before they are sent, "
      "as `pack check` does.\n"
      "\nexit codes:\n  0  the server keeps it, and with --activate it serves\n"
      "  1  the pack has errors, its version is taken, or its tests fail\n"
      "  2  the command line is wrong\n"
      "  3  the folder cannot be read, or no server answers\n");
  publish->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunPublish(*flags, console); };
  });
}

}  // namespace stratagem::cli
