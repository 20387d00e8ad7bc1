// server/rpc/write_status.h
//
// How the server is, as a message; status_service answers with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WRITE_STATUS_H_
#define STRATAGEM_SERVER_RPC_WRITE_STATUS_H_

#include "server/ops/server_picture.h"
#include "stratagem/v1/server_service.pb.h"

namespace stratagem::server {

v1::GetStatusResponse ToWire(const ServerPicture& picture);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WRITE_STATUS_H_
