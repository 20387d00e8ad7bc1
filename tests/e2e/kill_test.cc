// What must hold when `stratagemd` is killed under load, again and again: what
// was acknowledged is there, word for word; the call that got no answer can be
// made again and counts once; and the log is, record by record, what its caps,
// budgets and holds allow; and when it is killed again while it starts.
// STRATAGEM_KILL_ROUNDS says how often.

#include <signal.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/fair_pack.h"
#include "tests/e2e/server_process.h"
#include "tests/e2e/shared_faults.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

constexpr uint32_t kCallers = 8;
constexpr int kRoundsUnlessTold = 20;
// Each customer has few caps of their own; they are full after so many rounds.
constexpr int kRoundsOfAnEra = 7;
constexpr int kCallsMin = 30;
constexpr uint32_t kCallsSpread = 120;
constexpr int kRepeats = 3;
// How often it asks for what comes within milliseconds.
constexpr int kLooksMax = 100'000;

int RoundsAskedFor() {
  const char* const text = std::getenv("STRATAGEM_KILL_ROUNDS");
  return text == nullptr ? kRoundsUnlessTold : std::atoi(text);
}

// Demand exceeds each of them before the last round.
FairSizes SizesFor(int rounds) {
  return {.tickets = 6 * rounds,
          .seats = 8 * rounds,
          .pot_micros = 35'000'000LL * rounds + 333'333};
}

class KillTest : public testing::Test {
 protected:
  KillTest() {
    dir_.Write("fair/pack.yaml", FairPackText(sizes_));
    for (uint32_t i = 0; i < kCallers; ++i) {
      callers_.push_back(std::make_unique<Caller>(i));
    }
  }

  std::vector<std::string> Arguments() const {
    return {"--listen",        "127.0.0.1:0", "--pack",
            dir_.Join("fair"), "--store",     dir_.Join("store")};
  }
  void Start();
  // Starts that die, each before a later one of the steps by which a start
  // changes the folder, until one is ready; that one dies, too. Returns how
  // many died before.
  int DieWhileStarting(FaultSwitch& faults);
  // Load until the server gets `signal` in the middle of it and ends.
  void StopUnderLoad(int round, int signal);
  // What became of all that was promised.
  void Check();
  void CheckWholeLog();
  void CheckReplay();

  v1::GetLogStatsResponse Stats();
  // The log's entries after `checked_`, decisions and the outcomes told of
  // them, by sequence; the newest comes first.
  std::map<uint64_t, v1::LogEntry> NewDecisions();
  std::map<uint64_t, std::pair<uint64_t, v1::LoggedOutcome>> NewOutcomes();
  void FoldNew();
  void CheckProfiles();

  const int rounds_ = RoundsAskedFor();
  const FairSizes sizes_ = SizesFor(rounds_);
  const TempDir dir_;
  std::unique_ptr<ServerProcess> server_;
  int port_ = 0;
  std::unique_ptr<v1::InsightService::Stub> insight_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::mt19937 random_{2026};
  FairLedger ledger_{sizes_};
  uint64_t epoch_ = 0;
  // The log is checked up to this sequence. The first record is the pack's
  // activation.
  uint64_t checked_ = 1;
  uint64_t decisions_ = 0;
  size_t unanswered_ = 0;
  uint64_t decided_again_ = 0;
};

void KillTest::Start() {
  server_ = std::make_unique<ServerProcess>(Arguments());
  port_ = server_->WaitUntilReady();
  ASSERT_NE(port_, 0) << server_->log();
  insight_ = v1::InsightService::NewStub(ChannelTo(port_));
}

int KillTest::DieWhileStarting(FaultSwitch& faults) {
  int died = 0;
  for (uint64_t change = 1;; change += 1 + change / 8) {
    faults->changes = 0;
    faults->dies_at_change = change;
    ServerProcess server(Arguments(), {.environment = faults.environment()});
    if (server.WaitUntilReady() != 0) return died;
    EXPECT_EQ(server.WaitForExit(), -SIGKILL) << server.log();
    ++died;
  }
}

v1::GetLogStatsResponse KillTest::Stats() {
  v1::GetLogStatsResponse stats;
  const grpc::Status status =
      insight_->GetLogStats(NewContext().get(), {}, &stats);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return stats;
}

void KillTest::StopUnderLoad(int round, int signal) {
  CallGate gate;
  std::vector<std::thread> threads;
  for (const auto& caller : callers_) {
    caller->SetEra(round / kRoundsOfAnEra);
    threads.emplace_back([this, &gate, &caller] { caller->Run(port_, gate); });
  }
  const size_t calls = kCallsMin + random_() % kCallsSpread;
  const bool all_answered = gate.WaitForAnswers(calls);
  const v1::GetLogStatsResponse stats = Stats();
  insight_ = nullptr;  // A connection that is idle would hold up a stop.
  const size_t under_way = gate.CloseWith([&] { server_->Signal(signal); });
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(all_answered) << "a call failed before the server was killed";
  EXPECT_EQ(server_->WaitForExit(), signal == SIGKILL ? -SIGKILL : 0);
  decided_again_ += stats.ledger().decided_again();
  // It was busy.
  EXPECT_GE(gate.answered(), calls);
  EXPECT_GE(under_way, 1u);
  EXPECT_LE(gate.failed(), under_way);
  unanswered_ += gate.failed();
  for (const auto& caller : callers_) {
    if (caller->last_failure().ok()) continue;
    EXPECT_THAT(caller->last_failure().error_code(),
                testing::AnyOf(grpc::StatusCode::UNAVAILABLE,
                               grpc::StatusCode::CANCELLED))
        << caller->last_failure().error_message();
  }
}

std::map<uint64_t, v1::LogEntry> KillTest::NewDecisions() {
  std::map<uint64_t, v1::LogEntry> entries;
  v1::ListDecisionsRequest request;
  request.set_page_size(250);
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  do {
    v1::ListDecisionsResponse page;
    const grpc::Status status =
        insight_->ListDecisions(NewContext().get(), request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::LogEntry& entry : page.entries()) {
      const uint64_t sequence = entry.decision().position().sequence();
      if (sequence <= checked_) return entries;
      entries[sequence] = entry;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return entries;
}

std::map<uint64_t, std::pair<uint64_t, v1::LoggedOutcome>>
KillTest::NewOutcomes() {
  std::map<uint64_t, std::pair<uint64_t, v1::LoggedOutcome>> outcomes;
  for (const auto& caller : callers_) {
    for (const std::string& id : caller->TakeTold()) {
      v1::GetDecisionRequest request;
      request.set_decision_id(id);
      v1::GetDecisionResponse response;
      const grpc::Status status =
          insight_->GetDecision(NewContext().get(), request, &response);
      EXPECT_TRUE(status.ok()) << id << ": " << status.error_message();
      EXPECT_EQ(response.entry().decision().decision_id(), id);
      for (const v1::LoggedOutcome& outcome : response.outcomes()) {
        if (outcome.sequence() <= checked_) continue;
        outcomes[outcome.sequence()] = {
            response.entry().decision().position().sequence(), outcome};
      }
    }
  }
  return outcomes;
}

// All of the log is known to the callers, and adds up.
void KillTest::FoldNew() {
  const auto entries = NewDecisions();
  const auto outcomes = NewOutcomes();
  const uint64_t last = Stats().last_sequence();
  ASSERT_EQ(entries.size() + outcomes.size(), last - checked_)
      << "records that nobody asked for, or none where there was one";
  for (uint64_t sequence = checked_ + 1; sequence <= last; ++sequence) {
    const auto entry = entries.find(sequence);
    if (entry != entries.end()) {
      ledger_.Add(entry->second);
      continue;
    }
    const auto outcome = outcomes.find(sequence);
    ASSERT_NE(outcome, outcomes.end()) << "sequence " << sequence;
    ledger_.Add(outcome->second.first, outcome->second.second);
  }
  size_t answered = 0;
  for (const auto& caller : callers_) {
    const auto& decisions = caller->decisions();
    for (auto i = decisions.upper_bound(checked_); i != decisions.end(); ++i) {
      const auto entry = entries.find(i->first);
      ASSERT_NE(entry, entries.end()) << "lost: " << i->second.decision_id();
      EXPECT_EQ(entry->second.decision().SerializeAsString(),
                i->second.SerializeAsString());
      ++answered;
    }
    const auto& told = caller->outcomes();
    for (auto i = told.upper_bound(checked_); i != told.end(); ++i) {
      EXPECT_TRUE(outcomes.contains(*i)) << "lost: outcome " << *i;
    }
    caller->ForgetReasons(checked_);
  }
  // None was recorded twice, for a call and for its repetition.
  EXPECT_EQ(answered, entries.size());
  decisions_ += entries.size();
  checked_ = last;
}

void KillTest::CheckProfiles() {
  const auto stub = v1::ProfileService::NewStub(ChannelTo(port_));
  for (const auto& caller : callers_) {
    for (const auto& [customer, version] : caller->profiles()) {
      v1::GetProfileRequest request;
      request.set_customer_id(customer);
      v1::GetProfileResponse response;
      const grpc::Status status =
          stub->GetProfile(NewContext().get(), request, &response);
      ASSERT_TRUE(status.ok()) << customer << ": " << status.error_message();
      EXPECT_EQ(response.profile().version(), version) << customer;
      EXPECT_EQ(response.profile().attributes(0).value().int_value(),
                static_cast<int64_t>(version));
    }
  }
}

void KillTest::Check() {
  for (const auto& caller : callers_) caller->RepeatUnanswered(port_);
  uint64_t records = Stats().records();
  for (const auto& caller : callers_) caller->RepeatAnswered(port_, kRepeats);
  v1::GetLogStatsResponse stats = Stats();
  EXPECT_EQ(stats.records(), records) << "what was told again counted again";
  EXPECT_GT(stats.epoch(), epoch_);
  epoch_ = stats.epoch();
  // Outcomes are read from what is derived behind the log.
  for (int i = 0; i < kLooksMax; ++i) {
    if (stats.projected_sequence() == stats.last_sequence()) break;
    stats = Stats();
  }
  ASSERT_EQ(stats.projected_sequence(), stats.last_sequence());
  ASSERT_NO_FATAL_FAILURE(FoldNew());
  // The server counts as we do.
  EXPECT_EQ(stats.ledger().reservations(), ledger_.reservations());
  CheckProfiles();
}

// What was checked in earlier rounds is still as it was.
void KillTest::CheckWholeLog() {
  std::map<uint64_t, v1::Decision> answers;
  for (const auto& caller : callers_) {
    answers.insert(caller->decisions().begin(), caller->decisions().end());
  }
  v1::ListDecisionsRequest request;
  request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
  request.set_page_size(1'000);
  size_t found = 0;
  do {
    v1::ListDecisionsResponse page;
    const grpc::Status status =
        insight_->ListDecisions(NewContext().get(), request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::LogEntry& entry : page.entries()) {
      const auto answer = answers.find(entry.decision().position().sequence());
      ASSERT_NE(answer, answers.end());
      EXPECT_EQ(entry.decision().SerializeAsString(),
                answer->second.SerializeAsString());
      ++found;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(found, answers.size());
  EXPECT_EQ(found, decisions_);
}

// Also of those that were decided again because another one came between.
void KillTest::CheckReplay() {
  EXPECT_GT(decided_again_, 0u);
  insight_ = nullptr;
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->WaitForExit(), 0) << server_->log();
  ChildProcess replay("stratagem", {"replay", "--store", dir_.Join("store"),
                                    "--output", "json"});
  EXPECT_EQ(replay.WaitForExit(), 0) << replay.errors();
  const auto report = nlohmann::json::parse(replay.output(), nullptr,
                                            /*allow_exceptions=*/false);
  ASSERT_TRUE(report.is_object()) << replay.output();
  EXPECT_EQ(report.value("replayed", uint64_t{0}), decisions_);
  EXPECT_EQ(report.value("same", uint64_t{0}), decisions_);
  EXPECT_EQ(report.value("different", uint64_t{1}), 0u);
}

TEST_F(KillTest, WhatWasAcknowledgedOutlivesEveryKillAndNoCapIsOverspent) {
  ASSERT_GE(rounds_, 1);
  ASSERT_NO_FATAL_FAILURE(Start());
  for (int round = 1; round <= rounds_ && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    ASSERT_NO_FATAL_FAILURE(StopUnderLoad(round, SIGKILL));
    ASSERT_NO_FATAL_FAILURE(Start());
    ASSERT_NO_FATAL_FAILURE(Check());
  }
  EXPECT_EQ(epoch_, static_cast<uint64_t>(rounds_) + 1);
  // Of what was under way when it was killed some never got an answer; a few
  // had it already.
  EXPECT_GE(unanswered_, static_cast<size_t>(rounds_));
  // They were worth fighting for.
  EXPECT_GE(ledger_.tickets(), sizes_.tickets * 9 / 10);
  EXPECT_GE(ledger_.seats(), sizes_.seats * 9 / 10);
  EXPECT_GE(ledger_.pot_micros(), sizes_.pot_micros * 9 / 10);
  RecordProperty("decisions", static_cast<int>(decisions_));
  RecordProperty("decided_again", static_cast<int>(decided_again_));
  RecordProperty("unanswered", static_cast<int>(unanswered_));
  ASSERT_NO_FATAL_FAILURE(CheckWholeLog());
  CheckReplay();
}

TEST_F(KillTest, AStartThatIsKilledAtAnyStepLosesNothingEither) {
  if (kNoFaultyWorld[0] != '\0') GTEST_SKIP() << kNoFaultyWorld;
  constexpr int kStartsPerRound = 10;
  FaultSwitch faults(dir_.Join("faults"), dir_.Join("store"));
  ASSERT_NO_FATAL_FAILURE(Start());
  for (int round = 1; round <= 2; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    ASSERT_NO_FATAL_FAILURE(StopUnderLoad(round, SIGKILL));
    EXPECT_GE(DieWhileStarting(faults), kStartsPerRound);
    ASSERT_NO_FATAL_FAILURE(Start());
    ASSERT_NO_FATAL_FAILURE(Check());
  }
  ASSERT_NO_FATAL_FAILURE(CheckWholeLog());
}

// Callers are not left hanging, and what they were told is there.
TEST_F(KillTest, ATermUnderLoadIsNoLossEither) {
  ASSERT_NO_FATAL_FAILURE(Start());
  for (int round = 1; round <= 2; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    ASSERT_NO_FATAL_FAILURE(StopUnderLoad(round, SIGTERM));
    EXPECT_THAT(server_->log(), testing::HasSubstr("\"event\":\"stopped\""));
    ASSERT_NO_FATAL_FAILURE(Start());
    ASSERT_NO_FATAL_FAILURE(Check());
  }
}

}  // namespace
}  // namespace stratagem
