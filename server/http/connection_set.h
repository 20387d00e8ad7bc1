// server/http/connection_set.h
//
// ConnectionSet: the connections there are, the memory that they hold together,
// and counts of what became of them. Shared by HttpServer and its connections.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CONNECTION_SET_H_
#define STRATAGEM_SERVER_HTTP_CONNECTION_SET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace stratagem::server {

class Connection;

// Since the start, but for those that say otherwise.
struct HttpStats {
  size_t connections_open = 0;        // Now.
  uint64_t connections_accepted = 0;  // Also those that are counted as refused.
  uint64_t connections_refused = 0;   // One too many.
  uint64_t requests = 0;              // That were read whole.
  uint64_t requests_refused = 0;      // Malformed, or beyond a limit.
  uint64_t timeouts = 0;              // Of slow clients; idle ones apart.
  uint64_t answers_dropped = 0;       // Too much waited for slow clients.
  size_t request_bytes = 0;           // Held now; see Member::HoldRequest().
  size_t answer_bytes = 0;            // Held now; see Member::HoldAnswer().
};

// Thread safe.
class ConnectionSet {
 public:
  // At most so many bytes of requests and of answers are held.
  ConnectionSet(size_t request_bytes_max, size_t answer_bytes_max)
      : request_bytes_max_(request_bytes_max),
        answer_bytes_max_(answer_bytes_max) {}

  // A connection's part in the set, from Join() until it is destroyed. Used by
  // one thread at a time.
  class Member {
   public:
    explicit Member(ConnectionSet& set) : set_(set) {}
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    void Join(const std::shared_ptr<Connection>& connection);
    // Says how many bytes of requests the connection holds now. False, with
    // nothing changed, when that is too much for all of them.
    bool HoldRequest(size_t bytes);
    // Says how many bytes of answers wait here to be taken by the client.
    // Returns the connections that must be closed for it, as all together hold
    // too much: those that have waited longest. Refused were a new answer, few
    // clients that take nothing could keep those of all others.
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> HoldAnswer(
        size_t bytes);
    // Says whether it answers a request.
    void SetAnswering(bool answering);
    ConnectionSet& set() { return set_; }

   private:
    friend class ConnectionSet;

    ConnectionSet& set_;
    bool answering_ = false;
    size_t request_bytes_ = 0;
    // Guarded by the set's mutex. Among its `answerers_` unless it is 0.
    size_t answer_bytes_ = 0;
    std::list<Member*>::iterator answerer_;
  };

  // Returns those that there are.
  std::vector<std::shared_ptr<Connection>> All() const;
  size_t size() const;
  // Waits until there is none, or none that answers a request, at most for
  // `timeout`; false when there still is.
  bool AwaitEmpty(absl::Duration timeout) const;
  bool AwaitAnswered(absl::Duration timeout) const;

  HttpStats stats() const;
  void CountAccepted() { ++accepted_; }
  void CountRefusedConnection() { ++refused_; }
  void CountRequest() { ++requests_; }
  void CountRefusedRequest() { ++refused_requests_; }
  void CountTimeout() { ++timeouts_; }

 private:
  void SetAnswerBytes(Member& member, size_t bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t request_bytes_max_;
  const size_t answer_bytes_max_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<const Member*, std::weak_ptr<Connection>> connections_
      ABSL_GUARDED_BY(mutex_);
  size_t answering_ ABSL_GUARDED_BY(mutex_) = 0;
  // Those with bytes of answers, in the order in which they began to wait.
  std::list<Member*> answerers_ ABSL_GUARDED_BY(mutex_);
  size_t answer_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<size_t> request_bytes_ = 0;
  std::atomic<uint64_t> accepted_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<uint64_t> requests_ = 0;
  std::atomic<uint64_t> refused_requests_ = 0;
  std::atomic<uint64_t> timeouts_ = 0;
  std::atomic<uint64_t> answers_dropped_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CONNECTION_SET_H_
