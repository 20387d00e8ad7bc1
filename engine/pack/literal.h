// engine/pack/literal.h
//
// Literals: plain YAML scalars as YAML 1.2's core schema reads them, brought to
// a declared type. Used by the section readers, and by plan for the cells of
// tables, whose types it knows.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_LITERAL_H_
#define STRATAGEM_ENGINE_PACK_LITERAL_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/yaml_reader.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::pack {

// Reads `node` as a value of `type`, in the context's arena. Numbers and bools
// are plain; a string is any scalar but null, as written (`15` is "15").
// Reports E240 or E243 and returns nullopt for anything else.
std::optional<Value> ReadLiteral(ReadContext& context, const YamlNode& node,
                                 const FieldType& type);

// As above, then brought to `field` by Conform(); E241 when that refuses it.
std::optional<Value> ReadFieldValue(ReadContext& context, const YamlNode& node,
                                    const Field& field);

// A literal before its type is known. Between quotes it is no number or bool.
struct LiteralText {
  absl::string_view text;
  bool quoted = false;
};

// Reads `literal` as a value of `type`, which is no list or map; strings are
// copied into `arena`. A number may be an int where a double is declared, and
// the other way round: Conform() tells. Reports nothing.
std::optional<Value> ParseLiteral(const LiteralText& literal,
                                  const FieldType& type,
                                  const absl::TimeZone& timezone, Arena& arena);

// A plain scalar that is a number: int, or double when it has a point or an
// exponent. Reports nothing.
std::optional<Value> ParseNumber(absl::string_view text);

// 2026-11-01 (midnight in the pack's zone) or RFC 3339. Reports E243.
std::optional<absl::Time> ReadTime(ReadContext& context, const YamlNode& node);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_LITERAL_H_
