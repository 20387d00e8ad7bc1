#include "bench/retail_customer.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace stratagem::bench {
namespace {

// Numbers that look random and never change (Knuth's multiplicative hash).
int64_t Spread(int customer, int attribute, int64_t below) {
  const uint32_t mixed =
      static_cast<uint32_t>(customer * 31 + attribute) * 2654435761u;
  return static_cast<int64_t>(mixed >> 8) % below;
}

}  // namespace

std::vector<RetailCustomer> RetailCustomers(int count) {
  std::vector<RetailCustomer> customers;
  for (int i = 0; i < count; ++i) {
    RetailCustomer customer;
    customer.id = absl::StrCat("customer-", i);
    const int64_t orders = i % 8 == 0 ? 0 : 1 + Spread(i, 1, 15);
    const int64_t recency_days = Spread(i, 4, 300);
    customer.attributes = {
        {"orders_total", Value::Int(orders)},
        {"monetary_36m",
         Value::Double(static_cast<double>(orders * Spread(i, 2, 600)))},
        {"tenure_days", Value::Int(recency_days + Spread(i, 3, 1200))},
        {"preferred_channel", Value::String(i % 3 == 0 ? "call" : "app")}};
    if (orders > 0) {
      customer.attributes.push_back({"recency_days", Value::Int(recency_days)});
      customer.attributes.push_back(
          {"trend",
           Value::Double(static_cast<double>(Spread(i, 5, 200)) / 100)});
    }
    if (i % 2 == 0) {
      customer.attributes.push_back({"nps", Value::Int(Spread(i, 6, 11))});
    }
    customers.push_back(std::move(customer));
  }
  return customers;
}

}  // namespace stratagem::bench
