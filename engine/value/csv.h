// engine/value/csv.h
//
// CsvReader: rows of a CSV file one by one, each cell with its place. The
// command line reads customers with it; packs read the rows of tables.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_CSV_H_
#define STRATAGEM_ENGINE_VALUE_CSV_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

struct CsvOptions {
  char delimiter = ',';  // Neither a quote nor a line break.
  // LIMIT: bytes of one row, quotes and line breaks included. Memory is at
  // most about three times as much.
  size_t row_bytes_max = 1u << 20;
};

// A cell without its quotes. `line` and `column` are 1-based and name its
// first byte (of a quoted cell the quote); columns count bytes.
struct CsvCell {
  absl::string_view text;
  int64_t line = 0;
  int64_t column = 0;
};

enum class CsvRead {
  kRow,
  kMalformed,  // error() says what; the next call goes on after that line.
  kEnd,
  kFailed,  // The input cannot be read further; error() says so.
};

struct CsvError {
  int64_t line = 0;
  int64_t column = 0;
  std::string message;  // In the form of diagnostics.
};

// RFC 4180: cells may be quoted, and then hold delimiters, line breaks and
// doubled quotes. Rows end with LF or CRLF; the last one may end without. A
// byte order mark at the start and empty lines are skipped. Text is UTF-8 and
// checked. A row that breaks these rules is kMalformed, and reading goes on
// with the line after the one it started on, so that one stray quote costs one
// line. Not thread safe.
class CsvReader {
 public:
  // `input` outlives the reader.
  explicit CsvReader(std::istream& input, CsvOptions options = {});
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Reads the next row into row(), or says why there is none.
  // Time: O(bytes of the row); no allocation once its buffers are warm.
  CsvRead Next();

  // Of the last Next() that returned kRow; valid until the next one.
  const std::vector<CsvCell>& row() const { return row_; }
  // Of the last Next() that returned kMalformed or kFailed.
  const CsvError& error() const { return error_; }
  // How much of the input is behind the reader, for a progress bar.
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  // A cell while its row is being read: its text is a range of cells_text_.
  struct Span {
    size_t begin = 0;
    size_t end = 0;
    int64_t line = 0;
    int64_t column = 0;
  };

  int Peek(size_t ahead = 0);
  bool ReadRow();
  bool ReadCell();
  bool ReadQuotedCell(Span& cell);
  bool ReadPlainCell(Span& cell);
  bool AtRowEnd();
  void Take();
  bool Fail(int64_t line, int64_t column, std::string message);
  bool CheckUtf8();
  void Resynchronise();
  void StartRow();

  std::istream& input_;
  const CsvOptions options_;
  // The bytes of the row being read and what was read ahead. Kept from the
  // row's start on, so that a malformed row can be left at its first line end.
  std::string buffer_;
  size_t row_begin_ = 0;  // In buffer_.
  size_t next_ = 0;       // The next byte in buffer_.
  int64_t row_line_ = 1;
  int64_t line_ = 1;  // Of the next byte.
  int64_t column_ = 1;
  bool input_ended_ = false;
  bool started_ = false;
  std::string cells_text_;
  std::vector<Span> spans_;
  std::vector<CsvCell> row_;
  CsvError error_;
  uint64_t bytes_read_ = 0;
};

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_CSV_H_
