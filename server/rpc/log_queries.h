// server/rpc/log_queries.h
//
// The answers to GetLogStats, ListDecisions and GetDecision, without a wire.
// They read the disk; InsightService calls them on a thread of its own.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_LOG_QUERIES_H_
#define STRATAGEM_SERVER_RPC_LOG_QUERIES_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "absl/time/time.h"
#include "engine/store/profile_store.h"
#include "engine/store/retention.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"
#include "google/rpc/status.pb.h"
#include "server/options.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {

// What statistics are made of besides the log. What is absent is not told.
struct StatsSources {
  std::optional<store::SequencerStats> sequencer = std::nullopt;
  std::optional<store::ProfileStats> profiles = std::nullopt;
  std::optional<store::RetentionStats> retention = std::nullopt;
  uint64_t reopenings = 0;  // Of the stores, since the server began.
};

// `now` says which day is today.
std::variant<v1::GetLogStatsResponse, google::rpc::Status> GetLogStats(
    const store::Store& store, const v1::GetLogStatsRequest& request,
    const StatsSources& sources, absl::Time now);

std::variant<v1::ListDecisionsResponse, google::rpc::Status> ListDecisions(
    const store::Store& store, const v1::ListDecisionsRequest& request,
    Pii pii);

std::variant<v1::GetDecisionResponse, google::rpc::Status> GetDecision(
    const store::Store& store, const v1::GetDecisionRequest& request, Pii pii);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_LOG_QUERIES_H_
