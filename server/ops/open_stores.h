// server/ops/open_stores.h
//
// Opens the stores that Options ask for. main gives it to StoreHost.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_OPEN_STORES_H_
#define STRATAGEM_SERVER_OPS_OPEN_STORES_H_

#include "server/ops/store_host.h"
#include "server/options.h"

namespace stratagem::server {

// Returns what opens them; keeps a copy of `options`. Its errors: as
// store::OpenSqliteStore(), store::Sequencer::Open() and
// store::OpenSqliteProfileStore().
OpenFunction OpenFrom(const Options& options);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_OPEN_STORES_H_
