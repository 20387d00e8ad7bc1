// Functions of network addresses and networks: CEL's `network` extension.

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/expr/function_table.h"
#include "engine/value/network.h"

namespace stratagem::expr {
namespace {

constexpr size_t kIpv4Bytes = 4;

// An address as its bytes, 4 or 16.
using Address = absl::string_view;

uint8_t ByteAt(Address address, size_t i) {
  return static_cast<uint8_t>(address[i]);
}

bool IsIpv4(Address address) { return address.size() == kIpv4Bytes; }

Address AddressOf(const Value& network) {
  absl::string_view bytes = network.text();
  bytes.remove_suffix(1);
  return bytes;
}

int PrefixOf(const Value& network) {
  return static_cast<uint8_t>(network.text().back());
}

// True when the first `bits` bits of both are the same. Requires: addresses of
// one family, and no more bits than they have.
bool SamePrefix(Address a, Address b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  if (bits % 8 == 0) return true;
  return (ByteAt(a, whole) ^ ByteAt(b, whole)) >> (8 - bits % 8) == 0;
}

bool Contains(const Value& network, Address address, int bits) {
  const int prefix = PrefixOf(network);
  const Address own = AddressOf(network);
  return own.size() == address.size() && prefix <= bits &&
         SamePrefix(own, address, prefix);
}

// Parsing walks the text once; there is no address of more than a few bytes,
// but text of any length is refused by looking at it.
template <std::optional<NetworkBytes> (*kParse)(absl::string_view)>
Value CanParse(Evaluation& evaluation, const Value* arguments) {
  if (!evaluation.ChargeText(arguments[0].text().size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return Value::Bool(kParse(arguments[0].text()).has_value());
}

// The bytes as a value in the arena.
Value NewNetwork(Evaluation& evaluation, absl::string_view bytes,
                 ValueKind kind) {
  char* const copy = evaluation.AllocateArray<char>(bytes.size());
  if (copy == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  std::copy(bytes.begin(), bytes.end(), copy);
  const absl::string_view kept(copy, bytes.size());
  return kind == ValueKind::kIp ? Value::Ip(kept) : Value::Cidr(kept);
}

template <std::optional<NetworkBytes> (*kParse)(absl::string_view),
          ValueKind kKind>
Value FromString(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  const std::optional<NetworkBytes> bytes = kParse(text);
  if (!bytes) return Value::Error(ErrorCode::kInvalidArgument);
  return NewNetwork(evaluation, bytes->view(), kKind);
}

Value ToText(Evaluation& evaluation, const Value* arguments) {
  return evaluation.NewString(NetworkText(arguments[0]));
}

Value IsCanonical(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  const std::optional<NetworkBytes> bytes = ParseIp(text);
  if (!bytes) return Value::Error(ErrorCode::kInvalidArgument);
  return Value::Bool(NetworkText(Value::Ip(bytes->view())) == text);
}

Value Family(Evaluation&, const Value* arguments) {
  return Value::Int(IsIpv4(arguments[0].text()) ? 4 : 6);
}

bool IsUnspecified(Address ip) {
  return std::all_of(ip.begin(), ip.end(), [](char c) { return c == 0; });
}

bool IsLoopback(Address ip) {
  if (IsIpv4(ip)) return ByteAt(ip, 0) == 127;
  return IsUnspecified(ip.substr(0, 15)) && ByteAt(ip, 15) == 1;
}

bool IsMulticast(Address ip) {
  return IsIpv4(ip) ? ByteAt(ip, 0) >> 4 == 0xE : ByteAt(ip, 0) == 0xFF;
}

bool IsLinkLocalMulticast(Address ip) {
  if (IsIpv4(ip)) {
    return ByteAt(ip, 0) == 224 && ByteAt(ip, 1) == 0 && ByteAt(ip, 2) == 0;
  }
  // The upper half of the second byte are flags, the lower half is the scope.
  return ByteAt(ip, 0) == 0xFF && (ByteAt(ip, 1) & 0xF) == 2;
}

bool IsLinkLocalUnicast(Address ip) {
  if (IsIpv4(ip)) return ByteAt(ip, 0) == 169 && ByteAt(ip, 1) == 254;
  return ByteAt(ip, 0) == 0xFE && ByteAt(ip, 1) >> 6 == 0x2;
}

// As Go's netip has it: private addresses count, the broadcast address not.
bool IsGlobalUnicast(Address ip) {
  const bool broadcast =
      IsIpv4(ip) && std::all_of(ip.begin(), ip.end(), [](char c) {
        return c == static_cast<char>(0xFF);
      });
  return !broadcast && !IsUnspecified(ip) && !IsLoopback(ip) &&
         !IsMulticast(ip) && !IsLinkLocalUnicast(ip);
}

template <bool (*kHolds)(Address)>
Value Test(Evaluation&, const Value* arguments) {
  return Value::Bool(kHolds(arguments[0].text()));
}

Value ContainsIp(Evaluation&, const Value* arguments) {
  const Address ip = arguments[1].text();
  return Value::Bool(
      Contains(arguments[0], ip, static_cast<int>(ip.size()) * 8));
}

Value ContainsCidr(Evaluation&, const Value* arguments) {
  return Value::Bool(
      Contains(arguments[0], AddressOf(arguments[1]), PrefixOf(arguments[1])));
}

// container.kContains(text), the text read first.
template <std::optional<NetworkBytes> (*kParse)(absl::string_view),
          Value (*kMake)(absl::string_view), Implementation kContains>
Value ContainsText(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[1].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  const std::optional<NetworkBytes> bytes = kParse(text);
  if (!bytes) return Value::Error(ErrorCode::kInvalidArgument);
  const Value read[] = {arguments[0], kMake(bytes->view())};
  return kContains(evaluation, read);
}

Value PrefixLength(Evaluation&, const Value* arguments) {
  return Value::Int(PrefixOf(arguments[0]));
}

// The address shares the network's bytes.
Value AddressOfCidr(Evaluation&, const Value* arguments) {
  return Value::Ip(AddressOf(arguments[0]));
}

// The network with all bits behind its prefix cleared.
NetworkBytes Masked(const Value& network) {
  NetworkBytes result;
  const Address address = AddressOf(network);
  int bits = PrefixOf(network);
  for (const char byte : address) {
    const int kept = std::clamp(bits, 0, 8);
    result.bytes[result.size++] =
        static_cast<char>(static_cast<uint8_t>(byte) & (0xFF00 >> kept));
    bits -= kept;
  }
  result.bytes[result.size++] = network.text().back();
  return result;
}

Value MaskedCidr(Evaluation& evaluation, const Value* arguments) {
  return NewNetwork(evaluation, Masked(arguments[0]).view(), ValueKind::kCidr);
}

Value IsMask(Evaluation&, const Value* arguments) {
  return Value::Bool(Masked(arguments[0]).view() == arguments[0].text());
}

}  // namespace

std::vector<Overload> NetworkOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type ip(TypeKind::kIp);
  const Type cidr(TypeKind::kCidr);
  return {
      Function("ip", {s}, ip, FromString<ParseIp, ValueKind::kIp>),
      Function("isIP", {s}, b, CanParse<ParseIp>),
      Function("ip.isCanonical", {s}, b, IsCanonical),
      Function("string", {ip}, s, ToText),
      Method("family", {ip}, i, Family),
      Method("isUnspecified", {ip}, b, Test<IsUnspecified>),
      Method("isLoopback", {ip}, b, Test<IsLoopback>),
      Method("isGlobalUnicast", {ip}, b, Test<IsGlobalUnicast>),
      Method("isLinkLocalMulticast", {ip}, b, Test<IsLinkLocalMulticast>),
      Method("isLinkLocalUnicast", {ip}, b, Test<IsLinkLocalUnicast>),
      Function("cidr", {s}, cidr, FromString<ParseCidr, ValueKind::kCidr>),
      Function("isCIDR", {s}, b, CanParse<ParseCidr>),
      Function("string", {cidr}, s, ToText),
      Method("containsIP", {cidr, ip}, b, ContainsIp),
      Method("containsIP", {cidr, s}, b,
             ContainsText<ParseIp, Value::Ip, ContainsIp>),
      Method("containsCIDR", {cidr, cidr}, b, ContainsCidr),
      Method("containsCIDR", {cidr, s}, b,
             ContainsText<ParseCidr, Value::Cidr, ContainsCidr>),
      Method("ip", {cidr}, ip, AddressOfCidr),
      Method("masked", {cidr}, cidr, MaskedCidr),
      Method("isMask", {cidr}, b, IsMask),
      Method("prefixLength", {cidr}, i, PrefixLength),
  };
}

}  // namespace stratagem::expr
