// bench_load: a bounded number of decisions through gRPC by concurrent callers,
// each waiting for its answer before it asks again. Prints calls a second and
// latency; ends with 1 when a call failed.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/retail_customer.h"
#include "clients/cpp/client.h"

namespace stratagem::bench {
namespace {

struct Load {
  std::string server = "127.0.0.1:50051";
  int callers = 32;
  int connections = 4;
  int64_t calls = 20'000;
  int batch = 1;  // Decisions of one call.
};

void PutAttribute(const NamedValue& attribute, v1::DecideRequest& request) {
  v1::NamedValue& sent = *request.add_attributes();
  sent.set_name(std::string(attribute.name));
  switch (attribute.value.kind()) {
    case ValueKind::kInt:
      sent.mutable_value()->set_int_value(attribute.value.int_value());
      return;
    case ValueKind::kDouble:
      sent.mutable_value()->set_double_value(attribute.value.double_value());
      return;
    default:
      sent.mutable_value()->set_string_value(
          std::string(attribute.value.text()));
  }
}

std::vector<v1::DecideRequest> Requests() {
  std::vector<v1::DecideRequest> requests;
  for (const RetailCustomer& customer : RetailCustomers(1000)) {
    v1::DecideRequest request;
    request.set_customer_id(customer.id);
    for (const NamedValue& attribute : customer.attributes) {
      PutAttribute(attribute, request);
    }
    request.add_placements("app_feed");
    requests.push_back(std::move(request));
  }
  return requests;
}

// What one caller saw. Each has its own; they are joined at the end.
struct Seen {
  std::vector<double> micros;
  int64_t failures = 0;
  std::string first_failure;
};

void Fail(absl::string_view message, Seen& seen) {
  if (seen.failures++ == 0) seen.first_failure = std::string(message);
}

// Call `number`: of one of many customers, so that each is remembered with few
// decisions, as customers are.
v1::DecideRequest RequestOf(const std::vector<v1::DecideRequest>& requests,
                            size_t number) {
  constexpr size_t kCustomers = 500'000;
  v1::DecideRequest request = requests[number % requests.size()];
  request.set_customer_id(absl::StrCat("customer-", number % kCustomers));
  return request;
}

void CallOnce(client::Client& client, const Load& load, size_t first,
              const std::vector<v1::DecideRequest>& requests, Seen& seen) {
  if (load.batch == 1) {
    const auto answer = client.Decide(RequestOf(requests, first));
    if (!answer.ok()) Fail(answer.status().message(), seen);
    return;
  }
  v1::BatchDecideRequest batch;
  for (int i = 0; i < load.batch; ++i) {
    *batch.add_requests() = RequestOf(requests, first + static_cast<size_t>(i));
  }
  const auto answer = client.BatchDecide(batch);
  if (!answer.ok()) {
    Fail(answer.status().message(), seen);
    return;
  }
  for (const auto& result : answer->results()) {
    if (!result.has_decision()) Fail(result.error().message(), seen);
  }
}

void RunCaller(client::Client& client, const Load& load,
               const std::vector<v1::DecideRequest>& requests,
               std::atomic<int64_t>& next, Seen& seen) {
  for (int64_t call = next++; call < load.calls; call = next++) {
    const absl::Time start = absl::Now();
    CallOnce(client, load, static_cast<size_t>(call * load.batch), requests,
             seen);
    seen.micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - start));
  }
}

double Quantile(const std::vector<double>& sorted, double share) {
  const auto index =
      static_cast<size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[index];
}

int Run(const Load& load) {
  const std::vector<v1::DecideRequest> requests = Requests();
  std::vector<std::unique_ptr<client::Client>> clients;
  for (int i = 0; i < load.connections; ++i) {
    clients.push_back(std::make_unique<client::Client>(
        client::Options{.address = load.server}));
    // Connects before the clock starts.
    const auto answer = clients.back()->Decide(requests[0]);
    if (!answer.ok()) {
      std::fprintf(stderr, "bench_load: %s\n",
                   std::string(answer.status().message()).c_str());
      return 1;
    }
  }
  std::vector<Seen> seen(static_cast<size_t>(load.callers));
  std::atomic<int64_t> next = 0;
  const absl::Time start = absl::Now();
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < seen.size(); ++i) {
      threads.emplace_back([&, i] {
        RunCaller(*clients[i % clients.size()], load, requests, next, seen[i]);
      });
    }
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);

  std::vector<double> micros;
  int64_t failures = 0;
  std::string first_failure;
  for (const Seen& one : seen) {
    micros.insert(micros.end(), one.micros.begin(), one.micros.end());
    if (failures == 0) first_failure = one.first_failure;
    failures += one.failures;
  }
  std::sort(micros.begin(), micros.end());
  const double calls = static_cast<double>(load.calls);
  std::printf(
      "%d callers, %lld calls of %d: %.0f calls/s, %.0f decisions/s, "
      "p50 %.0f us, p99 %.0f us, max %.0f us, %lld failed\n",
      load.callers, static_cast<long long>(load.calls), load.batch,
      calls / seconds, calls * load.batch / seconds, Quantile(micros, 0.5),
      Quantile(micros, 0.99), micros.back(), static_cast<long long>(failures));
  if (failures > 0) std::fprintf(stderr, "first: %s\n", first_failure.c_str());
  return failures > 0 ? 1 : 0;
}

}  // namespace
}  // namespace stratagem::bench

int main(int argc, char** argv) {
  stratagem::bench::Load load;
  CLI::App app("bench_load: decisions through gRPC by concurrent callers");
  app.add_option("--server", load.server)->capture_default_str();
  app.add_option("--callers", load.callers)
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--connections", load.connections)
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--calls", load.calls)
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--batch", load.batch)
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return stratagem::bench::Run(load);
}
