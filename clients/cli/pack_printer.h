// clients/cli/pack_printer.h
//
// What a pack does, at a glance, for people: its tiers, stages, treatments,
// offers, placements and caps. For `stratagem pack show`.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PACK_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_PACK_PRINTER_H_

#include <cstddef>
#include <string>

#include "clients/cli/console.h"
#include "engine/pack/model.h"

namespace stratagem::cli {

// Prints the whole pack; of tables the first ten rows.
void PrintPack(const pack::Model& model, const Console& console);

// Prints one treatment: its fields, and its grid of tiers and stages, its first
// `rows_max` rows or its rule. In treatment_printer.cc.
void PrintTreatment(const pack::Model& model, const pack::Treatment& treatment,
                    size_t rows_max, const Console& console);

// In caps_printer.cc: the tables of lines and budgets; "at most 1 presented per
// customer within 30d".
void PrintContactPolicy(const pack::Model& model, const Console& console);
void PrintBudgets(const pack::Model& model, const Console& console);
std::string LimitText(const pack::Limit& limit);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PACK_PRINTER_H_
