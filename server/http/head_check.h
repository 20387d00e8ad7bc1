// server/http/head_check.h
//
// The strict reading of a request's head, before a parser sees it: what proxies
// and servers read differently is refused, so that no request can be hidden
// inside another one. Used by RequestReader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_HEAD_CHECK_H_
#define STRATAGEM_SERVER_HTTP_HEAD_CHECK_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::server {

// Returns the size of the head at the start of `bytes` with its empty line, or
// 0 while that has not come. Bytes before `from` were looked at before.
size_t FindHeadEnd(absl::string_view bytes, size_t from);

// Returns what is wrong with the head that `bytes` begins, whole or not, or "".
// Refused: line breaks other than CRLF, control characters, a field name that
// is not a token right before its colon, lines that continue others, no line
// break at all in front.
// Time: O(bytes).
std::string CheckHeadText(absl::string_view bytes);

// Returns what is wrong with the fields of a whole head that passed
// CheckHeadText(), or "". Refused: more or less than one Host (HTTP/1.1), more
// than one Content-Length or one that is not a plain number, any
// Transfer-Encoding but "chunked", both of these, or more than one.
std::string CheckHeadFields(absl::string_view head);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_HEAD_CHECK_H_
