// server/rpc/write_pack.h
//
// Packs, their versions, diagnostics and tests as messages. pack_handler
// answers with them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WRITE_PACK_H_
#define STRATAGEM_SERVER_RPC_WRITE_PACK_H_

#include "absl/time/time.h"
#include "engine/author/run_tests.h"
#include "engine/base/diagnostics.h"
#include "engine/plan/plan.h"
#include "server/reload/pack_picture.h"
#include "stratagem/v1/diagnostic.pb.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::server {

// Each message must be empty.
void WritePack(const plan::PlanSummary& summary, absl::Time now,
               v1::Pack& pack);
v1::Diagnostic ToWire(const Diagnostic& diagnostic);
void WriteDiagnostics(const Diagnostics& diagnostics,
                      google::protobuf::RepeatedPtrField<v1::Diagnostic>& wire);
void WriteServed(const PackPicture::Version& version, v1::ServedVersion& wire);
void WriteTests(const author::TestReport& report, v1::TestSummary& wire);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WRITE_PACK_H_
