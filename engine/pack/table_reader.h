// engine/pack/table_reader.h
//
// What the readers of a decision table share, whether its rows stand in YAML
// (read_table.cc) or in a CSV file (read_table_csv.cc).
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TABLE_READER_H_
#define STRATAGEM_ENGINE_PACK_TABLE_READER_H_

#include "engine/pack/section_reader.h"
#include "engine/pack/table.h"
#include "engine/value/schema.h"

namespace stratagem::pack {

// Reads the rows of the CSV file `path` behind those that `table` has. Its
// header names the inputs as the table does, and `fields`, which are what a row
// yields. Reports at the file's lines and columns: E201, E202 and E260 of the
// file, E275, E279 to E281, E240 and E241 of its cells.
// Requires: `table.inputs` are read.
void ReadTableCsv(ReadContext& context, const Name& path, const Schema& fields,
                  Table& table);

// E225 when one more row would be more than kTableRowsMax, or its cells more
// than kTableCellsMax; true when it may be added.
bool HasRoomForRow(ReadContext& context, const SourceLocation& location,
                   const Table& table);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TABLE_READER_H_
