// engine/plan/table_cover.h
//
// WarnOfCoveredRows: rows of a decision table that another row makes useless,
// as far as that is seen without a proof. Used by compile_table.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_TABLE_COVER_H_
#define STRATAGEM_ENGINE_PLAN_TABLE_COVER_H_

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/table.h"

namespace stratagem::plan {

// A row covers another when each of its cells is `_` or says the same as the
// other's. Warns of
//   W323  rows of `first` that an earlier row covers: they never decide
//   W324  rows of `unique` that another row covers: they always conflict
// one warning for each row that covers others. Other policies are not looked
// at. Time: O(cells).
void WarnOfCoveredRows(absl::string_view treatment, const pack::Table& table,
                       Diagnostics& diagnostics);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_TABLE_COVER_H_
