// Asks a server, in batches; the pack's schema comes from the server, too.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/as_of.h"
#include "clients/cli/decider.h"
#include "clients/cli/value_view.h"
#include "clients/cli/wire_schema.h"

namespace stratagem::cli {
namespace {

// At the time to simulate or, by the server's own clock, now.
bool InEffect(const v1::Pack& pack, std::optional<absl::Time> as_of) {
  if (!as_of.has_value()) return pack.in_effect();
  return (!pack.has_effective_from() ||
          TimeOf(pack.effective_from()) <= *as_of) &&
         (!pack.has_effective_until() ||
          *as_of < TimeOf(pack.effective_until()));
}

// The versions that `choice` may mean, in the order of activation.
std::vector<const v1::Pack*> FindVersions(const std::vector<v1::Pack>& packs,
                                          const ServerChoice& choice) {
  std::vector<const v1::Pack*> versions;
  for (const v1::Pack& pack : packs) {
    const std::string& name = choice.pack_name.empty()
                                  ? packs.front().ref().name()
                                  : choice.pack_name;
    if (pack.ref().name() == name &&
        (choice.pack_version.empty() ||
         pack.ref().version() == choice.pack_version)) {
      versions.push_back(&pack);
    }
  }
  return versions;
}

// Returns the version that the server will take. When it takes none its answer
// says so, and the newest serves to read the question.
// Requires: `versions` not empty.
const v1::Pack& Newest(const std::vector<const v1::Pack*>& versions,
                       std::optional<absl::Time> as_of) {
  const auto newest = std::find_if(
      versions.rbegin(), versions.rend(),
      [as_of](const v1::Pack* pack) { return InEffect(*pack, as_of); });
  return newest == versions.rend() ? *versions.back() : **newest;
}

absl::Status NoSuchPack(const std::vector<v1::Pack>& packs,
                        const ServerChoice& choice) {
  if (packs.empty()) {
    return absl::NotFoundError(
        "no pack serves there yet; publish and activate one");
  }
  std::vector<std::string> known;
  for (const v1::Pack& pack : packs) {
    known.push_back(
        absl::StrCat("`", pack.ref().name(), " ", pack.ref().version(), "`"));
  }
  const std::string has = absl::StrCat("; it has ", absl::StrJoin(known, ", "));
  if (choice.pack_version.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the server has no pack `", choice.pack_name, "`", has));
  }
  return absl::NotFoundError(absl::StrCat(
      "the server has no version `", choice.pack_version, "` of `",
      choice.pack_name.empty() ? packs.front().ref().name() : choice.pack_name,
      "`", has));
}

Refusal RefusalOf(absl::Status status) {
  Refusal refusal;
  for (client::FieldError& field : client::DetailsOf(status).fields) {
    refusal.fields.push_back(
        {std::move(field.field), std::move(field.description)});
  }
  refusal.status = std::move(status);
  return refusal;
}

class ServerDecider final : public Decider {
 public:
  ServerDecider(client::Client& client, v1::PackSelector selector,
                DeciderSchema schema, Arena arena)
      : client_(client),
        selector_(std::move(selector)),
        schema_(std::move(schema)),
        arena_(std::move(arena)) {}

  const DeciderSchema& schema() const override { return schema_; }

  absl::StatusOr<std::vector<Answer>> DecideAll(
      const QuestionFrame& frame,
      std::span<const Question> questions) override {
    if (questions.size() == 1) return DecideOne(frame, questions.front());
    v1::BatchDecideRequest batch;
    for (const Question& question : questions) {
      *batch.add_requests() = RequestOf(frame, question);
    }
    absl::StatusOr<v1::BatchDecideResponse> response =
        client_.BatchDecide(batch);
    if (!response.ok()) return response.status();
    if (static_cast<size_t>(response->results_size()) != questions.size()) {
      return absl::InternalError(absl::StrCat("the server answered ",
                                              response->results_size(), " of ",
                                              questions.size(), " requests"));
    }
    std::vector<Answer> answers;
    for (size_t i = 0; i < questions.size(); ++i) {
      const v1::BatchDecideResult& result =
          response->results(static_cast<int>(i));
      if (result.has_decision()) {
        answers.push_back(
            {ViewOf(result.decision(), std::string(questions[i].customer_id),
                    schema_.timezone),
             {}});
        answers.back().decision->repeated_request = result.repeated_request();
      } else {
        answers.push_back(
            {std::nullopt, RefusalOf(client::ToStatus(result.error()))});
      }
    }
    return answers;
  }

 private:
  absl::StatusOr<std::vector<Answer>> DecideOne(const QuestionFrame& frame,
                                                const Question& question) {
    absl::StatusOr<v1::DecideResponse> response =
        client_.Decide(RequestOf(frame, question));
    std::vector<Answer> answers;
    if (response.ok()) {
      answers.push_back(
          {ViewOf(response->decision(), std::string(question.customer_id),
                  schema_.timezone),
           {}});
      answers.back().decision->repeated_request = response->repeated_request();
    } else if (client::DetailsOf(response.status()).fields.empty()) {
      return response.status();
    } else {
      answers.push_back({std::nullopt, RefusalOf(response.status())});
    }
    return answers;
  }

  v1::DecideRequest RequestOf(const QuestionFrame& frame,
                              const Question& question) const {
    v1::DecideRequest request;
    request.set_request_id(frame.request_id);
    request.set_customer_id(std::string(question.customer_id));
    request.set_unit(frame.unit);
    request.set_locale(frame.locale);
    for (const NamedValue& named : frame.request) {
      Add(named, *request.add_request());
    }
    for (const NamedValue& named : question.attributes) {
      Add(named, *request.add_attributes());
    }
    for (const std::string& placement : frame.placements) {
      request.add_placements(placement);
    }
    if (schema_.as_of.has_value()) {
      const Value as_of = Value::Timestamp(*schema_.as_of);
      request.mutable_as_of()->set_seconds(as_of.seconds());
      request.mutable_as_of()->set_nanos(static_cast<int32_t>(as_of.nanos()));
    }
    request.set_dry_run(frame.dry_run);
    request.set_ignore_levers(frame.ignore_levers);
    request.set_explain(LevelOf(frame.explain));
    *request.mutable_pack() = selector_;
    return request;
  }

  static v1::ExplainLevel LevelOf(Explain explain) {
    switch (explain) {
      case Explain::kNone:
        return v1::EXPLAIN_LEVEL_NONE;
      case Explain::kReasons:
        return v1::EXPLAIN_LEVEL_REASONS;
      case Explain::kFull:
        return v1::EXPLAIN_LEVEL_FULL;
    }
    return v1::EXPLAIN_LEVEL_NONE;
  }

  static void Add(const NamedValue& named, v1::NamedValue& proto) {
    proto.set_name(std::string(named.name));
    *proto.mutable_value() = ToProto(named.value);
  }

  client::Client& client_;
  const v1::PackSelector selector_;
  const DeciderSchema schema_;
  const Arena arena_;  // Holds the schema's defaults.
};

}  // namespace

absl::StatusOr<std::unique_ptr<Decider>> NewServerDecider(
    client::Client& client, const ServerChoice& choice) {
  absl::StatusOr<std::vector<v1::Pack>> packs = client.ListPacks();
  if (!packs.ok()) return packs.status();
  const std::vector<const v1::Pack*> versions = FindVersions(*packs, choice);
  if (versions.empty()) return NoSuchPack(*packs, choice);
  // A date is one of the newest version's zone.
  const absl::StatusOr<std::optional<absl::Time>> as_of =
      ReadAsOf(choice.as_of, versions.back()->timezone());
  if (!as_of.ok()) return as_of.status();
  const v1::Pack& pack = Newest(versions, *as_of);
  v1::PackSelector selector;
  selector.set_name(choice.pack_name);
  selector.set_version(choice.pack_version);
  Arena arena;
  DeciderSchema schema{pack.ref().name(),
                       pack.ref().version(),
                       *as_of,
                       ZoneOf(pack.timezone()),
                       {},
                       SchemaOf(pack.attributes(), arena),
                       SchemaOf(pack.request(), arena),
                       {pack.placements().begin(), pack.placements().end()},
                       {pack.tiers().begin(), pack.tiers().end()},
                       {pack.stages().begin(), pack.stages().end()}};
  return std::make_unique<ServerDecider>(client, std::move(selector),
                                         std::move(schema), std::move(arena));
}

}  // namespace stratagem::cli
