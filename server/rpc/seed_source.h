// server/rpc/seed_source.h
//
// Seeds for decisions, and ids for calls that bring none, from the kernel's
// random generator. Each seed stands in its record.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_SEED_SOURCE_H_
#define STRATAGEM_SERVER_RPC_SEED_SOURCE_H_

#include <cstdint>

namespace stratagem::server {

// Returns 64 unpredictable bits. Thread safe. Time: one system call every 32
// calls of a thread.
uint64_t RandomSeed();

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_SEED_SOURCE_H_
