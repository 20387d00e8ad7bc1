#include "clients/cli/replay_printer.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"
#include "engine/base/versions.h"

namespace stratagem::cli {
namespace {

// LIMIT: changes of one field that people are shown; JSON has more.
constexpr size_t kChangesShownMax = 5;

std::string Shown(const std::string& text) { return text.empty() ? "-" : text; }

void PrintLine(absl::string_view name, const std::string& value,
               const Console& console) {
  constexpr size_t kNameWidth = 21;
  console.out << console.PaintOut(Style::kFaint, name)
              << std::string(kNameWidth - name.size(), ' ') << value << "\n";
}

void PrintTotals(const ReplayReport& report, const Console& console) {
  for (const auto& [what, count] : report.versions) {
    PrintLine("by another version",
              absl::StrCat(what, ": ", WithThousands(count)), console);
  }
  if (!report.versions.empty()) {
    PrintLine("this program",
              absl::StrCat("engine ", kEngineVersion, ", hash ", kHashVersion,
                           ", random ", kRandomVersion),
              console);
  }
  // One is nothing to speak of: which one this system has nobody knows here.
  if (report.time_zones.size() > 1) {
    for (const auto& [version, count] : report.time_zones) {
      PrintLine("by time zones",
                absl::StrCat(version, ": ", WithThousands(count)), console);
    }
  }
  PrintLine("replayed", WithThousands(report.replayed), console);
  PrintLine("the same", WithThousands(report.same), console);
  PrintLine("different", WithThousands(report.different()), console);
  const auto if_any = [&](absl::string_view name, uint64_t count) {
    if (count > 0) PrintLine(name, WithThousands(count), console);
  };
  if_any("customer erased", report.erased);
  if_any("of other packs", report.of_other_packs);
  if_any("unreadable", report.unreadable);
  for (const auto& [sequence, why] : report.unreadable_examples) {
    PrintLine("", absl::StrCat("#", sequence, ": ", why), console);
  }
  for (const auto& [why, count] : report.without_pack) {
    PrintLine("without their pack",
              absl::StrCat(WithThousands(count), ": ", why), console);
  }
  for (const auto& [name, count] : report.not_recorded) {
    PrintLine("not in the record",
              absl::StrCat(name, ": ", WithThousands(count)), console);
  }
}

void PrintTreated(const TreatedDifferently& treated, const Console& console) {
  if (treated.decisions == 0) return;
  std::vector<std::string> ways;
  const auto add = [&ways](absl::string_view way, uint64_t count) {
    if (count > 0) ways.push_back(absl::StrCat(way, " ", WithThousands(count)));
  };
  add("refused", treated.refused);
  add("tier", treated.tier);
  add("stage", treated.stage);
  add("treatments", treated.treatments);
  add("offers", treated.offers);
  PrintLine("treated differently",
            absl::StrCat(WithThousands(treated.decisions), ": ",
                         absl::StrJoin(ways, ", ")),
            console);
}

using Change = std::pair<std::pair<std::string, std::string>, uint64_t>;

// The most frequent first.
std::vector<Change> TopChanges(const FieldDifferences& field) {
  std::vector<Change> changes(field.changes.begin(), field.changes.end());
  std::stable_sort(
      changes.begin(), changes.end(),
      [](const Change& a, const Change& b) { return a.second > b.second; });
  if (changes.size() > kChangesShownMax) changes.resize(kChangesShownMax);
  return changes;
}

// How customers would be treated: every field of that kind with its changes.
void PrintChanges(const ReplayReport& report, const Console& console) {
  TextTable table({{"what changes"},
                   {"recorded"},
                   {"replayed"},
                   {"decisions", Align::kRight}},
                  console);
  for (const auto& [name, field] : report.fields) {
    if (TreatedByField(name) == TreatedBy::kNothing) continue;
    for (const auto& [change, count] : TopChanges(field)) {
      table.AddRow({{name},
                    {Shown(change.first)},
                    {Shown(change.second)},
                    {WithThousands(count)}});
    }
  }
  if (table.pending_rows() == 0) return;
  console.out << "\n";
  table.Print();
}

// The offer or slot of a place, " [card]"; "" when it is of none.
std::string ItemOf(const std::string& place) {
  const size_t begin = place.find('[');
  const size_t end = place.find(']', begin);
  return end == std::string::npos
             ? ""
             : absl::StrCat(" ", place.substr(begin, end - begin + 1));
}

void PrintFields(const ReplayReport& report, const Console& console) {
  if (report.fields.empty()) return;
  console.out << "\n";
  TextTable table({{"field"},
                   {"decisions", Align::kRight},
                   {"first", Align::kLeft, 8, /*folds=*/true}},
                  console);
  for (const auto& [name, field] : report.fields) {
    const ReplayExample& first = field.examples.front();
    table.AddRow({{name},
                  {WithThousands(field.decisions)},
                  {absl::StrCat("#", first.sequence, " ", first.customer_id,
                                ItemOf(first.difference.place), ": ",
                                Shown(first.difference.recorded), " -> ",
                                Shown(first.difference.replayed))}});
  }
  table.Print();
  if (report.other_fields > 0) {
    console.out << "and " << Counted(report.other_fields, "difference")
                << " in other fields\n";
  }
}

void WriteCounts(absl::string_view key,
                 const std::map<std::string, uint64_t>& counts,
                 JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  for (const auto& [text, count] : counts) {
    json.Key(text);
    json.Uint(count);
  }
  json.EndObject();
}

void WriteField(const std::string& name, const FieldDifferences& field,
                JsonWriter& json) {
  json.BeginObject();
  json.StringMember("field", name);
  json.Key("decisions");
  json.Uint(field.decisions);
  json.Key("changes");
  json.BeginArray();
  for (const auto& [change, count] : field.changes) {
    json.BeginObject();
    json.StringMember("recorded", change.first);
    json.StringMember("replayed", change.second);
    json.Key("count");
    json.Uint(count);
    json.EndObject();
  }
  json.EndArray();
  json.Key("other_changes");
  json.Uint(field.other_changes);
  json.Key("examples");
  json.BeginArray();
  for (const ReplayExample& example : field.examples) {
    json.BeginObject();
    json.Key("sequence");
    json.Uint(example.sequence);
    json.StringMember("customer_id", example.customer_id);
    json.StringMember("place", example.difference.place);
    json.StringMember("recorded", example.difference.recorded);
    json.StringMember("replayed", example.difference.replayed);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

void PrintReplay(const ReplayReport& report, const Console& console) {
  PrintTotals(report, console);
  PrintTreated(report.treated, console);
  PrintChanges(report, console);
  PrintFields(report, console);
}

void WriteReplay(const ReplayReport& report, const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  const auto number = [&json](absl::string_view key, uint64_t value) {
    json.Key(key);
    json.Uint(value);
  };
  json.BeginObject();
  number("replayed", report.replayed);
  number("same", report.same);
  number("different", report.different());
  number("erased", report.erased);
  number("unreadable", report.unreadable);
  number("of_other_packs", report.of_other_packs);
  WriteCounts("other_versions", report.versions, json);
  WriteCounts("time_zones", report.time_zones, json);
  WriteCounts("without_pack", report.without_pack, json);
  WriteCounts("not_recorded", report.not_recorded, json);
  json.Key("treated_differently");
  json.BeginObject();
  number("decisions", report.treated.decisions);
  number("refused", report.treated.refused);
  number("tier", report.treated.tier);
  number("stage", report.treated.stage);
  number("treatments", report.treated.treatments);
  number("offers", report.treated.offers);
  json.EndObject();
  json.Key("fields");
  json.BeginArray();
  for (const auto& [name, field] : report.fields) {
    WriteField(name, field, json);
  }
  json.EndArray();
  number("other_differences", report.other_fields);
  json.EndObject();
  console.out << "\n";
}

}  // namespace stratagem::cli
