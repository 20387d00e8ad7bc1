#include "clients/cli/status_json.h"

#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/latency_quantile.h"
#include "clients/cli/served_version.h"
#include "clients/cli/value_view.h"

namespace stratagem::cli {
namespace {

void Number(absl::string_view key, uint64_t value, JsonWriter& json) {
  json.Key(key);
  json.Uint(value);
}

void Truth(absl::string_view key, bool value, JsonWriter& json) {
  json.Key(key);
  json.Bool(value);
}

// Writes an array of what `write` makes of each item.
template <typename Items, typename Write>
void Array(absl::string_view key, const Items& items, JsonWriter& json,
           Write write) {
  json.Key(key);
  json.BeginArray();
  for (const auto& item : items) {
    json.BeginObject();
    write(item);
    json.EndObject();
  }
  json.EndArray();
}

void WriteStore(const v1::GetStatusResponse& status, JsonWriter& json) {
  json.Key("store");
  if (!status.has_store()) return json.Raw("null");
  const v1::StoreStatus& store = status.store();
  json.BeginObject();
  Number("last_sequence", store.last_sequence(), json);
  Number("projected_sequence", store.projected_sequence(), json);
  Number("queue_records", store.queue_records(), json);
  Number("queue_bytes", store.queue_bytes(), json);
  Number("appends_refused", store.appends_refused(), json);
  Number("commits", store.commits(), json);
  Number("records_committed", store.records_committed(), json);
  Number("customers", store.customers(), json);
  Number("ledger_bytes", store.ledger_bytes(), json);
  json.EndObject();
}

void WritePack(const v1::PackStatus& pack, JsonWriter& json) {
  json.StringMember("name", pack.ref().name());
  json.StringMember("version", pack.ref().version());
  json.StringMember("digest", pack.ref().digest());
  json.StringMember("serving", ServingWord(pack.serving()));
  json.DoubleMember("canary_share", pack.canary_share());
  Truth("decides", pack.decides(), json);
  Number("decisions", pack.decisions(), json);
  Number("decisions_degraded", pack.decisions_degraded(), json);
  Number("quotes_unlogged", pack.quotes_unlogged(), json);
  Array("roles", pack.roles(), json, [&](const v1::RoleCount& role) {
    json.StringMember("role", RoleName(role.role()));
    Number("count", role.count(), json);
  });
}

void WriteReloads(absl::string_view key, const v1::ReloadStatus& reloads,
                  JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  Number("succeeded", reloads.succeeded(), json);
  Number("failed", reloads.failed(), json);
  Truth("last_failed", reloads.last_failed(), json);
  json.EndObject();
}

void WriteLatency(std::span<const double> bounds, const v1::Latency& latency,
                  JsonWriter& json) {
  json.StringMember("phase", latency.phase());
  json.StringMember("outcome", latency.outcome());
  Number("count", latency.count(), json);
  json.DoubleMember("sum_seconds", latency.sum_seconds());
  const std::span<const uint64_t> buckets(
      latency.buckets().data(), static_cast<size_t>(latency.buckets_size()));
  struct Share {
    const char* key;
    double share;
  };
  for (const Share& share :
       {Share{"p50_seconds", 0.5}, Share{"p95_seconds", 0.95},
        Share{"p99_seconds", 0.99}}) {
    json.Key(share.key);
    const std::optional<LatencyQuantile> quantile =
        QuantileOf(bounds, buckets, share.share);
    if (quantile.has_value()) {
      json.Double(quantile->seconds);
    } else {
      json.Raw("null");
    }
  }
  json.Key("buckets");
  json.BeginArray();
  for (const uint64_t count : buckets) json.Uint(count);
  json.EndArray();
}

void WriteHttp(const v1::GetStatusResponse& status, JsonWriter& json) {
  json.Key("http");
  if (!status.has_http()) return json.Raw("null");
  const v1::HttpStatus& http = status.http();
  json.BeginObject();
  Number("connections_open", http.connections_open(), json);
  Number("connections_refused", http.connections_refused(), json);
  Number("requests", http.requests(), json);
  Number("requests_refused", http.requests_refused(), json);
  Number("timeouts", http.timeouts(), json);
  json.EndObject();
}

void WriteMembers(const v1::GetStatusResponse& status, JsonWriter& json) {
  json.StringMember("version", status.version());
  json.StringMember("node_id", status.node_id());
  json.StringMember("started_at", TimeText(TimeOf(status.started_at())));
  json.DoubleMember("uptime_seconds",
                    absl::ToDoubleSeconds(DurationOf(status.uptime())));
  Truth("ready", status.ready(), json);
  json.StringMember("not_ready_reason", status.not_ready_reason());
  WriteStore(status, json);
  Number("store_reopenings", status.store_reopenings(), json);
  Number("records_dropped", status.records_dropped(), json);
  Array("packs", status.packs(), json,
        [&](const v1::PackStatus& pack) { WritePack(pack, json); });
  Array("refused_packs", status.refused_packs(), json,
        [&](const v1::RefusedPack& refused) {
          json.StringMember("folder", refused.folder());
          json.StringMember("message", refused.message());
          json.StringMember("at", TimeText(TimeOf(refused.at())));
        });
  Number("paused", status.paused(), json);
  WriteReloads("pack_reloads", status.pack_reloads(), json);
  WriteReloads("config_reloads", status.config_reloads(), json);
  Array("calls", status.calls(), json, [&](const v1::CallCount& call) {
    json.StringMember("method", call.method());
    json.StringMember("code", call.code());
    Number("count", call.count(), json);
  });
  const std::span<const double> bounds(
      status.latency_bounds_seconds().data(),
      static_cast<size_t>(status.latency_bounds_seconds_size()));
  json.Key("latency_bounds_seconds");
  json.BeginArray();
  for (const double bound : bounds) json.Double(bound);
  json.EndArray();
  Array("latencies", status.latencies(), json, [&](const v1::Latency& latency) {
    WriteLatency(bounds, latency, json);
  });
  Array("queues", status.queues(), json, [&](const v1::QueueStatus& queue) {
    json.StringMember("queue", queue.queue());
    Number("waiting", queue.waiting(), json);
    Number("refused", queue.refused(), json);
  });
  WriteHttp(status, json);
}

}  // namespace

void WriteStatus(const v1::GetStatusResponse& status, JsonWriter& json) {
  json.BeginObject();
  WriteMembers(status, json);
  json.EndObject();
}

void WriteInterval(const StatusInterval& interval, JsonWriter& json) {
  json.BeginObject();
  json.DoubleMember("interval_seconds",
                    absl::ToDoubleSeconds(interval.duration));
  Truth("restarted", interval.restarted, json);
  WriteMembers(interval.counts, json);
  json.EndObject();
}

}  // namespace stratagem::cli
