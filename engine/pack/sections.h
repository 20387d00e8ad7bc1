// engine/pack/sections.h
//
// The readers of a pack's sections, one file each beside this one: YAML nodes
// to parts of the Model. Called by loader.cc through its table of sections.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_SECTIONS_H_
#define STRATAGEM_ENGINE_PACK_SECTIONS_H_

#include <vector>

#include "engine/pack/model.h"
#include "engine/pack/names.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::pack {

// A pack under construction: the model, and the names already taken, which
// the files of a pack share.
struct PackDraft {
  Model model;
  NameSet attributes{"attribute"};
  NameSet request{"request value"};
  NameSet parameters{"parameter"};
  NameSet variables{"variable"};
  NameSet treatments{"treatment"};
  NameSet groups{"group"};
  NameSet offers{"offer"};
  NameSet placements{"placement"};
};

// read_schema.cc
void ReadAttributes(ReadContext&, const YamlNode&, PackDraft&);
void ReadRequest(ReadContext&, const YamlNode&, PackDraft&);
void ReadParameters(ReadContext&, const YamlNode&, PackDraft&);
// The `fields:` of a treatment.
void ReadTreatmentFields(ReadContext&, const YamlNode&, Schema& fields);

// read_customer.cc
void ReadVariables(ReadContext&, const YamlNode&, PackDraft&);
void ReadCustomerValue(ReadContext&, const YamlNode&, PackDraft&);
void ReadLifecycle(ReadContext&, const YamlNode&, PackDraft&);

// read_rule.cc
// Whether CEL must stand between quotes, as packs want it, or may be any YAML
// text, as in policy files.
enum class CelQuotes { kRequired, kOptional };
// A rule block of CEL Policy. Reports E220 to E226 of shape, E230 to E231 of
// names, E250 and E251.
void ReadRule(ReadContext&, const YamlNode&, CelQuotes, RuleBlock&);

// read_treatments.cc
void ReadTreatments(ReadContext&, const YamlNode&, PackDraft&);

// read_offers.cc
void ReadGroups(ReadContext&, const YamlNode&, PackDraft&);
void ReadOffers(ReadContext&, const YamlNode&, PackDraft&);
void ReadPlacements(ReadContext&, const YamlNode&, PackDraft&);
void ReadArbitration(ReadContext&, const YamlNode&, PackDraft&);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_SECTIONS_H_
