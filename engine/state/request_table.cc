#include "engine/state/request_table.h"

#include <algorithm>
#include <utility>

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
  while (!requests_.empty()) {
    const Request& oldest = requests_.front();
    const bool is_over = oldest.id.empty() || oldest.keep_until <= now;
    if (!is_over && size_ < requests_max_) break;
    if (!is_over) ++forgotten_early_;
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
  ++size_;
}

void RequestTable::Drop(uint64_t number) {
  Request& request = requests_[number - popped_];
  if (request.id.empty()) return;
  // A newer one may have the id now.
  const auto found = numbers_.find(request.id);
  if (found != numbers_.end() && found->second == number) numbers_.erase(found);
  bytes_ -= request.id.size();
  request.id = std::string();
  --size_;
}

void RequestTable::PopFront() {
  Drop(popped_);
  bytes_ -= kRequestBytes;
  requests_.pop_front();
  ++popped_;
}

void RequestTable::Forget(std::span<const uint64_t> sequences) {
  for (const uint64_t sequence : sequences) {
    const auto found =
        std::lower_bound(requests_.begin(), requests_.end(), sequence,
                         [](const Request& request, uint64_t wanted) {
                           return request.sequence < wanted;
                         });
    if (found == requests_.end() || found->sequence != sequence) continue;
    Drop(popped_ + static_cast<uint64_t>(found - requests_.begin()));
  }
}

void RequestTable::Save(LedgerWriter& writer) const {
  writer.Number(size_);
  for (const Request& request : requests_) {
    if (request.id.empty()) continue;
    writer.Text(request.id);
    writer.Number(request.sequence);
    writer.Signed(request.keep_until);
  }
}

void RequestTable::Load(LedgerReader& reader) {
  const uint64_t count = reader.Number();
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    Request request = {reader.Text(), reader.Number(), reader.Signed()};
    if (request.id.empty()) reader.Fault("a request without an id");
    if (reader.ok()) Push(std::move(request));
  }
}

}  // namespace stratagem::state
