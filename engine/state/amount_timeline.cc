#include "engine/state/amount_timeline.h"

#include <algorithm>
#include <utility>

namespace stratagem::state {
namespace {

// LIMIT: entries of a chunk. Taking from the middle moves as many at most.
constexpr size_t kChunkEntriesMax = 256;

}  // namespace

std::deque<AmountTimeline::Chunk>::iterator AmountTimeline::ChunkOf(
    int64_t at) {
  return std::lower_bound(chunks_.begin(), chunks_.end(), at,
                          [](const Chunk& chunk, int64_t time) {
                            return chunk.entries.back().at < time;
                          });
}

int64_t AmountTimeline::Add(int64_t at, int64_t amount, int64_t keep_until) {
  amount = std::min(amount, kAmountsMax - sum_);
  if (amount <= 0) return 0;
  Insert({at, amount, keep_until});
  sum_ += amount;
  return amount;
}

void AmountTimeline::Insert(const Entry& entry) {
  auto chunk = ChunkOf(entry.at);
  if (chunk == chunks_.end()) {
    // After all others: fill the last chunk, then begin a new one.
    if (chunks_.empty() || chunks_.back().entries.size() >= kChunkEntriesMax) {
      chunks_.emplace_back();
    }
    chunks_.back().entries.push_back(entry);
    chunks_.back().sum += entry.amount;
    return;
  }
  chunk->sum += entry.amount;
  const auto place = std::lower_bound(
      chunk->entries.begin(), chunk->entries.end(), entry.at,
      [](const Entry& other, int64_t time) { return other.at < time; });
  if (place->at == entry.at) {
    place->amount += entry.amount;
    place->keep_until = std::max(place->keep_until, entry.keep_until);
    return;
  }
  chunk->entries.insert(place, entry);
  if (chunk->entries.size() > kChunkEntriesMax) Split(chunk);
}

void AmountTimeline::Split(std::deque<Chunk>::iterator chunk) {
  const auto middle = chunk->entries.begin() +
                      static_cast<std::ptrdiff_t>(chunk->entries.size() / 2);
  Chunk first;
  first.entries.assign(chunk->entries.begin(), middle);
  for (const Entry& entry : first.entries) first.sum += entry.amount;
  chunk->entries.erase(chunk->entries.begin(), middle);
  chunk->sum -= first.sum;
  chunks_.insert(chunk, std::move(first));
}

void AmountTimeline::Take(int64_t at, int64_t amount) {
  const auto chunk = ChunkOf(at);
  if (chunk == chunks_.end() || amount <= 0) return;
  const auto place = std::lower_bound(
      chunk->entries.begin(), chunk->entries.end(), at,
      [](const Entry& other, int64_t time) { return other.at < time; });
  if (place->at != at) return;
  amount = std::min(amount, place->amount);
  place->amount -= amount;
  chunk->sum -= amount;
  sum_ -= amount;
  if (place->amount > 0) return;
  chunk->entries.erase(place);
  if (chunk->entries.empty()) chunks_.erase(chunk);
}

int64_t AmountTimeline::SumBefore(int64_t at) const {
  int64_t sum = 0;
  for (const Chunk& chunk : chunks_) {
    if (chunk.entries.back().at < at) {
      sum += chunk.sum;
      continue;
    }
    for (const Entry& entry : chunk.entries) {
      if (entry.at >= at) break;
      sum += entry.amount;
    }
    break;
  }
  return sum;
}

int64_t AmountTimeline::SumFrom(int64_t at) const {
  int64_t sum = 0;
  for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend(); ++chunk) {
    if (chunk->entries.front().at >= at) {
      sum += chunk->sum;
      continue;
    }
    for (auto entry = chunk->entries.rbegin(); entry->at >= at; ++entry) {
      sum += entry->amount;
    }
    break;
  }
  return sum;
}

int64_t AmountTimeline::Sum(int64_t from, int64_t until) const {
  if (from >= until) return 0;
  return sum_ - SumBefore(from) - SumFrom(until);
}

void AmountTimeline::Forget(int64_t time, size_t most) {
  while (!chunks_.empty() && most > 0) {
    Chunk& chunk = chunks_.front();
    const auto end =
        chunk.entries.begin() +
        static_cast<std::ptrdiff_t>(std::min(most, chunk.entries.size()));
    auto kept = chunk.entries.begin();
    for (; kept != end && kept->keep_until <= time; ++kept) {
      chunk.sum -= kept->amount;
      sum_ -= kept->amount;
      --most;
    }
    const bool more = kept == chunk.entries.end();
    chunk.entries.erase(chunk.entries.begin(), kept);
    if (!more) return;
    chunks_.pop_front();
  }
}

uint64_t AmountTimeline::bytes() const {
  uint64_t bytes = 0;
  for (const Chunk& chunk : chunks_) {
    bytes += sizeof(Chunk) + chunk.entries.capacity() * sizeof(Entry);
  }
  return bytes;
}

void AmountTimeline::Save(LedgerWriter& writer) const {
  writer.Number(chunks_.size());
  for (const Chunk& chunk : chunks_) {
    writer.Number(chunk.entries.size());
    for (const Entry& entry : chunk.entries) {
      writer.Signed(entry.at);
      writer.Signed(entry.amount);
      writer.Signed(entry.keep_until);
    }
  }
}

void AmountTimeline::Load(LedgerReader& reader) {
  const uint64_t chunks = reader.Number();
  for (uint64_t i = 0; i < chunks && reader.ok(); ++i) {
    Chunk chunk;
    const uint64_t entries = reader.NumberUpTo(kChunkEntriesMax);
    if (entries == 0) reader.Fault("a stretch without amounts");
    for (uint64_t j = 0; j < entries && reader.ok(); ++j) {
      const Entry entry = {reader.Signed(), reader.Signed(), reader.Signed()};
      const Entry* before = !chunk.entries.empty() ? &chunk.entries.back()
                            : !chunks_.empty() ? &chunks_.back().entries.back()
                                               : nullptr;
      if (before != nullptr && before->at >= entry.at) {
        reader.Fault("amounts out of order");
      }
      if (entry.amount <= 0 || entry.amount > kAmountsMax - sum_) {
        reader.Fault("an amount that none can be");
        return;
      }
      chunk.sum += entry.amount;
      sum_ += entry.amount;
      chunk.entries.push_back(entry);
    }
    if (reader.ok()) chunks_.push_back(std::move(chunk));
  }
}

}  // namespace stratagem::state
