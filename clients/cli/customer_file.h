// clients/cli/customer_file.h
//
// CustomerFile: customers out of a CSV file, one a row, as `decide --csv` and
// `customer import` take them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_CUSTOMER_FILE_H_
#define STRATAGEM_CLIENTS_CLI_CUSTOMER_FILE_H_

#include <cstdint>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/value/csv.h"
#include "engine/value/facts.h"
#include "engine/value/schema.h"

namespace stratagem::cli {

struct CustomerFileOptions {
  std::string name;  // Of the file, for messages.
  char delimiter = ',';
  std::string id_column = "customer_id";
  // Attribute and the column that holds it. A column may serve several
  // attributes. An attribute that is not mapped is taken from the column of its
  // own name, if there is one.
  std::vector<std::pair<std::string, std::string>> map;
  // The same for every customer; over columns that are not mapped.
  std::vector<NamedValue> constants;
  // False: an attribute that the pack requires needs no column.
  bool whole = true;
  // A plain date is midnight here.
  absl::TimeZone timezone;
};

// Where a customer's data stands in the file.
struct CellPlace {
  int64_t line = 0;
  int64_t column = 0;
};

// One row. Text and values live in the arena that Read() was given.
struct Customer {
  absl::string_view id;
  std::vector<NamedValue> attributes;
  CellPlace place;
  std::vector<CellPlace> cells;  // One for each binding of the file.
};

// What is wrong with a row: "customers.csv:12:5: column `age`: …".
struct RowProblem {
  CellPlace place;
  std::string column;  // Its name; empty when the whole row is at fault.
  std::string description;
};

enum class CustomerRead { kCustomer, kBadRow, kEnd, kFailed };

// A blank cell (empty, or only spaces) says that the attribute is not sent: it
// is absent when it is optional, and its default holds when it has one. Spaces
// around numbers, times and truth values are ignored. Rows of blank cells only,
// as spreadsheets write them, are skipped. Not thread safe.
class CustomerFile {
 public:
  // `input` and `attributes` outlive the file.
  CustomerFile(std::istream& input, const Schema& attributes,
               CustomerFileOptions options);

  // Reads the header and finds the columns. Call it once, first.
  // Errors: INVALID_ARGUMENT, with what to do, for a header that lacks a
  // column or repeats one, an unknown attribute, and a required attribute that
  // nothing provides; UNAVAILABLE when the input cannot be read.
  absl::Status Open();

  // Reads the next customer into `customer`, values into `arena`. After
  // kBadRow problems() says what is wrong and reading can go on; after kFailed
  // it says why not.
  CustomerRead Read(Arena& arena, Customer& customer);
  const std::vector<RowProblem>& problems() const { return problems_; }

  // Puts a decider's complaint about `field` ("attributes.nps") at the cell
  // that it is about, or at the row's start when no cell is.
  RowProblem ProblemAt(const Customer& customer, absl::string_view field,
                       std::string description) const;

  // "customers.csv:12:5: column `age`: `x` is not int".
  std::string Describe(const RowProblem& problem) const;

  // Columns of the header that no attribute uses.
  std::vector<std::string> unused_columns() const;
  // Those of them whose name is nearly that of an attribute without a column:
  // the column, then the attribute.
  std::vector<std::pair<std::string, std::string>> misspelt_columns() const;
  // Rows that Read() skipped because all their cells are blank.
  uint64_t blank_rows() const { return blank_rows_; }
  uint64_t bytes_read() const { return reader_.bytes_read(); }

 private:
  struct Binding {
    size_t field = 0;   // Of the schema.
    size_t column = 0;  // Of the header.
  };

  absl::Status ReadHeader();
  absl::Status FindColumn(absl::string_view what, const std::string& name,
                          size_t& column) const;
  absl::Status BindMapped();
  void BindByName();
  absl::Status CheckRequired() const;
  absl::Status CheckDelimiter() const;
  bool IsBound(size_t field) const;
  bool IsBlankRow() const;
  void ReadCells(Arena& arena, Customer& customer);

  CsvReader reader_;
  const Schema& attributes_;
  const CustomerFileOptions options_;
  std::vector<std::string> header_;
  size_t id_column_ = 0;
  std::vector<Binding> bindings_;
  std::vector<RowProblem> problems_;
  uint64_t blank_rows_ = 0;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_CUSTOMER_FILE_H_
