// engine/state/operations.h
//
// What operators do to a running server, and what it comes to: which versions
// of packs serve, and what is paused. Part of the ledger, a fold over the log
// as all of it, so that a restart and a replay know the same.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_OPERATIONS_H_
#define STRATAGEM_ENGINE_STATE_OPERATIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/ledger_bytes.h"
#include "engine/state/name_table.h"
#include "engine/state/state.h"

namespace stratagem::state {

// The numbers stand in records.
enum class OperationKind : uint8_t {
  kActivate = 1,         // The version decides from now on, the pack's newest.
  kWithdraw = 2,         // The version serves no more.
  kCanary = 3,           // The version decides for a share of customers.
  kShadow = 4,           // The version decides as well and answers nothing.
  kPauseOffer = 5,       // The offer is not shown, by no version.
  kResumeOffer = 6,      // It may be shown again.
  kPausePlacement = 7,   // The placement shows nothing.
  kResumePlacement = 8,  // It shows again.
  kPublish = 9,          // The version may serve from now on.
};
inline constexpr OperationKind kOperationFirst = OperationKind::kActivate;
inline constexpr OperationKind kOperationLast = OperationKind::kPublish;

// Returns the kind's stable name: "activate", "pause_offer", ….
absl::string_view OperationName(OperationKind kind);

// Of kCanary: the share is so many of these.
inline constexpr uint32_t kCanarySlots = 10'000;

// Something that an operator did. Text is borrowed.
struct Operation {
  OperationKind kind = OperationKind::kActivate;
  absl::Time at;
  absl::string_view pack;
  // Of versions:
  absl::string_view version = {};
  absl::string_view digest = {};
  uint32_t canary_slots = 0;  // 1 to kCanarySlots.
  bool forced = false;        // Although the pack's own tests failed.
  // Of pauses: the offer or placement.
  absl::string_view name = {};
  // Who, and why, as the caller says; or "".
  absl::string_view actor = {};
  absl::string_view reason = {};

  friend bool operator==(const Operation&, const Operation&) = default;
};

// How a version serves.
enum class Serving : uint8_t {
  kPublished = 1,  // Not yet.
  kLive = 2,
  kCanary = 3,
  kShadow = 4,
  kWithdrawn = 5,
};

// Whether it decides: live, or as a canary or a shadow.
bool Serves(Serving serving);

struct ServedVersion {
  std::string pack;
  std::string version;
  std::string digest;
  Serving serving = Serving::kLive;
  uint32_t canary_slots = 0;  // Of kCanary.
  absl::Time since;           // Of the operation that made it so.

  friend bool operator==(const ServedVersion&, const ServedVersion&) = default;
};

// LIMIT: versions that are remembered of all packs. Beyond it the oldest that
// do not serve, withdrawn or not yet, are forgotten, and may be published anew.
inline constexpr size_t kServedVersionsMax = 1'000;

// Thread compatible.
class Operations {
 public:
  // A version has one place: what makes it serve otherwise takes it to the end.
  // What is published again stays as it is. A pack has one canary and one
  // shadow at most; another one withdraws the one before. Pausing what is
  // paused changes nothing.
  void Apply(const Operation& operation, NameTable& names);

  // In the order in which they came to serve as they do, the last one last.
  const std::vector<ServedVersion>& versions() const { return versions_; }

  // Packs of which a version was activated, in the order of their first one.
  const std::vector<std::string>& packs() const { return packs_; }

  // Puts what is paused under `pack` into `paused`.
  void ReadPaused(absl::string_view pack, const NameTable& names,
                  std::vector<Paused>& paused) const;
  // Another number for everything else that is paused under the pack; 0 when
  // nothing is. Time: O(paused).
  uint64_t PausesVersion(absl::string_view pack, const NameTable& names) const;
  bool has_pauses() const { return !pauses_.empty(); }

  void Save(LedgerWriter& writer) const;
  // Requires: nothing was applied; `names` of the same ledger.
  void Load(LedgerReader& reader, uint32_t names);

 private:
  struct Pause {
    uint32_t pack = 0;  // NameTable's numbers.
    uint32_t name = 0;
    bool is_placement = false;
    uint64_t change = 0;

    bool IsSame(const Pause& other) const {
      return pack == other.pack && name == other.name &&
             is_placement == other.is_placement;
    }
  };

  void Serve(const Operation& operation, Serving serving);
  void ForgetIdle();
  void SetPaused(Pause pause, bool is_paused);

  std::vector<ServedVersion> versions_;
  std::vector<std::string> packs_;  // Each has a version that is remembered.
  // In the order in which they were paused.
  std::vector<Pause> pauses_;
  uint64_t changes_ = 0;  // Of pauses.
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_OPERATIONS_H_
