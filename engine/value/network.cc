#include "engine/value/network.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem {
namespace {

constexpr size_t kIpv4Bytes = 4;
constexpr size_t kIpv6Bytes = 16;

// Takes a decimal number of at most `max`, without sign or leading zeros, off
// the front of `text`.
std::optional<int> TakeDecimal(absl::string_view& text, int max) {
  int number = 0;
  size_t digits = 0;
  while (digits < text.size() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text[digits]))) {
    if (digits > 0 && number == 0) return std::nullopt;
    number = number * 10 + (text[digits] - '0');
    if (number > max) return std::nullopt;
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool TakeChar(absl::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Writes the four bytes of "192.0.2.1", which is all of `text`.
bool ReadIpv4(absl::string_view text, char* bytes) {
  for (size_t i = 0; i < kIpv4Bytes; ++i) {
    if (i > 0 && !TakeChar(text, '.')) return false;
    const std::optional<int> number = TakeDecimal(text, 255);
    if (!number) return false;
    bytes[i] = static_cast<char>(*number);
  }
  return text.empty();
}

// Takes a group of one to four hex digits off the front of `text`.
std::optional<uint16_t> TakeGroup(absl::string_view& text) {
  uint16_t group = 0;
  size_t digits = 0;
  while (digits < text.size() &&
         absl::ascii_isxdigit(static_cast<unsigned char>(text[digits]))) {
    if (digits == 4) return std::nullopt;
    const char c =
        absl::ascii_tolower(static_cast<unsigned char>(text[digits]));
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    group = static_cast<uint16_t>(group << 4 | digit);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return group;
}

// An IPv6 address while it is read.
struct Ipv6 {
  std::array<char, kIpv6Bytes> bytes = {};
  size_t size = 0;                // Bytes read so far.
  std::optional<size_t> elision;  // Where "::" stands.
  bool dotted = false;            // Ends with an IPv4 address.
};

// Reads the next group, or the IPv4 address that ends the text.
bool ReadGroup(absl::string_view& text, Ipv6& ip) {
  const absl::string_view rest = text;
  const std::optional<uint16_t> group = TakeGroup(text);
  if (group && (text.empty() || text.front() != '.')) {
    ip.bytes[ip.size++] = static_cast<char>(*group >> 8);
    ip.bytes[ip.size++] = static_cast<char>(*group & 0xFF);
    return true;
  }
  if (!group || ip.size + kIpv4Bytes > kIpv6Bytes) return false;
  if (!ReadIpv4(rest, &ip.bytes[ip.size])) return false;
  ip.size += kIpv4Bytes;
  ip.dotted = true;
  text = {};
  return true;
}

// Moves what follows the elision to the end. It stands for one group at least.
bool FillElision(Ipv6& ip) {
  if (!ip.elision) return ip.size == kIpv6Bytes;
  if (ip.size == kIpv6Bytes) return false;
  const auto from = ip.bytes.begin() + static_cast<ptrdiff_t>(*ip.elision);
  const auto to = ip.bytes.begin() + static_cast<ptrdiff_t>(ip.size);
  std::fill(from, std::move_backward(from, to, ip.bytes.end()), '\0');
  return true;
}

std::optional<Ipv6> ReadIpv6(absl::string_view text) {
  Ipv6 ip;
  if (text.substr(0, 2) == "::") {
    ip.elision = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (ip.size == kIpv6Bytes || !ReadGroup(text, ip)) return std::nullopt;
    if (text.empty()) break;
    // A colon and more, or a second colon, which may be the end.
    if (!TakeChar(text, ':') || text.empty()) return std::nullopt;
    if (!TakeChar(text, ':')) continue;
    if (ip.elision) return std::nullopt;
    ip.elision = ip.size;
  }
  if (!FillElision(ip)) return std::nullopt;
  return ip;
}

// True for the IPv6 addresses that stand for IPv4 ones, ::ffff:0:0/96.
bool IsMappedIpv4(const std::array<char, kIpv6Bytes>& bytes) {
  constexpr char kOnes = static_cast<char>(0xFF);
  return std::all_of(bytes.begin(), bytes.begin() + 10,
                     [](char byte) { return byte == 0; }) &&
         bytes[10] == kOnes && bytes[11] == kOnes;
}

std::string Ipv4Text(absl::string_view bytes) {
  const auto at = [bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  return absl::StrCat(at(0), ".", at(1), ".", at(2), ".", at(3));
}

// RFC 5952: lower-case hex, and "::" for the longest run of two zero groups or
// more, the first of equally long ones.
std::string Ipv6Text(absl::string_view bytes) {
  constexpr size_t kGroups = kIpv6Bytes / 2;
  std::array<unsigned, kGroups> groups;
  for (size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<uint8_t>(bytes[2 * i]) << 8 |
                static_cast<uint8_t>(bytes[2 * i + 1]);
  }
  size_t elided = kGroups;
  size_t elided_size = 1;
  for (size_t i = 0, run = 0; i < kGroups; ++i) {
    run = groups[i] == 0 ? run + 1 : 0;
    if (run > elided_size) {
      elided_size = run;
      elided = i + 1 - run;
    }
  }
  std::string text;
  for (size_t i = 0; i < kGroups; ++i) {
    if (i == elided) {
      text += "::";
      i += elided_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    absl::StrAppend(&text, absl::Hex(groups[i]));
  }
  return text;
}

}  // namespace

std::optional<NetworkBytes> ParseIp(absl::string_view text) {
  NetworkBytes result;
  if (!absl::StrContains(text, ':')) {
    if (!ReadIpv4(text, result.bytes.data())) return std::nullopt;
    result.size = kIpv4Bytes;
    return result;
  }
  const std::optional<Ipv6> ip = ReadIpv6(text);
  if (!ip) return std::nullopt;
  const bool mapped = IsMappedIpv4(ip->bytes);
  if (mapped && ip->dotted) return std::nullopt;
  const auto from = ip->bytes.begin() + (mapped ? 12 : 0);
  std::copy(from, ip->bytes.end(), result.bytes.begin());
  result.size = mapped ? kIpv4Bytes : kIpv6Bytes;
  return result;
}

std::optional<NetworkBytes> ParseCidr(absl::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == absl::string_view::npos) return std::nullopt;
  const absl::string_view address = text.substr(0, slash);
  std::optional<NetworkBytes> result = ParseIp(address);
  if (!result) return std::nullopt;
  const bool v6 = result->size == kIpv6Bytes;
  if (!v6 && absl::StrContains(address, ':')) return std::nullopt;
  absl::string_view digits = text.substr(slash + 1);
  const std::optional<int> length = TakeDecimal(digits, v6 ? 128 : 32);
  if (!length || !digits.empty()) return std::nullopt;
  result->bytes[result->size++] = static_cast<char>(*length);
  return result;
}

std::string NetworkText(const Value& value) {
  const absl::string_view bytes = value.text();
  std::string address = bytes.size() > kIpv4Bytes + 1
                            ? Ipv6Text(bytes.substr(0, kIpv6Bytes))
                            : Ipv4Text(bytes.substr(0, kIpv4Bytes));
  if (value.is(ValueKind::kIp)) return address;
  return absl::StrCat(address, "/", static_cast<uint8_t>(bytes.back()));
}

}  // namespace stratagem
