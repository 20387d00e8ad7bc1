// Each file of a store fails once at each of its writes, truncations, syncs and
// openings, while all that a server does with it goes on. Whatever fails: what
// was acknowledged is there, byte for byte, when the folder is opened again, no
// cap is exceeded, and what is derived equals the log.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/fault_vfs.h"
#include "tests/store/memory_dir.h"
#include "tests/store/workload.h"

namespace stratagem::store {
namespace {

// LIMIT: operations after which the workload must be over; far above what it
// has.
constexpr int64_t kOperationsMax = 2'000;

struct FileCase {
  std::string name;
  std::string path_part;
  // Whether decisions may be refused when it fails, once it is open.
  bool refuses_decisions;
  // Operations that the workload has at least.
  int64_t operations_min;
};

class EveryFaultTest : public testing::TestWithParam<FileCase> {};

TEST_P(EveryFaultTest, LosesNothingThatWasAcknowledged) {
  bool happened = true;
  int64_t nth = 0;
  while (happened && !HasFailure()) {
    ASSERT_LT(++nth, kOperationsMax) << "the workload did not end";
    SCOPED_TRACE(absl::StrCat("operation ", nth));
    const MemoryDir directory;
    Workload workload(directory.path() + "/store", FaultVfs::Name());
    FaultVfs::Arm(Fault::kRefusedOnce, nth, GetParam().path_part);
    const bool opened = workload.Open();
    if (opened) workload.Run();
    if (opened && !GetParam().refuses_decisions) {
      EXPECT_FALSE(workload.refused()) << workload.refusals().front();
    }
    workload.Close();
    happened = FaultVfs::happened();
    FaultVfs::Disarm();
    EXPECT_TRUE(happened || !workload.refused());
    workload.CheckAfterwards();
  }
  EXPECT_GT(nth, GetParam().operations_min);
}

INSTANTIATE_TEST_SUITE_P(
    Files, EveryFaultTest,
    testing::Values(FileCase{"Log", "log.db", true, 100},
                    FileCase{"DerivedTables", "views.db", false, 50},
                    FileCase{"Profiles", "profiles.db", false, 30}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::store
