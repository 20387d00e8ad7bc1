// The files of a pack, one after the other, through one table of sections into
// one draft: lists append and maps unite because every reader adds to what is
// there. What may stand in one file only is looked after here.

#include "engine/pack/loader.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/pack/pack_folder.h"
#include "engine/pack/pack_sources.h"
#include "engine/pack/sections.h"
#include "engine/pack/surprising_caps.h"
#include "engine/pack/unread_file.h"

namespace stratagem::pack {
namespace {

constexpr char kMainFile[] = "pack.yaml";

// In which files of a pack a section may stand.
enum class Home {
  kMain,     // pack.yaml only: what identifies the pack.
  kAnyOne,   // Any one file.
  kAnyMany,  // Any files: lists append, maps unite.
};

struct Section {
  Key<PackDraft> key;
  Home home = Home::kAnyOne;
};

// Stores into a member of the model.
template <auto Member>
constexpr Reader<PackDraft> kIntoModel = {
    [](ReadContext& context, const YamlNode& node, PackDraft& draft) {
      Read(context, node, draft.model.*Member);
    },
    ShapeFunctionOf<typename MemberOf<Member>::Type>()};

void ReadLanguage(ReadContext& context, const YamlNode& node,
                  PackDraft& draft) {
  const size_t errors = context.diagnostics.error_count();
  Read(context, node, draft.model.language);
  if (context.diagnostics.error_count() > errors || draft.model.language == 1) {
    return;
  }
  context.diagnostics.AddError(
      "E248", node.location(),
      absl::StrCat("pack language ", draft.model.language,
                   " is not known, expected 1"),
      "a newer engine may know it");
}

// Read before everything else, since dates need it.
void ReadNothing(ReadContext&, const YamlNode&, PackDraft&) {}

Shape LanguageShape() { return IntFrom(1, 1); }

// A file below the pack's folder that is no test.
Shape IncludedPathShape() {
  Shape shape;
  shape.kind = ShapeKind::kString;
  shape.pattern = "^(?!.*_test[.]yaml$)[^/].*[.]yaml$";
  return shape;
}

constexpr Section kSections[] = {
    {{"language",
      Need::kRequired,
      {ReadLanguage, LanguageShape},
      "version of the pack language: 1"},
     Home::kMain},
    {{"name",
      Need::kRequired,
      {kIntoModel<&Model::name>.read, PackNameShape},
      "what calls name the pack by"},
     Home::kMain},
    {{"version",
      Need::kRequired,
      {kIntoModel<&Model::version>.read, PackNameShape},
      "text, such as 2026.11.0"},
     Home::kMain},
    {{"description", Need::kOptional, kIntoModel<&Model::description>,
      "what the pack is for, for people"},
     Home::kMain},
    {{"timezone",
      Need::kOptional,
      {ReadNothing, TextShape},
      "zone of dates and calendar periods: Europe/London; UTC when absent"},
     Home::kMain},
    {{"effective", Need::kOptional, kIntoModel<&Model::effective>,
      "when this version decides"},
     Home::kMain},
    {{"include",
      Need::kOptional,
      {ReadNothing, ListOf<IncludedPathShape>},
      "further files of the pack, below its folder"},
     Home::kMain},
    {{"attributes",
      Need::kOptional,
      {ReadAttributes, InputsShape},
      "what is known of a customer; expressions use the bare names"},
     Home::kAnyMany},
    {{"request",
      Need::kOptional,
      {ReadRequest, InputsShape},
      "what is known of the call: request.NAME"},
     Home::kAnyMany},
    {{"constraints", Need::kOptional, kIntoModel<&Model::constraints>,
      "what every real customer satisfies"},
     Home::kAnyMany},
    {{"parameters",
      Need::kOptional,
      {ReadParameters, ParametersShape},
      "named levers: parameters.NAME"},
     Home::kAnyMany},
    {{"variables",
      Need::kOptional,
      {ReadVariables, VariablesShape},
      "named expressions: variables.NAME"},
     Home::kAnyMany},
    {{"value",
      Need::kOptional,
      {ReadCustomerValue, CustomerValueShape},
      "customer value: a score of 0 to 100 and its tiers"},
     Home::kAnyOne},
    {{"lifecycle",
      Need::kOptional,
      {ReadLifecycle, LifecycleShape},
      "where customers stand: stages and their conditions"},
     Home::kAnyOne},
    {{"treatments",
      Need::kOptional,
      {ReadTreatments, TreatmentsShape},
      "what every customer gets, one value a treatment"},
     Home::kAnyMany},
    {{"groups",
      Need::kOptional,
      {ReadGroups, GroupsShape},
      "a tree of offers' groups; gates and levers hold below, too"},
     Home::kAnyMany},
    {{"offers",
      Need::kOptional,
      {ReadOffers, OffersShape},
      "what competes to be the next best action"},
     Home::kAnyMany},
    {{"placements",
      Need::kOptional,
      {ReadPlacements, PlacementsShape},
      "where offers are shown"},
     Home::kAnyMany},
    {{"context_weights",
      Need::kOptional,
      {ReadContextWeights, ContextWeightsShape},
      "weights of offers that hold when the call matches"},
     Home::kAnyMany},
    {{"arbitration",
      Need::kOptional,
      {ReadArbitration, ArbitrationShape},
      "how offers are ranked and drawn"},
     Home::kAnyOne},
    {{"contact_policy",
      Need::kOptional,
      {ReadContactPolicy, ContactPolicyShape},
      "when a customer is left alone: counts and quiet hours"},
     Home::kAnyMany},
    {{"timezone_attribute", Need::kOptional,
      kIntoModel<&Model::timezone_attribute>,
      "the attribute that names a customer's zone, for quiet hours"},
     Home::kAnyOne},
    {{"budgets",
      Need::kOptional,
      {ReadBudgets, BudgetsShape},
      "money that offers share"},
     Home::kAnyMany},
    {{"texts",
      Need::kOptional,
      {ReadTexts, TextsShape},
      "how reasons and names are told to people, by locale"},
     Home::kAnyMany},
    {{"holdout", Need::kLater}},
    {{"experiments", Need::kLater}},
    {{"verification", Need::kLater}},
    {{"models", Need::kLater}},
    {{"subjects", Need::kLater}},
    {{"outcomes", Need::kLater}},
    {{"metrics", Need::kLater}},
};

const Section* FindSection(absl::string_view name) {
  for (const Section& section : kSections) {
    if (section.key.name == name) return &section;
  }
  return nullptr;
}

const YamlNode* FindEntry(const YamlNode& mapping, absl::string_view name) {
  for (const YamlEntry& entry : mapping.entries) {
    if (entry.key.text == name) return &entry.value;
  }
  return nullptr;
}

class Loader {
 public:
  Loader(const std::string& directory, Diagnostics& diagnostics)
      : diagnostics_(diagnostics),
        folder_(directory),
        arena_(std::make_shared<Arena>()),
        context_{diagnostics, *arena_, absl::UTCTimeZone(), &folder_} {
    draft_.model.timezone = context_.timezone;
  }

  ReadPackResult Load() {
    const size_t errors = diagnostics_.error_count();
    ReadMainFile();
    const bool is_sound = diagnostics_.error_count() == errors;
    if (knows_files_) WarnOfUnreadFiles(/*knows_tables=*/is_sound);
    if (is_sound) {
      WarnOfSurprisingCaps(draft_.model, has_timezone_, diagnostics_);
    }
    if (!is_sound && !knows_all_names_) return {};
    draft_.model.arena = arena_;
    if (is_sound) draft_.model.digest = folder_.Digest();
    auto model = std::make_unique<const Model>(std::move(draft_.model));
    if (!is_sound) return {nullptr, std::move(model)};
    return {std::move(model), nullptr};
  }

  const PackFolder& folder() const { return folder_; }

 private:
  void ReadMainFile() {
    const YamlFile* const file = ReadFile(kMainFile, {kMainFile, 0, 0});
    if (file == nullptr) return;
    if (const YamlNode* const node = FindEntry(file->root(), "timezone")) {
      has_timezone_ = true;
      ReadTimezone(*node);
    }
    ReadSections(*file);
    for (const Section& section : kSections) {
      if (section.key.need == Need::kRequired &&
          FindEntry(file->root(), section.key.name) == nullptr) {
        ReportMissingKey(context_, file->root(), "the pack", section.key.name);
      }
    }
    CheckName(draft_.model.name, NameUse::kPack, "a pack", diagnostics_);
    CheckName(draft_.model.version, NameUse::kPack, "a version", diagnostics_);
    knows_files_ = true;
    if (const YamlNode* const node = FindEntry(file->root(), "include")) {
      knows_files_ = ReadIncludes(*node);
    }
  }

  void WarnOfUnreadFiles(bool knows_tables) {
    for (const std::string& path : folder_.UnreadFiles()) {
      WarnOfUnreadFile(path, knows_tables, diagnostics_);
    }
  }

  // Null after an error, also when the file is not a mapping.
  const YamlFile* ReadFile(const std::string& path,
                           const SourceLocation& named_at) {
    const std::string* const bytes = folder_.Read(path, named_at, diagnostics_);
    if (bytes == nullptr) {
      knows_all_names_ = false;
      return nullptr;
    }
    std::unique_ptr<const YamlFile> file =
        YamlFile::Read(path, *bytes, diagnostics_);
    if (file == nullptr ||
        !ExpectKind(context_, file->root(), YamlKind::kMapping,
                    "the sections of a pack")) {
      knows_all_names_ = false;
      return nullptr;
    }
    files_.push_back(std::move(file));
    return files_.back().get();
  }

  void ReadTimezone(const YamlNode& node) {
    Name name;
    Read(context_, node, name);
    if (name.text.empty()) return;
    // Only names of the zone database: LoadTimeZone() would also open paths
    // and take the machine's own zone.
    const bool is_plain =
        name.text.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            "_+-/") == std::string::npos &&
        name.text.front() != '/' && name.text != "localtime";
    if (!is_plain || !absl::LoadTimeZone(name.text, &context_.timezone)) {
      diagnostics_.AddError("E245", node.location(),
                            absl::StrCat("unknown time zone `", name.text, "`"),
                            "write a name such as Asia/Shanghai or UTC");
      return;
    }
    draft_.model.timezone_name = name.text;
    draft_.model.timezone = context_.timezone;
  }

  // False when some file that the author wants is not read.
  bool ReadIncludes(const YamlNode& node) {
    if (!ExpectScalars(context_, node, "files to include")) return false;
    // LIMIT: kPackFilesMax, pack.yaml among them.
    if (node.items.size() >= kPackFilesMax) {
      diagnostics_.AddError(
          "E202", node.location(),
          absl::StrCat("the pack has more than ", kPackFilesMax, " files"));
      return false;
    }
    bool knows_all = true;
    std::map<std::string, SourceLocation> places = {{kMainFile, {}}};
    for (const YamlNode& item : node.items) {
      Name path;
      Read(context_, item, path);
      if (path.text.empty() || !CheckInclude(path)) {
        knows_all = false;
        continue;
      }
      if (!places.emplace(path.text, path.location).second) {
        diagnostics_.AddError(
            "E261", path.location,
            absl::StrCat("`", path.text, "` is included twice"));
        continue;
      }
      const YamlFile* const file = ReadFile(path.text, path.location);
      if (file != nullptr) ReadSections(*file);
      knows_all &= file != nullptr;
    }
    return knows_all;
  }

  bool CheckInclude(const Name& path) {
    if (!absl::EndsWith(path.text, ".yaml")) {
      diagnostics_.AddError(
          "E260", path.location,
          absl::StrCat("`", path.text, "` does not end in `.yaml`"));
      return false;
    }
    if (!absl::EndsWith(path.text, "_test.yaml")) return true;
    diagnostics_.AddError(
        "E260", path.location,
        absl::StrCat("`", path.text, "` is a test, which packs do not include"),
        "tests are found by their name and are no part of the digest");
    return false;
  }

  void ReadSections(const YamlFile& file) {
    for (const YamlEntry& entry : file.root().entries) {
      const Section* const section = FindSection(entry.key.text);
      if (section == nullptr) {
        std::vector<std::string> known;
        for (const Section& candidate : kSections) {
          if (candidate.key.need != Need::kLater) {
            known.emplace_back(candidate.key.name);
          }
        }
        ReportUnknownKey(context_, entry.key, "the pack", known);
        knows_all_names_ = false;
      } else if (section->key.need == Need::kLater) {
        ReportLaterKey(context_, entry.key);
      } else if (MayStandHere(*section, entry.key)) {
        const size_t errors = diagnostics_.error_count();
        section->key.reader.read(context_, entry.value, draft_);
        if (diagnostics_.error_count() > errors) NoteBrokenNames(entry);
      }
    }
  }

  // What a section with an error may have failed to declare.
  void NoteBrokenNames(const YamlEntry& section) {
    std::vector<std::string>& broken = draft_.model.broken_names;
    const std::string& name = section.key.text;
    if (name == "attributes") {
      knows_all_names_ &= section.value.is(YamlKind::kMapping);
      for (const YamlEntry& attribute : section.value.entries) {
        if (draft_.model.attributes.Find(attribute.key.text) < 0) {
          broken.push_back(attribute.key.text);
        }
      }
    } else if (name == "value") {
      broken.insert(broken.end(), {"score", "coverage", "tier"});
    } else if (name == "lifecycle") {
      broken.push_back("stage");
    } else if (name == "request" || name == "parameters" ||
               name == "variables" || name == "treatments") {
      broken.push_back(name);
    }
  }

  bool MayStandHere(const Section& section, const YamlNode& key) {
    if (section.home == Home::kMain && key.file->path() != kMainFile) {
      diagnostics_.AddError(
          "E262", key.location(),
          absl::StrCat("`", key.text, "` stands in an included file; only ",
                       kMainFile, " may have it"),
          key.text == "include" ? absl::StrCat("list every file in ", kMainFile)
                                : "");
      return false;
    }
    if (section.home != Home::kAnyOne) return true;
    const auto [first, is_first] =
        section_places_.emplace(key.text, key.location());
    if (is_first) return true;
    const std::string message = absl::StrCat(
        "section `", key.text, "` stands in two files of the pack");
    diagnostics_.AddError(
        "E263", first->second, message,
        absl::StrCat("the other is at ", ToString(key.location())));
    diagnostics_.AddError(
        "E263", key.location(), message,
        absl::StrCat("the other is at ", ToString(first->second)));
    return false;
  }

  Diagnostics& diagnostics_;
  PackFolder folder_;
  std::shared_ptr<Arena> arena_;
  ReadContext context_;
  PackDraft draft_;
  std::vector<std::unique_ptr<const YamlFile>> files_;
  std::map<std::string, SourceLocation> section_places_;
  bool knows_all_names_ = true;  // Apart from `broken_names`.
  bool has_timezone_ = false;    // pack.yaml has the key.
  bool knows_files_ = false;     // All that the pack includes were read.
};

}  // namespace

Shape FileShape(bool is_main) {
  Shape shape;
  shape.kind = ShapeKind::kMapping;
  for (const auto& [key, home] : kSections) {
    if (key.need == Need::kLater || (home == Home::kMain && !is_main)) continue;
    shape.keys.push_back({key.name, key.need == Need::kRequired,
                          key.reader.shape, key.description});
  }
  return shape;
}

ReadPackResult ReadPack(const std::string& directory,
                        Diagnostics& diagnostics) {
  return Loader(directory, diagnostics).Load();
}

std::unique_ptr<const Model> LoadPack(const std::string& directory,
                                      Diagnostics& diagnostics) {
  return ReadPack(directory, diagnostics).model;
}

absl::StatusOr<std::map<std::string, std::string>> ReadPackSources(
    const std::string& directory, absl::string_view digest) {
  Diagnostics diagnostics;
  Loader loader(directory, diagnostics);
  const ReadPackResult read = loader.Load();
  if (read.model == nullptr || read.model->digest != digest) {
    return absl::AbortedError(
        absl::StrCat("the pack in `", directory,
                     "` was changed while it was read; start again when "
                     "nobody writes there"));
  }
  return loader.folder().files();
}

}  // namespace stratagem::pack
