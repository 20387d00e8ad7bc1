#include "server/http/head_check.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace stratagem::server {
namespace {

constexpr absl::string_view kLineBreak = "\r\n";
// Digits of a Content-Length; more would not fit into 64 bits.
constexpr size_t kLengthDigitsMax = 18;

// A character of a field name (RFC 9110, 5.6.2).
bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", c);
}

// A character that a line may hold; bytes from 0x80 on are for the value to
// know.
bool IsTextChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::string CheckLine(absl::string_view line, bool is_whole, bool is_first) {
  if (!absl::c_all_of(line, IsTextChar)) {
    return "a control character in the head";
  }
  if (is_first || line.empty()) return "";
  if (line[0] == ' ' || line[0] == '\t') {
    return "a header that continues on a second line";
  }
  const size_t name_size = static_cast<size_t>(
      std::find_if_not(line.begin(), line.end(), IsTokenChar) - line.begin());
  if (name_size == line.size() ? is_whole
                               : name_size == 0 || line[name_size] != ':') {
    return "a header without a name right before a colon";
  }
  return "";
}

// The value of a header line, without the spaces around it.
absl::string_view ValueOf(absl::string_view line) {
  return absl::StripAsciiWhitespace(line.substr(line.find(':') + 1));
}

bool IsPlainNumber(absl::string_view text) {
  return !text.empty() && text.size() <= kLengthDigitsMax &&
         absl::c_all_of(text, [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

}  // namespace

size_t FindHeadEnd(absl::string_view bytes, size_t from) {
  constexpr absl::string_view kHeadEnd = "\r\n\r\n";
  const size_t start = from < kHeadEnd.size() ? 0 : from - kHeadEnd.size() + 1;
  const size_t end = bytes.find(kHeadEnd, start);
  return end == bytes.npos ? 0 : end + kHeadEnd.size();
}

std::string CheckHeadText(absl::string_view bytes) {
  bool is_first = true;
  while (!bytes.empty()) {
    const size_t stop = bytes.find_first_of(kLineBreak);
    const absl::string_view line = bytes.substr(0, stop);
    const std::string fault = CheckLine(line, stop != bytes.npos, is_first);
    if (!fault.empty()) return fault;
    if (stop == bytes.npos) return "";
    bytes.remove_prefix(stop);
    if (!absl::StartsWith(kLineBreak, bytes.substr(0, kLineBreak.size()))) {
      return "a line that does not end with CR LF";
    }
    if (is_first && line.empty()) return "an empty line before the request";
    bytes.remove_prefix(std::min(bytes.size(), kLineBreak.size()));
    is_first = false;
  }
  return "";
}

std::string CheckHeadFields(absl::string_view head) {
  int hosts = 0;
  int lengths = 0;
  int encodings = 0;
  absl::string_view request_line;
  for (absl::string_view line : absl::StrSplit(head, kLineBreak)) {
    if (request_line.data() == nullptr) {
      request_line = line;
      continue;
    }
    const absl::string_view name = line.substr(0, line.find(':'));
    if (absl::EqualsIgnoreCase(name, "Host")) ++hosts;
    if (absl::EqualsIgnoreCase(name, "Content-Length")) {
      ++lengths;
      if (!IsPlainNumber(ValueOf(line))) {
        return "a Content-Length that is not a plain number";
      }
    }
    if (absl::EqualsIgnoreCase(name, "Transfer-Encoding")) {
      ++encodings;
      if (!absl::EqualsIgnoreCase(ValueOf(line), "chunked")) {
        return "a Transfer-Encoding that is not `chunked`";
      }
    }
  }
  if (lengths + encodings > 1) {
    return "more than one Content-Length or Transfer-Encoding";
  }
  const bool is_http_1_0 = absl::EndsWith(request_line, " HTTP/1.0");
  if (is_http_1_0 && encodings > 0) {
    return "a Transfer-Encoding in a request of HTTP/1.0";
  }
  if (hosts > 1 || (hosts == 0 && !is_http_1_0)) {
    return "not exactly one Host";
  }
  return "";
}

}  // namespace stratagem::server
