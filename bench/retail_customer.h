// bench/retail_customer.h
//
// Customers of rules/retail that are the same on every machine, so that two
// measurements decide the same thing.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_BENCH_RETAIL_CUSTOMER_H_
#define STRATAGEM_BENCH_RETAIL_CUSTOMER_H_

#include <string>
#include <vector>

#include "engine/value/facts.h"

namespace stratagem::bench {

struct RetailCustomer {
  std::string id;
  std::vector<NamedValue> attributes;  // Names are literals.
};

// Returns `count` customers, one in eight of them without an order yet; the
// rest are spread over every tier and stage, some answers left out.
std::vector<RetailCustomer> RetailCustomers(int count);

}  // namespace stratagem::bench

#endif  // STRATAGEM_BENCH_RETAIL_CUSTOMER_H_
