#include "server/rpc/decision_feed.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/projection.h"
#include "engine/store/record_codec.h"
#include "server/rpc/error_map.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/log_entry.h"
#include "server/rpc/log_filter.h"
#include "server/rpc/wire_bytes.h"

namespace stratagem::server {
namespace {

// How long a reader at the end of the log waits for what is recorded next.
constexpr auto kPollEvery = std::chrono::milliseconds(100);
// Records that are read for one reader in its turn.
constexpr size_t kRecordsOfATurn = 32;

}  // namespace

// One call. The feed's thread alone reads for it, writes and finishes; gRPC's
// threads only say that a write or the call has ended.
class DecisionFeed::Follower final
    : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // What a turn came to.
  enum class Turn { kAtTheEnd, kGoesOn, kWriting, kFailed };

  Follower(DecisionFeed& feed, grpc::CallbackServerContext& context,
           store::DecisionFilter filter, uint64_t after,
           v1::ExplainLevel explain)
      : feed_(feed),
        context_(context),
        filter_(std::move(filter)),
        terms_(store::TermsOf(filter_)),
        explain_(explain),
        after_(after) {}

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(feed_.mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    Wake();
  }
  void OnCancel() override {
    const std::lock_guard<std::mutex> lock(feed_.mutex_);
    cancelled_ = true;
    Wake();
  }
  void OnDone() override { delete this; }

  // Holding the feed's lock.
  bool writing() const { return writing_; }
  bool cancelled() const { return cancelled_; }
  void set_writing() { writing_ = true; }
  // Ends the call at once, though its reader takes nothing.
  void Cancel() { context_.TryCancel(); }

  // On the feed's thread, without its lock.
  Turn Take();
  void Write() { StartWrite(&bytes_); }
  const google::rpc::Status& error() const { return error_; }

 private:
  void Wake() {
    feed_.woken_ = true;
    feed_.wakes_.notify_one();
  }
  Turn Fail(google::rpc::Status error) {
    error_ = std::move(error);
    return Turn::kFailed;
  }
  // Reads the next records, if there are any.
  absl::Status Refill();

  DecisionFeed& feed_;
  grpc::CallbackServerContext& context_;
  const store::DecisionFilter filter_;
  const std::vector<store::Term> terms_;
  const v1::ExplainLevel explain_;

  bool writing_ = false;    // Guarded by the feed's lock.
  bool cancelled_ = false;  // As above.

  // Of the feed's thread.
  uint64_t after_;
  uint64_t missed_ = 0;
  std::vector<store::LogEntry> entries_;  // After `after_`.
  size_t next_ = 0;                       // Of `entries_`.
  grpc::ByteBuffer bytes_;                // Lives until the write has ended.
  google::rpc::Status error_;
};

absl::Status DecisionFeed::Follower::Refill() {
  entries_.clear();
  next_ = 0;
  const std::shared_ptr<const OpenStores> stores = feed_.host_.stores();
  if (stores == nullptr) return absl::OkStatus();
  const store::StoreStats stats = stores->log->stats();
  if (after_ < stats.first_sequence - 1) {
    missed_ += stats.first_sequence - 1 - after_;
    after_ = stats.first_sequence - 1;
  }
  if (after_ >= stats.last_sequence) return absl::OkStatus();
  auto entries = stores->log->Read(after_, kRecordsOfATurn);
  // Trimmed between the two: the next turn finds where the log begins.
  if (absl::IsOutOfRange(entries.status())) return absl::OkStatus();
  if (!entries.ok()) return entries.status();
  entries_ = *std::move(entries);
  return absl::OkStatus();
}

DecisionFeed::Follower::Turn DecisionFeed::Follower::Take() {
  if (next_ == entries_.size()) {
    const absl::Status status = Refill();
    if (!status.ok()) return Fail(StoreError(status));
    if (entries_.empty()) return Turn::kAtTheEnd;
  }
  while (next_ < entries_.size()) {
    const store::LogEntry& entry = entries_[next_++];
    after_ = entry.position.sequence;
    if (!store::Matches(filter_, terms_, store::Project(entry))) continue;
    const auto record = store::Decode(entry.record);
    if (!record.ok()) return Fail(StoreError(record.status()));
    v1::FollowDecisionsResponse response;
    *response.mutable_entry() =
        WriteEntry(**record, entry.position, explain_, feed_.pii_);
    response.set_records_missed(std::exchange(missed_, 0));
    bytes_ = ToByteBuffer(response.SerializeAsString());
    return Turn::kWriting;
  }
  return Turn::kGoesOn;
}

DecisionFeed::DecisionFeed(const StoreHost& host, Pii pii)
    : host_(host), pii_(pii), thread_([this] { Run(); }) {}

DecisionFeed::~DecisionFeed() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    wakes_.notify_one();
  }
  thread_.join();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* DecisionFeed::Follow(
    grpc::CallbackServerContext& context,
    const v1::FollowDecisionsRequest& request) {
  std::vector<FieldError> errors;
  store::DecisionFilter filter;
  uint64_t after = request.after_sequence();
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  if (stores != nullptr) {
    filter = ReadFilter(request.filter(), stores->log->identity().subject_key,
                        errors);
    CheckExplain(request.explain(), errors);
    if (!request.has_after_sequence()) {
      after = stores->log->stats().last_sequence;
    }
  }
  auto* const follower =
      new Follower(*this, context, std::move(filter), after, request.explain());
  std::unique_lock<std::mutex> lock(mutex_);
  std::optional<google::rpc::Status> refusal;
  if (!errors.empty()) {
    refusal = InvalidRequest(errors);
  } else if (draining_) {
    refusal = ServerStopping();
  } else if (stores == nullptr) {
    refusal = StoreError(host_.Closed());
  } else if (followers_.size() >= kFollowersMax) {
    ++refused_;
    refusal = MakeError(
        v1::ERROR_REASON_READ_QUEUE_FULL,
        absl::StrCat(kFollowersMax,
                     " calls follow the log, as many as may at once; end one, "
                     "or try again later"));
  }
  if (refusal.has_value()) {
    lock.unlock();
    follower->Finish(ToGrpcStatus(*refusal));
    return follower;
  }
  followers_.insert(follower);
  woken_ = true;
  wakes_.notify_one();
  // The call has begun, whenever the first decision comes.
  follower->StartSendInitialMetadata();
  return follower;
}

QueueStats DecisionFeed::stats() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {"followers", 0, refused_};
}

void DecisionFeed::Drain() {
  const std::lock_guard<std::mutex> lock(mutex_);
  draining_ = true;
  woken_ = true;
  wakes_.notify_one();
}

void DecisionFeed::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    const bool more = RunTurns(lock);
    if (more) continue;
    const auto is_woken = [this] { return woken_ || ending_; };
    if (followers_.empty()) {
      wakes_.wait(lock, is_woken);
    } else {
      const bool is_waking = wakes_.wait_for(lock, kPollEvery, is_woken);
      // What was being written at the drain had its time to end.
      cuts_off_ = draining_ && !is_waking;
    }
    woken_ = false;
  }
}

bool DecisionFeed::RunTurns(std::unique_lock<std::mutex>& lock) {
  bool more = false;
  const std::vector<Follower*> followers(followers_.begin(), followers_.end());
  for (Follower* const follower : followers) {
    if (follower->writing()) {
      if (cuts_off_) {
        lock.unlock();
        follower->Cancel();
        lock.lock();
      }
      continue;
    }
    std::optional<grpc::Status> end;
    if (follower->cancelled()) {
      end = grpc::Status::CANCELLED;
    } else if (draining_) {
      end = ToGrpcStatus(ServerStopping());
    } else {
      lock.unlock();
      const Follower::Turn turn = follower->Take();
      lock.lock();
      if (turn == Follower::Turn::kFailed) {
        end = ToGrpcStatus(follower->error());
      } else if (turn == Follower::Turn::kWriting) {
        follower->set_writing();
        lock.unlock();
        follower->Write();
        lock.lock();
      }
      more |= turn == Follower::Turn::kGoesOn;
    }
    if (!end.has_value()) continue;
    followers_.erase(follower);
    lock.unlock();
    follower->Finish(*end);  // It may be gone when this returns.
    lock.lock();
  }
  return more;
}

}  // namespace stratagem::server
