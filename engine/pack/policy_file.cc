#include "engine/pack/policy_file.h"

#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

struct Import {
  Name name;
};

constexpr Key<Import> kImportKeys[] = {
    {"name", Need::kRequired, Into<&Import::name>},
};

void ReadImports(ReadContext& context, const YamlNode& node,
                 PolicyFile& policy) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "imports `{name: …}`")) {
    return;
  }
  for (const YamlNode& item : node.items) {
    Import import;
    ReadMapping(context, item, "an import", kImportKeys, import);
    policy.imports.push_back(std::move(import.name));
  }
}

constexpr Key<PolicyFile> kPolicyKeys[] = {
    {"name", Need::kRequired, Into<&PolicyFile::name>},
    {"description", Need::kOptional, Into<&PolicyFile::description>},
    {"imports", Need::kOptional, ReadImports},
    {"rule", Need::kRequired,
     [](ReadContext& context, const YamlNode& node, PolicyFile& policy) {
       ReadRule(context, node, CelQuotes::kOptional, policy.rule);
     }},
    {"verification", Need::kOptional,
     [](ReadContext&, const YamlNode& node, PolicyFile& policy) {
       policy.verification = node.location();
     }},
};

}  // namespace

std::unique_ptr<const PolicyFile> ReadPolicy(const std::string& path,
                                             absl::string_view bytes,
                                             Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  if (bytes.size() > kPackFileBytesMax) {
    diagnostics.AddError("E202", {path, 0, 0},
                         "the policy is larger than 16 MiB");
    return nullptr;
  }
  const std::unique_ptr<const YamlFile> file =
      YamlFile::Read(path, bytes, diagnostics);
  if (file == nullptr) return nullptr;
  Arena arena;
  ReadContext context{diagnostics, arena, absl::UTCTimeZone()};
  auto policy = std::make_unique<PolicyFile>();
  ReadMapping(context, file->root(), "a policy", kPolicyKeys, *policy);
  if (diagnostics.error_count() > errors) return nullptr;
  return policy;
}

}  // namespace stratagem::pack
