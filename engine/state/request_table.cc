#include "engine/state/request_table.h"

#include <utility>

#include "absl/strings/match.h"

namespace stratagem::state {
namespace {

// A request, its entry in the index at its usual fill, and its text.
constexpr uint64_t kRequestBytes = 48 + 40;

}  // namespace

std::optional<uint64_t> RequestTable::Find(absl::string_view id,
                                           int64_t now) const {
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return std::nullopt;
  const Request& request = requests_[found->second - popped_];
  if (request.keep_until <= now) return std::nullopt;
  return request.sequence;
}

void RequestTable::Add(absl::string_view id, uint64_t sequence, int64_t now,
                       int64_t keep_until) {
  while (!requests_.empty() && (requests_.front().keep_until <= now ||
                                requests_.size() >= requests_max_)) {
    PopFront();
  }
  Push({std::string(id), sequence, keep_until});
}

void RequestTable::Push(Request request) {
  const Request& kept = requests_.emplace_back(std::move(request));
  // The index must not go on naming the text of an older one.
  numbers_.erase(kept.id);
  numbers_.emplace(kept.id, popped_ + requests_.size() - 1);
  bytes_ += kRequestBytes + kept.id.size();
}

void RequestTable::PopFront() {
  const Request& oldest = requests_.front();
  const auto found = numbers_.find(oldest.id);
  if (found->second == popped_) numbers_.erase(found);
  bytes_ -= kRequestBytes + oldest.id.size();
  requests_.pop_front();
  ++popped_;
}

void RequestTable::Forget(absl::string_view part) {
  std::deque<Request> before;
  before.swap(requests_);
  numbers_.clear();
  popped_ = 0;
  bytes_ = 0;
  for (Request& request : before) {
    if (!absl::StrContains(request.id, part)) Push(std::move(request));
  }
}

void RequestTable::Save(LedgerWriter& writer) const {
  writer.Number(requests_.size());
  for (const Request& request : requests_) {
    writer.Text(request.id);
    writer.Number(request.sequence);
    writer.Signed(request.keep_until);
  }
}

void RequestTable::Load(LedgerReader& reader) {
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    Request request = {reader.Text(), reader.Number(), reader.Signed()};
    if (reader.ok()) Push(std::move(request));
  }
}

}  // namespace stratagem::state
