// engine/pack/table_cell.h
//
// ParseTableCell: the small language of a decision table's cells: `_`,
// `gold | silver`, `[10..20)`, `>= 5`, `!x`, `missing`. Used by the readers of
// tables, from YAML and from CSV.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TABLE_CELL_H_
#define STRATAGEM_ENGINE_PACK_TABLE_CELL_H_

#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/table.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::pack {

//   cell        = "_" | ["!"] test { "|" test }
//   test        = "missing" | comparison | range | literal
//   comparison  = ("<" | "<=" | ">" | ">=") literal
//   range       = ("[" | "(" | "]") literal ".." literal ("]" | ")" | "[")
//   literal     = bare text | "…" | '…'
//
// Spaces around parts do not count. Bare text begins with none of the signs
// above and ends before `|`, in a range before `..` or the bracket; text that
// is to hold them stands between quotes, which have no escapes. Literals stay
// text: their types are the inputs', which the plan knows.
// Returns what `source` says, or, after an error E275 at the byte where it
// stops making sense, a cell of no tests. Time: O(text).
InputCell ParseTableCell(SourceText source, Diagnostics& diagnostics);

// Reads a cell from YAML: such text, quoted or not, or {cel: "…"}. Reports
// E250 and E251 of its CEL, else as above.
InputCell ReadTableCell(ReadContext& context, const YamlNode& node);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TABLE_CELL_H_
