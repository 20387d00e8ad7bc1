// What must hold for variables: each option has one, one that is set counts,
// lists stand between commas, and what looks like one is told, not refused.

#include "server/config/variables.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/config/reading.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadVariablesTest, EveryOptionHasOne) {
  for (const OptionSpec& spec : OptionList()) {
    // A value that no type but text takes.
    const Reading reading = Read({}, {spec.variable() + "=\x01"});
    const bool is_text = reading.configuration.has_value();
    if (is_text) {
      EXPECT_THAT(ChangedKeys(Options(), reading.options()),
                  ElementsAre(spec.key));
    } else {
      EXPECT_EQ(reading.said, absl::StrCat(spec.variable(),
                                           ": error E604: found `?`, "
                                           "expected ",
                                           spec.type.expected, "\n"));
      EXPECT_FALSE(reading.is_usage_at_fault);
    }
  }
}

TEST(ReadVariablesTest, AListStandsBetweenCommas) {
  const auto packs = [](const std::string& value) {
    return Read({}, {"STRATAGEM_PACK=" + value}).options().packs;
  };
  EXPECT_THAT(packs("a"), ElementsAre("a"));
  EXPECT_THAT(packs("a,b , c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(packs(""), IsEmpty());
  EXPECT_EQ(Read({}, {"STRATAGEM_PACK=a,,b"}).said,
            "STRATAGEM_PACK: error E604: found ``, expected the folder of a "
            "pack\n");
}

TEST(ReadVariablesTest, OneThatIsSetCountsAlsoWhenItIsEmpty) {
  EXPECT_EQ(Read({}, {"STRATAGEM_HTTP="}).options().http_listen, "");
  EXPECT_EQ(Read({}, {"STRATAGEM_STORE="}).said,
            "STRATAGEM_STORE: error E604: found ``, expected a path, or "
            "`memory`\n");
}

TEST(ReadVariablesTest, AnUnknownOneIsToldWithTheNearestAndNothingIsRefused) {
  const Reading reading =
      Read({}, {"STRATAGEM_LISTEN_ADRESS=x", "STRATAGEM_STROE=y",
                "STRATAGEM_COLOUR=red", "STRATAGEMS=1", "LISTEN=z",
                "NO_EQUALS_SIGN"});
  EXPECT_EQ(reading.said,
            "STRATAGEM_COLOUR: warning W606: no option has this variable\n"
            "  hint: see `stratagemd --help`\n"
            "STRATAGEM_LISTEN_ADRESS: warning W606: no option has this "
            "variable\n"
            "  hint: did you mean `STRATAGEM_LISTEN`?\n"
            "STRATAGEM_STROE: warning W606: no option has this variable\n"
            "  hint: did you mean `STRATAGEM_STORE`?\n");
  ASSERT_TRUE(reading.configuration.has_value());
  EXPECT_THAT(ChangedKeys(Options(), reading.options()), IsEmpty());
}

TEST(ReadVariablesTest, ThoseThatKubernetesMakesOfAServiceAreNobodysSlip) {
  EXPECT_EQ(Read({}, {"STRATAGEM_SERVICE_HOST=10.0.0.1",
                      "STRATAGEM_SERVICE_PORT_GRPC=50051",
                      "STRATAGEM_PORT=tcp://10.0.0.1:50051",
                      "STRATAGEM_PORT_50051_TCP_ADDR=10.0.0.1"})
                .said,
            "");
}

TEST(OwnEnvironmentTest, IsThatOfTheProcess) {
  ASSERT_EQ(setenv("STRATAGEM_OF_THIS_TEST", "a=b", /*overwrite=*/1), 0);
  EXPECT_THAT(OwnEnvironment(),
              testing::Contains("STRATAGEM_OF_THIS_TEST=a=b"));
  unsetenv("STRATAGEM_OF_THIS_TEST");
}

}  // namespace
}  // namespace stratagem::server
