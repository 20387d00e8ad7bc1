// server/rpc/decision_feed.h
//
// DecisionFeed: sends decisions of the log to those who follow it, as they are
// recorded. One thread reads for all, a few records for each in turn; of a
// reader only its place and those few records are kept, and nothing is read for
// one that has not taken what it got. InsightService owns one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_DECISION_FEED_H_
#define STRATAGEM_SERVER_RPC_DECISION_FEED_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "grpcpp/grpcpp.h"
#include "server/ops/queue_stats.h"
#include "server/ops/store_host.h"
#include "server/options.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {

// Thread safe.
class DecisionFeed {
 public:
  // `host` must outlive the feed. While its stores are not open, readers wait.
  DecisionFeed(const StoreHost& host, Pii pii);
  // Requires: all its calls have ended.
  ~DecisionFeed();
  DecisionFeed(const DecisionFeed&) = delete;
  DecisionFeed& operator=(const DecisionFeed&) = delete;

  // Answers one call of FollowDecisions. Reads nothing on this thread.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Follow(
      grpc::CallbackServerContext& context,
      const v1::FollowDecisionsRequest& request);

  // Those that follow wait for nothing: only the refused are counted.
  QueueStats stats() const;

  // Ends all calls, and those that come, with UNAVAILABLE; a reader that takes
  // nothing for a moment is cut off. Does not wait.
  void Drain();

 private:
  class Follower;

  void Run();
  // Runs one turn of each reader that waits for something. Returns whether one
  // of them may have more to get at once.
  bool RunTurns(std::unique_lock<std::mutex>& lock);

  const StoreHost& host_;
  const Pii pii_;

  mutable std::mutex mutex_;  // Guards all below, and the state of followers.
  std::condition_variable wakes_;
  std::set<Follower*> followers_;
  uint64_t refused_ = 0;
  bool woken_ = false;
  bool draining_ = false;
  bool cuts_off_ = false;
  bool ending_ = false;

  std::thread thread_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_DECISION_FEED_H_
