// `stratagem customer get|set|search|import|delete`: what a server keeps of
// customers.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/customer_import.h"
#include "clients/cli/customer_lines.h"
#include "clients/cli/decider.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"
#include "clients/cli/value_view.h"
#include "engine/base/display_width.h"
#include "engine/base/status_macros.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

constexpr int kPageSize = 1'000;

struct CustomerFlags {
  ServerFlags server;
  std::string pack;
  std::string id;
  Output output = Output::kTable;
  // set
  std::vector<std::string> values;
  std::vector<std::string> unset;
  std::string json;
  bool replace = false;
  std::optional<uint64_t> expected_version;
  // search
  std::string prefix;
  std::string where;
  uint64_t limit = 100;
  // delete
  bool yes = false;
};

void WriteProfile(const v1::Profile& profile, JsonWriter& json) {
  Arena arena;
  json.BeginObject();
  json.StringMember("customer_id", profile.customer_id());
  json.Key("version");
  json.Uint(profile.version());
  json.StringMember("updated_at", TimeText(TimeOf(profile.updated_at())));
  json.Key("attributes");
  json.BeginObject();
  for (const v1::NamedValue& attribute : profile.attributes()) {
    json.Key(attribute.name());
    json.Raw(ToJson(FromProto(attribute.value(), arena)));
  }
  json.EndObject();
  json.EndObject();
}

JsonWriter::Layout LayoutOf(Output output) {
  return output == Output::kJson ? JsonWriter::Layout::kIndented
                                 : JsonWriter::Layout::kOneLine;
}

ExitCode RunGet(const CustomerFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  v1::GetProfileRequest request;
  request.set_customer_id(flags.id);
  const absl::StatusOr<v1::GetProfileResponse> response =
      client.GetProfile(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  const v1::Profile& profile = response->profile();
  if (flags.output != Output::kTable) {
    JsonWriter json(console.out, LayoutOf(flags.output));
    WriteProfile(profile, json);
    console.out << "\n";
    return ExitCode::kOk;
  }
  console.out << console.PaintOut(Style::kHeading, profile.customer_id())
              << "  version " << WithThousands(profile.version())
              << ", changed "
              << ZonedTime(TimeText(TimeOf(profile.updated_at())),
                           absl::LocalTimeZone())
              << "\n";
  Arena arena;
  TextTable table({{"attribute"}, {"value"}}, console);
  for (const v1::NamedValue& attribute : profile.attributes()) {
    table.AddRow({{attribute.name()},
                  {ViewOf("", FromProto(attribute.value(), arena)).text}});
  }
  table.Print();
  return ExitCode::kOk;
}

// "name=value" with the value as the pack declares it, else as JSON, else as
// text.
absl::StatusOr<NamedValue> ReadSetting(const std::string& text,
                                       const DeciderSchema& schema,
                                       Arena& arena) {
  const std::vector<std::string> sides =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (sides.size() != 2 || sides[0].empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not of the form `attribute=value`"));
  }
  const absl::string_view name = arena.CopyString(sides[0]);
  const int index = schema.attributes.Find(name);
  if (index < 0) {
    const auto natural = ReadJsonObject(
        absl::StrCat("{\"value\":", sides[1], "}"), Schema(), arena);
    if (natural.ok() && natural->size() == 1) {
      return NamedValue{name, natural->front().value};
    }
    return NamedValue{name, Value::String(arena.CopyString(sides[1]))};
  }
  const Field& field = schema.attributes.fields()[static_cast<size_t>(index)];
  const absl::StatusOr<Value> value =
      ReadText(sides[1], field.type, arena, &schema.timezone);
  if (!value.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "`: ", value.status().message()));
  }
  return NamedValue{name, *value};
}

absl::Status ReadUpdate(const CustomerFlags& flags, const DeciderSchema& schema,
                        v1::ProfileUpdate& update) {
  Arena arena;
  std::vector<NamedValue> attributes;
  if (!flags.json.empty()) {
    STRATAGEM_ASSIGN_OR_RETURN(
        attributes,
        ReadAttributes(flags.json, schema.attributes, schema.timezone, arena));
  }
  for (const std::string& text : flags.values) {
    STRATAGEM_ASSIGN_OR_RETURN(const NamedValue named,
                               ReadSetting(text, schema, arena));
    attributes.push_back(named);
  }
  for (const std::string& name : flags.unset) {
    attributes.push_back({name, Value::Null()});
  }
  if (attributes.empty() && !flags.replace) {
    return absl::InvalidArgumentError(
        "says nothing to change; give `attribute=value`, --json or --unset");
  }
  update.set_customer_id(flags.id);
  update.set_replace(flags.replace);
  if (flags.expected_version.has_value()) {
    update.set_expected_version(*flags.expected_version);
  }
  for (const NamedValue& attribute : attributes) {
    v1::NamedValue& named = *update.add_attributes();
    named.set_name(std::string(attribute.name));
    *named.mutable_value() = ToProto(attribute.value);
  }
  return absl::OkStatus();
}

ExitCode RunSet(const CustomerFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  const absl::StatusOr<std::unique_ptr<Decider>> packs =
      NewServerDecider(client, {flags.pack, "", ""});
  if (!packs.ok()) return ReportFailure(packs.status(), console);
  v1::UpsertProfileRequest request;
  const absl::Status read =
      ReadUpdate(flags, (*packs)->schema(), *request.mutable_update());
  if (!read.ok()) {
    console.Error(read.message());
    return ExitCode::kUsage;
  }
  const absl::StatusOr<v1::UpsertProfileResponse> response =
      client.UpsertProfile(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  for (const v1::ProfileWarning& warning : response->warnings()) {
    console.Note(
        absl::StrCat("`", warning.field(), "`: ", warning.description()));
  }
  console.out << flags.id << " has version " << response->version() << "\n";
  return ExitCode::kOk;
}

class SearchRun {
 public:
  SearchRun(const CustomerFlags& flags, const Console& console)
      : flags_(flags),
        console_(console),
        client_(OptionsOf(flags.server)),
        json_(console.out, LayoutOf(flags.output)),
        table_({{"customer"}, {"version", Align::kRight}, {"attributes"}},
               console) {}

  ExitCode Run() {
    v1::SearchProfilesRequest request;
    const absl::Status read = ReadQuestion(request);
    if (!read.ok()) {
      console_.Error(read.message());
      return ExitCode::kUsage;
    }
    if (flags_.output == Output::kJson) json_.BeginArray();
    bool more = true;
    while (more && found_ < flags_.limit) {
      request.set_page_size(static_cast<int>(
          std::min<uint64_t>(kPageSize, flags_.limit - found_)));
      const absl::StatusOr<v1::SearchProfilesResponse> page =
          client_.SearchProfiles(request);
      if (!page.ok()) return ReportFailure(page.status(), console_);
      for (const v1::Profile& profile : page->profiles()) Print(profile);
      request.set_page_token(page->next_page_token());
      more = !page->next_page_token().empty();
    }
    Finish(more);
    return ExitCode::kOk;
  }

 private:
  absl::Status ReadQuestion(v1::SearchProfilesRequest& request) {
    request.set_id_prefix(flags_.prefix);
    if (flags_.where.empty()) return absl::OkStatus();
    STRATAGEM_ASSIGN_OR_RETURN(
        const std::unique_ptr<Decider> packs,
        NewServerDecider(client_, {flags_.pack, "", ""}));
    Arena arena;
    STRATAGEM_ASSIGN_OR_RETURN(
        const NamedValue named,
        ReadSetting(flags_.where, packs->schema(), arena));
    request.mutable_attribute()->set_name(std::string(named.name));
    *request.mutable_attribute()->mutable_value() = ToProto(named.value);
    return absl::OkStatus();
  }

  void Print(const v1::Profile& profile) {
    ++found_;
    if (flags_.output != Output::kTable) {
      WriteProfile(profile, json_);
      if (flags_.output == Output::kNdjson) console_.out << "\n";
      return;
    }
    Arena arena;
    std::vector<std::string> parts;
    for (const v1::NamedValue& attribute : profile.attributes()) {
      parts.push_back(
          absl::StrCat(attribute.name(), " ",
                       ViewOf("", FromProto(attribute.value(), arena)).text));
    }
    table_.AddRow({{profile.customer_id(), Style::kHeading},
                   {WithThousands(profile.version())},
                   {absl::StrJoin(parts, ", ")}});
  }

  void Finish(bool more) {
    table_.Print();
    if (flags_.output == Output::kJson) {
      json_.EndArray();
      console_.out << "\n";
    }
    if (flags_.output != Output::kTable) return;
    if (found_ == 0) console_.Note("no profile matches");
    if (more) {
      console_.Note(absl::StrCat("there may be more than these ",
                                 WithThousands(found_), "; see --limit"));
    }
  }

  const CustomerFlags& flags_;
  const Console& console_;
  client::Client client_;
  JsonWriter json_;
  TextTable table_;
  uint64_t found_ = 0;
};

ExitCode RunDelete(const CustomerFlags& flags, const Console& console) {
  if (!flags.yes) {
    console.Error(
        absl::StrCat("this erases customer `", flags.id,
                     "` for good: profile, log and all that is remembered"),
        "add `--yes` to do it");
    return ExitCode::kUsage;
  }
  client::Client client(OptionsOf(flags.server));
  v1::DeleteCustomerRequest request;
  request.set_customer_id(flags.id);
  if (console.err_is_terminal) console.Note("the whole log is looked through");
  const absl::StatusOr<v1::DeleteCustomerResponse> response =
      client.DeleteCustomer(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  if (!response->profile_deleted() && response->records_cleared() == 0) {
    console.out << "nothing was stored under `" << Printable(flags.id) << "`\n";
    return ExitCode::kOk;
  }
  console.out << "erased: "
              << (response->profile_deleted() ? "the profile" : "no profile")
              << ", " << Counted(response->records_cleared(), "record")
              << " of the log\n";
  return ExitCode::kOk;
}

using Flags = std::shared_ptr<CustomerFlags>;

void AddPackFlag(CLI::App& command, std::string& pack) {
  command
      .add_option("--pack", pack,
                  "whose attributes say what types values have (default: the "
                  "server's first pack)")
      ->type_name("NAME");
}

// A subcommand with the flags that all have.
CLI::App* Add(CLI::App& customer, const std::string& name,
              const std::string& help, const Flags& flags,
              ExitCode (*run)(const CustomerFlags&, const Console&),
              const Console& console, Chosen& chosen) {
  CLI::App* const command = customer.add_subcommand(name, help);
  AddServerFlags(*command, flags->server)->required();
  command->callback([flags, run, &console, &chosen] {
    chosen.run = [flags, run, &console] { return run(*flags, console); };
  });
  return command;
}

void AddId(CLI::App& command, const Flags& flags) {
  command.add_option("id", flags->id, "the customer's id")
      ->required()
      ->type_name("ID");
}

void AddSet(CLI::App& customer, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<CustomerFlags>();
  CLI::App* const set =
      Add(customer, "set", "Set, change or remove attributes of a customer",
          flags, RunSet, console, chosen);
  AddId(*set, flags);
  set->add_option("values", flags->values, "what to set: nps=9 channel=app")
      ->type_name("NAME=VALUE");
  set->add_option("--json", flags->json,
                  "attributes as a JSON object; a null removes one")
      ->type_name("OBJECT");
  set->add_option("--unset", flags->unset, "an attribute to remove")
      ->type_name("NAME");
  set->add_flag("--replace", flags->replace,
                "also remove every attribute that is not named");
  set->add_option("--expect-version", flags->expected_version,
                  "refuse unless the profile has this version (0: none)")
      ->type_name("N");
  AddPackFlag(*set, flags->pack);
}

void AddSearch(CLI::App& customer, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<CustomerFlags>();
  CLI::App* const search = Add(
      customer, "search", "Print customers by id and attribute", flags,
      [](const CustomerFlags& f, const Console& c) {
        return SearchRun(f, c).Run();
      },
      console, chosen);
  search->add_option("--prefix", flags->prefix, "how their ids begin")
      ->type_name("TEXT");
  search->add_option("--where", flags->where, "a value of an attribute")
      ->type_name("NAME=VALUE");
  search->add_option("--limit", flags->limit, "at most so many")
      ->check(Quiet(CLI::Range(uint64_t{1}, uint64_t{1'000'000'000})))
      ->type_name("N")
      ->capture_default_str();
  AddOutputFlag(*search, flags->output);
  AddPackFlag(*search, flags->pack);
}

void AddImport(CLI::App& customer, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<ImportFlags>();
  CLI::App* const import = customer.add_subcommand(
      "import",
      "Store the customers of a file, one a row of CSV or a line of "
      "NDJSON");
  AddServerFlags(*import, flags->server)->required();
  import->add_option("file", flags->file, "the file, - for standard input")
      ->required()
      ->type_name("FILE");
  import
      ->add_option("--format", flags->format,
                   "csv, ndjson, or auto: by the file's name")
      ->check(Quiet(CLI::IsMember({"auto", "csv", "ndjson"})))
      ->type_name("FORMAT")
      ->capture_default_str();
  import
      ->add_option("--delimiter", flags->delimiter,
                   "what divides the cells of CSV: one character or `tab`")
      ->check(Quiet(CLI::Validator(
          [](const std::string& text) {
            const bool usable = text == "tab" ||
                                (text.size() == 1 && text[0] != '"' &&
                                 text[0] != '\n' && text[0] != '\r');
  return usable ? std::string() : "is no delimiter";
},
          "")))
      ->type_name("CHAR")
      ->capture_default_str();
import
    ->add_option("--id-column", flags->id_column,
                 "the column of CSV that holds the ids")
    ->type_name("NAME")
    ->capture_default_str();
import
    ->add_option("--map", flags->map,
                 "the column of an attribute that has another name")
    ->type_name("ATTRIBUTE=COLUMN");
import->add_flag("--replace", flags->replace,
                 "also remove attributes that a row does not have");
import->add_flag("-q,--quiet", flags->quiet,
                 "no notes and no progress on standard error");
AddPackFlag(*import, flags->pack);
  import->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return ImportCustomers(*flags, console);
  };  // namespace
  }   // namespace stratagem::cli
);
}

}  // namespace

void AddCustomerCommands(CLI::App& app, const Console& console,
                         Chosen& chosen) {
  CLI::App* const customer = app.add_subcommand(
      "customer",
      "What a server keeps of customers: get, set, search, import, "
      "delete");
  customer->require_subcommand(1);
  const auto get_flags = std::make_shared<CustomerFlags>();
  CLI::App* const get = Add(*customer, "get", "Print what is stored of one",
                            get_flags, RunGet, console, chosen);
  AddId(*get, get_flags);
  AddOutputFlag(*get, get_flags->output);
  AddSet(*customer, console, chosen);
  AddSearch(*customer, console, chosen);
  AddImport(*customer, console, chosen);
  const auto delete_flags = std::make_shared<CustomerFlags>();
  CLI::App* const erase =
      Add(*customer, "delete",
          "Erase a person everywhere: profile, log, all that is remembered",
          delete_flags, RunDelete, console, chosen);
  AddId(*erase, delete_flags);
  erase->add_flag("--yes", delete_flags->yes, "do it; nothing brings it back");
}

}  // namespace stratagem::cli
