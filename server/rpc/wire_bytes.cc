#include "server/rpc/wire_bytes.h"

#include <array>
#include <vector>

#include "google/protobuf/io/coded_stream.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "server/rpc/write_decision.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem::server {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr uint32_t kLengthDelimited = 2;

}  // namespace

std::string PositionBytes(absl::string_view node_id, store::Position position) {
  v1::Decision decision;
  WritePosition(node_id, position, decision);
  return decision.SerializeAsString();
}

void AppendMessageField(int field_number, absl::string_view begin,
                        absl::string_view end, std::string& bytes) {
  std::array<uint8_t, 20> head;
  uint8_t* at = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(field_number) << 3 | kLengthDelimited, head.data());
  at = CodedOutputStream::WriteVarint64ToArray(begin.size() + end.size(), at);
  bytes.append(reinterpret_cast<const char*>(head.data()),
               static_cast<size_t>(at - head.data()));
  bytes.append(begin.data(), begin.size());
  bytes.append(end.data(), end.size());
}

bool ParseBytes(const grpc::ByteBuffer& bytes,
                google::protobuf::MessageLite& message) {
  grpc::ByteBuffer shared = bytes;  // The reader wants to own its buffer.
  grpc::ProtoBufferReader reader(&shared);
  return reader.status().ok() && message.ParseFromZeroCopyStream(&reader);
}

std::string ToString(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!bytes.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

grpc::ByteBuffer ToByteBuffer(absl::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace stratagem::server
