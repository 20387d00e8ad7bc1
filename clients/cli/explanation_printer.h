// clients/cli/explanation_printer.h
//
// A full explanation as tables for people: what each part of a decision came to
// and what would have to change. decision_printer.cc prints it below the card.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPLANATION_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_EXPLANATION_PRINTER_H_

#include <string>

#include "clients/cli/console.h"
#include "engine/trace/explanation.h"

namespace stratagem::cli {

// Prints every table that has rows, a blank line before each.
void PrintExplanation(const trace::Explanation& explanation,
                      const Console& console);

// What would have to change for the condition to hold, in a few words: "spend
// is 320, needs >= 400 EUR". Empty when it holds or was not tried.
std::string NeedText(const trace::ConditionTried& condition);

// Why an offer has no slot, as far as its reason alone does not say it: what
// its closed gate needs, and what it lost to.
std::string LossText(const trace::OfferExplained& offer);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPLANATION_PRINTER_H_
