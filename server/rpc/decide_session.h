// server/rpc/decide_session.h
//
// DecideSession: the memory that one call works in, and the pool that keeps
// sessions warm between calls. Used by DecideHandler.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_DECIDE_SESSION_H_
#define STRATAGEM_SERVER_RPC_DECIDE_SESSION_H_

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/decide/decide.h"
#include "engine/state/state.h"
#include "engine/store/profile_store.h"
#include "engine/value/facts.h"
#include "google/protobuf/arena.h"
#include "server/rpc/shadow_decider.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem::server {

// Memory for the request's message, with a first block of its own: most calls
// fit into it, so that parsing them asks the heap only for text.
class MessageArena {
 public:
  google::protobuf::Arena& operator*() { return arena_; }
  google::protobuf::Arena* operator->() { return &arena_; }

 private:
  static google::protobuf::ArenaOptions StartingIn(std::span<char> block) {
    google::protobuf::ArenaOptions options;
    options.initial_block = block.data();
    options.initial_block_size = block.size();
    return options;
  }

  std::array<char, 16 << 10> first_block_;
  google::protobuf::Arena arena_{StartingIn(first_block_)};
};

// One call at a time.
struct DecideSession {
  // Forgets the call, keeps the memory.
  void Reset() {
    message_arena->Reset();
    workspace.input_arena().Reset();
    profile = nullptr;
  }

  MessageArena message_arena;
  decide::Workspace workspace;
  // What decide::Call borrows.
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> request;
  std::vector<absl::string_view> placements;
  std::string request_id;
  std::shared_ptr<const store::Profile> profile;
  uint64_t erasures = 0;  // Sequencer::erasures() before `profile` was read.
  // What is remembered of the customer and of shared counters, and what was
  // asked for.
  std::vector<state::CounterQuery> queries;
  state::StateCopy state;
  ShadowDecider shadow;
  // The answer, reused.
  v1::Decision decision;
};

// Thread safe.
class DecideSessionPool {
 public:
  // Returns its session to the pool when it ends.
  class Lease {
   public:
    Lease(DecideSessionPool& pool, std::unique_ptr<DecideSession> session)
        : pool_(pool), session_(std::move(session)) {}
    ~Lease() { pool_.Release(std::move(session_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    DecideSession& operator*() { return *session_; }
    DecideSession* operator->() { return session_.get(); }

   private:
    DecideSessionPool& pool_;
    std::unique_ptr<DecideSession> session_;
  };

  // Returns a warm session, or a new one: there are never more than calls were
  // converted at the same time.
  Lease Acquire() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) return Lease(*this, std::make_unique<DecideSession>());
    std::unique_ptr<DecideSession> session = std::move(free_.back());
    free_.pop_back();
    return Lease(*this, std::move(session));
  }

 private:
  void Release(std::unique_ptr<DecideSession> session) {
    session->Reset();
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(session));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<DecideSession>> free_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_DECIDE_SESSION_H_
