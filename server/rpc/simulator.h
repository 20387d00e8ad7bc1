// server/rpc/simulator.h
//
// What a version would decide, of one call or of stored customers: nothing is
// logged, reserved or changed. PackHandler answers Simulate with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_SIMULATOR_H_
#define STRATAGEM_SERVER_RPC_SIMULATOR_H_

#include <variant>

#include "absl/time/time.h"
#include "engine/plan/plan.h"
#include "google/rpc/status.pb.h"
#include "server/ops/store_host.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::server {

// LIMIT: customers of one simulation, and when the call does not say.
inline constexpr int kSimulatedCustomersMax = 100'000;
inline constexpr int kSimulatedCustomersDefault = 10'000;

// Decides `call` by `plan` at `clock`, or as of the time that it names, by the
// customer's stored profile and by what is remembered of them.
// Errors: as DecideHandler::Decide(), but those of routing.
std::variant<v1::Decision, google::rpc::Status> SimulateCall(
    const plan::Plan& plan, const v1::DecideRequest& call,
    const OpenStores& stores, absl::Time clock);

// Decides for the stored customers by `plan` and by `now`, which decides today,
// and compares. Requires: both are of the same pack; at most
// kSimulatedCustomersMax customers are asked for. Errors: INVALID_ARGUMENT,
// UNKNOWN_NAME, `plan` has no such placement; those of the store.
// Time: O(customers), each as a decision by either.
std::variant<v1::SimulatedPopulation, google::rpc::Status> SimulatePopulation(
    const plan::Plan& plan, const plan::Plan& now,
    const v1::Population& population, const OpenStores& stores,
    absl::Time clock);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_SIMULATOR_H_
