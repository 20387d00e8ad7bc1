// engine/pack/section_reader.h
//
// The frame of the section readers: a mapping is read by a table of its keys,
// and small Read() overloads turn nodes into the parts of a Model.
//
//   constexpr Key<Group> kGroupKeys[] = {
//       {"parent", Need::kOptional, Into<&Group::parent>, "the group above"},
//       {"limits", Need::kLater},
//   };
//
// Each key has its shape (shape.h) and a description, for editors: Into<>
// finds the shape by the member's type, or is told it:
// Into<&Draft::tiers, ListOf<TierShape>>; a reader of its own is written
// {ReadOffers, OffersShape}.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_SECTION_READER_H_
#define STRATAGEM_ENGINE_PACK_SECTION_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/base/diagnostics.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"
#include "engine/pack/model.h"
#include "engine/pack/names.h"
#include "engine/pack/shape.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::pack {

class PackFolder;

// What all readers of one pack share. Readers stop at kDiagnosticsMax errors,
// since no more are kept and a hostile pack must not buy endless ones. Every
// reader reports what it finds wrong and leaves its target as far as it was
// read; the pack is refused anyway.
struct ReadContext {
  Diagnostics& diagnostics;
  Arena& arena;             // Holds literals.
  absl::TimeZone timezone;  // Of dates.
  // Where files lie that a section names; null outside packs.
  PackFolder* folder = nullptr;

  bool HasEnoughErrors() const {
    return diagnostics.error_count() >= kDiagnosticsMax;
  }
};

enum class Need {
  kOptional,
  kRequired,
  kLater,  // In the language, not in this engine: 'not supported yet'.
};

// How a key's value is read into a T, and what it looks like.
template <typename T>
struct Reader {
  void (*read)(ReadContext&, const YamlNode& value, T& target) = nullptr;
  ShapeFunction shape = nullptr;
};

// One key that a mapping may have. The tables of keys are what both the loader
// and the schema for editors are made of.
template <typename T>
struct Key {
  absl::string_view name;
  Need need = Need::kOptional;
  Reader<T> reader = {};
  absl::string_view description = "";  // One short line, for editors.
};

// The shape of a mapping with the keys of a table: MappingOf<kGroupKeys>.
template <const auto& Keys>
Shape MappingOf() {
  Shape shape;
  shape.kind = ShapeKind::kMapping;
  for (const auto& key : Keys) {
    if (key.need == Need::kLater) continue;
    shape.keys.push_back({key.name, key.need == Need::kRequired,
                          key.reader.shape, key.description});
  }
  return shape;
}

template <auto Member>
struct MemberOf;
template <typename T, typename M, M T::*Member>
struct MemberOf<Member> {
  using Target = T;
  using Type = M;
};

// A reader for Key: stores into a member by the Read() overload of its type.
// The shape follows from that type, too; one that keeps a node names it.
template <auto Member, ShapeFunction ItsShape =
                           ShapeFunctionOf<typename MemberOf<Member>::Type>()>
inline constexpr Reader<typename MemberOf<Member>::Target> Into = {
    [](ReadContext& context, const YamlNode& value,
       typename MemberOf<Member>::Target& target) {
      Read(context, value, target.*Member);
    },
    ItsShape};

// E223 unless `node` is of `kind`; true when it is. `what` says what was
// expected in it: "tiers".
bool ExpectKind(ReadContext& context, const YamlNode& node, YamlKind kind,
                absl::string_view what);
// The same for a list of `what`, each a scalar: "names". To a scalar in place
// of the list the hint is the list of it.
bool ExpectScalars(ReadContext& context, const YamlNode& node,
                   absl::string_view what);
// The same for a mapping with the keys of `what`: "offer `vip`".
bool ExpectMappingOf(ReadContext& context, const YamlNode& node,
                     absl::string_view what);
// E220, E221 and E222: what a table finds wrong with a mapping of `what`.
void ReportUnknownKey(ReadContext& context, const YamlNode& key,
                      absl::string_view what,
                      std::span<const std::string> known);
void ReportLaterKey(ReadContext& context, const YamlNode& key);
void ReportMissingKey(ReadContext& context, const YamlNode& mapping,
                      absl::string_view what, absl::string_view key);

// Reads the mapping `node`, which describes `what` ("offer `vip`"), by its
// keys. Returns false when it is not a mapping at all.
template <typename T, size_t N>
bool ReadMapping(ReadContext& context, const YamlNode& node,
                 absl::string_view what, const Key<T> (&keys)[N], T& target) {
  if (context.HasEnoughErrors() || !ExpectMappingOf(context, node, what)) {
    return false;
  }
  bool present[N] = {};
  for (const YamlEntry& entry : node.entries) {
    size_t i = 0;
    while (i < N && keys[i].name != entry.key.text) ++i;
    if (i == N) {
      std::vector<std::string> known;
      for (const Key<T>& key : keys) {
        if (key.need != Need::kLater) known.emplace_back(key.name);
      }
      ReportUnknownKey(context, entry.key, what, known);
      // A slip of a key is told once, not as a missing one, too.
      const std::string meant = Nearest(entry.key.text, known);
      for (size_t k = 0; k < N; ++k) present[k] |= keys[k].name == meant;
    } else if (keys[i].need == Need::kLater) {
      ReportLaterKey(context, entry.key);
    } else {
      present[i] = true;
      keys[i].reader.read(context, entry.value, target);
    }
  }
  for (size_t i = 0; i < N; ++i) {
    if (keys[i].need == Need::kRequired && !present[i]) {
      ReportMissingKey(context, node, what, keys[i].name);
    }
  }
  return true;
}

// The text of a scalar that names something. Empty only after an error.
void Read(ReadContext& context, const YamlNode& node, Name& name);
// Free text: descriptions and units.
void Read(ReadContext& context, const YamlNode& node, std::string& text);
void Read(ReadContext& context, const YamlNode& node, bool& value);
void Read(ReadContext& context, const YamlNode& node, int64_t& value);
void Read(ReadContext& context, const YamlNode& node, double& value);
// At most 4 digits after the point, read exactly.
void Read(ReadContext& context, const YamlNode& node, Decimal4& value);
// CEL: quoted or a block scalar.
void Read(ReadContext& context, const YamlNode& node, Expression& expression);
// A number, or quoted CEL.
void Read(ReadContext& context, const YamlNode& node, Operand& operand);
// {from: DATE, until: DATE}, each optional.
void Read(ReadContext& context, const YamlNode& node, Interval& interval);
// A list of names, at least one, each once.
void Read(ReadContext& context, const YamlNode& node, std::vector<Name>& names);
// A list of expressions; appends.
void Read(ReadContext& context, const YamlNode& node,
          std::vector<Expression>& expressions);
// One of the words of `shape`: its index. Reports E249 and returns nullopt for
// anything else.
std::optional<size_t> ReadWord(ReadContext& context, const YamlNode& node,
                               const Shape& shape);
// Keeps the node for a reader that needs its neighbours first.
void Read(ReadContext& context, const YamlNode& node, const YamlNode*& kept);

template <typename T>
void Read(ReadContext& context, const YamlNode& node, std::optional<T>& value) {
  Read(context, node, value.emplace());
}

// SuggestionHint() of base, among the first thousand of `names`.
std::string HintAmong(absl::string_view text,
                      const std::vector<std::string>& names);

// "nothing", "the text `x`", "a list" …: how messages call what was found.
std::string Describe(const YamlNode& node);

// The name that a mapping's key is.
Name NameOf(const YamlNode& key);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_SECTION_READER_H_
