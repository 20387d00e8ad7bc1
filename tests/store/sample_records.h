// tests/store/sample_records.h
//
// Records to append: a plain decision, random decisions and outcomes, and a
// text of all their fields to compare them by.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_SAMPLE_RECORDS_H_
#define STRATAGEM_TESTS_STORE_SAMPLE_RECORDS_H_

#include <random>
#include <string>

#include "engine/base/arena.h"
#include "engine/store/store.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::store {

// A live decision for customer `customer_id`: tier gold, stage mature, one
// placement with one slot and two exclusions. Text must outlive the record.
trace::DecisionRecord SampleRecord(absl::string_view customer_id);

// SampleRecord() as bytes.
RecordBytes SampleBytes(const std::string& customer_id,
                        const Identity& identity);

// A record with every field at random, edge cases often, whose text lives in
// `arena`; its ranges are as Encode() requires.
trace::DecisionRecord RandomRecord(std::mt19937_64& random, Arena& arena);

// As RandomRecord().
trace::OutcomeRecord RandomOutcome(std::mt19937_64& random, Arena& arena);

// Every field of `record`, numbers as bits: equal texts, equal records.
std::string Dump(const trace::DecisionRecord& record);
std::string Dump(const trace::OutcomeRecord& record);

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_SAMPLE_RECORDS_H_
