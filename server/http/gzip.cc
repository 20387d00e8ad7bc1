#include "server/http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace stratagem::server {
namespace {

// zlib's largest window, and a gzip header in front.
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;  // zlib's default.
constexpr size_t kGrowthMin = 4u << 10;

// zlib counts in 32 bits; messages are far below.
uInt Size(size_t size) {
  STRATAGEM_CHECK(size <= std::numeric_limits<uInt>::max());
  return static_cast<uInt>(size);
}

Bytef* In(absl::string_view bytes) {
  // zlib does not write to what it reads.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

std::string Gzip(absl::string_view bytes) {
  z_stream stream = {};
  STRATAGEM_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED,
                               kGzipWindowBits, kMemoryLevel,
                               Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, Size(bytes.size())), '\0');
  stream.next_in = In(bytes);
  stream.avail_in = Size(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = Size(out.size());
  STRATAGEM_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t bytes_max) {
  z_stream stream = {};
  STRATAGEM_CHECK(inflateInit2(&stream, kGzipWindowBits) == Z_OK);
  stream.next_in = In(bytes);
  stream.avail_in = Size(bytes.size());
  std::string out;
  int result = Z_OK;
  // One byte more than is allowed tells what is too long from what just fits.
  while (result == Z_OK && out.size() <= bytes_max) {
    const size_t used = out.size();
    out.resize(std::min(bytes_max + 1, std::max(2 * used, kGrowthMin)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = Size(out.size() - used);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    // Nothing written although there was room: the input is cut off.
    if (out.size() == used && result == Z_OK) result = Z_BUF_ERROR;
  }
  const bool leftover = stream.avail_in != 0;
  inflateEnd(&stream);
  if (out.size() > bytes_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the message has more than ", bytes_max, " bytes"));
  }
  if (result != Z_STREAM_END || leftover) {
    return absl::InvalidArgumentError("the message is not one gzip member");
  }
  return out;
}

}  // namespace stratagem::server
