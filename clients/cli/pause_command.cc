// `stratagem offer|placement pause|resume`: what must not be shown is not, from
// the next decision on, without a new pack.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/paused.h"

namespace stratagem::cli {
namespace {

enum class Target { kOffer, kPlacement };

struct PauseFlags {
  ChangeFlags change;
  Target target = Target::kOffer;
  bool is_paused = true;
  std::string name;
  std::string pack;
};

v1::SetPausedRequest RequestOf(const PauseFlags& flags) {
  v1::SetPausedRequest request;
  request.set_pack_name(flags.pack);
  if (flags.target == Target::kOffer) {
    request.set_offer_id(flags.name);
  } else {
    request.set_placement(flags.name);
  }
  request.set_paused(flags.is_paused);
  *request.mutable_change() = ChangeOf(flags.change);
  return request;
}

ExitCode RunPause(const PauseFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.change.server));
  const auto response = client.SetPaused(RequestOf(flags));
  if (!response.ok()) return ReportFailure(response.status(), console);
  if (flags.change.output == AnswerForm::kJson) {
    JsonWriter json(console.out, JsonWriter::Layout::kIndented);
    json.BeginObject();
    json.Key("paused");
    WritePaused(response->paused(), json);
    json.EndObject();
    console.out << "\n";
    return ExitCode::kOk;
  }
  console.out << (flags.is_paused ? "paused: " : "resumed: ")
              << (flags.target == Target::kOffer ? "offer " : "placement ")
              << flags.name << "\n";
  if (response->paused().empty()) {
    console.out << "nothing of the pack is paused now\n";
    return ExitCode::kOk;
  }
  console.out << "\n";
  PrintPaused(response->paused(), console);
  return ExitCode::kOk;
}

void AddPauseCommand(CLI::App& parent, Target target, bool is_paused,
                     const Console& console, Chosen& chosen) {
  const bool is_offer = target == Target::kOffer;
  CLI::App* const command = parent.add_subcommand(
      is_paused ? "pause" : "resume",
      absl::StrCat(is_paused ? "Stop showing " : "Show again ",
                   is_offer ? "an offer" : "anything in a placement",
                   is_paused ? " at once, in every version of its pack" : ""));
  const auto flags = std::make_shared<PauseFlags>();
  flags->target = target;
  flags->is_paused = is_paused;
  command
      ->add_option(is_offer ? "ID" : "NAME", flags->name,
                   is_offer ? "the offer's id" : "the placement")
      ->required()
      ->type_name("");
  command
      ->add_option("--pack", flags->pack,
                   "whose it is (default: of the pack that answers calls "
                   "which name none)")
      ->type_name("NAME");
  AddChangeFlags(*command, flags->change);
  command->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunPause(*flags, console); };
  });
}

void AddPauseCommands(CLI::App& app, Target target, const Console& console,
                      Chosen& chosen) {
  const bool is_offer = target == Target::kOffer;
  CLI::App* const parent = app.add_subcommand(
      is_offer ? "offer" : "placement",
      absl::StrCat("Stop showing ",
                   is_offer ? "an offer" : "anything in a placement",
                   ", and show it again: pause, resume"));
  parent->require_subcommand(1);
  for (const bool is_paused : {true, false}) {
    AddPauseCommand(*parent, target, is_paused, console, chosen);
  }
}

}  // namespace

void AddOfferCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  AddPauseCommands(app, Target::kOffer, console, chosen);
}

void AddPlacementCommands(CLI::App& app, const Console& console,
                          Chosen& chosen) {
  AddPauseCommands(app, Target::kPlacement, console, chosen);
}

}  // namespace stratagem::cli
