// `stratagem pack diff`: what is different between two packs, by meaning.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/pack_files.h"
#include "engine/author/diff.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

using author::Change;
using author::ChangeKind;

enum class DiffOutput { kText, kJson };

struct DiffFlags {
  std::string before;
  std::string after;
  DiffOutput output = DiffOutput::kText;
};

absl::string_view WordOf(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return "added";
    case ChangeKind::kRemoved:
      return "removed";
    case ChangeKind::kChanged:
      return "changed";
    case ChangeKind::kMoved:
      return "moved";
  }
  return "";
}

std::string SignOf(ChangeKind kind, const Console& console) {
  switch (kind) {
    case ChangeKind::kAdded:
      return console.PaintOut(Style::kGood, "+");
    case ChangeKind::kRemoved:
      return console.PaintOut(Style::kError, "-");
    case ChangeKind::kChanged:
      return console.PaintOut(Style::kWarning, "~");
    case ChangeKind::kMoved:
      return console.PaintOut(Style::kWarning, ">");
  }
  return "";
}

// "60 -> 65", "moved from 2 to 4", or the text of what came or went.
std::string TextsOf(const Change& change) {
  switch (change.kind) {
    case ChangeKind::kAdded:
      return change.after;
    case ChangeKind::kRemoved:
      return change.before;
    case ChangeKind::kChanged:
      return absl::StrCat(change.before, " -> ", change.after);
    case ChangeKind::kMoved:
      return absl::StrCat("moved from ", change.before, " to ", change.after);
  }
  return "";
}

// "gold: score_min 60 -> 65", "annual_margin: a * 0.1 -> a * 0.2".
std::string LineOf(const Change& change) {
  const std::string texts = TextsOf(change);
  const std::string& last = change.path.back();
  if (change.path.size() == 2) {
    return texts.empty() ? last : absl::StrCat(last, ": ", texts);
  }
  const std::string owner =
      absl::StrJoin(change.path.begin() + 1, change.path.end() - 1, " ");
  return absl::StrCat(owner, ": ", last, texts.empty() ? "" : " ", texts);
}

using ChangeGroup = std::vector<const Change*>;

// One edit of a cell changes every pair of tier and stage that has it: changes
// of one field of a treatment from the same text to the same make one group.
// Groups stand where their first change stood.
std::vector<ChangeGroup> GroupAlike(absl::Span<const Change> changes) {
  std::vector<ChangeGroup> groups;
  std::map<std::vector<std::string>, size_t> group_of;
  for (const Change& change : changes) {
    if (change.kind != ChangeKind::kChanged || change.path.size() != 4 ||
        change.path[0] != "treatments") {
      groups.push_back({&change});
      continue;
    }
    const auto [place, is_new] = group_of.emplace(
        std::vector<std::string>{change.path[1], change.path[3], change.before,
                                 change.after},
        groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&change);
  }
  return groups;
}

std::string LineOfGroup(const ChangeGroup& changes) {
  if (changes.size() == 1) return LineOf(*changes.front());
  std::vector<std::string> places;
  for (const Change* const change : changes) places.push_back(change->path[2]);
  const Change& first = *changes.front();
  return absl::StrCat(first.path[1], ": ", first.path[3], " ", TextsOf(first),
                      " in ", absl::StrJoin(places, ", "));
}

void PrintSection(absl::Span<const Change> changes, const Console& console) {
  console.out << console.PaintOut(Style::kHeading, changes.front().path[0])
              << "\n";
  for (const ChangeGroup& group : GroupAlike(changes)) {
    const ChangeKind kind = group.front()->kind;
    std::string line = Printable(LineOfGroup(group));
    // What came or went with all its properties can be read in the pack.
    if ((kind == ChangeKind::kAdded || kind == ChangeKind::kRemoved) &&
        console.out_is_terminal && console.columns > 8) {
      line = Truncate(line, console.columns - 4);
    }
    console.out << "  " << SignOf(kind, console) << " " << line << "\n";
  }
}

std::string TitleOf(const LoadedPack& pack) {
  return absl::StrCat(pack.plan->summary().name, " ",
                      pack.plan->summary().version);
}

void PrintText(const LoadedPack& before, const LoadedPack& after,
               const std::vector<Change>& changes, const Console& console) {
  console.out << TitleOf(before) << " -> " << TitleOf(after) << ": "
              << (changes.empty()
                      ? console.PaintOut(Style::kGood, "the same meaning")
                      : Counted(changes.size(), "change"))
              << "\n";
  for (size_t begin = 0; begin < changes.size();) {
    size_t end = begin;
    while (end < changes.size() &&
           changes[end].path[0] == changes[begin].path[0]) {
      ++end;
    }
    console.out << "\n";
    PrintSection(absl::MakeSpan(changes).subspan(begin, end - begin), console);
    begin = end;
  }
}

void PrintJson(const LoadedPack& before, const LoadedPack& after,
               const std::vector<Change>& changes, const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  const std::pair<absl::string_view, const LoadedPack*> sides[] = {
      {"before", &before}, {"after", &after}};
  for (const auto& [side, pack] : sides) {
    json.Key(side);
    json.BeginObject();
    json.StringMember("name", pack->plan->summary().name);
    json.StringMember("version", pack->plan->summary().version);
    json.StringMember("digest", pack->plan->summary().digest);
    json.EndObject();
  }
  json.Key("changes");
  json.BeginArray();
  for (const Change& change : changes) {
    json.BeginObject();
    json.StringMember("kind", WordOf(change.kind));
    json.Key("path");
    json.BeginArray();
    for (const std::string& name : change.path) json.String(name);
    json.EndArray();
    json.StringMember("before", change.before);
    json.StringMember("after", change.after);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  console.out << "\n";
}

ExitCode RunDiff(const DiffFlags& flags, const Console& console) {
  LoadedPack before;
  LoadedPack after;
  // Scripts tell 'different' from 'cannot say'.
  for (const auto& [directory, pack] :
       {std::pair(&flags.before, &before), std::pair(&flags.after, &after)}) {
    if (RequirePack(*directory, console, *pack) != ExitCode::kOk) {
      return ExitCode::kEnvironment;
    }
  }
  const std::vector<Change> changes = author::Diff(*before.model, *after.model);
  if (flags.output == DiffOutput::kJson) {
    PrintJson(before, after, changes, console);
  } else {
    PrintText(before, after, changes, console);
  }
  return changes.empty() ? ExitCode::kOk : ExitCode::kRefused;
}

}  // namespace

void AddPackDiffCommand(CLI::App& pack, const Console& console,
                        Chosen& chosen) {
  CLI::App* const diff = pack.add_subcommand(
      "diff", "Say what is different between two packs, by meaning");
  const auto flags = std::make_shared<DiffFlags>();
  diff->add_option("A", flags->before, "the folder of the pack as it was")
      ->required()
      ->type_name("");
  diff->add_option("B", flags->after, "the folder of the pack as it is now")
      ->required()
      ->type_name("");
  AddOutputFlag<DiffOutput>(
      *diff, flags->output, "text (for people) or json (one document)",
      {{"text", DiffOutput::kText}, {"json", DiffOutput::kJson}});
  diff->footer(
      "\nCompares what packs mean: thresholds, conditions, what each tier gets "
      "in each stage,\nrows, rules, offers, groups, placements, texts. Layout, "
      "comments, descriptions, names\nof cells and files, and the order of "
      "what has none are no difference.\n"
      "  +  added   -  removed   ~  changed\n"
      "  >  moved among lines of which the first wins\n"
      "\nexit codes:\n  0  both mean the same\n  1  they are different\n"
      "  2  the command line is wrong\n"
      "  3  a pack cannot be read, or has errors\n");
  diff->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunDiff(*flags, console); };
  });
}

}  // namespace stratagem::cli
