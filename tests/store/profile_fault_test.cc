// Every write and every sync of profiles.db fails once, in three ways, and in
// the third the power goes too. Whatever fails: what was acknowledged is there,
// and after a failure nothing more is acknowledged.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/sqlite_profile_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/fault_vfs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

// LIMIT: operations after which a scenario must be over; far above what it has.
constexpr int64_t kOperationsMax = 1'000;
constexpr int kChanges = 12;

absl::StatusOr<std::unique_ptr<ProfileStore>> Open(const TempDir& temp) {
  return OpenSqliteProfileStore(
      {.directory = temp.path(), .vfs = FaultVfs::Name()});
}

// What callers were told.
struct Seen {
  bool refused = false;
  int acknowledged = 0;         // Of kChanges, the first ones.
  std::optional<bool> deleted;  // The deletion of "gone", if acknowledged.
  bool acknowledged_after_failure = false;
};

// Stores "gone" and counts "c-1" up to kChanges; deletes "gone" half way.
Seen RunScenario(const TempDir& temp) {
  Seen seen;
  auto store = Open(temp);
  if (!store.ok()) {
    seen.refused = true;
    return seen;
  }
  const std::string text(3'000, 'x');
  for (int i = 1; i <= kChanges; ++i) {
    const NamedValue attributes[] = {{"n", Value::Int(i)},
                                     {"text", Value::String(text)}};
    const ProfileUpdate updates[] = {
        {.customer_id = "c-1", .attributes = attributes},
        {.customer_id = i < kChanges / 2 ? "gone" : "stays",
         .attributes = attributes}};
    const auto results = (*store)->Upsert(updates, absl::UnixEpoch());
    if (results.ok()) {
      seen.acknowledged = i;
      seen.acknowledged_after_failure |= seen.refused;
    } else {
      seen.refused = true;
      EXPECT_NE((*store)->stats().failure, "");
    }
    if (i == kChanges / 2) {
      const auto deleted = (*store)->Delete("gone");
      if (deleted.ok()) {
        seen.deleted = *deleted;
        seen.acknowledged_after_failure |= seen.refused;
      } else {
        seen.refused = true;
      }
    }
  }
  return seen;
}

// What is there after the fault is what was acknowledged, or one change more:
// what was refused may be on the disk all the same.
void CheckProfiles(const TempDir& temp, const Seen& seen) {
  auto store = Open(temp);
  ASSERT_THAT(store, IsOk());
  const auto profile = (*store)->Get("c-1");
  ASSERT_THAT(profile, IsOk());
  const int64_t found =
      *profile == nullptr ? 0 : (*profile)->attributes()[0].value.int_value();
  EXPECT_GE(found, seen.acknowledged);
  EXPECT_LE(found, seen.acknowledged + 1);
  if (seen.deleted.has_value()) {
    EXPECT_EQ(*(*store)->Get("gone"), nullptr);
  }
  // It takes changes again, and finishes what was cut short.
  EXPECT_THAT((*store)->Delete("gone"), IsOk());
  const ProfileUpdate again = {.customer_id = "c-2"};
  EXPECT_THAT((*store)->Upsert({&again, 1}, absl::UnixEpoch()), IsOk());
}

class ProfileFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(ProfileFaultTest, EveryWriteFailsOnceAndNothingAcknowledgedIsLost) {
  int runs_with_refusals = 0;
  bool happened = true;
  for (int64_t nth = 1; happened && nth < kOperationsMax; ++nth) {
    SCOPED_TRACE(absl::StrCat("operation ", nth));
    const TempDir temp;
    FaultVfs::Arm(GetParam(), nth, "profiles.db");
    const Seen seen = RunScenario(temp);
    happened = FaultVfs::happened();
    FaultVfs::Disarm();
    EXPECT_FALSE(seen.acknowledged_after_failure);
    runs_with_refusals += seen.refused;
    if (GetParam() == Fault::kPowerLoss) FaultVfs::CutPower();
    CheckProfiles(temp, seen);
    if (HasFatalFailure()) return;
  }
  EXPECT_FALSE(happened) << "the scenario did not end";
  EXPECT_GT(runs_with_refusals, kChanges);
}

INSTANTIATE_TEST_SUITE_P(Faults, ProfileFaultTest,
                         testing::Values(Fault::kRefusedOnce, Fault::kTornOnce,
                                         Fault::kPowerLoss),
                         [](const auto& param_info) {
                           switch (param_info.param) {
                             case Fault::kRefusedOnce:
                               return "RefusedOnce";
                             case Fault::kTornOnce:
                               return "TornOnce";
                             case Fault::kPowerLoss:
                               return "PowerLoss";
                             case Fault::kDiskFull:
                               return "DiskFull";
                             case Fault::kNone:
                               break;
                           }
                           return "None";
                         });

}  // namespace
}  // namespace stratagem::store
