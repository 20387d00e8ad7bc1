// clients/cli/customer_lines.h
//
// CustomerLines: customers out of NDJSON, one object a line, as `customer
// import` takes them beside CSV (customer_file.h):
//   {"customer_id": "c-1", "attributes": {"orders": 3}}
//   {"customer_id": "c-1", "orders": 3}
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_CUSTOMER_LINES_H_
#define STRATAGEM_CLIENTS_CLI_CUSTOMER_LINES_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/customer_file.h"
#include "clients/cli/line_reader.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"
#include "engine/value/schema.h"

namespace stratagem::cli {

// Returns the members of a JSON object as attributes; what `attributes`
// declares a time or duration is read from text. A null stays: it removes the
// attribute. Errors: INVALID_ARGUMENT, as ReadJsonObject() and ReadText().
absl::StatusOr<std::vector<NamedValue>> ReadAttributes(absl::string_view json,
                                                       const Schema& attributes,
                                                       absl::TimeZone zone,
                                                       Arena& arena);

// Blank lines are skipped. Not thread safe.
class CustomerLines {
 public:
  // `input` and `attributes` outlive it. `name` is the file's, for messages.
  CustomerLines(std::istream& input, const Schema& attributes, std::string name,
                absl::TimeZone zone)
      : input_(input),
        line_(input, kLineBytesMax),
        attributes_(attributes),
        name_(std::move(name)),
        zone_(zone) {}

  // As CustomerFile's.
  CustomerRead Read(Arena& arena, Customer& customer);
  const std::vector<RowProblem>& problems() const { return problems_; }
  std::string Describe(const RowProblem& problem) const;
  RowProblem ProblemAt(const Customer& customer, absl::string_view field,
                       std::string description) const;
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  absl::Status ReadObject(Arena& arena, Customer& customer);

  // LIMIT: bytes of one line.
  static constexpr size_t kLineBytesMax = 1u << 20;

  std::istream& input_;
  LineReader line_;
  const Schema& attributes_;
  const std::string name_;
  const absl::TimeZone zone_;
  uint64_t bytes_read_ = 0;
  std::vector<RowProblem> problems_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_CUSTOMER_LINES_H_
