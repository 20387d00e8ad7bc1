// engine/store/identity.h
//
// Identity: who writes a log, and how its envelopes speak of customers without
// naming them. Stores make and keep one; record_codec reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_IDENTITY_H_
#define STRATAGEM_ENGINE_STORE_IDENTITY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::store {

// Who writes this log; in every envelope, except for `subject_key`.
struct Identity {
  std::string node_id;  // 16 hexadecimal digits, random at creation.
  uint64_t epoch = 0;
  // Secret of this log, 32 random bytes, made with it and kept in it. Whoever
  // has it can tell which records are of a customer whose id they know.
  std::string subject_key;
};

// Returns an identity with a fresh node id and subject key, epoch 0.
// Thread safe. Requires: the system's random source works (STRATAGEM_CHECK).
Identity NewIdentity();

// Returns the pseudonym of `customer_id` in the log that owns `subject_key`:
// 16 bytes of HMAC-SHA-256, the same for the same customer whatever the pack;
// "" for no customer. Without the key it tells nothing. Thread safe.
std::string SubjectOf(absl::string_view subject_key,
                      absl::string_view customer_id);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_IDENTITY_H_
