// `stratagem pack show`: what a pack does, at a glance.

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/pack_printer.h"
#include "engine/author/outline.h"
#include "engine/base/suggestion.h"

namespace stratagem::cli {
namespace {

enum class ShowOutput { kText, kJson };

struct ShowFlags {
  std::string directory;
  std::string treatment;  // "" for the whole pack.
  ShowOutput output = ShowOutput::kText;
};

// A property is a string, a thing an object of its parts; where the order of
// parts means something, an array of objects that have a `line`.
void WriteOutline(const author::Outline& outline, JsonWriter& json) {
  if (outline.children.empty() && !outline.is_ordered) {
    json.String(outline.text);
    return;
  }
  if (!outline.is_ordered) {
    json.BeginObject();
    for (const author::Outline& child : outline.children) {
      json.Key(child.name);
      WriteOutline(child, json);
    }
    json.EndObject();
    return;
  }
  json.BeginArray();
  for (const author::Outline& child : outline.children) {
    json.BeginObject();
    json.StringMember("line", child.name);
    json.Key("value");
    WriteOutline(child, json);
    json.EndObject();
  }
  json.EndArray();
}

const author::Outline* FindPart(const author::Outline& outline,
                                absl::string_view name) {
  for (const author::Outline& child : outline.children) {
    if (child.name == name) return &child;
  }
  return nullptr;
}

void PrintJson(const pack::Model& model, const std::string& treatment,
               const Console& console) {
  author::Outline outline = author::OutlineOf(model);
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  if (!treatment.empty()) {
    WriteOutline(*FindPart(*FindPart(outline, "treatments"), treatment), json);
  } else {
    json.BeginObject();
    json.StringMember("name", model.name.text);
    json.StringMember("version", model.version.text);
    json.StringMember("digest", model.digest);
    for (const author::Outline& section : outline.children) {
      json.Key(section.name);
      WriteOutline(section, json);
    }
    json.EndObject();
  }
  console.out << "\n";
}

ExitCode RunShow(const ShowFlags& flags, const Console& console) {
  LoadedPack pack;
  const ExitCode read = RequirePack(flags.directory, console, pack);
  if (read != ExitCode::kOk) return read;
  const pack::Model& model = *pack.model;
  const pack::Treatment* chosen = nullptr;
  std::vector<std::string> names;
  for (const pack::Treatment& treatment : model.treatments) {
    names.push_back(treatment.name.text);
    if (treatment.name.text == flags.treatment) chosen = &treatment;
  }
  if (!flags.treatment.empty() && chosen == nullptr) {
    console.Error(
        absl::StrCat("the pack has no treatment `", flags.treatment, "`"),
        SuggestionHint(flags.treatment, names));
    return ExitCode::kUsage;
  }
  if (flags.output == ShowOutput::kJson) {
    PrintJson(model, flags.treatment, console);
  } else if (chosen != nullptr) {
    PrintTreatment(model, *chosen, std::numeric_limits<size_t>::max(), console);
  } else {
    PrintPack(model, console);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPackShowCommand(CLI::App& pack, const Console& console,
                        Chosen& chosen) {
  CLI::App* const show = pack.add_subcommand(
      "show", "Show what a pack does: tiers, stages, treatments, offers");
  const auto flags = std::make_shared<ShowFlags>();
  show->add_option("DIR", flags->directory, "the folder with `pack.yaml`")
      ->required()
      ->type_name("");
  show->add_option("--treatment", flags->treatment,
                   "only this treatment, with all rows of its table")
      ->type_name("NAME");
  AddOutputFlag<ShowOutput>(
      *show, flags->output, "text (for people) or json (one document)",
      {{"text", ShowOutput::kText}, {"json", ShowOutput::kJson}});
  show->footer(
      "\nA treatment by tier and stage is a grid of cells, whose values stand "
      "below it in the\nsame colours; of a table the first ten rows are "
      "shown. Expressions are shown as the\nengine understood them.\n"
      "\nexit codes:\n  0  done\n  1  the pack has errors\n"
      "  2  the command line is wrong, or there is no such treatment\n"
      "  3  the folder cannot be read\n");
  show->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunShow(*flags, console); };
  });
}

}  // namespace stratagem::cli
