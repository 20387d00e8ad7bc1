// `stratagem pack list`: the versions that a server keeps, how each serves,
// what is paused, and what should serve and does not.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/paused.h"
#include "clients/cli/served_version.h"
#include "clients/cli/text_table.h"
#include "clients/cli/value_view.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

struct ListFlags {
  ServerFlags server;
  AnswerForm output = AnswerForm::kText;
  std::string pack;
};

std::string LocalTime(const google::protobuf::Timestamp& time) {
  return ZonedTime(TimeText(TimeOf(time)), absl::LocalTimeZone());
}

Style StyleOf(const v1::ServedVersion& version) {
  if (version.decides()) return Style::kGood;
  return version.serving() == v1::SERVING_WITHDRAWN ? Style::kFaint
                                                    : Style::kPlain;
}

void PrintVersions(const v1::ListVersionsResponse& response,
                   const Console& console) {
  TextTable table({{"pack"}, {"version"}, {"serves"}, {"since"}, {"digest"}},
                  console);
  for (const v1::ServedVersion& version : response.versions()) {
    table.AddRow({{version.ref().name()},
                  {version.ref().version()},
                  {absl::StrCat(ServingText(version),
                                version.decides() ? ", decides" : ""),
                   StyleOf(version)},
                  {LocalTime(version.since())},
                  {version.ref().digest().substr(0, 8), Style::kFaint}});
  }
  table.Print();
}

// How a shadow's answers differ from those that were given.
void PrintComparison(const v1::ServedVersion& version, const Console& console) {
  const v1::ShadowComparison& counts = version.comparison();
  console.out << "\n"
              << console.PaintOut(Style::kHeading, "shadow") << " "
              << Printable(NameOf(version.ref())) << ", "
              << Counted(counts.decisions(), "decision") << "\n";
  TextTable table({{""}, {"decisions", Align::kRight}, {"", Align::kRight, 1}},
                  console, 2);
  const auto add = [&](const char* name, uint64_t count, Style style) {
    const double share = counts.decisions() == 0
                             ? 0
                             : static_cast<double>(count) /
                                   static_cast<double>(counts.decisions());
    table.AddRow({{name}, {WithThousands(count), style}, {ShareText(share)}});
  };
  const auto add_other = [&](const char* name, uint64_t count) {
    if (count > 0) add(name, count, Style::kWarning);
  };
  add("the same", counts.same(), Style::kGood);
  add_other("another tier", counts.other_tier());
  add_other("another stage", counts.other_stage());
  add_other("other treatments", counts.other_treatments());
  add_other("other offers", counts.other_offers());
  add_other("refused", counts.refused());
  table.Print();
  if (counts.dropped() > 0) {
    console.out << "  " << Counted(counts.dropped(), "call")
                << " passed over, since too much waited\n";
  }
}

void PrintRefused(const v1::ListVersionsResponse& response,
                  const Console& console) {
  if (response.refused().empty()) return;
  console.out << "\n"
              << console.PaintOut(Style::kError, "does not serve") << "\n";
  for (const v1::RefusedPack& refused : response.refused()) {
    PrintParagraph(
        absl::StrCat(refused.folder(), ", ", LocalTime(refused.at())), 2,
        Style::kPlain, console);
    for (const absl::string_view line :
         absl::StrSplit(absl::StripSuffix(refused.message(), "\n"), '\n')) {
      PrintParagraph(line, 4, Style::kPlain, console);
    }
  }
}

void PrintText(const v1::ListVersionsResponse& response,
               const Console& console) {
  PrintVersions(response, console);
  for (const v1::ServedVersion& version : response.versions()) {
    if (version.has_comparison()) PrintComparison(version, console);
  }
  if (!response.paused().empty()) {
    console.out << "\n";
    PrintPaused(response.paused(), console);
  }
  PrintRefused(response, console);
}

void PrintJson(const v1::ListVersionsResponse& response,
               const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Key("versions");
  json.BeginArray();
  for (const v1::ServedVersion& version : response.versions()) {
    WriteServedVersion(version, json);
  }
  json.EndArray();
  json.Key("paused");
  WritePaused(response.paused(), json);
  json.Key("refused");
  json.BeginArray();
  for (const v1::RefusedPack& refused : response.refused()) {
    json.BeginObject();
    json.StringMember("folder", refused.folder());
    json.StringMember("message", refused.message());
    json.StringMember("at", TimeText(TimeOf(refused.at())));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  console.out << "\n";
}

ExitCode RunList(const ListFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  v1::ListVersionsRequest request;
  request.set_pack_name(flags.pack);
  const auto response = client.ListVersions(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  if (response->versions().empty()) {
    console.Note(flags.pack.empty()
                     ? "no pack was published there"
                     : absl::StrCat("no version of `", flags.pack,
                                    "` was published there"));
  }
  if (flags.output == AnswerForm::kJson) {
    PrintJson(*response, console);
  } else {
    PrintText(*response, console);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPackListCommand(CLI::App& pack, const Console& console,
                        Chosen& chosen) {
  CLI::App* const list = pack.add_subcommand(
      "list", "Print the versions that a server keeps, and how they serve");
  const auto flags = std::make_shared<ListFlags>();
  list->add_option("NAME", flags->pack, "only this pack")->type_name("");
  AddAnswerFlags(*list, flags->server, flags->output);
  list->footer(
      "\nThose that changed last stand last. Below them: how each shadow "
      "compares to what was\nanswered, what is paused, and what should serve "
      "and does not, with the reason.\n");
  list->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunList(*flags, console); };
  });
}

}  // namespace stratagem::cli
