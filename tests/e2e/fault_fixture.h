// tests/e2e/fault_fixture.h
//
// FaultTest: the real `stratagemd` with a small pack and a caller who keeps
// what is acknowledged, for tests of what it does when the world around it
// fails.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_FAULT_FIXTURE_H_
#define STRATAGEM_TESTS_E2E_FAULT_FIXTURE_H_

#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "tests/e2e/server_process.h"
#include "tests/e2e/shared_faults.h"
#include "tests/support/temp_dir.h"

namespace stratagem {

// How often a test asks for what comes within milliseconds.
inline constexpr int kLooksMax = 10'000;

class FaultTest : public testing::Test {
 protected:
  // At `desk` a customer gets `gift` once in half an hour and `card` once in 30
  // days.
  FaultTest();

  std::vector<std::string> Arguments(
      const std::vector<std::string>& more = {}) const;
  void Start(const ChildOptions& options = {},
             const std::vector<std::string>& more = {});
  void Connect() { stub_ = v1::DecisionService::NewStub(ChannelTo(port_)); }
  void Stop();
  v1::GetLogStatsResponse Stats() const;

  // Keeps what is acknowledged.
  grpc::Status Decide(size_t letter_bytes = 0);
  // Decides and returns the offers that the customer got; fails the test when
  // the call does.
  std::vector<std::string> DecideOffers();
  // The event stands a moment before the first call that is answered.
  void ExpectServesAgain();
  // All that was acknowledged is there.
  void ExpectWhole();

  const TempDir dir_;
  const std::string store_ = dir_.Join("store");
  std::unique_ptr<ServerProcess> server_;
  int port_ = 0;
  std::unique_ptr<v1::DecisionService::Stub> stub_;
  std::vector<v1::Decision> acknowledged_;
};

// With a disk and a clock that the test switches while the server runs.
class FaultyWorldTest : public FaultTest {
 protected:
  void SetUp() override {
    if (kNoFaultyWorld[0] != '\0') GTEST_SKIP() << kNoFaultyWorld;
  }
  ChildOptions Faulty() const { return {.environment = world_.environment()}; }

  FaultSwitch world_{dir_.Join("faults"), store_};
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_FAULT_FIXTURE_H_
