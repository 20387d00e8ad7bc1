#include "server/reload/pack_registry.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "server/reload/pack_promises.h"
#include "server/reload/roll_back.h"

namespace stratagem::server {
namespace {

using state::kServedVersionsMax;
using state::OperationKind;
using state::Operations;
using state::ServedVersion;
using state::Serving;

// Whether the version serves as it should. To be live it has to be the newest.
bool ServesSo(const ServedVersion& version, ServeAs as,
              const Operations& operations) {
  if (version.serving != as.serving) return false;
  if (as.serving == Serving::kLive) {
    return FindNewestLive(operations, version.pack)->version == version.version;
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

// What is to come to serve.
ServedVersion VersionOf(const plan::Plan& plan) {
  const plan::PlanSummary& summary = plan.summary();
  return {.pack = summary.name,
          .version = summary.version,
          .digest = summary.digest,
          .since = {}};
}

// Whether a call was refused for what is wrong with its pack, not with the call
// or the store.
bool IsOfPack(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsAlreadyExists(status) ||
         absl::IsDataLoss(status);
}

// Whether one more would be forgotten as soon as it is published.
bool IsFull(const Operations& operations) {
  const auto& versions = operations.versions();
  return std::count_if(versions.begin(), versions.end(),
                       [](const ServedVersion& one) {
                         return Serves(one.serving);
                       }) >= static_cast<ptrdiff_t>(kServedVersionsMax);
}

absl::Status RefusedTests(const VersionName& name, const TestOutcome& outcome) {
  return absl::FailedPreconditionError(
      absl::StrCat(TextOf(name), ": ", FailureText(outcome)));
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
      refused_(options_.now),
      served_(*library_, options_.now) {}

absl::StatusOr<PackRegistry::Stores> PackRegistry::OpenedStores() const {
  Stores stores = host_.stores();
  if (stores == nullptr) return host_.Closed();
  return stores;
}

void PackRegistry::Serve(const Operations& operations) {
  serving_.Set(served_.MakeRouter(operations));
  refused_.SetVersions(served_.refused());
}

absl::Status PackRegistry::Apply(const OpenStores& stores, OperationKind kind,
                                 const ServedVersion& version,
                                 const Change& change, bool forced) {
  const bool is_canary = kind == OperationKind::kCanary;
  STRATAGEM_RETURN_IF_ERROR(
      Operate(stores,
              {.kind = kind,
               .at = Now(stores),
               .pack = version.pack,
               .version = version.version,
               .digest = version.digest,
               .canary_slots = is_canary ? version.canary_slots : 0,
               .forced = forced},
              change));
  if (kind != OperationKind::kPublish) ++served_changes_;
  Serve(stores.sequencer->operations());
  return absl::OkStatus();
}

absl::Status PackRegistry::CheckNew(const CompiledPack& pack,
                                    const Operations& operations) const {
  const VersionName name = NameOf(*pack.plan);
  const ServedVersion* known = FindVersion(operations, name);
  if (known != nullptr && known->digest != pack.plan->summary().digest) {
    return absl::AlreadyExistsError(absl::StrCat(
        TextOf(name),
        " was published with other content; a version never changes, so give "
        "the new content another `version` in pack.yaml"));
  }
  if (known == nullptr && IsFull(operations)) {
    return absl::FailedPreconditionError(
        absl::StrCat(kServedVersionsMax,
                     " versions serve, and no more are remembered; roll "
                     "back those that must not come back"));
  }
  const absl::Status promises =
      CheckPromises(*pack.plan, options_.outcome_window);
  if (promises.ok()) return promises;
  return absl::FailedPreconditionError(
      absl::StrCat(TextOf(name), ": ", promises.message()));
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
  const Operations operations = stores.sequencer->operations();
  if (!NeverServed(FindVersion(operations, NameOf(*folder.pack.plan)))) {
    // It may be what could not be read.
    Serve(operations);
    return absl::OkStatus();
  }
  return Apply(stores, OperationKind::kActivate, VersionOf(*folder.pack.plan),
               {});
}

absl::Status PackRegistry::TakeAll(const std::vector<FolderPack>& folders,
                                   const OpenStores& stores) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
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
  const std::shared_ptr<const decide::Router> router = serving_.router();
  const std::vector<RefusedPack> refused = refused_.All();
  if (router->plans().empty() && !refused.empty()) {
    return absl::DataLossError(absl::StrCat(
        "no version that should serve can be read: ", refused.front().message));
  }
  for (const auto& plan : router->plans()) {
    const absl::Status promises = CheckPromises(*plan, options_.outcome_window);
    if (promises.ok()) continue;
    const VersionName name = NameOf(*plan);
    return absl::FailedPreconditionError(absl::StrCat(
        TextOf(name), ", which serves by the log: ", promises.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Published> PackRegistry::Publish(const PackFiles& files,
                                                const Change& change) {
  absl::StatusOr<Published> published = TryToPublish(files, change);
  if (IsOfPack(published.status())) {
    refused_.RefuseCall("", published.status().message());
  } else if (published.ok() && !published->pack.is_valid()) {
    refused_.RefuseCall("", published->pack.diagnostics.ToString());
  }
  return published;
}

absl::StatusOr<Published> PackRegistry::TryToPublish(const PackFiles& files,
                                                     const Change& change) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  Published published;
  STRATAGEM_ASSIGN_OR_RETURN(published.pack, library_->Compile(files));
  if (!published.pack.is_valid()) return published;
  const Operations operations = stores->sequencer->operations();
  STRATAGEM_RETURN_IF_ERROR(CheckNew(published.pack, operations));
  STRATAGEM_RETURN_IF_ERROR(library_->Keep(published.pack));
  published.known =
      FindVersion(operations, NameOf(*published.pack.plan)) != nullptr;
  if (published.known) {
    STRATAGEM_RETURN_IF_ERROR(AwaitDurable(*stores));
    // It may be what was damaged.
    Serve(operations);
    return published;
  }
  STRATAGEM_RETURN_IF_ERROR(Apply(*stores, OperationKind::kPublish,
                                  VersionOf(*published.pack.plan), change));
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
      absl::StrCat(TextOf(wanted),
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
  absl::StatusOr<Served> served = TryToServe(name, as, force, change);
  const std::string pack = absl::StrCat(name.pack, "@", name.version);
  if (IsOfPack(served.status())) {
    refused_.RefuseCall(pack, served.status().message());
  } else if (served.ok() && served->refused) {
    refused_.RefuseCall(pack, FailureText(*served->tests));
  }
  return served;
}

absl::StatusOr<Served> PackRegistry::TryToServe(const VersionName& name,
                                                ServeAs as, bool force,
                                                const Change& change) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const Operations operations = stores->sequencer->operations();
  STRATAGEM_ASSIGN_OR_RETURN(ServedVersion version,
                             FindIn(name, operations, Now(*stores)));
  Served served = {.version = PictureNow(version, *stores),
                   .tests = std::nullopt};
  if (ServesSo(version, as, operations) && served_.Has(version.digest)) {
    STRATAGEM_RETURN_IF_ERROR(AwaitDurable(*stores));
    return served;
  }
  if (as.serving != Serving::kLive && version.serving == Serving::kLive) {
    return absl::InvalidArgumentError(absl::StrCat(
        TextOf(name),
        " is live, so it cannot decide for a share or beside itself; roll it "
        "back before"));
  }
  STRATAGEM_ASSIGN_OR_RETURN(const CompiledPack pack,
                             library_->Load(version.digest));
  STRATAGEM_RETURN_IF_ERROR(CheckNew(pack, operations));
  served.tests = RunTestsOf(pack);
  served.refused = !served.tests->passed() && !force;
  if (served.refused) return served;
  served_.Know(pack.plan);
  version.canary_slots = as.canary_slots;
  STRATAGEM_RETURN_IF_ERROR(Apply(*stores, KindOf(as.serving), version, change,
                                  /*forced=*/!served.tests->passed()));
  served.version = PictureNow(version, *stores);
  return served;
}

absl::StatusOr<Served> PackRegistry::End(const VersionName& name, Serving as,
                                         const Change& change) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  STRATAGEM_ASSIGN_OR_RETURN(
      const ServedVersion version,
      FindIn(name, stores->sequencer->operations(), Now(*stores)));
  STRATAGEM_RETURN_IF_ERROR(
      version.serving == as
          ? Apply(*stores, OperationKind::kWithdraw, version, change)
          : AwaitDurable(*stores));
  return Served{.version = PictureNow(version, *stores)};
}

absl::StatusOr<RolledBack> PackRegistry::RollBack(const VersionName& name,
                                                  const Change& change) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  const absl::Time now = Now(*stores);
  const std::shared_ptr<const decide::Router> router = serving_.router();
  STRATAGEM_ASSIGN_OR_RETURN(const RollBackStep step,
                             ChooseRollBack(*router, name, now));
  STRATAGEM_ASSIGN_OR_RETURN(
      const ServedVersion before,
      FindIn(NameOf(*step.withdrawn), stores->sequencer->operations(), now));
  STRATAGEM_RETURN_IF_ERROR(
      Apply(*stores, OperationKind::kWithdraw, before, change));
  const Operations operations = stores->sequencer->operations();
  return RolledBack{AsItServes(before, operations),
                    *FindVersion(operations, NameOf(*step.decides))};
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
  PackPicture picture =
      MakePicture(pack, *serving_.router(), *stores, Now(*stores));
  picture.refused = refused_.All();
  return picture;
}

PackPicture::Version PackRegistry::PictureNow(const ServedVersion& version,
                                              const OpenStores& stores) const {
  return PictureOf(AsItServes(version, stores.sequencer->operations()),
                   *serving_.router(), Now(stores));
}

void PackRegistry::Refresh() {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  const Stores stores = host_.stores();
  if (stores != nullptr) Serve(stores->sequencer->operations());
}

absl::Status PackRegistry::TakeOver(const FolderPack& folder) {
  const std::lock_guard<std::mutex> lock(change_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(const Stores stores, OpenedStores());
  STRATAGEM_RETURN_IF_ERROR(
      CheckFolder(folder, stores->sequencer->operations()));
  return Take(folder, *stores);
}

}  // namespace stratagem::server
