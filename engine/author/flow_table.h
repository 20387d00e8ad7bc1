// engine/author/flow_table.h
//
// AlignRows: one-line values that stand below each other, lined up as a table.
// Used by yaml_layout.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_FLOW_TABLE_H_
#define STRATAGEM_ENGINE_AUTHOR_FLOW_TABLE_H_

#include <cstddef>
#include <vector>

#include "engine/author/flow_text.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::author {

struct FlowRow {
  const pack::YamlNode* value = nullptr;  // A sequence or a mapping.
  FlowText text;
  size_t lead = 0;  // Columns of `key:` before it; 0 for an item of a list.
  bool was_padded = false;  // Had more than one space after `key:`.
  size_t gap = 1;           // Out: spaces after `key:`.
};

// Lines up `rows`, which begin at column `indent`, as far as that is wanted
// (FormatYaml() says when) and they end by column `width_max`.
// INVARIANT: aligned rows are aligned again to themselves.
void AlignRows(size_t indent, size_t width_max, std::vector<FlowRow*>& rows);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_FLOW_TABLE_H_
