#include "server/config/option_list.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"

namespace stratagem::server {
namespace {

constexpr uint64_t kKiB = 1u << 10;
constexpr uint64_t kGiB = 1u << 30;
// What a time-out of HTTP may be: shorter ones end calls that are well.
constexpr absl::Duration kTimeoutMin = absl::Milliseconds(100);
constexpr absl::Duration kTimeoutMax = absl::Hours(24);
constexpr absl::Duration kStopTimeMax = absl::Hours(1);

using Specs = std::vector<OptionSpec>;
using Group = OptionGroup;

void AddListening(Specs& specs) {
  specs.push_back({"listen", Group::kListening,
                   AddressType(&Options::listen, /*may_be_empty=*/false),
                   "address and port for gRPC; port 0 takes a free one"});
  specs.push_back({"http", Group::kListening,
                   AddressType(&Options::http_listen, /*may_be_empty=*/true),
                   "address and port for HTTP; port 0 takes a free one, an "
                   "empty text switches HTTP off"});
  specs.push_back({"cors_origin", Group::kListening,
                   OriginListType(&Options::cors_origins),
                   "origin whose pages may call over HTTP, or `*`"});
  specs.push_back({"port_file", Group::kListening,
                   TextType(&Options::port_file, "FILE", "a path, or empty",
                            /*may_be_empty=*/true),
                   "file that gets the port once the server listens"});
  specs.push_back({"http_port_file", Group::kListening,
                   TextType(&Options::http_port_file, "FILE",
                            "a path, or empty", /*may_be_empty=*/true),
                   "file that gets the port for HTTP once the server listens"});
}

void AddPacks(Specs& specs) {
  specs.push_back({"pack", Group::kPacks, FolderListType(&Options::packs),
                   "folder of a pack; of several the newest last",
                   /*reloads=*/true});
  specs.push_back({"packs", Group::kPacks, FolderType(&Options::packs_folder),
                   "folder to watch: each folder in it with a pack.yaml is a "
                   "pack, and serves as it appears or changes"});
}

void AddStore(Specs& specs) {
  specs.push_back({"store", Group::kStore,
                   TextType(&Options::store, "DIR", "a path, or `memory`",
                            /*may_be_empty=*/false),
                   "folder of the embedded store, made when it is absent; "
                   "`memory` keeps the log in memory and loses it on exit"});
  specs.push_back(
      {"store_queue_records_max", Group::kStore,
       CountType(&Options::store_queue_records_max, 1, 10'000'000, "records"),
       "records that wait for the disk; beyond it calls are "
       "refused"});
  specs.push_back(
      {"store_queue_bytes_max", Group::kStore,
       SizeType(&Options::store_queue_bytes_max, 64 * kKiB, 64 * kGiB),
       "bytes of the records that wait for the disk"});
  specs.push_back({"retain_for", Group::kStore,
                   DurationType(&Options::retain_for, absl::Hours(24),
                                absl::InfiniteDuration()),
                   "remove records of the log that are older"});
  specs.push_back(
      {"retain_bytes", Group::kStore,
       UnlimitedSizeType(&Options::retain_bytes, 1'000'000, uint64_t{1} << 60),
       "remove the oldest records while the log takes more"});
}

void AddDecisions(Specs& specs) {
  specs.push_back({"batch_items_max", Group::kDecisions,
                   CountType(&Options::batch_items_max, 1, 100'000, "requests"),
                   "requests of one batch"});
  specs.push_back({"request_window", Group::kDecisions,
                   DurationType(&Options::request_window, absl::ZeroDuration(),
                                absl::Hours(24)),
                   "how long a request id gets its first answer again; 0 for "
                   "not at all"});
  specs.push_back(
      {"requests_max", Group::kDecisions,
       CountType(&Options::requests_max, 1, 100'000'000, "request ids"),
       "request ids that are remembered, about 120 bytes each; "
       "with more in one request window the oldest are forgotten "
       "early"});
  specs.push_back({"outcome_window", Group::kDecisions,
                   DurationType(&Options::outcome_window, absl::Minutes(1),
                                absl::Hours(24 * kCapDaysMax)),
                   "how long after its decision an outcome still changes "
                   "something; no pack may reserve for longer"});
  specs.push_back({"unlogged_quotes", Group::kDecisions,
                   BoolType(&Options::unlogged_quotes),
                   "whether calls may ask for decisions that are not recorded",
                   /*reloads=*/true});
  specs.push_back({"pii", Group::kDecisions, PiiType(&Options::pii),
                   "what answers from the log show of inputs that packs "
                   "declare personal"});
}

void AddCalls(Specs& specs) {
  specs.push_back({"message_bytes_max", Group::kCalls,
                   SizeType(&Options::message_bytes_max, kKiB, kGiB),
                   "bytes of one message over gRPC"});
  specs.push_back({"http_body_bytes_max", Group::kCalls,
                   SizeType(&Options::http_body_bytes_max, kKiB, kGiB),
                   "bytes of the body of one request over HTTP"});
  specs.push_back(
      {"http_connections_max", Group::kCalls,
       CountType(&Options::http_connections_max, 1, 1'000'000, "connections"),
       "connections over HTTP at once; one more gets a 503"});
  specs.push_back(
      {"http_header_timeout", Group::kCalls,
       DurationType(&Options::http_header_timeout, kTimeoutMin, kTimeoutMax),
       "how long the head of a request over HTTP may take from "
       "its first byte"});
  specs.push_back(
      {"http_body_timeout", Group::kCalls,
       DurationType(&Options::http_body_timeout, kTimeoutMin, kTimeoutMax),
       "how long its body may take then"});
  specs.push_back(
      {"http_write_timeout", Group::kCalls,
       DurationType(&Options::http_write_timeout, kTimeoutMin, kTimeoutMax),
       "how long a client may take for an answer over HTTP, or "
       "for a part of a stream; longer for one of many bytes"});
  specs.push_back(
      {"http_idle_timeout", Group::kCalls,
       DurationType(&Options::http_idle_timeout, kTimeoutMin, kTimeoutMax),
       "how long a connection over HTTP may be without a request"});
}

void AddRunning(Specs& specs) {
  specs.push_back({"log_level", Group::kRunning,
                   LogLevelType(&Options::log_level),
                   "the least of the server's own log that is written",
                   /*reloads=*/true});
  specs.push_back(
      {"drain_delay", Group::kRunning,
       DurationType(&Options::drain_delay, absl::ZeroDuration(), kStopTimeMax),
       "how long a stop still takes calls after health says "
       "NOT_SERVING, for load balancers to see it",
       /*reloads=*/true});
  specs.push_back({"drain_timeout", Group::kRunning,
                   DurationType(&Options::drain_timeout, absl::ZeroDuration(),
                                kStopTimeMax),
                   "how long a stop waits for calls in flight then; clients "
                   "that stay connected without calls can hold it up for "
                   "about 5 seconds more",
                   /*reloads=*/true});
}

Specs MakeList() {
  Specs specs;
  AddListening(specs);
  AddPacks(specs);
  AddStore(specs);
  AddDecisions(specs);
  AddCalls(specs);
  AddRunning(specs);
  return specs;
}

}  // namespace

std::string OptionSpec::flag() const {
  return absl::StrCat("--", absl::StrReplaceAll(key, {{"_", "-"}}));
}

std::string OptionSpec::variable() const {
  return absl::StrCat(kVariablePrefix, absl::AsciiStrToUpper(key));
}

const std::vector<OptionSpec>& OptionList() {
  static const auto* const list = new Specs(MakeList());
  return *list;
}

const OptionSpec* FindOption(absl::string_view key) {
  const auto found = absl::c_find_if(
      OptionList(), [&](const OptionSpec& spec) { return spec.key == key; });
  return found == OptionList().end() ? nullptr : &*found;
}

std::string NearestOption(absl::string_view key) {
  const std::string wanted =
      absl::StrReplaceAll(absl::AsciiStrToLower(key), {{"-", "_"}});
  std::vector<std::string> keys;
  for (const OptionSpec& spec : OptionList()) keys.push_back(spec.key);
  std::string nearest = Nearest(wanted, keys);
  // A word too many or too few is farther away than a slip: `listen_address`.
  for (size_t i = 0; i < keys.size() && nearest.empty(); ++i) {
    if (absl::StartsWith(wanted, keys[i] + "_") ||
        absl::EndsWith(wanted, "_" + keys[i]) ||
        absl::StartsWith(keys[i], wanted + "_")) {
      nearest = keys[i];
    }
  }
  return nearest;
}

absl::string_view GroupTitle(OptionGroup group) {
  switch (group) {
    case OptionGroup::kListening:
      return "Where it listens";
    case OptionGroup::kPacks:
      return "Packs";
    case OptionGroup::kStore:
      return "The store";
    case OptionGroup::kDecisions:
      return "Decisions and outcomes";
    case OptionGroup::kCalls:
      return "Bounds of calls";
    case OptionGroup::kRunning:
      return "Running and stopping";
  }
  return "";
}

}  // namespace stratagem::server
