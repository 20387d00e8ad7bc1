// engine/state/request_table.h
//
// RequestTable: which decision had which request id, for as long as the same
// call gets the same answer. Part of the ledger.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_REQUEST_TABLE_H_
#define STRATAGEM_ENGINE_STATE_REQUEST_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/state/ledger_bytes.h"

namespace stratagem::state {

// Thread compatible.
class RequestTable {
 public:
  // `requests_max`: the oldest are forgotten first; 1 or more.
  explicit RequestTable(size_t requests_max) : requests_max_(requests_max) {}

  std::optional<uint64_t> Find(absl::string_view id, int64_t now) const;
  // Remembers a request, first forgetting the oldest ones that were kept until
  // `now` or less. An id that is there already is of `sequence` from now on.
  void Add(absl::string_view id, uint64_t sequence, int64_t now,
           int64_t keep_until);

  // Forgets the requests of these decisions. Time: O(n log requests).
  void Forget(std::span<const uint64_t> sequences);

  uint64_t size() const { return size_; }
  uint64_t bytes() const { return bytes_; }
  // Requests that `requests_max` drove out before their time was over.
  uint64_t forgotten_early() const { return forgotten_early_; }

  void Save(LedgerWriter& writer) const;
  // Requires: an empty table.
  void Load(LedgerReader& reader);

 private:
  struct Request {
    std::string id;  // "": it was forgotten, and only its place is left.
    uint64_t sequence;
    int64_t keep_until;
  };

  void Push(Request request);
  // Takes a request out of the index; its place stays.
  void Drop(uint64_t number);
  void PopFront();

  const size_t requests_max_;
  // INVARIANT: in the order of the log, so that sequences ascend.
  std::deque<Request> requests_;
  uint64_t size_ = 0;  // Of those that are not forgotten.
  uint64_t forgotten_early_ = 0;
  // Counts of requests that came before; minus `popped_`: places. The ids are
  // those of `requests_`, which stay where they are.
  absl::flat_hash_map<absl::string_view, uint64_t> numbers_;
  uint64_t popped_ = 0;
  uint64_t bytes_ = 0;  // Of memory, estimated.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_REQUEST_TABLE_H_
