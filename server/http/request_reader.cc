#include "server/http/request_reader.h"

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/buffer.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/string_body.hpp"
#include "engine/base/check.h"
#include "server/http/connect_protocol.h"
#include "server/http/head_check.h"

namespace stratagem::server {
namespace {

namespace beast = boost::beast;

std::string Text(beast::string_view text) {
  return std::string(text.data(), text.size());
}

}  // namespace

struct RequestReader::Parsing {
  // Nobody needs them, and servers have read them differently.
  std::function<void(uint64_t, beast::string_view, beast::error_code&)>
      refuse_extensions = [](uint64_t, beast::string_view extensions,
                             beast::error_code& error) {
        if (!extensions.empty()) {
          error = beast::http::error::bad_chunk_extension;
        }
      };
  beast::http::request_parser<beast::http::string_body> parser;
  // Without its body, and without the trailers of a chunked one, which the
  // parser adds to the headers.
  HttpRequest head;
  bool waits_to_send = false;
};

RequestReader::RequestReader(const RequestLimits& limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;

void RequestReader::Feed(absl::string_view bytes) {
  if (state_ == State::kRefused) return;
  unread_.append(bytes.data(), bytes.size());
  if (unread_.empty()) return;
  if (state_ == State::kIdle) state_ = State::kHead;
  if (state_ == State::kHead) ReadHead();
  if (state_ == State::kBody) ReadBody();
}

void RequestReader::ReadHead() {
  const size_t size = FindHeadEnd(unread_, looked_at_);
  const absl::string_view head =
      absl::string_view(unread_).substr(0, size == 0 ? unread_.npos : size);
  if (head.size() > limits_.header_bytes_max) {
    return Refuse(v1::ERROR_REASON_HEAD_TOO_LARGE,
                  absl::StrCat("the head is longer than ",
                               limits_.header_bytes_max, " bytes"));
  }
  // At most header_bytes_max bytes, and again for each piece that comes: a
  // client that sends them one by one pays for it with its own time.
  std::string fault = CheckHeadText(head);
  if (fault.empty() && size != 0) fault = CheckHeadFields(head);
  if (!fault.empty()) return Refuse(v1::ERROR_REASON_MALFORMED_CALL, fault);
  looked_at_ = unread_.size();
  if (size == 0) return;

  parsing_ = std::make_unique<Parsing>();
  auto& parser = parsing_->parser;
  parser.header_limit(static_cast<uint32_t>(limits_.header_bytes_max));
  parser.body_limit(limits_.body_bytes_max);
  beast::error_code error;
  parser.put(boost::asio::const_buffer(unread_.data(), size), error);
  if (error == beast::http::error::body_limit) {
    return Refuse(v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                  absl::StrCat("the body is longer than ",
                               limits_.body_bytes_max, " bytes"));
  }
  if (error || !parser.is_header_done()) {
    return Refuse(
        v1::ERROR_REASON_MALFORMED_CALL,
        absl::StrCat("the head is not one of HTTP/1.1: ", error.message()));
  }
  unread_.erase(0, size);
  looked_at_ = 0;
  HttpRequest& request = parsing_->head;
  request.method = Text(parser.get().method_string());
  request.target = Text(parser.get().target());
  request.is_http_1_0 = parser.get().version() < 11;
  request.keeps_alive = parser.keep_alive() && !request.is_http_1_0;
  for (const auto& field : parser.get()) {
    request.headers.push_back({Text(field.name_string()), Text(field.value())});
  }
  const std::string* expect = FindHeader(request.headers, "Expect");
  parsing_->waits_to_send = expect != nullptr &&
                            absl::EqualsIgnoreCase(*expect, "100-continue") &&
                            !request.is_http_1_0;
  parser.on_chunk_header(parsing_->refuse_extensions);
  parser.eager(true);
  state_ = State::kBody;
}

void RequestReader::ReadBody() {
  auto& parser = parsing_->parser;
  // What is missing of a body: of chunks at least the last of them, which
  // Beast wants to see at once.
  const size_t missing_min = parser.chunked() ? sizeof(kLastChunk) - 1 : 1;
  size_t read = 0;
  while (!parser.is_done() && unread_.size() - read >= missing_min) {
    beast::error_code error;
    const size_t taken = parser.put(
        boost::asio::const_buffer(unread_.data() + read, unread_.size() - read),
        error);
    read += taken;
    if (error == beast::http::error::body_limit) {
      return Refuse(v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                    absl::StrCat("the body is longer than ",
                                 limits_.body_bytes_max, " bytes"));
    }
    if (error && error != beast::http::error::need_more) {
      return Refuse(v1::ERROR_REASON_MALFORMED_CALL,
                    absl::StrCat("the body's chunks are not those of "
                                 "HTTP/1.1: ",
                                 error.message()));
    }
    if (taken == 0) break;
  }
  unread_.erase(0, read);
  if (parser.is_done()) {
    state_ = State::kWhole;
  } else if (unread_.size() > limits_.header_bytes_max) {
    // The line of a chunk or the trailers.
    Refuse(v1::ERROR_REASON_HEAD_TOO_LARGE,
           "a chunk's line or the trailers are too long");
  }
}

HttpRequest RequestReader::Take() {
  STRATAGEM_CHECK(state_ == State::kWhole);
  HttpRequest request = std::move(parsing_->head);
  request.body = std::move(parsing_->parser.get().body());
  parsing_.reset();
  state_ = State::kIdle;
  if (unread_.empty()) {
    std::string().swap(unread_);  // Idle connections hold no memory for it.
  } else {
    Feed("");
  }
  return request;
}

bool RequestReader::TakeExpectation() {
  STRATAGEM_CHECK(state_ == State::kBody);
  return std::exchange(parsing_->waits_to_send, false);
}

size_t RequestReader::bytes_held() const {
  return unread_.size() +
         (parsing_ == nullptr ? 0 : parsing_->parser.get().body().size());
}

void RequestReader::Refuse(v1::ErrorReason reason, absl::string_view what) {
  state_ = State::kRefused;
  refusal_ = ErrorAnswer(reason, what);
  parsing_.reset();
  std::string().swap(unread_);
}

}  // namespace stratagem::server
