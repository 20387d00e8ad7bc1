// Texts in several languages: labels and content of offers, and `texts:`, which
// says reasons and names in the words of the pack.

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/language_tag.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {

void CheckLocale(ReadContext& context, const Name& locale) {
  if (IsLanguageTag(locale.text)) return;
  const std::string repaired = absl::StrReplaceAll(locale.text, {{"_", "-"}});
  context.diagnostics.AddError(
      "E285", locale.location,
      absl::StrCat("`", locale.text, "` is not a language tag"),
      repaired != locale.text && IsLanguageTag(repaired)
          ? absl::StrCat("write `", repaired, "`")
          : "write a tag of BCP 47 such as `en`, `pt-BR` or `zh-Hant`");
}

namespace {

void ReadLocalTexts(ReadContext& context, const YamlNode& node,
                    std::vector<LocalText>& texts) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "texts by locale")) return;
  if (node.entries.empty()) {
    context.diagnostics.AddError("E224", node.location(), "there is no text",
                                 "write one for each locale: `{en: …}`");
  }
  NameSet locales("locale");
  for (const YamlEntry& entry : node.entries) {
    LocalText& text = texts.emplace_back();
    text.locale = NameOf(entry.key);
    CheckLocale(context, text.locale);
    // Case means nothing in a tag.
    locales.Add({absl::AsciiStrToLower(text.locale.text), text.locale.location},
                context.diagnostics);
    Read(context, entry.value, text.text);
    if (entry.value.is(YamlKind::kScalar) && text.text.empty()) {
      context.diagnostics.AddError("E224", entry.value.location(),
                                   "the text is empty");
    }
  }
}

bool IsPlaceholderName(absl::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
             absl::string_view::npos;
}

// Adds the `{name}`s of the text to `placeholders`. Reports E286 for the first
// brace that is not part of one, and reads no further.
void ReadPlaceholders(ReadContext& context, const YamlNode& node,
                      std::vector<Name>& placeholders) {
  if (!node.is(YamlKind::kScalar)) return;
  const absl::string_view text = node.text;
  for (size_t at = text.find_first_of("{}"); at != absl::string_view::npos;
       at = text.find_first_of("{}", at)) {
    const size_t end = text.find('}', at);
    const absl::string_view name =
        text[at] == '}' || end == absl::string_view::npos
            ? ""
            : text.substr(at + 1, end - at - 1);
    if (!IsPlaceholderName(name)) {
      context.diagnostics.AddError(
          "E286", node.source().Locate(at),
          "a brace that is not part of a placeholder",
          "placeholders look like `{tier}`: a name in lower case between two "
          "braces");
      return;
    }
    placeholders.push_back({std::string(name), node.source().Locate(at)});
    at = end + 1;
  }
}

// At least one character.
Shape LocalTextShape() {
  Shape shape = TextShape();
  shape.pattern = ".";
  return shape;
}

// Texts by locale. The pattern is that of a tag's form, not of what is in it.
Shape LocalTextsShape() {
  Shape shape = ByLabel<LocalTextShape, 1>();
  shape.pattern = "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$";
  return shape;
}

}  // namespace

Shape ShapeOf(Of<std::vector<OfferLabel>>) {
  return ByLabel<LocalTextsShape>();
}

Shape ShapeOf(Of<std::vector<OfferContent>>) {
  return ByLabel<LocalTextsShape>();
}

Shape TextsShape() { return ByLabel<LocalTextsShape>(); }

void Read(ReadContext& context, const YamlNode& node,
          std::vector<OfferLabel>& labels) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "labels by name")) return;
  for (const YamlEntry& entry : node.entries) {
    OfferLabel& label = labels.emplace_back();
    label.name = NameOf(entry.key);
    CheckName(label.name, NameUse::kLabel, "a label", context.diagnostics);
    ReadLocalTexts(context, entry.value, label.texts);
  }
}

void Read(ReadContext& context, const YamlNode& node,
          std::vector<OfferContent>& content) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "content by channel")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    OfferContent& of_channel = content.emplace_back();
    of_channel.channel = NameOf(entry.key);
    CheckName(of_channel.channel, NameUse::kLabel, "a channel",
              context.diagnostics);
    ReadLocalTexts(context, entry.value, of_channel.texts);
  }
}

void ReadTexts(ReadContext& context, const YamlNode& node, PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "texts by what they name"))
    return;
  for (const YamlEntry& entry : node.entries) {
    ReasonText& text = draft.model.texts.emplace_back();
    text.key = NameOf(entry.key);
    draft.texts.Add(text.key, context.diagnostics);
    ReadLocalTexts(context, entry.value, text.texts);
    for (const YamlEntry& local : entry.value.entries) {
      ReadPlaceholders(context, local.value, text.placeholders);
    }
  }
}

}  // namespace stratagem::pack
