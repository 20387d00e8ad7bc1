#include "server/rpc/write_status.h"

#include <algorithm>
#include <map>
#include <string>

#include "engine/base/versions.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/write_decision.h"
#include "server/rpc/write_pack.h"

namespace stratagem::server {
namespace {

void WriteDuration(absl::Duration duration, google::protobuf::Duration& wire) {
  wire.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  wire.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
}

void WriteStore(const ServerPicture::Stores& stores, v1::StoreStatus& wire) {
  wire.set_last_sequence(stores.log.last_sequence);
  wire.set_projected_sequence(stores.log.projected_sequence);
  wire.set_queue_records(stores.log.queue_records);
  wire.set_queue_bytes(stores.log.queue_bytes);
  wire.set_appends_refused(stores.log.appends_refused);
  wire.set_commits(stores.log.commits);
  wire.set_records_committed(stores.log.records_committed);
  wire.set_customers(stores.sequencer.ledger.customers);
  wire.set_ledger_bytes(stores.sequencer.ledger.bytes);
}

void WriteCounts(const PlanCountsView& counts, v1::PackStatus& wire) {
  wire.set_decisions(counts.decisions_total);
  wire.set_decisions_degraded(counts.degraded);
  wire.set_quotes_unlogged(counts.unlogged);
  std::map<trace::Role, uint64_t> by_role;
  for (const PlanCountsView::Decisions& decisions : counts.decisions) {
    by_role[decisions.role] += decisions.count;
  }
  for (const auto& [role, count] : by_role) {
    v1::RoleCount& one = *wire.add_roles();
    one.set_role(ToRole(role));
    one.set_count(count);
  }
}

void WritePacks(const ServerPicture& picture, v1::GetStatusResponse& wire) {
  for (const ServerPicture::Pack& pack : picture.packs) {
    v1::ServedVersion served;
    WriteServed({.served = pack.served,
                 .decides = pack.decides,
                 .comparison = std::nullopt},
                served);
    v1::PackStatus& status = *wire.add_packs();
    *status.mutable_ref() = served.ref();
    status.set_serving(served.serving());
    status.set_canary_share(served.canary_share());
    status.set_decides(served.decides());
    const auto decided =
        std::find_if(picture.decided.begin(), picture.decided.end(),
                     [&](const ServerPicture::Decided& one) {
                       return one.pack == pack.served.pack &&
                              one.version == pack.served.version;
                     });
    if (decided != picture.decided.end()) WriteCounts(decided->counts, status);
  }
  for (const RefusedPack& refused : picture.refused) {
    v1::RefusedPack& one = *wire.add_refused_packs();
    one.set_folder(refused.folder);
    one.set_message(refused.message);
    WriteTimestamp(refused.at, *one.mutable_at());
  }
  wire.set_paused(picture.paused);
  v1::ReloadStatus& reloads = *wire.mutable_pack_reloads();
  reloads.set_succeeded(picture.packs_served);
  reloads.set_failed(picture.packs_refused);
  reloads.set_last_failed(!picture.refused.empty());
}

void WriteConfig(const ServerPicture::ConfigReloads& config,
                 v1::ReloadStatus& wire) {
  wire.set_succeeded(config.succeeded);
  wire.set_failed(config.failed);
  wire.set_last_failed(!config.last_ok);
}

void WriteLatencies(const ServerPicture& picture, v1::GetStatusResponse& wire) {
  for (const double bound : kLatencyBoundsSeconds) {
    wire.add_latency_bounds_seconds(bound);
  }
  for (size_t phase = 0; phase < kPhases; ++phase) {
    for (size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      const LatencyCounts& counts = picture.latencies[phase][outcome];
      if (counts.count == 0) continue;
      v1::Latency& latency = *wire.add_latencies();
      latency.set_phase(std::string(PhaseName(static_cast<Phase>(phase))));
      latency.set_outcome(
          std::string(OutcomeName(static_cast<Outcome>(outcome))));
      latency.set_count(counts.count);
      latency.set_sum_seconds(counts.sum_seconds);
      latency.mutable_buckets()->Assign(counts.buckets.begin(),
                                        counts.buckets.end());
    }
  }
}

void WriteHttp(const HttpStats& http, v1::HttpStatus& wire) {
  wire.set_connections_open(http.connections_open);
  wire.set_connections_refused(http.connections_refused);
  wire.set_requests(http.requests);
  wire.set_requests_refused(http.requests_refused);
  wire.set_timeouts(http.timeouts);
}

}  // namespace

v1::GetStatusResponse ToWire(const ServerPicture& picture) {
  v1::GetStatusResponse wire;
  wire.set_version(kEngineVersion);
  wire.set_node_id(picture.node_id);
  WriteTimestamp(picture.started_at, *wire.mutable_started_at());
  WriteDuration(picture.uptime, *wire.mutable_uptime());
  wire.set_ready(picture.ready.ok());
  wire.set_not_ready_reason(std::string(picture.ready.message()));
  if (picture.stores.has_value()) {
    WriteStore(*picture.stores, *wire.mutable_store());
  }
  wire.set_store_reopenings(picture.store_reopenings);
  wire.set_records_dropped(picture.records_dropped);
  WritePacks(picture, wire);
  WriteConfig(picture.config, *wire.mutable_config_reloads());
  for (const CallCounts::View& call : picture.calls) {
    v1::CallCount& count = *wire.add_calls();
    count.set_method(call.method);
    count.set_code(call.code);
    count.set_count(call.latency.count);
  }
  WriteLatencies(picture, wire);
  for (const QueueStats& queue : picture.queues) {
    v1::QueueStatus& status = *wire.add_queues();
    status.set_queue(queue.name);
    status.set_waiting(queue.waiting);
    status.set_refused(queue.refused);
  }
  if (picture.http.has_value()) WriteHttp(*picture.http, *wire.mutable_http());
  return wire;
}

}  // namespace stratagem::server
