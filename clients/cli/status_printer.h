// clients/cli/status_printer.h
//
// StatusPrinter: how a server is, for people: the parts of which `status` and
// `top` make their screens.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_STATUS_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_STATUS_PRINTER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/status_interval.h"

namespace stratagem::cli {

// How counts are told.
enum class Counting { kTotals, kRates };

// Each part prints whole lines, or nothing when there is nothing to tell.
class StatusPrinter {
 public:
  // Both outlive it.
  StatusPrinter(const StatusInterval& interval, Counting counting,
                const Console& console)
      : interval_(interval),
        status_(interval.counts),
        counting_(counting),
        console_(console) {}

  // READY, or the first thing that is not as it should be.
  void PrintHeadline() const;
  // Decisions, the log, what waits, HTTP; totals also tell of memory and of
  // what happened at times.
  void PrintSummary() const;
  void PrintLatencies() const;
  void PrintPacks() const;
  // What should serve and does not.
  void PrintRefused() const;
  // Totals: of calls that failed. Rates: of all that came, those first.
  void PrintCalls() const;

 private:
  // "1,234" or "1,234/s".
  std::string CountText(uint64_t count) const;
  // "1,234 commits" or "1,234 commits/s".
  std::string CountText(uint64_t count, absl::string_view noun) const;
  void PrintLine(absl::string_view label, absl::string_view text,
                 Style style = Style::kPlain) const;
  void PrintDecisions() const;
  void PrintStore() const;
  void PrintQueues() const;
  void PrintHttp() const;
  void PrintEvents() const;

  const StatusInterval& interval_;
  const v1::GetStatusResponse& status_;
  const Counting counting_;
  const Console& console_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_STATUS_PRINTER_H_
