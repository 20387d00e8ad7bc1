// clients/cli/simulated_population.h
//
// What a version would decide of stored customers, beside the one that decides
// now, as a table or as JSON. Used by `pack simulate`.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_SIMULATED_POPULATION_H_
#define STRATAGEM_CLIENTS_CLI_SIMULATED_POPULATION_H_

#include "clients/cli/console.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

// How many customers would get something else, how many are counted where by
// either version, and some examples. `pack` is the version that was simulated:
// its tiers, stages and offers stand in its order.
void PrintPopulation(const v1::Pack& pack,
                     const v1::SimulatedPopulation& population,
                     const Console& console);

// The same as one document, in the order of the answer.
void WritePopulation(const v1::Pack& pack,
                     const v1::SimulatedPopulation& population,
                     const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_SIMULATED_POPULATION_H_
