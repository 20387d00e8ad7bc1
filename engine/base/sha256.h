// engine/base/sha256.h
//
// SHA-256 in hexadecimal: a pack's digest. OpenSSL does the work.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_SHA256_H_
#define STRATAGEM_ENGINE_BASE_SHA256_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Not thread safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(absl::string_view bytes);
  // Returns 64 lower-case hexadecimal digits. Requires: called once, last.
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_SHA256_H_
