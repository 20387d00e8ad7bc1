#include "clients/cli/log_filter_flags.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command.h"
#include "engine/base/duration_text.h"
#include "engine/base/suggestion.h"
#include "engine/trace/reason.h"

namespace stratagem::cli {
namespace {

absl::Status Wrong(absl::string_view flag, absl::string_view text,
                   absl::string_view expected) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", flag, "`: `", text, "` is not ", expected));
}

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

// Splits "name=rest" at the first `=`; nothing without one.
std::optional<std::pair<std::string, std::string>> SplitPair(
    const std::string& text, char at) {
  const size_t place = text.find(at);
  if (place == std::string::npos) return std::nullopt;
  return std::make_pair(text.substr(0, place), text.substr(place + 1));
}

absl::StatusOr<v1::Reason> ReadReason(const std::string& name) {
  std::vector<std::string> names;
  const google::protobuf::EnumDescriptor& reasons = *v1::Reason_descriptor();
  for (int i = 0; i < reasons.value_count(); ++i) {
    const int number = reasons.value(i)->number();
    if (number == 0) continue;
    names.emplace_back(trace::ReasonName(static_cast<trace::Reason>(number)));
    if (names.back() == name) return static_cast<v1::Reason>(number);
  }
  const std::string nearest = Nearest(name, names);
  return Wrong("--excluded", name,
               absl::StrCat("a reason, such as ",
                            nearest.empty() ? "eligibility" : nearest));
}

absl::Status ReadTimes(const LogFilterFlags& flags, absl::Time now,
                       const absl::TimeZone& zone, v1::DecisionFilter& filter) {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  if (!flags.since.empty()) {
    if (!flags.from.empty()) {
      return absl::InvalidArgumentError(
          "`--since` and `--from` say the same twice; give one of them");
    }
    const std::optional<absl::Duration> since = ParseDuration(flags.since);
    if (!since.has_value() || *since <= absl::ZeroDuration()) {
      return Wrong("--since", flags.since, "a duration, such as 2h or 7d");
    }
    from = now - *since;
  }
  for (const auto& [flag, text, is_from] :
       {std::tuple("--from", &flags.from, true),
        std::tuple("--until", &flags.until, false)}) {
    if (text->empty()) continue;
    const absl::StatusOr<absl::Time> time = ReadTime(flag, *text, zone);
    if (!time.ok()) return time.status();
    (is_from ? from : until) = *time;
  }
  if (from >= until) {
    const bool by_age = !flags.since.empty();
    return absl::InvalidArgumentError(absl::StrCat(
        "`--until`: `", flags.until, "` is not after ",
        by_age ? "`--since`" : "`--from`", ", `",
        by_age ? flags.since : flags.from, by_age ? "` ago" : "`"));
  }
  if (from != absl::InfinitePast()) SetTime(from, *filter.mutable_from());
  if (until != absl::InfiniteFuture()) SetTime(until, *filter.mutable_until());
  return absl::OkStatus();
}

absl::Status ReadExcluded(const LogFilterFlags& flags,
                          v1::DecisionFilter& filter) {
  for (const std::string& text : flags.excluded) {
    v1::ExclusionFilter& exclusion = *filter.add_exclusions();
    const auto pair = SplitPair(text, '=');
    exclusion.set_offer_id(pair.has_value() ? pair->first : text);
    if (!pair.has_value()) continue;
    const absl::StatusOr<v1::Reason> reason = ReadReason(pair->second);
    if (!reason.ok()) return reason.status();
    exclusion.set_reason(*reason);
  }
  return absl::OkStatus();
}

v1::DecisionRole RoleOf(const std::string& name) {
  if (name == "live") return v1::DECISION_ROLE_LIVE;
  if (name == "dry_run") return v1::DECISION_ROLE_DRY_RUN;
  if (name == "as_of") return v1::DECISION_ROLE_AS_OF;
  if (name == "canary") return v1::DECISION_ROLE_CANARY;
  if (name == "shadow") return v1::DECISION_ROLE_SHADOW;
  return v1::DECISION_ROLE_UNSPECIFIED;
}

}  // namespace

void AddLogFilterFlags(CLI::App& command, LogFilterFlags& flags) {
  command.add_option("-c,--customer", flags.customer, "of this customer")
      ->type_name("ID");
  command
      .add_option("--since", flags.since,
                  "decided in this time before now, such as 2h or 7d")
      ->type_name("DURATION");
  command
      .add_option("--from", flags.from,
                  "decided at this time or later: RFC 3339, or a date")
      ->type_name("TIME");
  command.add_option("--until,--to", flags.until, "decided before this time")
      ->type_name("TIME");
  command
      .add_option("--role", flags.role,
                  "live, canary, shadow, dry_run or as_of")
      ->check(Quiet(
          CLI::IsMember({"live", "canary", "shadow", "dry_run", "as_of"})))
      ->type_name("ROLE");
  command.add_option("--tier", flags.tier, "with this tier")->type_name("TIER");
  command.add_option("--stage", flags.stage, "in this stage")
      ->type_name("STAGE");
  command
      .add_option("--treatment", flags.treatments,
                  "with this cell in this dimension; repeat for more")
      ->type_name("NAME=CELL");
  command
      .add_option("--offer", flags.offers,
                  "showing this offer; repeat for more")
      ->type_name("OFFER");
  command
      .add_option("--excluded", flags.excluded,
                  "leaving out this offer, for this reason if one is given; "
                  "`=REASON` for any offer; repeat for more")
      ->type_name("OFFER[=REASON]");
  command.add_option("--pack", flags.pack, "by this pack, or version of it")
      ->type_name("NAME[@VERSION]");
  command.add_flag_function(
      "--degraded,!--no-degraded",
      [&flags](int64_t times) { flags.degraded = times > 0; },
      "in which something failed and was survived, or nothing did");
}

absl::StatusOr<v1::DecisionFilter> ReadFilterFlags(const LogFilterFlags& flags,
                                                   absl::Time now,
                                                   const absl::TimeZone& zone) {
  v1::DecisionFilter filter;
  filter.set_customer_id(flags.customer);
  absl::Status status = ReadTimes(flags, now, zone, filter);
  if (status.ok()) status = ReadExcluded(flags, filter);
  if (!status.ok()) return status;
  filter.set_role(RoleOf(flags.role));
  filter.set_tier(flags.tier);
  filter.set_stage(flags.stage);
  for (const std::string& text : flags.treatments) {
    const auto pair = SplitPair(text, '=');
    if (!pair.has_value() || pair->first.empty()) {
      return Wrong("--treatment", text, "NAME=CELL, such as pricing=loyal");
    }
    v1::TreatmentFilter& treatment = *filter.add_treatments();
    treatment.set_name(pair->first);
    treatment.set_cell(pair->second);
  }
  for (const std::string& offer : flags.offers) filter.add_offer_ids(offer);
  const auto pack = SplitPair(flags.pack, '@');
  filter.set_pack_name(pack.has_value() ? pack->first : flags.pack);
  if (pack.has_value()) filter.set_pack_version(pack->second);
  if (flags.degraded.has_value()) filter.set_degraded(*flags.degraded);
  return filter;
}

}  // namespace stratagem::cli
