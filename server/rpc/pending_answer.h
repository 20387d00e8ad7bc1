// server/rpc/pending_answer.h
//
// PendingAnswer: one decision whose answer is made by the call's thread while
// the store's thread writes its record; whichever is last finishes the call.
// DecideHandler makes one a decision.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PENDING_ANSWER_H_
#define STRATAGEM_SERVER_RPC_PENDING_ANSWER_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/store.h"

namespace stratagem::server {

// Each setter is called once, on any thread.
class PendingAnswer {
 public:
  // Gets a serialized v1::Decision without its position, and that; or why there
  // is none.
  using Finish = std::function<void(absl::string_view decision,
                                    const absl::StatusOr<store::Position>&)>;

  explicit PendingAnswer(Finish finish) : finish_(std::move(finish)) {}

  void SetDecision(std::string decision) {
    decision_ = std::move(decision);
    Arrive();
  }

  void SetPosition(absl::StatusOr<store::Position> position) {
    position_ = std::move(position);
    Arrive();
  }

 private:
  void Arrive() {
    if (one_is_here_.exchange(true, std::memory_order_acq_rel)) {
      finish_(decision_, position_);
    }
  }

  const Finish finish_;
  std::string decision_;
  absl::StatusOr<store::Position> position_;
  std::atomic<bool> one_is_here_ = false;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PENDING_ANSWER_H_
