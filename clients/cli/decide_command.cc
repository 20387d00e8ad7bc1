// `stratagem decide`: one customer, or a file of them, by a pack in this
// process or by a server.

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/as_of.h"
#include "clients/cli/assignment.h"
#include "clients/cli/command.h"
#include "clients/cli/decide_file.h"
#include "clients/cli/decide_flags.h"
#include "clients/cli/decider.h"
#include "clients/cli/display_text.h"
#include "clients/cli/hold_flag.h"
#include "clients/cli/input_file.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/usage_error.h"
#include "clients/cli/value_view.h"
#include "engine/base/language_tag.h"
#include "engine/base/status_macros.h"
#include "engine/base/suggestion.h"
#include "engine/base/utf8.h"
#include "engine/decide/router.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

// Refuses `--set request.channel=app`, which the call has and no customer.
absl::Status CheckIsNoRequestValue(const std::string& text,
                                   const DeciderSchema& schema) {
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, "request.")) return absl::OkStatus();
  const absl::string_view name = rest.substr(0, rest.find('='));
  if (schema.request.Find(name) < 0) return absl::OkStatus();
  return UsageError(
      absl::StrCat("`request.", name,
                   "` is a value of the call, not of the customer"),
      absl::StrCat("write `--request ", ShellWord(rest), "`"));
}

// `--facts` below `--set`.
absl::StatusOr<std::vector<NamedValue>> ReadFacts(const DecideFlags& flags,
                                                  const DeciderSchema& schema,
                                                  const Console& console,
                                                  Arena& arena) {
  std::vector<NamedValue> facts;
  if (!flags.facts.empty()) {
    absl::StatusOr<std::string> text = ReadInput(flags.facts, console);
    if (!text.ok()) {
      // The file is missing, not the customer.
      return absl::UnavailableError(text.status().message());
    }
    absl::StatusOr<std::vector<NamedValue>> members =
        ReadJsonObject(*text, schema.attributes, arena, &schema.timezone);
    if (!members.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(flags.facts == "-" ? "standard input" : flags.facts,
                       ": ", members.status().message()));
    }
    facts = *std::move(members);
  }
  for (const std::string& text : flags.set) {
    STRATAGEM_RETURN_IF_ERROR(CheckIsNoRequestValue(text, schema));
    absl::StatusOr<NamedValue> named = ReadAssignment(
        "--set", text, schema.attributes, schema.timezone, arena);
    if (!named.ok()) return named.status();
    Put(*named, facts);
  }
  return facts;
}

Explain ExplainOf(const DecideFlags& flags) {
  if (flags.explain == "none") return Explain::kNone;
  if (flags.explain == "reasons") return Explain::kReasons;
  if (!flags.explain.empty()) return Explain::kFull;
  // A person wants the reasons; a program asks for them. A summary counts what
  // degraded decisions.
  return flags.summary || flags.csv.empty() || flags.output == Output::kTable
             ? Explain::kReasons
             : Explain::kNone;
}

absl::StatusOr<QuestionFrame> ReadFrame(const DecideFlags& flags,
                                        const DeciderSchema& schema,
                                        Arena& arena) {
  QuestionFrame frame;
  frame.request_id = flags.request_id;
  frame.unit = flags.unit;
  frame.locale = flags.locale;
  frame.placements =
      flags.placements.empty() ? schema.placements : flags.placements;
  frame.dry_run = flags.dry_run;
  frame.ignore_levers = flags.ignore_levers;
  frame.seed = flags.seed;
  frame.seed_by_customer = !flags.csv.empty();
  for (const std::string& text : flags.request) {
    absl::StatusOr<NamedValue> named = ReadAssignment(
        "--request", text, schema.request, schema.timezone, arena);
    if (!named.ok()) return named.status();
    Put(*named, frame.request);
  }
  frame.explain = ExplainOf(flags);
  return frame;
}

// A pack may be tried before its time, but not unawares.
void NoteEffect(const DeciderSchema& schema, const Console& console) {
  const absl::Time time = schema.as_of.value_or(absl::Now());
  if (time >= schema.effective.from && time < schema.effective.until) return;
  console.Note(absl::StrCat(
      schema.pack_name, " ", schema.pack_version, " is not in effect at ",
      ZonedTime(TimeText(time), schema.timezone), "; a server would refuse"));
}

// How to give `field` ("attributes.orders") when the question is without it, or
// "".
std::string HintToGive(absl::string_view field, const Schema& attributes,
                       const std::vector<NamedValue>& facts) {
  if (!absl::ConsumePrefix(&field, "attributes.")) return "";
  const bool given = std::any_of(
      facts.begin(), facts.end(),
      [field](const NamedValue& named) { return named.name == field; });
  if (given || attributes.Find(field) < 0) return "";
  return absl::StrCat("add `--set ", field, "=VALUE`");
}

ExitCode ReportRefusal(const Refusal& refusal, const Schema& attributes,
                       const std::vector<NamedValue>& facts,
                       const Console& console) {
  if (refusal.fields.empty()) return ReportFailure(refusal.status, console);
  for (const FieldProblem& field : refusal.fields) {
    console.Error(absl::StrCat(field.field, ": ", field.description),
                  HintToGive(field.field, attributes, facts));
  }
  return ExitCode::kRefused;
}

ExitCode DecideCustomer(const DecideFlags& flags, const QuestionFrame& frame,
                        const std::vector<NamedValue>& facts, Decider& decider,
                        const Console& console) {
  const Question question{flags.customer, facts};
  absl::StatusOr<std::vector<Answer>> answers =
      decider.DecideAll(frame, {&question, 1});
  if (!answers.ok()) return ReportFailure(answers.status(), console);
  const Answer& answer = answers->front();
  if (!answer.decision.has_value()) {
    return ReportRefusal(answer.refusal, decider.schema().attributes, facts,
                         console);
  }
  if (frame.explain == Explain::kFull &&
      !HasFullExplanation(*answer.decision)) {
    console.Error("the server is too old to explain in full",
                  "ask for `--explain reasons`");
    return ExitCode::kRefused;
  }
  if (flags.explain == "text" && flags.output == Output::kTable) {
    PrintExplanationText(*answer.decision, console);
  } else {
    PrintDecision(*answer.decision, flags.output, console);
  }
  return ExitCode::kOk;
}

ExitCode DecideWith(const DecideFlags& flags, Decider& decider,
                    const Console& console) {
  Arena arena;
  absl::StatusOr<std::vector<NamedValue>> facts =
      ReadFacts(flags, decider.schema(), console, arena);
  if (!facts.ok()) return ReportUsage(facts.status(), console);
  absl::StatusOr<QuestionFrame> frame =
      ReadFrame(flags, decider.schema(), arena);
  if (!frame.ok()) return ReportUsage(frame.status(), console);
  if (!flags.quiet) NoteEffect(decider.schema(), console);
  if (!flags.csv.empty()) {
    return DecideFile(flags, *frame, *std::move(facts), decider, console);
  }
  return DecideCustomer(flags, *frame, *facts, decider, console);
}

// Loads every folder of `--pack`; says what is wrong with any of them.
ExitCode LoadVersions(const std::vector<std::string>& folders,
                      const Console& console,
                      std::vector<std::shared_ptr<const plan::Plan>>& plans) {
  for (const std::string& folder : folders) {
    LoadedPack pack;
    if (const ExitCode code = RequirePack(folder, console, pack);
        code != ExitCode::kOk) {
      return code;
    }
    plans.push_back(std::move(pack.plan));
  }
  return ExitCode::kOk;
}

// What keeps `plans` from standing side by side, or "".
std::string Clash(const std::vector<std::shared_ptr<const plan::Plan>>& plans) {
  std::set<std::string> versions;
  const std::string& name = plans.front()->summary().name;
  for (const auto& plan : plans) {
    const plan::PlanSummary& summary = plan->summary();
    if (summary.name != name) {
      return absl::StrCat("`--pack` names two packs, `", name, "` and `",
                          summary.name,
                          "`; it is repeated for versions of one");
    }
    if (!versions.insert(summary.version).second) {
      return absl::StrCat("`--pack` names version `", summary.version, "` of `",
                          name, "` twice");
    }
  }
  return "";
}

ExitCode DecideByPlan(const DecideFlags& flags, const plan::Plan& plan,
                      std::optional<absl::Time> as_of, const Console& console) {
  const absl::StatusOr<std::optional<state::TierHold>> hold =
      ReadHold(flags.hold, plan);
  if (!hold.ok()) return ReportUsage(hold.status(), console);
  return DecideWith(flags, *NewPackDecider(plan, as_of, *hold), console);
}

// One folder is tried also out of its time; of several the version decides that
// is in effect, as in a server.
ExitCode DecideByPack(const DecideFlags& flags, const Console& console) {
  std::vector<std::shared_ptr<const plan::Plan>> plans;
  if (const ExitCode code = LoadVersions(flags.packs, console, plans);
      code != ExitCode::kOk) {
    return code;
  }
  if (const std::string clash = Clash(plans); !clash.empty()) {
    console.Error(clash);
    return ExitCode::kUsage;
  }
  // A date is one of the newest version's zone.
  const absl::StatusOr<std::optional<absl::Time>> as_of =
      ReadAsOf(flags.as_of, plans.back()->summary().timezone);
  if (!as_of.ok()) return ReportUsage(as_of.status(), console);
  if (plans.size() == 1) {
    return DecideByPlan(flags, *plans.front(), *as_of, console);
  }
  const decide::Router router(std::move(plans));
  const absl::StatusOr<const plan::Plan*> plan =
      router.Route("", "", as_of->value_or(absl::Now()));
  if (!plan.ok()) {
    console.Error(plan.status().message(),
                  "a version alone is tried also out of its time");
    return ExitCode::kRefused;
  }
  return DecideByPlan(flags, **plan, *as_of, console);
}

ExitCode DecideByServer(const DecideFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  absl::StatusOr<std::unique_ptr<Decider>> decider = NewServerDecider(
      client, {flags.pack_name, flags.pack_version, flags.as_of});
  if (absl::IsInvalidArgument(decider.status())) {
    return ReportUsage(decider.status(), console);
  }
  if (!decider.ok()) return ReportFailure(decider.status(), console);
  return DecideWith(flags, **decider, console);
}

// What CLI11 cannot check flag by flag.
std::string Contradiction(const DecideFlags& flags) {
  if (!flags.packs.empty() && !flags.server.address.empty()) {
    return "either `--pack DIR` or `--server ADDR` decides, not both";
  }
  if (flags.packs.empty() && flags.server.address.empty()) {
    return "who decides? give either `--pack DIR` or `--server ADDR`";
  }
  if (!flags.customer.empty() && !flags.csv.empty()) {
    return "either `--customer ID` or `--csv FILE` is decided for, not both";
  }
  if (flags.customer.empty() && flags.csv.empty()) {
    return "who is decided for? give either `--customer ID` or `--csv FILE`";
  }
  if (flags.explain == "text" && !flags.csv.empty()) {
    return "`--explain text` explains one customer; give `--customer ID`";
  }
  if (flags.csv == "-" && flags.facts == "-") {
    return "`--csv` and `--facts` cannot both be standard input";
  }
  return "";
}

// Returns the flag whose text neither a pack nor the wire takes, or "".
absl::string_view FlagThatIsNotUtf8(const DecideFlags& flags) {
  const auto is_bad = [](const std::string& text) {
    return !IsValidUtf8(text);
  };
  for (const auto& [flag, text] :
       std::initializer_list<std::pair<absl::string_view, const std::string&>>{
           {"--customer", flags.customer},
           {"--unit", flags.unit},
           {"--locale", flags.locale},
           {"--request-id", flags.request_id},
           {"--as-of", flags.as_of},
           {"--hold", flags.hold},
           {"--pack-name", flags.pack_name},
           {"--pack-version", flags.pack_version},
           {"--id", flags.id_column}}) {
    if (is_bad(text)) return flag;
  }
  for (const auto& [flag, texts] : std::initializer_list<
           std::pair<absl::string_view, const std::vector<std::string>&>>{
           {"--set", flags.set},
           {"--request", flags.request},
           {"--placement", flags.placements},
           {"--map", flags.map}}) {
    if (std::any_of(texts.begin(), texts.end(), is_bad)) return flag;
  }
  return "";
}

ExitCode RunDecide(const DecideFlags& flags, const Console& console) {
  if (const std::string what = Contradiction(flags); !what.empty()) {
    console.Error(what, "see `stratagem decide --help`");
    return ExitCode::kUsage;
  }
  if (const absl::string_view flag = FlagThatIsNotUtf8(flags); !flag.empty()) {
    console.Error(absl::StrCat("the text of `", flag, "` is not valid UTF-8"));
    return ExitCode::kUsage;
  }
  if (!flags.locale.empty() && !IsLanguageTag(flags.locale)) {
    const std::string repaired =
        absl::StrReplaceAll(flags.locale, {{"_", "-"}});
    console.Error(
        absl::StrCat("`--locale ", flags.locale, "` is not a language tag"),
        IsLanguageTag(repaired)
            ? absl::StrCat("write `", repaired, "`")
            : "write a tag of BCP 47 such as `en`, `pt-BR` or `zh-Hant`");
    return ExitCode::kUsage;
  }
  return flags.packs.empty() ? DecideByServer(flags, console)
                             : DecideByPack(flags, console);
}

void AddWhoFlags(CLI::App& command, DecideFlags& flags) {
  CLI::Option* const pack =
      command
          .add_option("--pack", flags.packs,
                      "decide in this process by the pack in this folder; "
                      "nothing is recorded; again for more versions of it, "
                      "the newest last: the one in effect decides")
          ->type_name("DIR")
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
          ->group("Who decides");
  CLI::Option* const server = AddServerFlags(command, flags.server);
  server->group("Who decides");
  command.get_option("--timeout-ms")->group("Who decides");
  command
      .add_option("--pack-name", flags.pack_name,
                  "of the server's packs, this one")
      ->type_name("NAME")
      ->needs(server)
      ->group("Who decides");
  command
      .add_option("--pack-version", flags.pack_version,
                  "of the pack, this version")
      ->type_name("VERSION")
      ->needs(server)
      ->group("Who decides");
  command
      .add_flag("--dry-run", flags.dry_run,
                "the server previews and changes nothing (a pack in this "
                "process never does)")
      ->group("Who decides");
  command
      .add_option("--seed", flags.seed,
                  "of random choices; in a file each customer's is mixed "
                  "with it; a server draws its own")
      ->check(CLI::Validator(
          [](const std::string& text) {
            // CLI11 would count it from the far end.
            return absl::StrContains(text, '-') ? "expected 0 or more" : "";
          },
          ""))
      ->needs(pack)
      ->capture_default_str()
      ->type_name("N")
      ->group("Who decides");
  command
      .add_option(
          "--hold", flags.hold,
          "the tier that the customer holds before, and since when the score "
          "is below it, if it is")
      ->needs(pack)
      ->type_name("tier=NAME[,since=TIME]")
      ->group("The customer and the call");
}

void AddCustomerFlags(CLI::App& command, DecideFlags& flags) {
  const auto add = [&](const char* name, auto& value, const char* help,
                       const char* type) {
    command.add_option(name, value, help)
        ->type_name(type)
        ->group("The customer and the call");
  };
  const auto add_many = [&](const char* name, std::vector<std::string>& value,
                            const char* help, const char* type) {
    command.add_option(name, value, help)
        ->type_name(type)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group("The customer and the call");
  };
  add("-c,--customer", flags.customer, "decide for this customer", "ID");
  add("--facts", flags.facts,
      "the customer's attributes: a JSON object in a file, or - for standard "
      "input",
      "FILE");
  add_many("--set", flags.set,
           "one attribute; over --facts; again for more (with --csv: the same "
           "for every customer)",
           "NAME=VALUE");
  add_many("--request", flags.request, "one value of the call; again for more",
           "NAME=VALUE");
  add_many("--placement", flags.placements,
           "fill this placement; again for more, in this order (default: all "
           "of the pack)",
           "NAME");
  add("--as-of", flags.as_of,
      "simulate a decision at this time: RFC 3339, or a date in the pack's "
      "zone",
      "TIME");
  add("--unit", flags.unit, "unit of randomisation (default: the customer)",
      "ID");
  add("--locale", flags.locale,
      "BCP 47 language of labels, content and explanations", "TAG");
  add("--request-id", flags.request_id, "name of the call in logs", "ID");
  command
      .add_flag("--no-levers", flags.ignore_levers,
                "leave business levers out of scores: each counts as 1")
      ->group("The customer and the call");
}

void AddFileFlags(CLI::App& command, DecideFlags& flags) {
  const auto add = [&](const char* name, auto& value, const char* help,
                       const char* type) {
    return command.add_option(name, value, help)
        ->type_name(type)
        ->group("A file of customers");
  };
  CLI::Option* const csv = add(
      "--csv", flags.csv,
      "decide for every row of this CSV file, or - for standard input", "FILE");
  add("--id", flags.id_column, "column with the customers' ids", "COLUMN")
      ->capture_default_str()
      ->needs(csv);
  add("--map", flags.map,
      "the attribute is in this column; again, or after a comma, for more",
      "ATTRIBUTE=COLUMN")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->needs(csv);
  add("--delimiter", flags.delimiter, "between cells: one character, or tab",
      "CHAR")
      ->capture_default_str()
      ->needs(csv);
  command
      .add_flag("--summary", flags.summary,
                "print how customers fall into tiers, stages and offers, not "
                "each decision")
      ->needs(csv)
      ->group("A file of customers");
}

constexpr char kFooter[] =
    "\nA file of customers (--csv) is UTF-8 with a header line. An attribute "
    "is read from\nthe column that --map names, or from the column of its own "
    "name. A blank cell\nmeans that the attribute is not sent: it is absent, "
    "or has the pack's default.\nA row that cannot be decided is reported on "
    "standard error with its line and\ncolumn, and the rest goes on.\n"
    "\nexamples:\n"
    "  stratagem decide --pack rules/retail -c c-1 --facts customer.json\n"
    "  stratagem decide --server 127.0.0.1:50051 -c c-1 --set orders_total=3\n"
    "  stratagem decide --pack rules/retail --csv customers.csv --id "
    "customer_id \\\n"
    "      --map orders_total=frequency,orders_36m=frequency --summary\n\n";

}  // namespace

void AddDecideCommand(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const decide = app.add_subcommand(
      "decide", "Decide for a customer, or for a file of them");
  const auto flags = std::make_shared<DecideFlags>();
  AddWhoFlags(*decide, *flags);
  AddCustomerFlags(*decide, *flags);
  AddFileFlags(*decide, *flags);
  decide
      ->add_option("--explain", flags->explain,
                   "how much of the reasons to print: none; reasons (default "
                   "in tables and for one customer); full: everything that "
                   "was tried; text: the same in sentences, in --locale")
      ->check(Quiet(CLI::IsMember({"none", "reasons", "full", "text"})))
      ->type_name("LEVEL");
  AddOutputFlag(*decide, flags->output);
  decide->add_flag("-q,--quiet", flags->quiet,
                   "no progress, notes or totals on standard error");
  decide->footer(absl::StrCat(kFooter, kExitCodeHelp));
  decide->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunDecide(*flags, console); };
  });
}

}  // namespace stratagem::cli
