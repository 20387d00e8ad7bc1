// clients/cli/decision_printer.h
//
// DecisionPrinter: decisions as a table, as one JSON document, or as one JSON
// object a line. Every command that shows decisions prints them here, so that
// an answer looks the same wherever it was made.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECISION_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_DECISION_PRINTER_H_

#include <memory>

#include "clients/cli/console.h"
#include "clients/cli/decision_view.h"

namespace stratagem::cli {

enum class Output { kTable, kJson, kNdjson };

// What a table of decisions is for: those of a log also have a time and a role.
enum class Listing { kAnswers, kLog };

// Prints one decision: the table is a card with everything known, JSON one
// object.
void PrintDecision(const DecisionView& decision, Output output,
                   const Console& console);

// Prints the sentences of the full explanation, if `decision` holds one.
void PrintExplanationText(const DecisionView& decision, const Console& console);

// Prints any number of decisions, each as it comes: a line of the table, an
// item of a JSON array, a line of ndjson. Memory is bounded by one page of
// lines. Not thread safe.
class DecisionPrinter {
 public:
  virtual ~DecisionPrinter() = default;
  virtual void Add(const DecisionView& decision) = 0;
  // Prints what is held back for alignment; more may follow.
  virtual void Flush() = 0;
  // Closes the document. Requires: called once, last.
  virtual void Finish() = 0;
};

// The printer keeps `console` by reference.
std::unique_ptr<DecisionPrinter> NewDecisionPrinter(Output output,
                                                    Listing listing,
                                                    const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECISION_PRINTER_H_
