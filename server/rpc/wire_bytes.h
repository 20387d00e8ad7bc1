// server/rpc/wire_bytes.h
//
// Answers as bytes. A decision is serialized by the thread that made it, when
// its place in the log is not known yet; the store's thread only adds that and
// the lengths around it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_WIRE_BYTES_H_
#define STRATAGEM_SERVER_RPC_WIRE_BYTES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/store/store.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/support/byte_buffer.h"

namespace stratagem::server {

// The fields of a v1::Decision that WritePosition() sets, to stand behind those
// of a decision without them: fields may come in any order.
std::string PositionBytes(absl::string_view node_id, store::Position position);

// Appends a field of message type whose bytes are `begin` and then `end`.
void AppendMessageField(int field_number, absl::string_view begin,
                        absl::string_view end, std::string& bytes);

// Parses all of `bytes`; false when they are not such a message.
bool ParseBytes(const grpc::ByteBuffer& bytes,
                google::protobuf::MessageLite& message);

// Copies `bytes` into one piece, or back.
std::string ToString(const grpc::ByteBuffer& bytes);
grpc::ByteBuffer ToByteBuffer(absl::string_view bytes);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_WIRE_BYTES_H_
