// engine/base/limits.h
//
// The bounds that packs, facts and decisions are held to. Reaching one is an
// error that says its name, never a hang or a guess. What bounds a single
// algorithm (how much an explanation tries, how much a message lists) stands
// where it is kept, and bounds of the wire and the store with their options;
// `grep -r LIMIT:` lists them all.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_LIMITS_H_
#define STRATAGEM_ENGINE_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace stratagem {

// LIMIT: bytes of one expression's text.
inline constexpr size_t kExpressionBytesMax = 100'000;
// LIMIT: nesting of one expression, as CEL's own conformance tests need it
// (parentheses, calls, lists, ternaries: 32 at least) with room to spare, and
// far below what the native stack takes.
inline constexpr int kExpressionDepthMax = 250;
// LIMIT: instructions of one compiled expression.
inline constexpr size_t kProgramInstructionsMax = 100'000;
// LIMIT: instructions executed by one evaluation on a frame of its own,
// variables included.
inline constexpr int64_t kEvaluationStepsMax = 1'000'000;
// LIMIT: instructions executed by all expressions of one decision.
inline constexpr int64_t kDecisionStepsMax = 10'000'000;
// LIMIT: bytes that one decision's arena may hold (strings, lists and maps
// that expressions build).
inline constexpr size_t kDecisionArenaBytesMax = 16u << 20;

// LIMIT: bytes of the text of one regular expression.
inline constexpr size_t kRegularExpressionBytesMax = 10'000;
// LIMIT: bytes of one compiled regular expression, what matching remembers
// between calls included. It bounds repetitions such as `(a{100}){100}` too.
inline constexpr int64_t kRegularExpressionMemoryMax = 1 << 20;

// LIMIT: bytes of one file of a pack.
inline constexpr size_t kPackFileBytesMax = 16u << 20;
// LIMIT: files of one pack.
inline constexpr size_t kPackFilesMax = 1'000;
// LIMIT: nesting of YAML collections.
inline constexpr int kYamlDepthMax = 64;
// LIMIT: diagnostics kept for one pack; the rest are counted.
inline constexpr size_t kDiagnosticsMax = 1'000;
// LIMIT: names of one kind in a pack (attributes, parameters, offers, …).
inline constexpr size_t kPackEntriesMax = 100'000;
// LIMIT: rows of one decision table.
inline constexpr size_t kTableRowsMax = 100'000;
// LIMIT: cells of one decision table, its outputs apart; each takes some 200
// bytes while the pack is read.
inline constexpr size_t kTableCellsMax = 1'000'000;
// LIMIT: variables that need each other in one chain.
inline constexpr int kVariableDepthMax = 64;
// LIMIT: rules of a policy that stand inside each other.
inline constexpr int kPolicyRuleDepthMax = 16;
// LIMIT: levels of the tree of groups.
inline constexpr int kGroupDepthMax = 32;
// LIMIT: pairs of a placement and an offer that may fill it, in one plan.
inline constexpr size_t kPlacementOffersMax = 10'000'000;
// LIMIT: days of a cap's rolling window, and of a reservation.
inline constexpr int64_t kCapDaysMax = 1'100;
// LIMIT: what a limit or a line of `contact_policy` may count to.
inline constexpr int64_t kCapCountMax = 1'000'000'000'000;
// LIMIT: micro-units of a budget, far below what overflows.
inline constexpr int64_t kBudgetMicrosMax = 1'000'000'000'000'000'000;
// LIMIT: lines of `contact_policy`; every decision tries them all.
inline constexpr size_t kContactLinesMax = 1'000;
// LIMIT: counters that customers share, of one plan.
inline constexpr size_t kSharedCountersMax = 100'000;
// LIMIT: pairs of an offer and a limit or budget that it is under, in one plan.
inline constexpr size_t kOfferCapsMax = 10'000'000;
// LIMIT: slots of one plan.
inline constexpr int kSlotsMax = 65'000;

// LIMIT: one string value of a customer's attribute or of a request.
inline constexpr size_t kFactStringBytesMax = 65'536;
// LIMIT: items of one list or map value of a fact.
inline constexpr size_t kFactItemsMax = 10'000;
// LIMIT: nesting of one list or map value of a fact.
inline constexpr int kFactDepthMax = 16;
// LIMIT: faults of one call that are looked for and described; finding what an
// unknown name may have meant compares it with every declared one.
inline constexpr size_t kViolationsMax = 32;

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_LIMITS_H_
