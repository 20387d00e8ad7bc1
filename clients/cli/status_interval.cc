// Each count of the newer answer minus that of the older one, found by its key.

#include "clients/cli/status_interval.h"

#include <algorithm>

#include "google/protobuf/repeated_field.h"

namespace stratagem::cli {
namespace {

template <typename Message>
using Repeated = google::protobuf::RepeatedPtrField<Message>;

uint64_t Increase(uint64_t before, uint64_t now) {
  return now >= before ? now - before : now;
}

bool IsSame(const v1::PackStatus& a, const v1::PackStatus& b) {
  return a.ref().name() == b.ref().name() &&
         a.ref().version() == b.ref().version() &&
         a.ref().digest() == b.ref().digest();
}
bool IsSame(const v1::RoleCount& a, const v1::RoleCount& b) {
  return a.role() == b.role();
}
bool IsSame(const v1::CallCount& a, const v1::CallCount& b) {
  return a.method() == b.method() && a.code() == b.code();
}
bool IsSame(const v1::Latency& a, const v1::Latency& b) {
  return a.phase() == b.phase() && a.outcome() == b.outcome();
}
bool IsSame(const v1::QueueStatus& a, const v1::QueueStatus& b) {
  return a.queue() == b.queue();
}

// Calls `subtract(older, item)` for each of `now` that `before` had, too.
template <typename Message, typename Subtract>
void ForEachKnown(const Repeated<Message>& before, Repeated<Message>& now,
                  Subtract subtract) {
  for (Message& item : now) {
    const auto older =
        std::find_if(before.begin(), before.end(),
                     [&](const Message& other) { return IsSame(other, item); });
    if (older != before.end()) subtract(*older, item);
  }
}

void SubtractPack(const v1::PackStatus& before, v1::PackStatus& now) {
  now.set_decisions(Increase(before.decisions(), now.decisions()));
  now.set_decisions_degraded(
      Increase(before.decisions_degraded(), now.decisions_degraded()));
  now.set_quotes_unlogged(
      Increase(before.quotes_unlogged(), now.quotes_unlogged()));
  ForEachKnown(before.roles(), *now.mutable_roles(),
               [](const v1::RoleCount& older, v1::RoleCount& role) {
                 role.set_count(Increase(older.count(), role.count()));
               });
}

// All of it or nothing: buckets of two lives do not add up to quantiles.
void SubtractLatency(const v1::Latency& before, v1::Latency& now) {
  if (now.buckets_size() != before.buckets_size()) return;
  for (int i = 0; i < now.buckets_size(); ++i) {
    if (now.buckets(i) < before.buckets(i)) return;
  }
  for (int i = 0; i < now.buckets_size(); ++i) {
    now.set_buckets(i, now.buckets(i) - before.buckets(i));
  }
  now.set_count(Increase(before.count(), now.count()));
  now.set_sum_seconds(std::max(0.0, now.sum_seconds() - before.sum_seconds()));
}

void SubtractStore(const v1::StoreStatus& before, v1::StoreStatus& now) {
  now.set_commits(Increase(before.commits(), now.commits()));
  now.set_records_committed(
      Increase(before.records_committed(), now.records_committed()));
  now.set_appends_refused(
      Increase(before.appends_refused(), now.appends_refused()));
}

void SubtractHttp(const v1::HttpStatus& before, v1::HttpStatus& now) {
  now.set_connections_refused(
      Increase(before.connections_refused(), now.connections_refused()));
  now.set_requests(Increase(before.requests(), now.requests()));
  now.set_requests_refused(
      Increase(before.requests_refused(), now.requests_refused()));
  now.set_timeouts(Increase(before.timeouts(), now.timeouts()));
}

void SubtractReloads(const v1::ReloadStatus& before, v1::ReloadStatus& now) {
  now.set_succeeded(Increase(before.succeeded(), now.succeeded()));
  now.set_failed(Increase(before.failed(), now.failed()));
}

void Subtract(const v1::GetStatusResponse& before, v1::GetStatusResponse& now) {
  // Opened anew, a store counts from 0.
  if (now.has_store() && now.store_reopenings() == before.store_reopenings()) {
    SubtractStore(before.store(), *now.mutable_store());
  }
  now.set_store_reopenings(
      Increase(before.store_reopenings(), now.store_reopenings()));
  now.set_records_dropped(
      Increase(before.records_dropped(), now.records_dropped()));
  ForEachKnown(before.packs(), *now.mutable_packs(), SubtractPack);
  SubtractReloads(before.pack_reloads(), *now.mutable_pack_reloads());
  SubtractReloads(before.config_reloads(), *now.mutable_config_reloads());
  ForEachKnown(before.calls(), *now.mutable_calls(),
               [](const v1::CallCount& older, v1::CallCount& call) {
                 call.set_count(Increase(older.count(), call.count()));
               });
  ForEachKnown(before.latencies(), *now.mutable_latencies(), SubtractLatency);
  ForEachKnown(before.queues(), *now.mutable_queues(),
               [](const v1::QueueStatus& older, v1::QueueStatus& queue) {
                 queue.set_refused(Increase(older.refused(), queue.refused()));
               });
  if (now.has_http()) SubtractHttp(before.http(), *now.mutable_http());
}

// A server that was started anew has another start, unless its clock was set
// back by just as much: then it has been up for less than before.
bool IsRestart(const v1::GetStatusResponse& before,
               const v1::GetStatusResponse& now) {
  return before.started_at().seconds() != now.started_at().seconds() ||
         before.started_at().nanos() != now.started_at().nanos() ||
         DurationOf(now.uptime()) < DurationOf(before.uptime());
}

}  // namespace

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

std::optional<double> StatusInterval::PerSecond(uint64_t count) const {
  if (duration <= absl::ZeroDuration()) return std::nullopt;
  return static_cast<double>(count) / absl::ToDoubleSeconds(duration);
}

StatusInterval IntervalOf(const v1::GetStatusResponse* before,
                          const v1::GetStatusResponse& now) {
  StatusInterval interval;
  interval.counts = now;
  interval.duration = DurationOf(now.uptime());
  interval.restarted = before != nullptr && IsRestart(*before, now);
  interval.since_start = before == nullptr || interval.restarted;
  if (interval.since_start) return interval;
  interval.duration -= DurationOf(before->uptime());
  Subtract(*before, interval.counts);
  return interval;
}

uint64_t RecordsBehind(const v1::StoreStatus& store) {
  // Tables may be read a moment later than the log.
  return store.last_sequence() > store.projected_sequence()
             ? store.last_sequence() - store.projected_sequence()
             : 0;
}

uint64_t DecisionsOf(const v1::GetStatusResponse& counts) {
  uint64_t decisions = 0;
  for (const v1::PackStatus& pack : counts.packs()) {
    decisions += pack.decisions();
  }
  return decisions;
}

}  // namespace stratagem::cli
