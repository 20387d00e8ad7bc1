#include "clients/cli/simulated_population.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/served_version.h"
#include "clients/cli/text_table.h"

namespace stratagem::cli {
namespace {

// Where a count stands for people: dimensions in the order in which a pack
// decides, values in the one in which it declares them.
std::pair<int, ptrdiff_t> PlaceOf(const v1::SimulatedCount& count,
                                  const v1::Pack& pack) {
  const auto place = [&count](int dimension, const auto& declared) {
    return std::pair(
        dimension, std::find(declared.begin(), declared.end(), count.value()) -
                       declared.begin());
  };
  if (count.dimension() == "tier") return place(0, pack.tiers());
  if (count.dimension() == "stage") return place(1, pack.stages());
  if (count.dimension() == "offer") return place(3, pack.offers());
  return {2, 0};
}

std::vector<v1::SimulatedCount> InOrder(
    const v1::SimulatedPopulation& population, const v1::Pack& pack) {
  std::vector<v1::SimulatedCount> counts(population.counts().begin(),
                                         population.counts().end());
  std::stable_sort(counts.begin(), counts.end(),
                   [&pack](const auto& one, const auto& other) {
                     return PlaceOf(one, pack) < PlaceOf(other, pack);
                   });
  return counts;
}

std::string Difference(const v1::SimulatedCount& count) {
  if (count.simulated() == count.now()) return "";
  return count.simulated() > count.now()
             ? absl::StrCat("+", WithThousands(count.simulated() - count.now()))
             : absl::StrCat("-",
                            WithThousands(count.now() - count.simulated()));
}

}  // namespace

void PrintPopulation(const v1::Pack& pack,
                     const v1::SimulatedPopulation& population,
                     const Console& console) {
  const double share = population.customers() == 0
                           ? 0
                           : static_cast<double>(population.different()) /
                                 static_cast<double>(population.customers());
  PrintParagraph(
      absl::StrCat(NameOf(pack.ref()), " for ",
                   Counted(population.customers(), "stored customer"), ": ",
                   WithThousands(population.different()), " (",
                   ShareText(share), ") would get something else"),
      0, Style::kPlain, console);
  TextTable table({{""},
                   {"value"},
                   {"now", Align::kRight},
                   {"simulated", Align::kRight},
                   {"", Align::kRight, 1}},
                  console);
  std::string dimension;
  for (const v1::SimulatedCount& count : InOrder(population, pack)) {
    const std::string difference = Difference(count);
    table.AddRow({{count.dimension() == dimension ? "" : count.dimension(),
                   Style::kHeading},
                  {count.value()},
                  {WithThousands(count.now())},
                  {WithThousands(count.simulated())},
                  {difference, Style::kWarning}});
    dimension = count.dimension();
  }
  if (!population.counts().empty()) console.out << "\n";
  table.Print();
  if (!population.examples().empty()) {
    console.out << "\n";
    PrintParagraph(
        absl::StrCat("something else for ",
                     absl::StrJoin(population.examples(), ", "),
                     population.different() >
                             static_cast<uint64_t>(population.examples_size())
                         ? ", …"
                         : ""),
        0, Style::kPlain, console);
  }
}

void WritePopulation(const v1::Pack& pack,
                     const v1::SimulatedPopulation& population,
                     const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  const auto number = [&json](absl::string_view name, uint64_t value) {
    json.Key(name);
    json.Uint(value);
  };
  json.BeginObject();
  json.StringMember("name", pack.ref().name());
  json.StringMember("version", pack.ref().version());
  json.StringMember("digest", pack.ref().digest());
  number("customers", population.customers());
  number("different", population.different());
  number("refused", population.refused());
  json.Key("truncated");
  json.Bool(population.truncated());
  json.Key("counts");
  json.BeginArray();
  for (const v1::SimulatedCount& count : population.counts()) {
    json.BeginObject();
    json.StringMember("dimension", count.dimension());
    json.StringMember("value", count.value());
    number("now", count.now());
    number("simulated", count.simulated());
    json.EndObject();
  }
  json.EndArray();
  json.Key("examples");
  json.BeginArray();
  for (const std::string& customer : population.examples()) {
    json.String(customer);
  }
  json.EndArray();
  json.EndObject();
  console.out << "\n";
}

}  // namespace stratagem::cli
