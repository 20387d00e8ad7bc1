// tests/e2e/fair_pack.h
//
// FairPack: a pack in which every kind of cap is contended, and FairLedger, a
// second and simpler count of what its decisions and outcomes add up to.
//
//   placement  offer  what holds it back
//   stand      ticket at most so many shown to all; `not_presented` gives back
//   hall       seat   at most so many accepted by all, reserved until answered
//   desk       sample at most so many for each customer
//   till       coin, note  a budget that pays what is accepted, reserved too
//   phone      ring   the contact policy: so many calls for each customer
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_FAIR_PACK_H_
#define STRATAGEM_TESTS_E2E_FAIR_PACK_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem {

struct FairSizes {
  int64_t tickets = 0;
  int64_t seats = 0;
  int64_t pot_micros = 0;
};

inline constexpr int64_t kSamplesEach = 20;
inline constexpr int64_t kRingsEach = 15;
inline constexpr int64_t kCoinMicros = 3'500'000;
inline constexpr int64_t kNoteMicros = 7'250'000;
// From this spending on a customer is gold, and stays it.
inline constexpr double kGoldSpend = 100;
inline constexpr const char* kFairPlacements[] = {"stand", "hall", "desk",
                                                  "till", "phone"};

// The text of pack.yaml.
std::string FairPackText(const FairSizes& sizes);

// Folds a log and fails the test where a decision does not follow from what
// stands before it: an offer left out that had room, or shown without.
class FairLedger {
 public:
  explicit FairLedger(const FairSizes& sizes) : sizes_(sizes) {}

  // In the order of the log. `entry` has its reasons.
  void Add(const v1::LogEntry& entry);
  void Add(uint64_t decision_sequence, const v1::LoggedOutcome& outcome);

  int64_t tickets() const { return tickets_; }
  int64_t seats() const { return seats_; }
  int64_t pot_micros() const { return pot_micros_; }
  // Reserved and not answered.
  uint64_t reservations() const;

 private:
  enum class SlotState { kReserved, kTaken, kFree };
  struct Counter {
    int64_t* amount = nullptr;
    int64_t amount_max = 0;
    int64_t draw = 0;
    // Until an outcome confirms it or gives it back.
    bool reserves = false;
  };

  // What an offer draws on; a customer's counters are their own.
  Counter CounterOf(absl::string_view offer, const std::string& customer);
  void CheckTier(const v1::LogEntry& entry);
  void CheckRoom(const v1::LogEntry& entry, int placement);

  const FairSizes sizes_;
  int64_t tickets_ = 0;
  int64_t seats_ = 0;
  int64_t pot_micros_ = 0;
  std::map<std::string, int64_t> samples_;
  std::map<std::string, int64_t> rings_;
  std::set<std::string> gold_;
  // Slots of offers that reserve or can be taken back, by decision and offer.
  std::map<std::pair<uint64_t, std::string>, SlotState> slots_;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_FAIR_PACK_H_
