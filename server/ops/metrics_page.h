// server/ops/metrics_page.h
//
// The page /metrics, in Prometheus' text format. docs/metrics.md tells what
// each metric means. Served by Server.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_METRICS_PAGE_H_
#define STRATAGEM_SERVER_OPS_METRICS_PAGE_H_

#include <string>

#include "server/ops/server_picture.h"

namespace stratagem::server {

// Names, base units and kinds follow Prometheus' conventions; what has not
// happened yet stands there as 0 where its labels are known beforehand.
// Besides `picture` it tells of the process, which it reads from /proc.
std::string MetricsText(const ServerPicture& picture);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_METRICS_PAGE_H_
