// Any bytes as a CSV file: the reader ends, and never takes back what it read.

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "engine/base/check.h"
#include "engine/base/utf8.h"
#include "engine/value/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  std::istringstream input(
      std::string(reinterpret_cast<const char*>(data), size));
  CsvReader reader(input, {.delimiter = ',', .row_bytes_max = 256});
  uint64_t behind = 0;
  for (;;) {
    const CsvRead read = reader.Next();
    if (read == CsvRead::kEnd || read == CsvRead::kFailed) return 0;
    STRATAGEM_CHECK(reader.bytes_read() > behind &&
                    reader.bytes_read() <= size);
    behind = reader.bytes_read();
    if (read == CsvRead::kMalformed) {
      STRATAGEM_CHECK(!reader.error().message.empty());
      continue;
    }
    STRATAGEM_CHECK(!reader.row().empty());
    for (const CsvCell& cell : reader.row()) {
      STRATAGEM_CHECK(IsValidUtf8(cell.text) && cell.line > 0);
    }
  }
}
