#include "server/rpc/wire_check.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "server/rpc/error_map.h"

namespace stratagem::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// LIMIT: protobuf's own for parsing.
constexpr int kNestingMax = 100;

// Reads the payload of a length-delimited field in place.
std::optional<absl::string_view> ReadPayload(CodedInputStream& input) {
  uint32_t size = 0;
  const void* data = nullptr;
  int available = 0;
  if (!input.ReadVarint32(&size)) return std::nullopt;
  if (size == 0) return absl::string_view();
  if (!input.GetDirectBufferPointer(&data, &available) ||
      size > static_cast<uint32_t>(available)) {
    return std::nullopt;
  }
  input.Skip(static_cast<int>(size));
  return absl::string_view(static_cast<const char*>(data), size);
}

// Returns the path of the first string that is not UTF-8, or nullopt when there
// is none up to where the bytes stop making sense.
std::optional<std::string> FindInvalidString(absl::string_view bytes,
                                             const Descriptor& descriptor,
                                             int nesting) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  std::map<int, int> seen;  // Items of each repeated field so far.
  while (const uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field =
        descriptor.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool is_text =
        field != nullptr && field->type() == FieldDescriptor::TYPE_STRING;
    const bool is_message =
        field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE;
    if (WireFormatLite::GetTagWireType(tag) !=
            WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
        (!is_text && !is_message)) {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      continue;
    }
    const std::optional<absl::string_view> payload = ReadPayload(input);
    if (!payload.has_value()) return std::nullopt;
    std::string path = field->name();
    if (field->is_repeated()) {
      absl::StrAppend(&path, "[", seen[field->number()]++, "]");
    }
    if (is_text && !IsValidUtf8(*payload)) return path;
    if (is_message && nesting < kNestingMax) {
      const std::optional<std::string> inner =
          FindInvalidString(*payload, *field->message_type(), nesting + 1);
      if (inner.has_value()) return absl::StrCat(path, ".", *inner);
    }
  }
  return std::nullopt;
}

}  // namespace

google::rpc::Status DescribeParseFailure(absl::string_view bytes,
                                         const Descriptor& descriptor) {
  std::optional<std::string> path = FindInvalidString(bytes, descriptor, 0);
  if (!path.has_value()) return MalformedMessage(descriptor.full_name());
  const FieldError error = {
      *std::move(path), v1::ERROR_REASON_INVALID_UTF8,
      "not UTF-8; encode the text anew, it may be Latin-1"};
  return InvalidRequest({&error, 1});
}

}  // namespace stratagem::server
