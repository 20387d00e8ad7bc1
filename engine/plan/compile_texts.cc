// What people read: labels and content of offers, and the section `texts`.

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/plan/compiler.h"
#include "engine/plan/presentation.h"

namespace stratagem::plan {
namespace {

std::vector<LocalTextCode> TextsOf(const std::vector<pack::LocalText>& texts) {
  std::vector<LocalTextCode> code;
  for (const pack::LocalText& text : texts) {
    code.push_back({text.locale.text, text.text});
  }
  return code;
}

void CheckContentChannel(const pack::Name& channel, const pack::Offer& offer,
                         Compiler& compiler) {
  const auto is_it = [&channel](const pack::Name& own) {
    return own.text == channel.text;
  };
  if (offer.channels.empty()) {
    compiler.CheckChannel(channel);
    return;
  }
  if (std::any_of(offer.channels.begin(), offer.channels.end(), is_it)) return;
  std::vector<std::string> own;
  for (const pack::Name& name : offer.channels) own.push_back(name.text);
  compiler.diagnostics.AddWarning(
      "W330", channel.location,
      absl::StrCat("content for channel `", channel.text, "`, but offer `",
                   offer.id.text, "` is not of that channel"),
      compiler.Hint(channel.text, own));
}

OfferTextCode CompileOfferTexts(const pack::Offer& offer, Compiler& compiler) {
  OfferTextCode code;
  for (const pack::OfferLabel& label : offer.labels) {
    code.labels.push_back({label.name.text, TextsOf(label.texts)});
  }
  for (const pack::OfferContent& content : offer.content) {
    CheckContentChannel(content.channel, offer, compiler);
    code.content.push_back({content.channel.text, TextsOf(content.texts)});
  }
  code.action_ref = offer.action_ref;
  return code;
}

// What `texts` call the parts of a pack, by their kinds.
constexpr absl::string_view kKinds =
    "`tiers.NAME`, `stages.NAME`, `attributes.NAME`, `request.NAME`, "
    "`indicators.DIMENSION.NAME`, `treatments.NAME`, `treatments.NAME.FIELD`, "
    "`groups.NAME`, `offers.ID`, `placements.NAME`, `contact_policy.NAME` or "
    "`budgets.NAME`";
constexpr absl::string_view kKindNames[] = {
    "tiers",      "stages",         "attributes", "request",
    "indicators", "treatments",     "groups",     "offers",
    "placements", "contact_policy", "budgets"};

void AddCustomerValueKeys(const pack::CustomerValue& value,
                          std::vector<std::string>& keys) {
  for (const pack::Dimension& dimension : value.dimensions) {
    for (const pack::Indicator& indicator : dimension.indicators) {
      keys.push_back(absl::StrCat("indicators.", dimension.name.text, ".",
                                  indicator.name.text));
    }
  }
  for (const pack::Tier& tier : value.tiers) {
    keys.push_back(absl::StrCat("tiers.", tier.name.text));
  }
}

// Every key that `texts` of this pack may have.
std::vector<std::string> KnownTextKeys(const pack::Model& model) {
  std::vector<std::string> keys;
  for (const ReasonSentence& reason : ReasonSentences()) {
    keys.emplace_back(reason.name);
  }
  for (const Field& attribute : model.attributes.fields()) {
    keys.push_back(absl::StrCat("attributes.", attribute.name));
  }
  for (const Field& field : model.request.fields()) {
    keys.push_back(absl::StrCat("request.", field.name));
  }
  if (model.customer_value.has_value()) {
    AddCustomerValueKeys(*model.customer_value, keys);
  }
  if (model.lifecycle.has_value()) {
    for (const pack::Name& stage : model.lifecycle->stages) {
      keys.push_back(absl::StrCat("stages.", stage.text));
    }
  }
  for (const pack::Treatment& treatment : model.treatments) {
    const std::string key = absl::StrCat("treatments.", treatment.name.text);
    keys.push_back(key);
    for (const Field& field : treatment.fields.fields()) {
      keys.push_back(absl::StrCat(key, ".", field.name));
    }
  }
  for (const pack::Group& group : model.groups) {
    keys.push_back(absl::StrCat("groups.", group.name.text));
  }
  for (const pack::Offer& offer : model.offers) {
    keys.push_back(absl::StrCat("offers.", offer.id.text));
  }
  for (const pack::Placement& placement : model.placements) {
    keys.push_back(absl::StrCat("placements.", placement.name.text));
  }
  for (const pack::ContactLine& line : model.contact_policy) {
    keys.push_back(absl::StrCat("contact_policy.", line.name.text));
  }
  for (const pack::Budget& budget : model.budgets) {
    keys.push_back(absl::StrCat("budgets.", budget.name.text));
  }
  return keys;
}

// For a key without a point: a part of the pack of that name, else a reason.
std::string BareKeyHint(absl::string_view key,
                        const std::vector<std::string>& known,
                        const Compiler& compiler) {
  const std::string ending = absl::StrCat(".", key);
  const auto part = std::find_if(known.begin(), known.end(),
                                 [&ending](const std::string& one) {
                                   return absl::EndsWith(one, ending);
                                 });
  if (part != known.end()) return compiler.Hint(*part, {*part});
  std::vector<std::string> reasons;
  for (const ReasonSentence& reason : ReasonSentences()) {
    reasons.emplace_back(reason.name);
  }
  return compiler.Hint(key, reasons);
}

// What the author may have meant by `key`: of the keys that name the same kind
// of thing, or the kinds.
std::string TextKeyHint(absl::string_view key,
                        const std::vector<std::string>& known,
                        const Compiler& compiler) {
  const size_t point = key.find('.');
  if (point == absl::string_view::npos) {
    return BareKeyHint(key, known, compiler);
  }
  const std::vector<std::string> kinds(std::begin(kKindNames),
                                       std::end(kKindNames));
  const std::string kind = Nearest(key.substr(0, point), kinds);
  std::vector<std::string> alike;
  std::vector<std::string> names;
  for (const std::string& one : known) {
    if (!kind.empty() && absl::StartsWith(one, kind + ".")) {
      alike.push_back(one);
      names.push_back(one.substr(kind.size() + 1));
    }
  }
  if (alike.empty()) {
    return absl::StrCat("write the name of a reason, ", kKinds);
  }
  // What all have in common makes no name likelier.
  const std::string name = Nearest(key.substr(point + 1), names);
  if (name.empty()) return compiler.Hint("", alike);
  const std::string meant = absl::StrCat(kind, ".", name);
  return compiler.Hint(meant, {meant});
}

// Reports E286 for each placeholder that the text's reason does not have; names
// of parts of the pack, for which `reason` is null, have none.
void CheckPlaceholders(const pack::ReasonText& text,
                       const ReasonSentence* reason, Compiler& compiler) {
  for (const pack::Name& placeholder : text.placeholders) {
    if (reason == nullptr) {
      compiler.diagnostics.AddError(
          "E286", placeholder.location,
          absl::StrCat("placeholder `{", placeholder.text, "}` in the name `",
                       text.key.text, "`"),
          "only sentences of reasons have placeholders");
      continue;
    }
    const std::vector<std::string> known(reason->parameters.begin(),
                                         reason->parameters.end());
    if (std::find(known.begin(), known.end(), placeholder.text) !=
        known.end()) {
      continue;
    }
    compiler.diagnostics.AddError(
        "E286", placeholder.location,
        absl::StrCat("reason `", text.key.text, "` has no placeholder `{",
                     placeholder.text, "}`"),
        compiler.Hint(placeholder.text, known));
  }
}

void CompileReasonTexts(Compiler& compiler) {
  if (compiler.model.texts.empty()) return;
  const std::vector<std::string> known = KnownTextKeys(compiler.model);
  const absl::flat_hash_set<std::string> keys(known.begin(), known.end());
  for (const pack::ReasonText& text : compiler.model.texts) {
    compiler.code.texts.emplace(text.key.text, TextsOf(text.texts));
    const std::span<const ReasonSentence> reasons = ReasonSentences();
    const auto reason = std::find_if(reasons.begin(), reasons.end(),
                                     [&text](const ReasonSentence& one) {
                                       return one.name == text.key.text;
                                     });
    if (reason != reasons.end()) {
      CheckPlaceholders(text, &*reason, compiler);
    } else if (keys.contains(text.key.text)) {
      CheckPlaceholders(text, nullptr, compiler);
    } else if (!compiler.is_draft) {
      // A draft may lack what the key names.
      compiler.diagnostics.AddError(
          "E330", text.key.location,
          absl::StrCat("`", text.key.text,
                       "` is neither a reason nor a part of the pack"),
          TextKeyHint(text.key.text, known, compiler));
    }
  }
}

}  // namespace

void CompileTexts(Compiler& compiler) {
  for (const pack::Offer& offer : compiler.model.offers) {
    compiler.code.offer_texts.push_back(CompileOfferTexts(offer, compiler));
  }
  CompileReasonTexts(compiler);
}

}  // namespace stratagem::plan
