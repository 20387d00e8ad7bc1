#include "engine/store/identity.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstddef>

#include "absl/strings/escaping.h"
#include "engine/base/check.h"

namespace stratagem::store {
namespace {

constexpr size_t kNodeIdBytes = 8;
constexpr size_t kSubjectKeyBytes = 32;
// Enough that no two of 10^12 customers are likely to share one.
constexpr size_t kSubjectBytes = 16;

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  STRATAGEM_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                             static_cast<int>(count)) == 1);
  return bytes;
}

}  // namespace

Identity NewIdentity() {
  return {.node_id = absl::BytesToHexString(RandomBytes(kNodeIdBytes)),
          .epoch = 0,
          .subject_key = RandomBytes(kSubjectKeyBytes)};
}

std::string SubjectOf(absl::string_view subject_key,
                      absl::string_view customer_id) {
  if (customer_id.empty()) return "";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  STRATAGEM_CHECK(
      HMAC(EVP_sha256(), subject_key.data(),
           static_cast<int>(subject_key.size()),
           reinterpret_cast<const unsigned char*>(customer_id.data()),
           customer_id.size(), digest, &size) != nullptr);
  return std::string(reinterpret_cast<const char*>(digest), kSubjectBytes);
}

}  // namespace stratagem::store
