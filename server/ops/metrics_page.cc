#include "server/ops/metrics_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/base/versions.h"
#include "server/ops/log.h"
#include "server/ops/metric_families.h"
#include "server/ops/process_stats.h"

namespace stratagem::server {
namespace {

void AddProcess(const ServerPicture& picture, MetricFamilies& page) {
  const ProcessStats process = ReadProcessStats();
  page.BeginGauge("stratagem_build_info", "Version of the program; always 1.");
  page.Add(1.0, {{"version", kEngineVersion}});
  page.Gauge("process_start_time_seconds",
             "When the server started, in seconds since 1970-01-01 UTC.",
             absl::ToDoubleSeconds(picture.started_at - absl::UnixEpoch()));
  page.Counter("process_cpu_seconds_total",
               "CPU time of the process, user and system.",
               process.cpu_seconds);
  page.Gauge("process_resident_memory_bytes", "Resident memory.",
             static_cast<double>(process.resident_memory_bytes));
  page.Gauge("process_open_fds", "Open file handles, connections among them.",
             static_cast<double>(process.open_handles));
  page.Gauge("process_max_fds", "File handles that the process may have.",
             static_cast<double>(process.handles_max));
  page.Gauge("process_threads", "Threads.",
             static_cast<double>(process.threads));
  page.Counter("stratagem_log_lines_lost_total",
               "Lines of the server's own log that were lost or cut, since "
               "nobody read standard error.",
               static_cast<double>(LogLinesLost()));
  page.Gauge("stratagem_ready", "1 while calls for decisions are answered.",
             picture.ready.ok() ? 1 : 0);
}

void AddDecisions(const ServerPicture& picture, MetricFamilies& page) {
  page.BeginCounter("stratagem_decisions_total",
                    "Decisions that went to the log, by the version that made "
                    "them, what for, and what the customer is rated as.");
  for (const ServerPicture::Decided& decided : picture.decided) {
    for (const auto& one : decided.counts.decisions) {
      page.Add(one.count, {{"pack", decided.pack},
                           {"pack_version", decided.version},
                           {"role", std::string(trace::RoleName(one.role))},
                           {"tier", one.tier},
                           {"stage", one.stage}});
    }
  }
  page.BeginCounter("stratagem_decisions_degraded_total",
                    "Of these, with errors in the pack's expressions or in "
                    "stored values, which were survived.");
  for (const ServerPicture::Decided& decided : picture.decided) {
    page.Add(decided.counts.degraded,
             {{"pack", decided.pack}, {"pack_version", decided.version}});
  }
  page.BeginCounter("stratagem_placements_total",
                    "Placements of these decisions, by whether at least one "
                    "offer stood in them.");
  for (const ServerPicture::Decided& decided : picture.decided) {
    for (const auto& one : decided.counts.placements) {
      page.Add(one.count, {{"pack", decided.pack},
                           {"pack_version", decided.version},
                           {"placement", one.name},
                           {"filled", one.filled ? "true" : "false"}});
    }
  }
  page.BeginCounter("stratagem_exclusions_total",
                    "Offers that were left out of these placements, by the "
                    "gate that they did not pass.");
  for (const ServerPicture::Decided& decided : picture.decided) {
    for (const auto& one : decided.counts.exclusions) {
      page.Add(one.count,
               {{"pack", decided.pack},
                {"pack_version", decided.version},
                {"gate", std::string(trace::ReasonName(one.reason))}});
    }
  }
  page.BeginCounter("stratagem_quotes_unlogged_total",
                    "Treatments that were quoted without a record.");
  for (const ServerPicture::Decided& decided : picture.decided) {
    page.Add(decided.counts.unlogged,
             {{"pack", decided.pack}, {"pack_version", decided.version}});
  }
}

void AddLatencies(const ServerPicture& picture, MetricFamilies& page) {
  const auto add = [&](Phase phase, Outcome outcome, MetricLabels labels) {
    labels.push_back({"outcome", std::string(OutcomeName(outcome))});
    page.Add(picture.latencies[static_cast<size_t>(phase)]
                              [static_cast<size_t>(outcome)],
             std::move(labels));
  };
  page.BeginHistogram("stratagem_decision_duration_seconds",
                      "From a request's bytes until it is answered, its record "
                      "durable, by how it ended; requests of batches each.");
  for (size_t outcome = 0; outcome < kOutcomes; ++outcome) {
    add(Phase::kTotal, static_cast<Outcome>(outcome), {});
  }
  page.BeginHistogram("stratagem_decision_phase_duration_seconds",
                      "Parts of it: read (the request and the profile), decide "
                      "and commit (until the record is durable).");
  for (const Phase phase : {Phase::kRead, Phase::kDecide, Phase::kCommit}) {
    add(phase, Outcome::kDecided, {{"phase", std::string(PhaseName(phase))}});
  }
  for (const Phase phase : {Phase::kRead, Phase::kDecide}) {
    add(phase, Outcome::kUnlogged, {{"phase", std::string(PhaseName(phase))}});
  }
  page.BeginHistogram("grpc_server_call_duration_seconds",
                      "Calls of all methods, over gRPC and HTTP, until their "
                      "status was sent.");
  for (const CallCounts::View& call : picture.calls) {
    page.Add(call.latency,
             {{"grpc_method", call.method}, {"grpc_status", call.code}});
  }
}

void AddLog(const ServerPicture::Stores& stores, MetricFamilies& page) {
  const store::StoreStats& log = stores.log;
  page.Gauge("stratagem_log_last_sequence",
             "Sequence of the newest record; 0 when there is none.",
             static_cast<double>(log.last_sequence));
  page.Gauge("stratagem_log_records", "Records in the log.",
             static_cast<double>(log.records));
  page.Gauge("stratagem_log_queue_records",
             "Records that wait to be durable, and their calls with them.",
             static_cast<double>(log.queue_records));
  page.Gauge("stratagem_log_queue_bytes", "Bytes of these records.",
             static_cast<double>(log.queue_bytes));
  std::array<double, store::kCommitSizes - 1> bounds = {};
  for (size_t i = 0; i < bounds.size(); ++i) {
    bounds[i] = static_cast<double>(uint64_t{1} << i);
  }
  page.BeginHistogram("stratagem_log_commit_records",
                      "Records that became durable with one sync.");
  page.Add(bounds, log.commits_by_size,
           static_cast<double>(log.records_committed));
  page.Gauge("stratagem_log_wal_bytes",
             "Committed, not yet moved into the table.",
             static_cast<double>(log.wal_bytes));
  page.Gauge(
      "stratagem_projection_lag_records",
      "How many records the tables behind queries are behind the log.",
      static_cast<double>(log.last_sequence -
                          std::min(log.last_sequence, log.projected_sequence)));
}

void AddLedger(const ServerPicture::Stores& stores, MetricFamilies& page) {
  const store::SequencerStats& sequencer = stores.sequencer;
  page.Gauge("stratagem_ledger_bytes",
             "Memory of what is remembered, estimated.",
             static_cast<double>(sequencer.ledger.bytes));
  page.Gauge("stratagem_ledger_customers",
             "Customers of whom something is remembered, each pack apart.",
             static_cast<double>(sequencer.ledger.customers));
  page.Gauge("stratagem_ledger_reservations",
             "What is reserved and neither confirmed nor given back.",
             static_cast<double>(sequencer.ledger.reservations));
  page.Counter("stratagem_decided_again_total",
               "Decisions that were made again since another one came between.",
               static_cast<double>(sequencer.decided_again));
  page.Gauge("stratagem_snapshot_lag_records",
             "Records since the newest snapshot of the ledger, which a start "
             "would read.",
             static_cast<double>(stores.log.last_sequence -
                                 std::min(stores.log.last_sequence,
                                          sequencer.snapshot_sequence)));
  page.BeginCounter("stratagem_store_failures_total",
                    "What went wrong behind the answers and is tried again.");
  page.Add(stores.log.projection_failures, {{"part", "projection"}});
  page.Add(stores.log.checkpoint_failures, {{"part", "checkpoint"}});
  page.Add(sequencer.snapshot_failures, {{"part", "snapshot"}});
  page.Add(stores.retention.failures, {{"part", "retention"}});
  page.BeginCounter("stratagem_profile_reads_total",
                    "Profiles that decisions asked for, by whether they were "
                    "in memory.");
  page.Add(stores.profiles.cache_hits, {{"cached", "true"}});
  page.Add(stores.profiles.cache_misses, {{"cached", "false"}});
}

void AddStores(const ServerPicture& picture, MetricFamilies& page) {
  page.Gauge("stratagem_store_open",
             "1 while the stores are open; 0 after a write that failed.",
             picture.stores.has_value() ? 1 : 0);
  page.Counter("stratagem_store_reopenings_total",
               "Times that a write failed and the stores were opened anew.",
               static_cast<double>(picture.store_reopenings));
  page.Counter("stratagem_records_dropped_total",
               "Records that were acknowledged and are not in the log: always "
               "0, unless the disk lies.",
               static_cast<double>(picture.records_dropped));
  if (!picture.stores.has_value()) return;
  AddLog(*picture.stores, page);
  AddLedger(*picture.stores, page);
}

void AddQueues(const ServerPicture& picture, MetricFamilies& page) {
  page.BeginGauge("stratagem_queue_calls",
                  "Calls that wait for a thread, by queue.");
  for (const QueueStats& queue : picture.queues) {
    page.Add(static_cast<uint64_t>(queue.waiting), {{"queue", queue.name}});
  }
  page.BeginCounter("stratagem_sheds_total",
                    "Calls, and requests of batches, that were refused since "
                    "a queue was full.");
  if (picture.stores.has_value()) {
    page.Add(picture.stores->log.appends_refused, {{"queue", "log"}});
  }
  for (const QueueStats& queue : picture.queues) {
    page.Add(queue.refused, {{"queue", queue.name}});
  }
}

absl::string_view ServingName(state::Serving serving) {
  switch (serving) {
    case state::Serving::kLive:
      return "live";
    case state::Serving::kCanary:
      return "canary";
    case state::Serving::kShadow:
      return "shadow";
    case state::Serving::kPublished:
    case state::Serving::kWithdrawn:
      break;
  }
  return "";
}

void AddPacks(const ServerPicture& picture, MetricFamilies& page) {
  page.BeginGauge("stratagem_pack_info",
                  "Versions that serve and how; always 1.");
  for (const ServerPicture::Pack& pack : picture.packs) {
    page.Add(1.0, {{"pack", pack.served.pack},
                   {"pack_version", pack.served.version},
                   {"digest", pack.served.digest},
                   {"serving", std::string(ServingName(pack.served.serving))},
                   {"decides", pack.decides ? "true" : "false"}});
  }
  page.Gauge("stratagem_packs_refused",
             "Packs that do not serve although they should.",
             static_cast<double>(picture.refused.size()));
  page.Gauge("stratagem_paused", "Offers and placements that are paused.",
             static_cast<double>(picture.paused));
  page.BeginCounter("stratagem_pack_reloads_total",
                    "Changes of what serves, and packs that were refused.");
  page.Add(picture.packs_served, {{"result", "served"}});
  page.Add(picture.packs_refused, {{"result", "refused"}});
  page.BeginCounter("stratagem_shadow_decisions_total",
                    "Decisions of a shadow beside the live ones, by how they "
                    "compare.");
  for (const ServerPicture::Pack& pack : picture.packs) {
    if (!pack.comparison.has_value()) continue;
    const decide::ShadowCounts& counts = *pack.comparison;
    const auto add = [&](absl::string_view result, uint64_t count) {
      page.Add(count, {{"pack", pack.served.pack},
                       {"pack_version", pack.served.version},
                       {"result", std::string(result)}});
    };
    add("same", counts.same);
    add("different", counts.decisions - counts.same);
    add("refused", counts.refused);
    add("dropped", counts.dropped);
  }
}

void AddConfig(const ServerPicture& picture, MetricFamilies& page) {
  page.BeginCounter("stratagem_config_reloads_total",
                    "Times that the configuration was read again.");
  page.Add(picture.config.succeeded, {{"result", "succeeded"}});
  page.Add(picture.config.failed, {{"result", "failed"}});
  page.Gauge("stratagem_config_last_reload_successful",
             "0 when the last reload refused the configuration, or a pack that "
             "it names.",
             picture.config.last_ok ? 1 : 0);
  page.Gauge("stratagem_config_last_reload_success_timestamp_seconds",
             "When the last reload that refused nothing ended.",
             absl::ToDoubleSeconds(picture.config.last_at - absl::UnixEpoch()));
}

void AddHttp(const HttpStats& http, MetricFamilies& page) {
  page.Gauge("stratagem_http_connections", "Open connections over HTTP.",
             static_cast<double>(http.connections_open));
  page.BeginCounter("stratagem_http_connections_total",
                    "Connections over HTTP, by whether they were one too "
                    "many.");
  page.Add(http.connections_accepted - http.connections_refused,
           {{"result", "accepted"}});
  page.Add(http.connections_refused, {{"result", "refused"}});
  page.BeginCounter("stratagem_http_requests_total",
                    "Requests over HTTP: read whole, or refused as malformed "
                    "or beyond a limit.");
  page.Add(http.requests, {{"result", "read"}});
  page.Add(http.requests_refused, {{"result", "refused"}});
  page.Counter("stratagem_http_timeouts_total",
               "Connections that were closed since their client was too slow.",
               static_cast<double>(http.timeouts));
  page.Counter("stratagem_http_answers_dropped_total",
               "Connections that were closed since answers took too much "
               "memory and theirs had waited longest to be taken.",
               static_cast<double>(http.answers_dropped));
  page.BeginGauge("stratagem_http_held_bytes",
                  "Memory of requests that are read or under way, and of "
                  "answers that wait to be taken.");
  page.Add(http.request_bytes, {{"of", "requests"}});
  page.Add(http.answer_bytes, {{"of", "answers"}});
}

}  // namespace

std::string MetricsText(const ServerPicture& picture) {
  MetricFamilies page;
  AddProcess(picture, page);
  AddDecisions(picture, page);
  AddLatencies(picture, page);
  AddStores(picture, page);
  AddQueues(picture, page);
  AddPacks(picture, page);
  AddConfig(picture, page);
  if (picture.http.has_value()) AddHttp(*picture.http, page);
  return page.Text();
}

}  // namespace stratagem::server
