#include "tests/e2e/fault_fixture.h"

#include "tests/e2e/caller.h"
#include "tests/e2e/raw_call.h"

namespace stratagem {
namespace {

constexpr char kPack[] = R"yaml(language: 1
name: kiosk
version: 1.0.0
timezone: UTC
attributes:
  letter: {type: string, default: ""}
offers:
  - {id: gift, value: 1, cost: 0, limits: [{count: 1, per: customer, within: 30m}]}
  - {id: card, value: 2, cost: 0, limits: [{count: 1, per: customer, within: 30d}]}
placements:
  desk: {direction: inbound, max_offers: 2}
)yaml";

}  // namespace

FaultTest::FaultTest() { dir_.Write("kiosk/pack.yaml", kPack); }

std::vector<std::string> FaultTest::Arguments(
    const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"--listen", "127.0.0.1:0",
                                        "--pack",   dir_.Join("kiosk"),
                                        "--store",  store_};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void FaultTest::Start(const ChildOptions& options,
                      const std::vector<std::string>& more) {
  server_ = std::make_unique<ServerProcess>(Arguments(more), options);
  port_ = server_->WaitUntilReady();
  ASSERT_NE(port_, 0) << server_->log();
  Connect();
}

void FaultTest::Stop() {
  stub_ = nullptr;
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->WaitForExit(), 0) << server_->log();
}

v1::GetLogStatsResponse FaultTest::Stats() const {
  const auto insight = v1::InsightService::NewStub(ChannelTo(port_));
  v1::GetLogStatsResponse stats;
  const grpc::Status status =
      insight->GetLogStats(NewContext().get(), {}, &stats);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return stats;
}

grpc::Status FaultTest::Decide(size_t letter_bytes) {
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  request.add_placements("desk");
  v1::NamedValue& letter = *request.add_attributes();
  letter.set_name("letter");
  letter.mutable_value()->set_string_value(std::string(letter_bytes, 'x'));
  v1::DecideResponse response;
  const grpc::Status status =
      stub_->Decide(NewContext().get(), request, &response);
  if (status.ok()) acknowledged_.push_back(response.decision());
  return status;
}

std::vector<std::string> FaultTest::DecideOffers() {
  const grpc::Status status = Decide();
  EXPECT_TRUE(status.ok()) << status.error_message();
  std::vector<std::string> offers;
  if (!status.ok()) return offers;
  for (const v1::Slot& slot : acknowledged_.back().placements(0).slots()) {
    offers.push_back(slot.offer_id());
  }
  return offers;
}

void FaultTest::ExpectServesAgain() {
  EXPECT_NE(server_->WaitForError("\"event\":\"store_reopened\""), "");
  bool serves = false;
  for (int i = 0; i < kLooksMax && !serves; ++i) serves = IsServing(port_);
  EXPECT_TRUE(serves);
  const grpc::Status status = Decide();
  EXPECT_TRUE(status.ok()) << status.error_message();
  ExpectWhole();
}

void FaultTest::ExpectWhole() {
  const auto insight = v1::InsightService::NewStub(ChannelTo(port_));
  for (const v1::Decision& decision : acknowledged_) {
    v1::GetDecisionRequest request;
    request.set_decision_id(decision.decision_id());
    v1::GetDecisionResponse response;
    const grpc::Status status =
        insight->GetDecision(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.entry().decision().SerializeAsString(),
              decision.SerializeAsString());
  }
}

}  // namespace stratagem
