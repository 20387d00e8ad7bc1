// engine/store/record_value.h
//
// Values as bytes and back, exactly: any Value comes back bit for bit. Records
// and profiles are made of it; nobody else includes it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_RECORD_VALUE_H_
#define STRATAGEM_ENGINE_STORE_RECORD_VALUE_H_

#include "engine/store/record.pb.h"
#include "engine/store/record_fields.h"
#include "engine/value/facts.h"
#include "engine/value/value.h"

namespace stratagem::store {

// A missing value leaves `out` without a kind. Requires: `out` is clear.
void EncodeValue(const Value& value, v1::Value* out);
void EncodeNamed(const NamedValue& named, v1::NamedValue* out);

// Text, items and entries live in the decoder's arena; what no Value can be is
// a fault of the decoder.
Value DecodeValue(const v1::Value& value, FieldDecoder& decoder);
NamedValue DecodeNamed(const v1::NamedValue& named, FieldDecoder& decoder);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_RECORD_VALUE_H_
