// engine/pack/sections.h
//
// The readers of a pack's sections, one file each beside this one: YAML nodes
// to parts of the Model. Called by loader.cc through its table of sections.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_SECTIONS_H_
#define STRATAGEM_ENGINE_PACK_SECTIONS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "engine/pack/model.h"
#include "engine/pack/names.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/shape.h"
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
  NameSet contact_lines{"line"};
  NameSet budgets{"budget"};
  NameSet texts{"text"};
};

// read_schema.cc
Shape InputsShape();  // Of both.
void ReadAttributes(ReadContext&, const YamlNode&, PackDraft&);
void ReadRequest(ReadContext&, const YamlNode&, PackDraft&);
Shape ParametersShape();
void ReadParameters(ReadContext&, const YamlNode&, PackDraft&);
// The `fields:` of a treatment.
Shape TreatmentFieldsShape();
void ReadTreatmentFields(ReadContext&, const YamlNode&, Schema& fields);

// read_customer.cc
Shape VariablesShape();
void ReadVariables(ReadContext&, const YamlNode&, PackDraft&);
Shape CustomerValueShape();
void ReadCustomerValue(ReadContext&, const YamlNode&, PackDraft&);
Shape LifecycleShape();
void ReadLifecycle(ReadContext&, const YamlNode&, PackDraft&);

// read_rule.cc
// Whether CEL must stand between quotes, as packs want it, or may be any YAML
// text, as in policy files.
enum class CelQuotes { kRequired, kOptional };
// A rule block of CEL Policy. Reports E220 to E226 of shape, E230 to E231 of
// names, E250 and E251.
Shape RuleShape();
void ReadRule(ReadContext&, const YamlNode&, CelQuotes, RuleBlock&);

// read_treatments.cc
Shape TreatmentsShape();
void ReadTreatments(ReadContext&, const YamlNode&, PackDraft&);
// A value for each of `fields`, by name, in their order: literals or
// {cel: "…"}. `what` is "cell `save`".
std::vector<Operand> ReadOperands(ReadContext&, const YamlNode&,
                                  const Schema& fields, absl::string_view what);

// read_table.cc
// The `table` of a treatment that has `fields`. Reports E220 to E225 of shape,
// E232, E240 and E241 of literals, E249 to E251 and E275 to E281.
Shape TableShape();
void ReadTable(ReadContext&, const YamlNode&, const Schema& fields, Table&);

// read_offers.cc
Shape GroupsShape();
void ReadGroups(ReadContext&, const YamlNode&, PackDraft&);
Shape OffersShape();
void ReadOffers(ReadContext&, const YamlNode&, PackDraft&);
Shape PlacementsShape();
void ReadPlacements(ReadContext&, const YamlNode&, PackDraft&);
Shape ContextWeightsShape();
void ReadContextWeights(ReadContext&, const YamlNode&, PackDraft&);
Shape ArbitrationShape();
void ReadArbitration(ReadContext&, const YamlNode&, PackDraft&);

// read_caps.cc
// An outcome by its name. Reports E249.
void ReadOutcome(ReadContext&, const YamlNode&, state::Outcome&);
Shape OutcomeShape();
// The `limits` of an offer or a group. Reports E220 to E226 of shape, E240,
// E241 and E249 of literals, E288 and E289.
void Read(ReadContext&, const YamlNode&, std::vector<Limit>&);
Shape ShapeOf(Of<std::vector<Limit>>);
// As above but E289, and E230, E232 and E287.
Shape ContactPolicyShape();
void ReadContactPolicy(ReadContext&, const YamlNode&, PackDraft&);
// As above but E287, and E246.
Shape BudgetsShape();
void ReadBudgets(ReadContext&, const YamlNode&, PackDraft&);

// read_texts.cc
void CheckLocale(ReadContext&, const Name&);  // Reports E285.
// The `labels` and the `content` of an offer. Report E224, E230, E232, E285.
void Read(ReadContext&, const YamlNode&, std::vector<OfferLabel>&);
void Read(ReadContext&, const YamlNode&, std::vector<OfferContent>&);
Shape ShapeOf(Of<std::vector<OfferLabel>>);
Shape ShapeOf(Of<std::vector<OfferContent>>);
// As above, and E286.
Shape TextsShape();
void ReadTexts(ReadContext&, const YamlNode&, PackDraft&);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_SECTIONS_H_
