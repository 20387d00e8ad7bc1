#include "engine/store/identity.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
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

// HMAC-SHA-256 that remembers its key: to set one up anew for each record would
// take more than all else of the hash. Not thread safe.
class KeyedHash {
 public:
  KeyedHash() {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_ = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);  // The context has its own reference.
    STRATAGEM_CHECK(context_ != nullptr);
  }
  ~KeyedHash() { EVP_MAC_CTX_free(context_); }
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;

  std::string Hash(absl::string_view key, absl::string_view text) {
    Begin(key);
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t size = 0;
    STRATAGEM_CHECK(
        EVP_MAC_update(context_,
                       reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) == 1 &&
        EVP_MAC_final(context_, digest, &size, sizeof(digest)) == 1);
    return std::string(reinterpret_cast<const char*>(digest), size);
  }

 private:
  void Begin(absl::string_view key) {
    if (keyed_ && key == key_) {
      STRATAGEM_CHECK(EVP_MAC_init(context_, nullptr, 0, nullptr) == 1);
      return;
    }
    char digest_name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
        OSSL_PARAM_construct_end()};
    STRATAGEM_CHECK(
        EVP_MAC_init(context_,
                     reinterpret_cast<const unsigned char*>(key.data()),
                     key.size(), parameters) == 1);
    key_ = std::string(key);
    keyed_ = true;
  }

  EVP_MAC_CTX* context_;
  std::string key_;
  bool keyed_ = false;
};

}  // namespace

Identity NewIdentity() {
  return {.node_id = absl::BytesToHexString(RandomBytes(kNodeIdBytes)),
          .epoch = 0,
          .subject_key = RandomBytes(kSubjectKeyBytes)};
}

std::string SubjectOf(absl::string_view subject_key,
                      absl::string_view customer_id) {
  if (customer_id.empty()) return "";
  thread_local KeyedHash hash;
  return hash.Hash(subject_key, customer_id).substr(0, kSubjectBytes);
}

}  // namespace stratagem::store
