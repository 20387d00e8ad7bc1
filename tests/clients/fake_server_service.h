// tests/clients/fake_server_service.h
//
// FakeServer: answers GetStatus on loopback as a test says, one answer after
// the other.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CLIENTS_FAKE_SERVER_SERVICE_H_
#define STRATAGEM_TESTS_CLIENTS_FAKE_SERVER_SERVICE_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "stratagem/v1/server_service.grpc.pb.h"

namespace stratagem::cli {

// Adds what `text` says to `status`.
inline void MergeStatus(const std::string& text,
                        v1::GetStatusResponse& status) {
  v1::GetStatusResponse more;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &more))
      << text;
  status.MergeFrom(more);
}

inline v1::GetStatusResponse ParseStatus(const std::string& text) {
  v1::GetStatusResponse status;
  MergeStatus(text, status);
  return status;
}

// Of a server that has been busy for two days.
inline v1::GetStatusResponse HealthyStatus() {
  return ParseStatus(R"pb(
    version: "0.1.0"
    node_id: "3f2a9c0011223344"
    started_at { seconds: 1790000000 }
    uptime { seconds: 183132 }
    ready: true
    store {
      last_sequence: 1300000
      projected_sequence: 1299990
      commits: 12345
      records_committed: 1299000
      customers: 4338
      ledger_bytes: 3400000
    }
    packs {
      ref { name: "shop" version: "2026.10.0" digest: "aa" }
      serving: SERVING_SHADOW
      decisions: 60000
      decisions_degraded: 6
      roles { role: DECISION_ROLE_SHADOW count: 60000 }
    }
    packs {
      ref { name: "shop" version: "2026.11.0" digest: "bb" }
      serving: SERVING_LIVE
      decides: true
      decisions: 1234567
      decisions_degraded: 1234
      quotes_unlogged: 99
      roles { role: DECISION_ROLE_LIVE count: 1234000 }
      roles { role: DECISION_ROLE_DRY_RUN count: 567 }
    }
    packs {
      ref { name: "shop" version: "2026.12.0" digest: "cc" }
      serving: SERVING_CANARY
      canary_share: 0.05
    }
    pack_reloads { succeeded: 3 }
    calls {
      method: "stratagem.v1.DecisionService/Decide"
      code: "INVALID_ARGUMENT"
      count: 12
    }
    calls {
      method: "stratagem.v1.DecisionService/Decide"
      code: "OK"
      count: 1234000
    }
    calls {
      method: "stratagem.v1.InsightService/ListDecisions"
      code: "RESOURCE_EXHAUSTED"
      count: 3
    }
    latency_bounds_seconds: [ 0.00001, 0.0001, 0.001, 0.01 ]
    latencies {
      phase: "decide"
      outcome: "decided"
      count: 1234000
      sum_seconds: 40.5
      buckets: [ 0, 1230000, 4000, 0, 0 ]
    }
    latencies {
      phase: "decide"
      outcome: "refused"
      count: 12
      sum_seconds: 0.001
      buckets: [ 0, 12, 0, 0, 0 ]
    }
    latencies {
      phase: "total"
      outcome: "decided"
      count: 1234000
      sum_seconds: 1800
      buckets: [ 0, 0, 600000, 633000, 1000 ]
    }
    latencies {
      phase: "total"
      outcome: "refused"
      count: 12
      sum_seconds: 0.001
      buckets: [ 0, 12, 0, 0, 0 ]
    }
    queues { queue: "changes" }
    http { connections_open: 12 requests: 1234 requests_refused: 3 }
  )pb");
}

class FakeServer {
 public:
  FakeServer() : service_(*this) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~FakeServer() { server_->Shutdown(); }

  // What comes next; the last one comes again and again. Without any:
  // HealthyStatus().
  void Answer(const v1::GetStatusResponse& status) {
    absl::MutexLock lock(&mutex_);
    answers_.emplace_back(status);
  }
  void Fail(grpc::StatusCode code, const std::string& message) {
    absl::MutexLock lock(&mutex_);
    answers_.emplace_back(grpc::Status(code, message));
  }

  int calls() const {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }
  const std::string& address() const { return address_; }
  std::string WithoutAddress(const std::string& text) const {
    return absl::StrReplaceAll(text, {{address_, "HOST:PORT"}});
  }

 private:
  class Service final : public v1::ServerService::Service {
   public:
    explicit Service(FakeServer& server) : server_(server) {}
    grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest*,
                           v1::GetStatusResponse* response) override {
      return server_.Next(*response);
    }

   private:
    FakeServer& server_;
  };

  grpc::Status Next(v1::GetStatusResponse& response) {
    absl::MutexLock lock(&mutex_);
    const auto call = static_cast<size_t>(calls_++);
    if (answers_.empty()) {
      response = HealthyStatus();
      return grpc::Status::OK;
    }
    const auto& answer = answers_[std::min(call, answers_.size() - 1)];
    if (const auto* error = std::get_if<grpc::Status>(&answer)) return *error;
    response = std::get<v1::GetStatusResponse>(answer);
    return grpc::Status::OK;
  }

  mutable absl::Mutex mutex_;
  int calls_ = 0;
  std::vector<std::variant<v1::GetStatusResponse, grpc::Status>> answers_;
  std::string address_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_TESTS_CLIENTS_FAKE_SERVER_SERVICE_H_
