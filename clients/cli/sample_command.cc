// `stratagem sample customers`: made-up customers for a pack.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/command.h"
#include "clients/cli/customer_generator.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/text_table.h"
#include "clients/cli/value_view.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

enum class SampleOutput { kCsv, kTable, kJson, kNdjson };

struct SampleFlags {
  std::string pack;
  uint64_t count = 10;
  uint64_t seed = 1;
  SampleOutput output = SampleOutput::kCsv;
};

constexpr char kIdColumn[] = "customer_id";
constexpr uint64_t kCountMax = 100'000'000;
// Lines of a table that are held back to align their columns.
constexpr size_t kPageLines = 200;

// Quoted when it must be, so that `decide --csv` reads it back.
std::string CsvCellText(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) {
    return std::string(text);
  }
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// As ReadText() reads it back.
std::string PlainText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
    case ValueKind::kTimestamp:
    case ValueKind::kDuration:
      return ViewOf("", value).text;
    default:
      return ToJson(value);
  }
}

// One text a field of the pack, empty where the customer has none.
std::vector<std::string> CellsOf(const Schema& schema,
                                 const std::vector<NamedValue>& customer) {
  std::vector<std::string> cells(schema.fields().size());
  for (const NamedValue& named : customer) {
    cells[static_cast<size_t>(schema.Find(named.name))] =
        PlainText(named.value);
  }
  return cells;
}

// Prints customers one by one in one format.
class SamplePrinter {
 public:
  SamplePrinter(const Schema& schema, SampleOutput output,
                const Console& console)
      : schema_(schema),
        output_(output),
        out_(console.out),
        json_(out_, output == SampleOutput::kJson
                        ? JsonWriter::Layout::kIndented
                        : JsonWriter::Layout::kOneLine),
        table_(ColumnsOf(schema), console) {
    if (output_ == SampleOutput::kJson) json_.BeginArray();
    if (output_ == SampleOutput::kCsv) PrintCsvLine(kIdColumn, schema.names());
  }

  void Add(const std::string& id, const std::vector<NamedValue>& customer) {
    switch (output_) {
      case SampleOutput::kCsv:
        PrintCsvLine(id, CellsOf(schema_, customer));
        break;
      case SampleOutput::kTable:
        AddTableRow(id, customer);
        break;
      case SampleOutput::kJson:
        WriteJson(id, customer);
        break;
      case SampleOutput::kNdjson:
        WriteJson(id, customer);
        out_ << "\n";
        break;
    }
  }

  void Finish() {
    table_.Print();
    if (output_ != SampleOutput::kJson) return;
    json_.EndArray();
    out_ << "\n";
  }

 private:
  static std::vector<TableColumn> ColumnsOf(const Schema& schema) {
    std::vector<TableColumn> columns = {{kIdColumn}};
    for (const Field& field : schema.fields()) {
      const bool number = field.type.kind == ValueKind::kInt ||
                          field.type.kind == ValueKind::kDouble;
      columns.push_back({field.name, number ? Align::kRight : Align::kLeft});
    }
    return columns;
  }

  void PrintCsvLine(const std::string& id,
                    const std::vector<std::string>& cells) {
    out_ << CsvCellText(id);
    for (const std::string& cell : cells) out_ << ',' << CsvCellText(cell);
    out_ << "\n";
  }

  void AddTableRow(const std::string& id,
                   const std::vector<NamedValue>& customer) {
    std::vector<TableCell> row = {{id, Style::kHeading}};
    for (std::string& cell : CellsOf(schema_, customer)) {
      row.push_back({std::move(cell)});
    }
    table_.AddRow(std::move(row));
    if (table_.pending_rows() >= kPageLines) table_.Print();
  }

  // {"customer_id":"c-000001","attributes":{…}}: the attributes are what
  // `decide --facts` takes.
  void WriteJson(const std::string& id,
                 const std::vector<NamedValue>& customer) {
    json_.BeginObject();
    json_.StringMember(kIdColumn, id);
    json_.Key("attributes");
    json_.BeginObject();
    for (const NamedValue& named : customer) {
      json_.Key(named.name);
      json_.Raw(ToJson(named.value));
    }
    json_.EndObject();
    json_.EndObject();
  }

  const Schema& schema_;
  const SampleOutput output_;
  std::ostream& out_;
  JsonWriter json_;
  TextTable table_;
};

ExitCode RunSample(const SampleFlags& flags, const Console& console) {
  LoadedPack pack;
  if (const ExitCode code = RequirePack(flags.pack, console, pack);
      code != ExitCode::kOk) {
    return code;
  }
  CustomerGenerator generator(*pack.model, *pack.plan, flags.seed);
  SamplePrinter printer(pack.plan->summary().attributes, flags.output, console);
  for (uint64_t i = 0; i < flags.count && console.out; ++i) {
    const absl::StatusOr<std::vector<NamedValue>> customer = generator.Draw(i);
    if (!customer.ok()) return ReportFailure(customer.status(), console);
    printer.Add(CustomerGenerator::Id(i), *customer);
  }
  printer.Finish();
  return ExitCode::kOk;
}

}  // namespace

void AddSampleCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const sample =
      app.add_subcommand("sample", "Make up data for a pack: customers");
  sample->require_subcommand(1);
  CLI::App* const customers = sample->add_subcommand(
      "customers", "Print made-up customers that a pack accepts");
  const auto flags = std::make_shared<SampleFlags>();
  customers->add_option("--pack", flags->pack, "folder of the pack")
      ->required()
      ->type_name("DIR");
  customers->add_option("-n,--count", flags->count, "how many")
      ->check(Quiet(CLI::Range(uint64_t{1}, kCountMax)))
      ->type_name("N")
      ->capture_default_str();
  customers
      ->add_option("--seed", flags->seed,
                   "the same seed gives the same customers on every machine")
      ->type_name("N")
      ->capture_default_str();
  AddOutputFlag<SampleOutput>(
      *customers, flags->output,
      "csv (as `decide --csv` reads it), table, json or ndjson",
      {{"csv", SampleOutput::kCsv},
       {"table", SampleOutput::kTable},
       {"json", SampleOutput::kJson},
       {"ndjson", SampleOutput::kNdjson}});
  customers->footer(
      "\nEvery customer satisfies the pack's attributes and constraints. The "
      "answer feeds\nstraight into a decision:\n"
      "  stratagem sample customers --pack DIR -n 1000 |\n"
      "      stratagem decide --pack DIR --csv - --summary\n");
  customers->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunSample(*flags, console); };
  });
}

}  // namespace stratagem::cli
