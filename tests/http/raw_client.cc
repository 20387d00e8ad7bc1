#include "tests/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/check.h"

namespace stratagem::server {
namespace {

constexpr int kSecondsMax = 10;
constexpr int kNarrowBytes = 2'048;
constexpr int kNarrowSegmentBytes = 536;

}  // namespace

RawClient::RawClient(int port) : RawClient(port, /*is_narrow=*/false) {}

RawClient RawClient::Narrow(int port) {
  return RawClient(port, /*is_narrow=*/true);
}

RawClient::RawClient(int port, bool is_narrow)
    : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  STRATAGEM_CHECK(fd_ >= 0);
  if (is_narrow) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &kNarrowBytes, sizeof(kNarrowBytes));
    setsockopt(fd_, IPPROTO_TCP, TCP_MAXSEG, &kNarrowSegmentBytes,
               sizeof(kNarrowSegmentBytes));
  }
  const timeval timeout = {kSecondsMax, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  STRATAGEM_CHECK(connect(fd_, reinterpret_cast<const sockaddr*>(&address),
                          sizeof(address)) == 0);
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), unread_(std::move(other.unread_)) {}

bool RawClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void RawClient::EndSending() { shutdown(fd_, SHUT_WR); }

void RawClient::Reset() {
  const linger at_once = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(std::exchange(fd_, -1));
}

bool RawClient::Fill() {
  std::array<char, 16'384> bytes;
  const ssize_t size = recv(fd_, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  unread_.append(bytes.data(), static_cast<size_t>(size));
  return true;
}

std::string RawClient::Take(size_t size) {
  while (unread_.size() < size && Fill()) {
  }
  const std::string taken = unread_.substr(0, size);
  unread_.erase(0, taken.size());
  return taken;
}

std::string RawClient::ReadUntil(absl::string_view end) {
  size_t found = absl::string_view(unread_).find(end);
  while (found == std::string::npos && Fill())
    found = absl::string_view(unread_).find(end);
  return Take(found == std::string::npos ? unread_.size() : found + end.size());
}

std::string RawClient::ReadChunks() {
  std::string body;
  for (;;) {
    const std::string line = ReadUntil("\r\n");
    const size_t size = std::strtoul(line.c_str(), nullptr, 16);
    body += Take(size);
    Take(2);
    if (size == 0) return body;
  }
}

RawAnswer RawClient::Read(bool has_body) {
  RawAnswer answer;
  const std::string head = ReadUntil("\r\n\r\n");
  const std::vector<std::string> lines =
      absl::StrSplit(head, "\r\n", absl::SkipEmpty());
  if (lines.empty() || !absl::StartsWith(lines[0], "HTTP/1.1 ")) return answer;
  answer.status = std::atoi(lines[0].c_str() + 9);
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> header =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    answer.headers.push_back({header.first, header.second});
  }
  if (!has_body) return answer;
  const std::string length = answer.Header("Content-Length");
  if (!length.empty()) {
    answer.body = Take(std::strtoul(length.c_str(), nullptr, 10));
  } else if (answer.Header("Transfer-Encoding") == "chunked") {
    answer.body = ReadChunks();
  } else if (answer.status != 204 && answer.status != 100) {
    answer.body = ReadUntil("\x01 never \x01");
  }
  return answer;
}

bool RawClient::IsClosed() { return unread_.empty() && !Fill(); }

std::string RawRequest(absl::string_view method, absl::string_view target,
                       absl::string_view headers, absl::string_view body) {
  return absl::StrCat(
      method, " ", target, " HTTP/1.1\r\nHost: test\r\n", headers,
      body.empty() && method != "POST"
          ? ""
          : absl::StrCat("Content-Length: ", body.size(), "\r\n"),
      "\r\n", body);
}

std::string JsonCall(absl::string_view path, absl::string_view json,
                     absl::string_view headers) {
  return RawRequest("POST", path,
                    absl::StrCat("Content-Type: application/json\r\n", headers),
                    json);
}

}  // namespace stratagem::server
