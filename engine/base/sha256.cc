#include "engine/base/sha256.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "engine/base/check.h"

namespace stratagem {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  STRATAGEM_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) ==
                  1);
}

Sha256::~Sha256() = default;

void Sha256::Update(absl::string_view bytes) {
  STRATAGEM_CHECK(
      EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::FinishHex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  STRATAGEM_CHECK(EVP_DigestFinal_ex(state_->context, digest, &size) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace stratagem
