// `stratagem pack simulate`: what a draft or a published version would decide
// on a server, beside the version that decides there now.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "clients/cli/as_of.h"
#include "clients/cli/assignment.h"
#include "clients/cli/command.h"
#include "clients/cli/decision_json.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/pack_upload.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/simulated_population.h"
#include "clients/cli/text_table.h"
#include "clients/cli/usage_error.h"
#include "clients/cli/value_view.h"
#include "clients/cli/wire_schema.h"
#include "engine/base/status_macros.h"

namespace stratagem::cli {
namespace {

struct SimulateFlags {
  // Of many customers a call takes longer than others do.
  ServerFlags server = {.address = {}, .timeout_ms = 60'000};
  AnswerForm output = AnswerForm::kText;
  std::string source;  // A folder or NAME@VERSION.
  std::string customer;
  std::vector<std::string> set;
  std::vector<std::string> request;
  std::vector<std::string> placements;
  int32_t population = 0;
  std::string prefix;
};

// A version, and what it takes and gives, as the server says.
struct Tried {
  v1::PackSource source;
  v1::Pack pack;
};

bool IsFolder(const std::string& text) {
  std::error_code ignored;
  return std::filesystem::is_directory(text, ignored) ||
         text.find('@') == text.npos;
}

// kOk with `tried` filled, or what to exit with.
ExitCode ReadDraft(const std::string& directory, client::Client& client,
                   const Console& console, Tried& tried) {
  const ExitCode code =
      ReadUpload(directory, console, *tried.source.mutable_files());
  if (code != ExitCode::kOk) return code;
  v1::ValidatePackRequest request;
  *request.mutable_files() = tried.source.files();
  const auto valid = client.ValidatePack(request);
  if (!valid.ok()) {
    return ReportUploadFailure(valid.status(), directory, console);
  }
  tried.pack = valid->pack();
  if (valid->has_pack()) return ExitCode::kOk;
  PrintDiagnostics(DiagnosticsFrom(valid->diagnostics()), directory, console,
                   /*to_out=*/false);
  console.Error(absl::StrCat("the server finds errors in `", directory, "`"));
  return ExitCode::kRefused;
}

ExitCode ReadTried(const SimulateFlags& flags, client::Client& client,
                   const Console& console, Tried& tried) {
  if (IsFolder(flags.source)) {
    return ReadDraft(flags.source, client, console, tried);
  }
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.source, VersionUse::kRequired);
  if (!version.ok()) return ReportUsage(version.status(), console);
  *tried.source.mutable_published() = *version;
  v1::GetPackRequest request;
  *request.mutable_pack() = *version;
  auto got = client.GetPack(request);
  if (!got.ok()) return ReportFailure(got.status(), console);
  tried.pack = std::move(*got->mutable_pack());
  return ExitCode::kOk;
}

// The version of the pack that decides now; nothing when none does.
absl::StatusOr<std::optional<Tried>> FindDeciding(const std::string& name,
                                                  client::Client& client) {
  v1::GetPackRequest request;
  request.mutable_pack()->set_name(name);
  auto got = client.GetPack(request);
  if (absl::IsNotFound(got.status()) ||
      absl::IsFailedPrecondition(got.status())) {
    return std::nullopt;
  }
  if (!got.ok()) return got.status();
  Tried deciding;
  deciding.pack = std::move(*got->mutable_pack());
  deciding.source.mutable_published()->set_name(name);
  deciding.source.mutable_published()->set_version(
      deciding.pack.ref().version());
  return deciding;
}

// One call, with what `tried` declares of it.
absl::StatusOr<v1::DecideRequest> CallOf(const SimulateFlags& flags,
                                         const v1::Pack& pack) {
  v1::DecideRequest call;
  call.set_customer_id(flags.customer);
  Arena arena;
  const absl::TimeZone zone = ZoneOf(pack.timezone());
  const auto read = [&](const char* flag, const std::vector<std::string>& texts,
                        const auto& fields, auto& out) -> absl::Status {
    const Schema schema = SchemaOf(fields, arena);
    std::vector<NamedValue> values;
    for (const std::string& text : texts) {
      STRATAGEM_ASSIGN_OR_RETURN(
          const NamedValue named,
          ReadAssignment(flag, text, schema, zone, arena));
      Put(named, values);
    }
    for (const NamedValue& named : values) {
      v1::NamedValue& wire = *out.Add();
      wire.set_name(std::string(named.name));
      *wire.mutable_value() = ToProto(named.value);
    }
    return absl::OkStatus();
  };
  STRATAGEM_RETURN_IF_ERROR(
      read("--set", flags.set, pack.attributes(), *call.mutable_attributes()));
  STRATAGEM_RETURN_IF_ERROR(read("--request", flags.request, pack.request(),
                                 *call.mutable_request()));
  call.mutable_placements()->Assign(flags.placements.begin(),
                                    flags.placements.end());
  if (flags.placements.empty()) *call.mutable_placements() = pack.placements();
  return call;
}

// Leaves out of `items` those that `pack`, an older version, does not declare.
template <typename Items, typename Known, typename NameOfItem>
void KeepKnown(Items& items, const Known& known, NameOfItem name_of) {
  const auto is_unknown = [&](const auto& item) {
    return std::none_of(known.begin(), known.end(),
                        [&](const auto& one) { return one == name_of(item); });
  };
  items.erase(std::remove_if(items.begin(), items.end(), is_unknown),
              items.end());
}

void KeepKnown(const v1::Pack& pack, v1::DecideRequest& call) {
  const auto names_of = [](const auto& fields) {
    std::vector<std::string> names;
    for (const v1::Field& field : fields) names.push_back(field.name());
    return names;
  };
  const auto name = [](const v1::NamedValue& named) { return named.name(); };
  KeepKnown(*call.mutable_attributes(), names_of(pack.attributes()), name);
  KeepKnown(*call.mutable_request(), names_of(pack.request()), name);
  KeepKnown(*call.mutable_placements(), pack.placements(),
            [](const std::string& placement) { return placement; });
}

absl::StatusOr<DecisionView> SimulateCall(const Tried& tried,
                                          v1::DecideRequest call,
                                          client::Client& client) {
  v1::SimulateRequest request;
  *request.mutable_pack() = tried.source;
  *request.mutable_call() = std::move(call);
  STRATAGEM_ASSIGN_OR_RETURN(const v1::SimulateResponse response,
                             client.Simulate(request));
  return ViewOf(response.decision(), request.call().customer_id(),
                ZoneOf(tried.pack.timezone()));
}

// What a decision gives a customer, part by part: "tier", "gold".
struct Part {
  std::string name;
  std::string text;
};

std::vector<Part> PartsOf(const DecisionView& decision) {
  std::vector<Part> parts;
  if (decision.score.has_value()) {
    parts.push_back({"score", ViewOf("", Value::Double(*decision.score)).text});
    parts.push_back({"tier", decision.tier});
  }
  if (!decision.stage.empty()) parts.push_back({"stage", decision.stage});
  for (const TreatmentView& treatment : decision.treatments) {
    for (const ValueView& field : treatment.fields) {
      parts.push_back(
          {absl::StrCat(treatment.name, ".", field.name), field.text});
    }
  }
  for (const PlacementView& placement : decision.placements) {
    parts.push_back(
        {placement.name, absl::StrJoin(placement.slots, ", ",
                                       [](std::string* out, const auto& slot) {
                                         out->append(slot.offer_id);
                                       })});
  }
  return parts;
}

const Part* FindPart(const std::vector<Part>& parts, const std::string& name) {
  for (const Part& part : parts) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

// Rows of both sides, in the order of `simulated`; what is only in `now` last.
void PrintParts(const std::vector<Part>& now,
                const std::vector<Part>& simulated, const Console& console) {
  TextTable table({{""}, {"now"}, {"simulated"}}, console);
  const auto add = [&](const std::string& name, const Part* before,
                       const Part* after) {
    const auto text = [](const Part* part) {
      return part == nullptr || part->text.empty() ? "-" : part->text;
    };
    const bool is_other = text(before) != text(after);
    table.AddRow({{name},
                  {text(before)},
                  {text(after), is_other ? Style::kWarning : Style::kPlain}});
  };
  for (const Part& part : simulated) {
    add(part.name, FindPart(now, part.name), &part);
  }
  for (const Part& part : now) {
    if (FindPart(simulated, part.name) == nullptr)
      add(part.name, &part, nullptr);
  }
  table.Print();
}

void PrintDecisions(const std::optional<DecisionView>& now,
                    const DecisionView& simulated, const SimulateFlags& flags,
                    const Console& console) {
  if (flags.output == AnswerForm::kText) {
    PrintParts(now.has_value() ? PartsOf(*now) : std::vector<Part>(),
               PartsOf(simulated), console);
    return;
  }
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Key("now");
  if (now.has_value()) {
    WriteDecision(*now, json);
  } else {
    json.Raw("null");
  }
  json.Key("simulated");
  WriteDecision(simulated, json);
  json.EndObject();
  console.out << "\n";
}

// "retail@2 beside retail@1, which decides now"
std::string TitleOf(const Tried& tried, const std::optional<Tried>& deciding) {
  const std::string name = NameOf(tried.pack.ref());
  if (!deciding.has_value()) {
    return absl::StrCat(name, "; no version of it decides now");
  }
  return absl::StrCat(name, " beside ", NameOf(deciding->pack.ref()),
                      ", which decides now");
}

ExitCode SimulateCustomer(const SimulateFlags& flags, const Tried& tried,
                          client::Client& client, const Console& console) {
  const absl::StatusOr<v1::DecideRequest> call = CallOf(flags, tried.pack);
  if (!call.ok()) return ReportUsage(call.status(), console);
  const absl::StatusOr<std::optional<Tried>> deciding =
      FindDeciding(tried.pack.ref().name(), client);
  if (!deciding.ok()) return ReportFailure(deciding.status(), console);
  const absl::StatusOr<DecisionView> simulated =
      SimulateCall(tried, *call, client);
  if (!simulated.ok()) return ReportFailure(simulated.status(), console);
  std::optional<DecisionView> now;
  if (deciding->has_value()) {
    v1::DecideRequest known = *call;
    KeepKnown((*deciding)->pack, known);
    absl::StatusOr<DecisionView> decided =
        SimulateCall(**deciding, std::move(known), client);
    if (!decided.ok()) return ReportFailure(decided.status(), console);
    now = *std::move(decided);
  }
  if (flags.output == AnswerForm::kText) {
    PrintParagraph(TitleOf(tried, *deciding), 0, Style::kPlain, console);
    console.out << "\n";
  }
  PrintDecisions(now, *simulated, flags, console);
  return ExitCode::kOk;
}

ExitCode SimulatePopulation(const SimulateFlags& flags, const Tried& tried,
                            client::Client& client, const Console& console) {
  v1::SimulateRequest request;
  *request.mutable_pack() = tried.source;
  v1::Population& who = *request.mutable_population();
  who.set_customer_id_prefix(flags.prefix);
  who.set_customers_max(flags.population);
  who.mutable_placements()->Assign(flags.placements.begin(),
                                   flags.placements.end());
  if (flags.placements.empty()) {
    *who.mutable_placements() = tried.pack.placements();
  }
  const auto response = client.Simulate(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  const v1::SimulatedPopulation& population = response->population();
  if (flags.output == AnswerForm::kJson) {
    WritePopulation(tried.pack, population, console);
  } else {
    PrintPopulation(tried.pack, population, console);
  }
  if (population.refused() > 0) {
    console.Note(absl::StrCat(
        Counted(population.refused(), "customer"),
        " could not be decided by both versions: their profiles lack what one "
        "of them requires"));
  }
  if (population.truncated()) {
    console.Note("more customers are stored; `--population N` takes more");
  }
  return ExitCode::kOk;
}

ExitCode RunSimulate(const SimulateFlags& flags, const Console& console) {
  if (flags.customer.empty() && !(flags.set.empty() && flags.request.empty())) {
    return ReportUsage(UsageError("`--set` and `--request` are of one customer",
                                  "name them with `--customer ID`"),
                       console);
  }
  client::Client client(OptionsOf(flags.server));
  Tried tried;
  const ExitCode code = ReadTried(flags, client, console, tried);
  if (code != ExitCode::kOk) return code;
  return flags.customer.empty()
             ? SimulatePopulation(flags, tried, client, console)
             : SimulateCustomer(flags, tried, client, console);
}

void AddWhoFlags(CLI::App& command, SimulateFlags& flags) {
  CLI::Option* const customer =
      command
          .add_option("--customer", flags.customer,
                      "for this customer, by what the server has stored")
          ->type_name("ID");
  const auto add = [&command](const char* name, std::vector<std::string>& texts,
                              const char* help, const char* type) {
    return command.add_option(name, texts, help)
        ->type_name(type)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add("--set", flags.set, "a value of the customer, over what is stored",
      "NAME=VALUE");
  add("--request", flags.request, "a value of the call", "NAME=VALUE");
  add("--placement", flags.placements,
      "fill this placement (default: all of the pack)", "NAME");
  command
      .add_option("--population", flags.population,
                  "for as many stored customers, in the order of their ids, at "
                  "most 100,000 (default: 10,000)")
      ->type_name("N")
      ->check(Quiet(CLI::Range(1, 100'000)))
      ->excludes(customer);
  command.add_option("--prefix", flags.prefix, "for those whose ids begin so")
      ->type_name("TEXT")
      ->excludes(customer);
}

}  // namespace

void AddPackSimulateCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen) {
  CLI::App* const simulate = pack.add_subcommand(
      "simulate", "Say what a version would decide, beside the one that does");
  const auto flags = std::make_shared<SimulateFlags>();
  simulate
      ->add_option("DIR|NAME@VERSION", flags->source,
                   "the folder of a draft, or a published version")
      ->required()
      ->type_name("");
  AddWhoFlags(*simulate, *flags);
  AddAnswerFlags(*simulate, flags->server, flags->output);
  simulate->footer(
      "\nOf one customer: what the version would decide and what decides now, "
      "part by part. Of\nstored customers: how many would be in which tier and "
      "stage, and get which treatment\nand offer. Both read what the server "
      "remembers and what is paused; nothing is logged,\nreserved or changed, "
      "and nobody explores.\n"
      "\nexit codes:\n  0  it was simulated\n"
      "  1  the pack has errors, was never published, or refuses the call\n"
      "  2  the command line is wrong\n"
      "  3  the folder cannot be read, or no server answers\n");
  simulate->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunSimulate(*flags, console); };
  });
}

}  // namespace stratagem::cli
