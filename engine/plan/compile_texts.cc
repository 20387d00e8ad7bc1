// What people read: labels and content of offers, and the section `texts`.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

// What `texts` call the parts of a pack.
constexpr absl::string_view kKinds =
    "`tiers.NAME`, `stages.NAME`, `attributes.NAME`, `request.NAME`, "
    "`indicators.DIMENSION.NAME`, `treatments.NAME`, `treatments.NAME.FIELD`, "
    "`groups.NAME`, `offers.ID` or `placements.NAME`";

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
  for (const absl::string_view reason : ReasonTextKeys()) {
    keys.emplace_back(reason);
  }
  if (model.customer_value.has_value()) {
    AddCustomerValueKeys(*model.customer_value, keys);
  }
  if (model.lifecycle.has_value()) {
    for (const pack::Name& stage : model.lifecycle->stages) {
      keys.push_back(absl::StrCat("stages.", stage.text));
    }
  }
  for (const Field& attribute : model.attributes.fields()) {
    keys.push_back(absl::StrCat("attributes.", attribute.name));
  }
  for (const Field& field : model.request.fields()) {
    keys.push_back(absl::StrCat("request.", field.name));
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
  return keys;
}

// What the author may have meant by `key`: of the keys that name the same kind
// of thing, or the kinds.
std::string TextKeyHint(absl::string_view key,
                        const std::vector<std::string>& known,
                        const Compiler& compiler) {
  const size_t point = key.find('.');
  const absl::string_view kind =
      point == absl::string_view::npos ? "" : key.substr(0, point + 1);
  std::vector<std::string> alike;
  for (const std::string& candidate : known) {
    const bool is_reason = candidate.find('.') == std::string::npos;
    if (kind.empty() ? is_reason : absl::StartsWith(candidate, kind)) {
      alike.push_back(candidate);
    }
  }
  if (!alike.empty()) return compiler.Hint(key, alike);
  return absl::StrCat("write the name of a reason, ", kKinds);
}

void CompileReasonTexts(Compiler& compiler) {
  if (compiler.model.texts.empty()) return;
  const std::vector<std::string> known = KnownTextKeys(compiler.model);
  const absl::flat_hash_set<std::string> keys(known.begin(), known.end());
  for (const pack::ReasonText& text : compiler.model.texts) {
    // A draft may lack what the key names.
    if (!compiler.is_draft && !keys.contains(text.key.text)) {
      compiler.diagnostics.AddError(
          "E330", text.key.location,
          absl::StrCat("`", text.key.text,
                       "` is neither a reason nor a part of the pack"),
          TextKeyHint(text.key.text, known, compiler));
    }
    compiler.code.texts.emplace(text.key.text, TextsOf(text.texts));
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
