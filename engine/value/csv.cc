// A row is scanned byte by byte out of a buffer that keeps the whole row. When
// the row breaks the rules its first line is given up and scanning starts again
// behind it; everything needed for that is still in the buffer, because a row
// is bounded.

#include "engine/value/csv.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/utf8.h"

namespace stratagem {
namespace {

constexpr int kEndOfInput = -1;
constexpr size_t kChunkBytes = 64u << 10;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::istream& input, CsvOptions options)
    : input_(input), options_(options) {
  STRATAGEM_CHECK(options.delimiter != '"' && options.delimiter != '\n' &&
                  options.delimiter != '\r');
}

// Returns the byte `ahead` of the next one, or kEndOfInput.
int CsvReader::Peek(size_t ahead) {
  while (next_ + ahead >= buffer_.size() && !input_ended_) {
    const size_t size = buffer_.size();
    buffer_.resize(size + kChunkBytes);
    input_.read(buffer_.data() + size, kChunkBytes);
    buffer_.resize(size + static_cast<size_t>(input_.gcount()));
    if (!input_) input_ended_ = true;
  }
  if (next_ + ahead >= buffer_.size()) return kEndOfInput;
  return static_cast<unsigned char>(buffer_[next_ + ahead]);
}

void CsvReader::Take() {
  if (buffer_[next_] == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
  ++next_;
  ++bytes_read_;
}

bool CsvReader::Fail(int64_t line, int64_t column, std::string message) {
  error_ = {line, column, std::move(message)};
  return false;
}

void CsvReader::StartRow() {
  // Bytes of earlier rows go in large steps: each costs O(1) on average.
  if (next_ >= kChunkBytes) {
    buffer_.erase(0, next_);
    next_ = 0;
  }
  row_begin_ = next_;
  row_line_ = line_;
  cells_text_.clear();
  spans_.clear();
  row_.clear();
}

CsvRead CsvReader::Next() {
  if (!started_) {
    started_ = true;
    for (size_t i = 0; i < kByteOrderMark.size(); ++i) {
      if (Peek(i) != static_cast<unsigned char>(kByteOrderMark[i])) break;
      if (i + 1 == kByteOrderMark.size()) {
        next_ = kByteOrderMark.size();
        bytes_read_ = next_;
      }
    }
  }
  StartRow();
  while (AtRowEnd() && Peek() != kEndOfInput) {  // An empty line.
    if (Peek() == '\r') Take();
    Take();
    StartRow();
  }
  if (input_.bad()) {
    Fail(line_, column_, "the input cannot be read any further");
    return CsvRead::kFailed;
  }
  if (Peek() == kEndOfInput) return CsvRead::kEnd;
  if (!ReadRow() || !CheckUtf8()) {
    Resynchronise();
    return CsvRead::kMalformed;
  }
  for (const Span& span : spans_) {
    row_.push_back({absl::string_view(cells_text_)
                        .substr(span.begin, span.end - span.begin),
                    span.line, span.column});
  }
  return CsvRead::kRow;
}

// True at LF, CRLF and the end of the input.
bool CsvReader::AtRowEnd() {
  const int byte = Peek();
  return byte == kEndOfInput || byte == '\n' ||
         (byte == '\r' && Peek(1) == '\n');
}

bool CsvReader::ReadRow() {
  while (true) {
    if (!ReadCell()) return false;
    if (AtRowEnd()) break;
    Take();  // The delimiter.
  }
  if (Peek() == '\r') Take();
  if (Peek() == '\n') Take();
  return true;
}

bool CsvReader::ReadCell() {
  Span cell{cells_text_.size(), 0, line_, column_};
  if (!(Peek() == '"' ? ReadQuotedCell(cell) : ReadPlainCell(cell))) {
    return false;
  }
  cell.end = cells_text_.size();
  spans_.push_back(cell);
  return true;
}

bool CsvReader::ReadPlainCell(Span& cell) {
  while (!AtRowEnd() &&
         Peek() != static_cast<unsigned char>(options_.delimiter)) {
    if (Peek() == '"') {
      return Fail(line_, column_,
                  "a quote inside a cell that does not start with one; quote "
                  "the whole cell and double the quotes in it");
    }
    if (next_ - row_begin_ >= options_.row_bytes_max) {
      return Fail(cell.line, cell.column,
                  absl::StrCat("the row is longer than ",
                               options_.row_bytes_max, " bytes"));
    }
    cells_text_.push_back(buffer_[next_]);
    Take();
  }
  return true;
}

bool CsvReader::ReadQuotedCell(Span& cell) {
  Take();
  while (true) {
    const int byte = Peek();
    if (byte == kEndOfInput) {
      return Fail(cell.line, cell.column,
                  "a quoted cell that is not closed before the end of the "
                  "input");
    }
    if (next_ - row_begin_ >= options_.row_bytes_max) {
      return Fail(cell.line, cell.column,
                  absl::StrCat("a quoted cell that is not closed within the ",
                               options_.row_bytes_max, " bytes of a row"));
    }
    if (byte == '"') {
      Take();
      if (Peek() != '"') break;
    }
    cells_text_.push_back(buffer_[next_]);
    Take();
  }
  if (AtRowEnd() || Peek() == static_cast<unsigned char>(options_.delimiter))
    return true;
  return Fail(line_, column_,
              absl::StrCat("text after the closing quote; expected `",
                           std::string(1, options_.delimiter),
                           "` or the end of the line"));
}

bool CsvReader::CheckUtf8() {
  // Cell by cell: two that end and begin inside a code point are not valid
  // because their bytes meet in cells_text_.
  for (const Span& span : spans_) {
    if (!IsValidUtf8(absl::string_view(cells_text_)
                         .substr(span.begin, span.end - span.begin))) {
      return Fail(span.line, span.column,
                  "text that is not UTF-8; save the file as UTF-8");
    }
  }
  return true;
}

// Goes to the line after the one on which the row started.
void CsvReader::Resynchronise() {
  bytes_read_ -= next_ - row_begin_;
  next_ = row_begin_;
  line_ = row_line_;
  column_ = 1;
  while (Peek() != kEndOfInput) {
    const bool line_end = Peek() == '\n';
    Take();
    if (line_end) break;
    // A line without end must not be kept while it is skipped.
    if (next_ - row_begin_ >= kChunkBytes) {
      buffer_.erase(0, next_);
      next_ = 0;
      row_begin_ = 0;
    }
  }
}

}  // namespace stratagem
