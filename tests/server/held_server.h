// tests/server/held_server.h
//
// A RunningServer over a HeldStore: what its start records is durable, what
// comes then waits until the test commits it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_HELD_SERVER_H_
#define STRATAGEM_TESTS_SERVER_HELD_SERVER_H_

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "tests/server/held_store.h"
#include "tests/server/running_server.h"

namespace stratagem::server {

// `held` lives in the server until it breaks.
inline std::unique_ptr<RunningServer> StartHeld(
    const Options& options, std::unique_ptr<HeldStore> held) {
  HeldStore* const store = held.get();
  std::atomic<bool> started = false;
  std::thread committer([&] {
    while (!started) {
      store->Commit();
      std::this_thread::yield();
    }
  });
  auto running = std::make_unique<RunningServer>(options, std::move(held));
  started = true;
  committer.join();
  return running;
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_HELD_SERVER_H_
