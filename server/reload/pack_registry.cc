#include "server/reload/pack_registry.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "server/ops/log.h"
#include "server/reload/pack_promises.h"

namespace stratagem::server {
namespace {

using state::Operation;
using state::OperationKind;
using state::Operations;
using state::ServedVersion;
using state::Serving;

std::string TextOf(const std::string& pack, const std::string& version) {
  return absl::StrCat("`", pack, "` version `", version, "`");
}

// Null: it was never published.
const ServedVersion* FindVersion(const Operations& operations,
                                 const VersionName& name) {
  const auto& versions = operations.versions();
  const auto found = std::find_if(
      versions.begin(), versions.end(), [&name](const ServedVersion& version) {
        return version.pack == name.pack && version.version == name.version;
      });
  return found == versions.end() ? nullptr : &*found;
}

// The version as it serves by `operations`. One that was withdrawn may be
// forgotten at once.
ServedVersion AsItServes(ServedVersion version, const Operations& operations) {
  const ServedVersion* found =
      FindVersion(operations, {version.pack, version.version});
  if (found != nullptr) return *found;
  version.serving = Serving::kWithdrawn;
  version.canary_slots = 0;
  return version;
}

VersionName NameOf(const plan::Plan& plan) {
  return {plan.summary().name, plan.summary().version};
}

// Null: none of the pack is live.
const ServedVersion* NewestLive(const Operations& operations,
                                const std::string& pack) {
  const auto& versions = operations.versions();
  const auto newest = std::find_if(
      versions.rbegin(), versions.rend(), [&pack](const ServedVersion& one) {
        return one.pack == pack && one.serving == Serving::kLive;
      });
  return newest == versions.rend() ? nullptr : &*newest;
}

bool NeverServed(const ServedVersion* version) {
  return version == nullptr || version->serving == Serving::kPublished;
}

// Whether the version serves as it should. To be live it has to be the newest.
bool ServesSo(const ServedVersion& version, ServeAs as,
              const Operations& operations) {
  if (version.serving != as.serving) return false;
  if (as.serving == Serving::kLive) {
    return NewestLive(operations, version.pack)->version == version.version;
  }
  return version.canary_slots == as.canary_slots;
}

OperationKind KindOf(Serving serving) {
  switch (serving) {
    case Serving::kPublished:
      return OperationKind::kPublish;
    case Serving::kLive:
      return OperationKind::kActivate;
    case Serving::kCanary:
      return OperationKind::kCanary;
    case Serving::kShadow:
      return OperationKind::kShadow;
    case Serving::kWithdrawn:
      return OperationKind::kWithdraw;
  }
  return OperationKind::kWithdraw;
}

absl::string_view ServingText(Serving serving) {
  switch (serving) {
    case Serving::kPublished:
      return "published";
    case Serving::kLive:
      return "live";
    case Serving::kCanary:
      return "a canary";
    case Serving::kShadow:
      return "a shadow";
    case Serving::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

// Says where operators have decided otherwise than the command line asks for.
void LogNotActivated(const std::vector<FolderPack>& folders,
                     const Operations& operations) {
  for (const FolderPack& folder : folders) {
    const VersionName name = NameOf(*folder.pack.plan);
    const ServedVersion& version = *FindVersion(operations, name);
    const ServedVersion* newest = NewestLive(operations, name.pack);
    std::string because;
    if (version.serving != Serving::kLive) {
      because = absl::StrCat("an operator has made it ",
                             ServingText(version.serving));
    } else if (std::none_of(folders.begin(), folders.end(),
                            [newest](const FolderPack& other) {
                              return other.pack.plan->summary().digest ==
                                     newest->digest;
                            })) {
      because = absl::StrCat("version `", newest->version,
                             "` was activated after it");
    } else {
      continue;
    }
    Log(LogLevel::kWarning, "pack_not_activated",
        {{"folder", Value::String(folder.folder)},
         {"pack", Value::String(name.pack)},
         {"version", Value::String(name.version)},
         {"because", Value::String(because)},
         {"hint", Value::String("activate it with `stratagem pack activate`, "
                                "or start without its --pack")}});
  }
}

absl::Status RefusedTests(const VersionName& name, const TestOutcome& outcome) {
  return absl::FailedPreconditionError(absl::StrCat(
      TextOf(name.pack, name.version), ": ", FailureText(outcome)));
}

// The version to go back from: the one that decides, or one that is named and
// is still to take over.
absl::StatusOr<const plan::Plan*> FindToWithdraw(const decide::Router& router,
                                                 const VersionName& name,
                                                 absl::Time now) {
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const decides,
                             router.Route(name.pack, "", now));
  if (name.version.empty()) return decides;
  for (const auto& plan : router.plans()) {
    const plan::PlanSummary& summary = plan->summary();
    if (summary.name != decides->summary().name ||
        summary.version != name.version) {
      continue;
    }
    if (plan.get() == decides || summary.effective.from > now) {
      return plan.get();
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat(TextOf(decides->summary().name, name.version),
                   " does not decide live calls; version `",
                   decides->summary().version, "` does"));
}

// The version that decides once `withdrawn` does not. Lives as long as
// `router`.
absl::StatusOr<const plan::Plan*> FindWithout(const decide::Router& router,
                                              const plan::Plan& withdrawn,
                                              absl::Time now) {
  std::vector<std::shared_ptr<const plan::Plan>> rest = router.plans();
  std::erase_if(rest, [&withdrawn](const auto& plan) {
    return plan.get() == &withdrawn;
  });
  const decide::Router without(std::move(rest));
  const plan::PlanSummary& summary = withdrawn.summary();
  const absl::StatusOr<const plan::Plan*> next =
      without.Route(summary.name, "", now);
  if (next.ok()) return *next;
  return absl::FailedPreconditionError(absl::StrCat(
      "there is no version of `", summary.name, "` to go back to from `",
      summary.version, "`: no other one that was activated is in effect now"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PackRegistry>> PackRegistry::Start(
    PackRegistryOptions options, std::vector<FolderPack> folders,
    StoreHost& host) {
  STRATAGEM_ASSIGN_OR_RETURN(std::unique_ptr<PackLibrary> library,
                             PackLibrary::Open(options.store_directory));
  std::unique_ptr<PackRegistry> registry(
      new PackRegistry(std::move(options), std::move(library), host));
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, registry->OpenedStores());
  STRATAGEM_RETURN_IF_ERROR(registry->TakeAll(folders, *stores));
  STRATAGEM_RETURN_IF_ERROR(registry->CheckServing());
  LogNotActivated(folders, stores->sequencer->operations());
  return registry;
}

PackRegistry::PackRegistry(PackRegistryOptions options,
                           std::unique_ptr<PackLibrary> library,
                           StoreHost& host)
    : options_(std::move(options)),
      library_(std::move(library)),
      host_(host),
      serving_(std::make_shared<const decide::Router>(
          std::vector<std::shared_ptr<const plan::Plan>>())),
      served_(*library_, options_.now) {}

absl::StatusOr<PackRegistry::Stores> PackRegistry::OpenedStores() const {
  Stores stores = host_.stores();
  if (stores == nullptr) return host_.Closed();
  return stores;
}

void PackRegistry::Serve(const Operations& operations) {
  serving_.Set(served_.MakeRouter(operations));
}

absl::Status PackRegistry::OperateAndServe(const OpenStores& stores,
                                           const Operation& operation,
                                           const Change& change) {
  STRATAGEM_RETURN_IF_ERROR(Operate(stores, operation, change));
  Serve(stores.sequencer->operations());
  return absl::OkStatus();
}

absl::Status PackRegistry::CheckNew(const CompiledPack& pack,
                                    const Operations& operations) const {
  const VersionName name = NameOf(*pack.plan);
  const ServedVersion* known = FindVersion(operations, name);
  if (known != nullptr && known->digest != pack.plan->summary().digest) {
    return absl::AlreadyExistsError(absl::StrCat(
        TextOf(name.pack, name.version),
        " was published with other content; a version never changes, so give "
        "the new content another `version` in pack.yaml"));
  }
  const absl::Status promises =
      CheckPromises(*pack.plan, options_.outcome_window);
  if (promises.ok()) return promises;
  return absl::FailedPreconditionError(
      absl::StrCat(TextOf(name.pack, name.version), ": ", promises.message()));
}

absl::Status PackRegistry::CheckFolder(const FolderPack& folder,
                                       const Operations& operations) const {
  STRATAGEM_RETURN_IF_ERROR(CheckNew(folder.pack, operations));
  const VersionName name = NameOf(*folder.pack.plan);
  if (!NeverServed(FindVersion(operations, name))) return absl::OkStatus();
  const TestOutcome tests = RunTestsOf(folder.pack);
  return tests.passed() ? absl::OkStatus() : RefusedTests(name, tests);
}

absl::Status PackRegistry::Take(const FolderPack& folder,
                                const OpenStores& stores) {
  STRATAGEM_RETURN_IF_ERROR(library_->Keep(folder.pack));
  served_.Know(folder.pack.plan);
  const plan::PlanSummary& summary = folder.pack.plan->summary();
  const Operations operations = stores.sequencer->operations();
  if (!NeverServed(FindVersion(operations, NameOf(*folder.pack.plan)))) {
    // It may be what could not be read.
    Serve(operations);
    return absl::OkStatus();
  }
  return OperateAndServe(stores,
                         {.kind = OperationKind::kActivate,
                          .at = Now(stores),
                          .pack = summary.name,
                          .version = summary.version,
                          .digest = summary.digest},
                         {});
}

absl::Status PackRegistry::TakeAll(const std::vector<FolderPack>& folders,
                                   const OpenStores& stores) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Operations operations = stores.sequencer->operations();
  std::string errors;
  for (const FolderPack& folder : folders) {
    const absl::Status checked = CheckFolder(folder, operations);
    if (checked.ok()) continue;
    absl::StrAppend(&errors, errors.empty() ? "" : "\n", "pack `",
                    folder.folder, "`: ", checked.message());
  }
  if (!errors.empty()) return absl::FailedPreconditionError(errors);
  if (!folders.empty()) {
    served_.SetDefault(folders.front().pack.plan->summary().name);
  }
  for (const FolderPack& folder : folders) {
    STRATAGEM_RETURN_IF_ERROR(Take(folder, stores));
  }
  Serve(stores.sequencer->operations());
  return absl::OkStatus();
}

absl::Status PackRegistry::CheckServing() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::shared_ptr<const decide::Router> router = serving_.router();
  if (router->plans().empty() && !served_.refused().empty()) {
    return absl::DataLossError(
        absl::StrCat("no version that should serve can be read: ",
                     served_.refused().front().message));
  }
  for (const auto& plan : router->plans()) {
    const absl::Status promises = CheckPromises(*plan, options_.outcome_window);
    if (promises.ok()) continue;
    const VersionName name = NameOf(*plan);
    return absl::FailedPreconditionError(
        absl::StrCat(TextOf(name.pack, name.version),
                     ", which serves by the log: ", promises.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Published> PackRegistry::Publish(const PackFiles& files,
                                                const Change& change) {
  const std::lock_guard<std::mutex> lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  Published published;
  STRATAGEM_ASSIGN_OR_RETURN(published.pack, library_->Compile(files));
  if (!published.pack.is_valid()) return published;
  const Operations operations = stores->sequencer->operations();
  STRATAGEM_RETURN_IF_ERROR(CheckNew(published.pack, operations));
  STRATAGEM_RETURN_IF_ERROR(library_->Keep(published.pack));
  const plan::PlanSummary& summary = published.pack.plan->summary();
  published.known =
      FindVersion(operations, NameOf(*published.pack.plan)) != nullptr;
  if (published.known) {
    // It may be what was damaged.
    Serve(operations);
    return published;
  }
  STRATAGEM_RETURN_IF_ERROR(OperateAndServe(*stores,
                                            {.kind = OperationKind::kPublish,
                                             .at = Now(*stores),
                                             .pack = summary.name,
                                             .version = summary.version,
                                             .digest = summary.digest},
                                            change));
  return published;
}

absl::StatusOr<ServedVersion> PackRegistry::FindIn(const VersionName& name,
                                                   const Operations& operations,
                                                   absl::Time now) const {
  VersionName wanted = name;
  if (wanted.version.empty()) {
    const std::shared_ptr<const decide::Router> router = serving_.router();
    STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* plan,
                               router->Route(wanted.pack, "", now));
    wanted = NameOf(*plan);
  }
  const ServedVersion* found = FindVersion(operations, wanted);
  if (found != nullptr) return *found;
  return absl::NotFoundError(
      absl::StrCat(TextOf(wanted.pack, wanted.version),
                   " was never published here; `stratagem pack list` shows "
                   "what was"));
}

absl::StatusOr<ServedVersion> PackRegistry::Find(
    const VersionName& name) const {
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  return FindIn(name, stores->sequencer->operations(), Now(*stores));
}

absl::StatusOr<Served> PackRegistry::LetServe(const VersionName& name,
                                              ServeAs as, bool force,
                                              const Change& change) {
  const std::lock_guard<std::mutex> lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const Operations operations = stores->sequencer->operations();
  Served served;
  STRATAGEM_ASSIGN_OR_RETURN(served.version,
                             FindIn(name, operations, Now(*stores)));
  if (ServesSo(served.version, as, operations) &&
      served_.Has(served.version.digest)) {
    return served;
  }
  if (as.serving != Serving::kLive &&
      served.version.serving == Serving::kLive) {
    return absl::InvalidArgumentError(absl::StrCat(
        TextOf(name.pack, name.version),
        " is live, so it cannot decide for a share or beside itself; roll it "
        "back before"));
  }
  STRATAGEM_ASSIGN_OR_RETURN(const CompiledPack pack,
                             library_->Load(served.version.digest));
  STRATAGEM_RETURN_IF_ERROR(CheckNew(pack, operations));
  served.tests = RunTestsOf(pack);
  served.refused = !served.tests->passed() && !force;
  if (served.refused) return served;
  served_.Know(pack.plan);
  STRATAGEM_RETURN_IF_ERROR(OperateAndServe(*stores,
                                            {.kind = KindOf(as.serving),
                                             .at = Now(*stores),
                                             .pack = served.version.pack,
                                             .version = served.version.version,
                                             .digest = served.version.digest,
                                             .canary_slots = as.canary_slots,
                                             .forced = !served.tests->passed()},
                                            change));
  served.version = AsItServes(served.version, stores->sequencer->operations());
  return served;
}

absl::StatusOr<Served> PackRegistry::End(const VersionName& name, Serving as,
                                         const Change& change) {
  const std::lock_guard<std::mutex> lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  Served served;
  STRATAGEM_ASSIGN_OR_RETURN(
      served.version,
      FindIn(name, stores->sequencer->operations(), Now(*stores)));
  if (served.version.serving != as) return served;
  STRATAGEM_RETURN_IF_ERROR(OperateAndServe(*stores,
                                            {.kind = OperationKind::kWithdraw,
                                             .at = Now(*stores),
                                             .pack = served.version.pack,
                                             .version = served.version.version,
                                             .digest = served.version.digest},
                                            change));
  served.version = AsItServes(served.version, stores->sequencer->operations());
  return served;
}

absl::StatusOr<RolledBack> PackRegistry::RollBack(const VersionName& name,
                                                  const Change& change) {
  const std::lock_guard<std::mutex> lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const absl::Time now = Now(*stores);
  const std::shared_ptr<const decide::Router> router = serving_.router();
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const withdrawn,
                             FindToWithdraw(*router, name, now));
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const next,
                             FindWithout(*router, *withdrawn, now));
  const VersionName gone = NameOf(*withdrawn);
  STRATAGEM_ASSIGN_OR_RETURN(
      const ServedVersion before,
      FindIn(gone, stores->sequencer->operations(), now));
  STRATAGEM_RETURN_IF_ERROR(OperateAndServe(*stores,
                                            {.kind = OperationKind::kWithdraw,
                                             .at = Now(*stores),
                                             .pack = gone.pack,
                                             .version = gone.version,
                                             .digest = before.digest},
                                            change));
  const Operations operations = stores->sequencer->operations();
  return RolledBack{AsItServes(before, operations),
                    *FindVersion(operations, NameOf(*next))};
}

absl::StatusOr<std::vector<PauseTarget>> PackRegistry::SetPaused(
    PauseTarget target, bool is_paused, const Change& change) {
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const std::shared_ptr<const decide::Router> router = serving_.router();
  if (target.pack.empty() && !router->plans().empty()) {
    target.pack = router->plans().front()->summary().name;
  }
  STRATAGEM_RETURN_IF_ERROR(server::SetPaused(target, is_paused, *router,
                                              *stores, options_.now(), change));
  return PausedUnder(target.pack, *stores);
}

absl::StatusOr<PackPicture> PackRegistry::Picture(
    const std::string& pack) const {
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const absl::Time now = Now(*stores);
  PackPicture picture;
  std::set<std::string> packs;
  const std::shared_ptr<const decide::Router> router = serving_.router();
  const Operations operations = stores->sequencer->operations();
  for (const ServedVersion& served : operations.versions()) {
    if (!pack.empty() && served.pack != pack) continue;
    packs.insert(served.pack);
    const auto decides = router->Route(served.pack, "", now);
    picture.versions.push_back(
        {served,
         decides.ok() && (*decides)->summary().version == served.version,
         CountsOf(served)});
  }
  for (const std::string& name : packs) {
    for (PauseTarget& target : PausedUnder(name, *stores)) {
      picture.paused.push_back(std::move(target));
    }
  }
  picture.refused = Refused();
  return picture;
}

std::optional<decide::ShadowCounts> PackRegistry::CountsOf(
    const ServedVersion& version) const {
  if (version.serving != Serving::kShadow) return std::nullopt;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto comparison = served_.ComparisonOf(version.digest);
  if (comparison == nullptr) return std::nullopt;
  return comparison->counts();
}

std::vector<RefusedPack> PackRegistry::Refused() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<RefusedPack> refused = served_.refused();
  for (const auto& [folder, one] : refused_folders_) refused.push_back(one);
  return refused;
}

void PackRegistry::Refresh() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Stores stores = host_.stores();
  if (stores != nullptr) Serve(stores->sequencer->operations());
}

absl::Status PackRegistry::TakeOver(const FolderPack& folder) {
  const std::lock_guard<std::mutex> lock(mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  STRATAGEM_RETURN_IF_ERROR(
      CheckFolder(folder, stores->sequencer->operations()));
  return Take(folder, *stores);
}

void PackRegistry::Refuse(const std::string& folder,
                          const std::string& message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RefusedPack& refused = refused_folders_[folder];
  if (refused.message == message) return;
  refused = {folder, message, options_.now()};
  Log(LogLevel::kError, "pack_refused",
      {{"folder", Value::String(folder)}, {"message", Value::String(message)}});
}

void PackRegistry::Forgive(const std::string& folder) {
  const std::lock_guard<std::mutex> lock(mutex_);
  refused_folders_.erase(folder);
}

}  // namespace stratagem::server
