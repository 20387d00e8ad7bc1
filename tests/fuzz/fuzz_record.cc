// Any bytes as a record of the log: they decode, or say that they are none.
// The first byte says how much of the rest is the envelope.

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/check.h"
#include "engine/store/record_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t split = bytes.size() * data[0] / 255;
  const store::RecordBytes record = {bytes.substr(0, split),
                                     bytes.substr(split)};
  const auto kind = store::KindOf(record);
  const auto check = [&](const absl::Status& status, store::RecordKind own) {
    if (status.ok()) {
      STRATAGEM_CHECK(kind.ok() && *kind == own);
    } else {
      STRATAGEM_CHECK(!status.message().empty());
    }
  };
  check(store::Decode(record).status(), store::RecordKind::kDecision);
  check(store::DecodeOutcome(record).status(), store::RecordKind::kOutcome);
  check(store::DecodeErasure(record).status(),
        store::RecordKind::kOperatorAction);
  return 0;
}
