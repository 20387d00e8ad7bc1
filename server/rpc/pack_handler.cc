#include "server/rpc/pack_handler.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/author/diff.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/error_map.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/read_pack.h"
#include "server/rpc/simulator.h"
#include "server/rpc/write_pack.h"

namespace stratagem::server {
namespace {

void WriteFiles(const PackFiles& files,
                google::protobuf::RepeatedPtrField<v1::PackFile>& wire) {
  for (const auto& [path, bytes] : files) {
    v1::PackFile& file = *wire.Add();
    file.set_path(path);
    file.set_content(bytes);
  }
}

void WritePaused(const std::vector<PauseTarget>& paused,
                 google::protobuf::RepeatedPtrField<v1::Paused>& wire) {
  for (const PauseTarget& target : paused) {
    v1::Paused& one = *wire.Add();
    one.set_pack_name(target.pack);
    if (target.is_placement) {
      one.set_placement(target.name);
    } else {
      one.set_offer_id(target.name);
    }
  }
}

// The target that a request names; its field for errors.
absl::string_view ReadTarget(const v1::SetPausedRequest& request,
                             PauseTarget& target,
                             std::vector<FieldError>& errors) {
  target.pack = request.pack_name();
  target.is_placement =
      request.target_case() == v1::SetPausedRequest::kPlacement;
  target.name = target.is_placement ? request.placement() : request.offer_id();
  const absl::string_view field =
      target.is_placement ? "placement" : "offer_id";
  CheckTextSize("pack_name", target.pack, kNameBytesMax, errors);
  CheckTextSize(field, target.name, kNameBytesMax, errors);
  if (target.name.empty()) {
    errors.push_back({std::string(field), v1::ERROR_REASON_MISSING_FIELD,
                      "empty; expected the offer or the placement to pause"});
  }
  return field;
}

// Returns the share of customers in slots of the canary, 0 only for none;
// nothing when it is no share.
std::optional<uint32_t> CanarySlots(double share) {
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  if (share == 0) return 0;
  const long slots =
      std::lround(share * static_cast<double>(state::kCanarySlots));
  return static_cast<uint32_t>(std::max(slots, 1L));
}

v1::PackChangeKind ToWire(author::ChangeKind kind) {
  switch (kind) {
    case author::ChangeKind::kAdded:
      return v1::PACK_CHANGE_KIND_ADDED;
    case author::ChangeKind::kRemoved:
      return v1::PACK_CHANGE_KIND_REMOVED;
    case author::ChangeKind::kChanged:
      return v1::PACK_CHANGE_KIND_CHANGED;
    case author::ChangeKind::kMoved:
      return v1::PACK_CHANGE_KIND_MOVED;
  }
  return v1::PACK_CHANGE_KIND_UNSPECIFIED;
}

}  // namespace

v1::ListPacksResponse ListPacks(const decide::Router& router, absl::Time now) {
  v1::ListPacksResponse response;
  for (const auto& plan : router.plans()) {
    WritePack(plan->summary(), now, *response.add_packs());
  }
  return response;
}

PackHandler::PackHandler(PackRegistry& registry, PackHandlerOptions options)
    : registry_(registry), options_(std::move(options)) {}

PackHandler::Answer<v1::ListPacksResponse> PackHandler::ListPacks(
    const v1::ListPacksRequest&) const {
  return server::ListPacks(*registry_.serving().router(), options_.now());
}

PackHandler::Answer<v1::ListVersionsResponse> PackHandler::ListVersions(
    const v1::ListVersionsRequest& request) const {
  std::vector<FieldError> errors;
  CheckTextSize("pack_name", request.pack_name(), kNameBytesMax, errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<PackPicture> picture =
      registry_.Picture(request.pack_name());
  if (!picture.ok()) return StoreError(picture.status());
  v1::ListVersionsResponse response;
  for (const PackPicture::Version& version : picture->versions) {
    WriteServed(version, *response.add_versions());
  }
  WritePaused(picture->paused, *response.mutable_paused());
  for (const RefusedPack& refused : picture->refused) {
    v1::RefusedPack& wire = *response.add_refused();
    wire.set_folder(refused.folder);
    wire.set_message(refused.message);
    WriteTimestamp(refused.at, *wire.mutable_at());
  }
  return response;
}

std::variant<CompiledPack, google::rpc::Status> PackHandler::ReadPublished(
    const v1::PackVersion& version, absl::string_view field) const {
  std::vector<FieldError> errors;
  const VersionName name =
      ReadVersionName(version, VersionNeed::kMayBeEmpty, field, errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<state::ServedVersion> found = registry_.Find(name);
  if (!found.ok()) {
    return PackError(found.status(), v1::ERROR_REASON_PACK_NOT_IN_EFFECT);
  }
  absl::StatusOr<CompiledPack> pack = registry_.library().Load(found->digest);
  if (!pack.ok()) {
    return PackError(pack.status(), v1::ERROR_REASON_PACK_NOT_IN_EFFECT);
  }
  return *std::move(pack);
}

std::variant<CompiledPack, google::rpc::Status> PackHandler::Read(
    const v1::PackSource& source, absl::string_view field) const {
  if (source.has_published()) {
    return ReadPublished(source.published(), absl::StrCat(field, ".published"));
  }
  std::vector<FieldError> errors;
  const PackFiles files =
      ReadPackFiles(source.files(), absl::StrCat(field, ".files"), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  absl::StatusOr<CompiledPack> pack = registry_.library().Compile(files);
  if (!pack.ok()) return StoreError(pack.status());
  return *std::move(pack);
}

PackHandler::Answer<v1::GetPackResponse> PackHandler::Get(
    const v1::GetPackRequest& request) const {
  auto read = ReadPublished(request.pack(), "pack");
  if (auto* error = std::get_if<google::rpc::Status>(&read)) return *error;
  const auto& pack = std::get<CompiledPack>(read);
  PackFiles files = pack.sources;
  files.insert(pack.test_files.begin(), pack.test_files.end());
  v1::GetPackResponse response;
  WritePack(pack.plan->summary(), options_.now(), *response.mutable_pack());
  WriteFiles(files, *response.mutable_files());
  return response;
}

PackHandler::Answer<v1::ValidatePackResponse> PackHandler::Validate(
    const v1::ValidatePackRequest& request) const {
  std::vector<FieldError> errors;
  const PackFiles files = ReadPackFiles(request.files(), "files", errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<CompiledPack> pack = registry_.library().Compile(files);
  if (!pack.ok()) return StoreError(pack.status());
  v1::ValidatePackResponse response;
  WriteDiagnostics(pack->diagnostics, *response.mutable_diagnostics());
  if (pack->is_valid()) {
    WritePack(pack->plan->summary(), options_.now(), *response.mutable_pack());
  }
  return response;
}

PackHandler::Answer<v1::PublishPackResponse> PackHandler::Publish(
    const v1::PublishPackRequest& request) const {
  std::vector<FieldError> errors;
  const PackFiles files = ReadPackFiles(request.files(), "files", errors);
  const Change change = ReadChange(request.change(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<Published> published = registry_.Publish(files, change);
  if (!published.ok()) {
    return PackError(published.status(), v1::ERROR_REASON_PACK_INVALID);
  }
  if (!published->pack.is_valid()) {
    return PackInvalid(published->pack.diagnostics);
  }
  const plan::PlanSummary& summary = published->pack.plan->summary();
  v1::PublishPackResponse response;
  response.mutable_ref()->set_name(summary.name);
  response.mutable_ref()->set_version(summary.version);
  response.mutable_ref()->set_digest(summary.digest);
  response.set_known(published->known);
  WriteDiagnostics(published->pack.diagnostics,
                   *response.mutable_diagnostics());
  return response;
}

template <typename Response>
PackHandler::Answer<Response> PackHandler::WriteServing(
    const absl::StatusOr<Served>& served) const {
  if (absl::IsInvalidArgument(served.status())) {
    const FieldError error = {"pack.version", v1::ERROR_REASON_NOT_ALLOWED,
                              std::string(served.status().message())};
    return InvalidRequest({&error, 1});
  }
  if (!served.ok()) {
    return PackError(served.status(), v1::ERROR_REASON_PACK_INVALID);
  }
  if (served->refused) return PackTestsFailed(FailureText(*served->tests));
  Response response;
  WriteServed(served->version, *response.mutable_version());
  if (served->tests.has_value()) {
    WriteTests(served->tests->report, *response.mutable_tests());
  }
  return response;
}

PackHandler::Answer<v1::ActivatePackResponse> PackHandler::Activate(
    const v1::ActivatePackRequest& request) const {
  std::vector<FieldError> errors;
  const VersionName name =
      ReadVersionName(request.pack(), VersionNeed::kNamed, "pack", errors);
  const Change change = ReadChange(request.change(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  return WriteServing<v1::ActivatePackResponse>(registry_.LetServe(
      name, {.serving = state::Serving::kLive}, request.force(), change));
}

PackHandler::Answer<v1::SetCanaryResponse> PackHandler::SetCanary(
    const v1::SetCanaryRequest& request) const {
  std::vector<FieldError> errors;
  const VersionName name =
      ReadVersionName(request.pack(), VersionNeed::kNamed, "pack", errors);
  const Change change = ReadChange(request.change(), errors);
  const std::optional<uint32_t> slots = CanarySlots(request.share());
  if (!slots.has_value()) {
    errors.push_back({"share", v1::ERROR_REASON_OUT_OF_RANGE,
                      absl::StrCat(request.share(),
                                   ", a share of customers is from 0 to 1")});
  }
  if (!errors.empty()) return InvalidRequest(errors);
  if (*slots == 0) {
    return WriteServing<v1::SetCanaryResponse>(
        registry_.End(name, state::Serving::kCanary, change));
  }
  return WriteServing<v1::SetCanaryResponse>(registry_.LetServe(
      name, {.serving = state::Serving::kCanary, .canary_slots = *slots},
      request.force(), change));
}

PackHandler::Answer<v1::SetShadowResponse> PackHandler::SetShadow(
    const v1::SetShadowRequest& request) const {
  std::vector<FieldError> errors;
  const VersionName name =
      ReadVersionName(request.pack(), VersionNeed::kNamed, "pack", errors);
  const Change change = ReadChange(request.change(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  if (!request.enabled()) {
    return WriteServing<v1::SetShadowResponse>(
        registry_.End(name, state::Serving::kShadow, change));
  }
  return WriteServing<v1::SetShadowResponse>(registry_.LetServe(
      name, {.serving = state::Serving::kShadow}, request.force(), change));
}

PackHandler::Answer<v1::RollBackPackResponse> PackHandler::RollBack(
    const v1::RollBackPackRequest& request) const {
  std::vector<FieldError> errors;
  const VersionName name =
      ReadVersionName(request.pack(), VersionNeed::kMayBeEmpty, "pack", errors);
  if (name.pack.empty() && errors.empty()) {
    errors.push_back({"pack.name", v1::ERROR_REASON_MISSING_FIELD,
                      "empty; expected the pack to roll back"});
  }
  const Change change = ReadChange(request.change(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<RolledBack> rolled = registry_.RollBack(name, change);
  if (!rolled.ok()) {
    return PackError(rolled.status(), v1::ERROR_REASON_PACK_NOT_IN_EFFECT);
  }
  v1::RollBackPackResponse response;
  WriteServed({rolled->withdrawn, /*decides=*/false, {}},
              *response.mutable_withdrawn());
  WriteServed({rolled->decides, /*decides=*/true, {}},
              *response.mutable_version());
  return response;
}

PackHandler::Answer<v1::DiffPacksResponse> PackHandler::Diff(
    const v1::DiffPacksRequest& request) const {
  auto before = Read(request.before(), "before");
  if (auto* error = std::get_if<google::rpc::Status>(&before)) return *error;
  auto after = Read(request.after(), "after");
  if (auto* error = std::get_if<google::rpc::Status>(&after)) return *error;
  const auto& old_pack = std::get<CompiledPack>(before);
  const auto& new_pack = std::get<CompiledPack>(after);
  for (const CompiledPack* pack : {&old_pack, &new_pack}) {
    if (pack->plan == nullptr) return PackInvalid(pack->diagnostics);
  }
  v1::DiffPacksResponse response;
  for (const author::Change& change :
       author::Diff(*old_pack.model, *new_pack.model)) {
    v1::PackChange& wire = *response.add_changes();
    wire.set_kind(ToWire(change.kind));
    wire.mutable_path()->Assign(change.path.begin(), change.path.end());
    wire.set_before(change.before);
    wire.set_after(change.after);
  }
  return response;
}

PackHandler::Answer<v1::RunTestsResponse> PackHandler::RunTests(
    const v1::RunTestsRequest& request) const {
  auto read = Read(request.pack(), "pack");
  if (auto* error = std::get_if<google::rpc::Status>(&read)) return *error;
  const auto& pack = std::get<CompiledPack>(read);
  if (pack.plan == nullptr) return PackInvalid(pack.diagnostics);
  v1::RunTestsResponse response;
  if (pack.is_valid()) {
    WriteTests(RunTestsOf(pack).report, *response.mutable_tests());
  } else {
    WriteDiagnostics(pack.diagnostics, *response.mutable_diagnostics());
  }
  return response;
}

PackHandler::Answer<v1::SimulateResponse> PackHandler::SimulateStored(
    const plan::Plan& plan, const v1::Population& population) const {
  std::vector<FieldError> errors;
  CheckTextSize("population.customer_id_prefix",
                population.customer_id_prefix(), kCustomerIdBytesMax, errors);
  if (population.customers_max() < 0 ||
      population.customers_max() > kSimulatedCustomersMax) {
    errors.push_back({"population.customers_max", v1::ERROR_REASON_OUT_OF_RANGE,
                      absl::StrCat(population.customers_max(), ", from 0 to ",
                                   kSimulatedCustomersMax, " is allowed")});
  }
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<PackRegistry::Stores> stores = registry_.OpenedStores();
  if (!stores.ok()) return StoreError(stores.status());
  const absl::Time now = LogTime(**stores, options_.now());
  const std::shared_ptr<const decide::Router> router =
      registry_.serving().router();
  const absl::StatusOr<const plan::Plan*> decides =
      router->Route(plan.summary().name, "", now);
  if (!decides.ok()) return RoutingError(decides.status());
  auto simulated =
      SimulatePopulation(plan, **decides, population, **stores, now);
  if (auto* error = std::get_if<google::rpc::Status>(&simulated)) {
    return *error;
  }
  v1::SimulateResponse response;
  *response.mutable_population() =
      std::get<v1::SimulatedPopulation>(std::move(simulated));
  return response;
}

PackHandler::Answer<v1::SimulateResponse> PackHandler::Simulate(
    const v1::SimulateRequest& request) const {
  auto read = Read(request.pack(), "pack");
  if (auto* error = std::get_if<google::rpc::Status>(&read)) return *error;
  const auto& pack = std::get<CompiledPack>(read);
  if (pack.plan == nullptr) return PackInvalid(pack.diagnostics);
  if (request.has_population()) {
    return SimulateStored(*pack.plan, request.population());
  }
  const absl::StatusOr<PackRegistry::Stores> stores = registry_.OpenedStores();
  if (!stores.ok()) return StoreError(stores.status());
  auto simulated = SimulateCall(*pack.plan, request.call(), **stores,
                                LogTime(**stores, options_.now()));
  if (auto* error = std::get_if<google::rpc::Status>(&simulated)) {
    return *error;
  }
  v1::SimulateResponse response;
  *response.mutable_decision() = std::get<v1::Decision>(std::move(simulated));
  return response;
}

PackHandler::Answer<v1::SetPausedResponse> PackHandler::SetPaused(
    const v1::SetPausedRequest& request) const {
  std::vector<FieldError> errors;
  PauseTarget target;
  const absl::string_view field = ReadTarget(request, target, errors);
  const Change change = ReadChange(request.change(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const absl::StatusOr<std::vector<PauseTarget>> paused =
      registry_.SetPaused(target, request.paused(), change);
  if (absl::IsInvalidArgument(paused.status())) {
    const FieldError error = {std::string(field), v1::ERROR_REASON_UNKNOWN_NAME,
                              std::string(paused.status().message())};
    return InvalidRequest({&error, 1});
  }
  if (!paused.ok()) {
    return PackError(paused.status(), v1::ERROR_REASON_PACK_INVALID);
  }
  v1::SetPausedResponse response;
  WritePaused(*paused, *response.mutable_paused());
  return response;
}

}  // namespace stratagem::server
