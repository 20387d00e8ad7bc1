// tests/server/test_host.h
//
// A StoreHost over a store of the test's own, which can be opened once.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_TEST_HOST_H_
#define STRATAGEM_TESTS_SERVER_TEST_HOST_H_

#include <memory>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/store/memory_profile_store.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"
#include "server/ops/store_host.h"

namespace stratagem::server {

inline std::unique_ptr<StoreHost> HostOf(
    std::unique_ptr<store::Store> log,
    const store::SequencerOptions& options = {}) {
  auto once = std::make_shared<std::unique_ptr<store::Store>>(std::move(log));
  auto host = StoreHost::Open(
      [once, options](const std::string&) -> absl::StatusOr<OpenStores> {
        if (*once == nullptr) return absl::UnavailableError("gone for good");
        OpenStores stores;
        stores.log = std::move(*once);
        auto sequencer = store::Sequencer::Open(*stores.log, options);
        STRATAGEM_CHECK(sequencer.ok());
        stores.sequencer = *std::move(sequencer);
        stores.profiles = store::NewMemoryProfileStore();
        return stores;
      },
      {});
  STRATAGEM_CHECK(host.ok());
  return *std::move(host);
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_TEST_HOST_H_
