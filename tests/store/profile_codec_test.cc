// A profile's bytes: exact both ways, and whatever they are, decoding them
// never crashes.

#include "engine/store/profile_codec.h"

#include <string>
#include <vector>

#include "engine/store/profile.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(DecodeAttributesTest, NoAttributesAreNotNoProfile) {
  Arena arena;
  EXPECT_THAT(DecodeAttributes(EncodeAttributes({}), arena),
              IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(DecodeAttributes("", arena),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DecodeAttributesTest, ANewerFormatIsRefusedWithWhatToDo) {
  v1::Profile profile;
  profile.set_format(2);
  Arena arena;
  EXPECT_THAT(DecodeAttributes(profile.SerializeAsString(), arena),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "profile has format 2, this program knows up to 1; use "
                       "the version that wrote it or a later one"));
}

TEST(DecodeAttributesTest, NamesOutOfOrderAreDataLoss) {
  const std::vector<NamedValue> attributes = {{"b", Value::Int(1)},
                                              {"a", Value::Int(2)}};
  Arena arena;
  EXPECT_THAT(DecodeAttributes(EncodeAttributes(attributes), arena),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("attributes are not in order")));
}

TEST(DecodeAttributesTest, CutAndChangedBytesNeverCrash) {
  const Value items[] = {Value::Int(1), Value::String("two")};
  const std::vector<NamedValue> attributes = {
      {"a", Value::List(items)}, {"b", Value::DurationParts(1, 2)}};
  const std::string bytes = EncodeAttributes(attributes);
  int refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    Arena arena;
    refused += !DecodeAttributes(bytes.substr(0, i), arena).ok();
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      refused += !DecodeAttributes(changed, arena).ok();
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace stratagem::store
