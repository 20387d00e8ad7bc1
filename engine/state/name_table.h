// engine/state/name_table.h
//
// NameTable: names of offers, channels, tiers and packs as small numbers, so
// that what is remembered of a customer stays small. Part of the ledger.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_NAME_TABLE_H_
#define STRATAGEM_ENGINE_STATE_NAME_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/state/ledger_bytes.h"
#include "engine/state/state.h"

namespace stratagem::state {

// LIMIT: names in one ledger; they come from packs, none from callers.
inline constexpr uint32_t kLedgerNamesMax = 1u << 26;

// Numbers count from 0 in the order in which names are first met; none is ever
// forgotten, so text lives as long as the table. Thread compatible.
class NameTable {
 public:
  // Requires: fewer than kLedgerNamesMax names (STRATAGEM_CHECK).
  uint32_t Intern(absl::string_view text);
  std::optional<uint32_t> Find(absl::string_view text) const;
  // Requires: a number of Intern().
  Name At(uint32_t number) const;
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  uint64_t bytes() const { return bytes_; }

  void Save(LedgerWriter& writer) const;
  // Requires: an empty table.
  void Load(LedgerReader& reader);

 private:
  struct Entry {
    std::string text;
    uint64_t key;
  };
  std::deque<Entry> entries_;
  absl::flat_hash_map<absl::string_view, uint32_t> numbers_;
  uint64_t bytes_ = 0;  // Of memory, estimated.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_NAME_TABLE_H_
