#include "tests/e2e/load.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "tests/e2e/server_process.h"

namespace stratagem {
namespace {

constexpr int kBatchEvery = 4;
constexpr int kBatchItems = 5;

v1::DecideRequest RequestFor(const std::string& customer, int number) {
  v1::DecideRequest request;
  request.set_customer_id(customer);
  v1::NamedValue& orders = *request.add_attributes();
  orders.set_name("orders");
  orders.mutable_value()->set_int_value(1 + number % 800);
  v1::NamedValue& spend = *request.add_attributes();
  spend.set_name("spend");
  spend.mutable_value()->set_double_value(number % 2000);
  request.add_placements("home");
  return request;
}

}  // namespace

Load::Load(int port, int clients, const std::string& name)
    : running_(static_cast<size_t>(clients)) {
  for (int i = 0; i < clients; ++i) {
    threads_.emplace_back(
        [this, port, prefix = absl::StrCat(name, "-", i, "-")] {
          Run(port, prefix);
        });
  }
}

Load::~Load() { Join(); }

void Load::Keep(const v1::Decision& decision) {
  const std::lock_guard<std::mutex> lock(mutex_);
  EXPECT_TRUE(
      answers_.try_emplace(decision.position().sequence(), decision).second)
      << "two answers have sequence " << decision.position().sequence();
  changed_.notify_all();
}

void Load::Run(int port, const std::string& prefix) {
  const auto stub = v1::DecisionService::NewStub(ChannelTo(port));
  grpc::Status status;
  for (int number = 0; status.ok(); ++number) {
    grpc::ClientContext context;
    if (number % kBatchEvery != 0) {
      v1::DecideResponse response;
      status = stub->Decide(&context,
                            RequestFor(absl::StrCat(prefix, number), number),
                            &response);
      if (status.ok()) Keep(response.decision());
      continue;
    }
    v1::BatchDecideRequest batch;
    for (int item = 0; item < kBatchItems; ++item) {
      *batch.add_requests() =
          RequestFor(absl::StrCat(prefix, number, "-", item), number + item);
    }
    v1::BatchDecideResponse response;
    status = stub->BatchDecide(&context, batch, &response);
    for (const v1::BatchDecideResult& result : response.results()) {
      EXPECT_TRUE(result.has_decision()) << result.ShortDebugString();
      Keep(result.decision());
    }
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  ends_.push_back(status);
  --running_;
  changed_.notify_all();
}

bool Load::WaitForAnswers(size_t count) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock,
                [&] { return answers_.size() >= count || running_ == 0; });
  return answers_.size() >= count;
}

void Load::Join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace stratagem
