#include "server/rpc/profile_handler.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"
#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/error_map.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/profile_update.h"
#include "server/rpc/read_named_values.h"

namespace stratagem::server {
namespace {

// LIMIT: problems that the answer to an import lists.
constexpr int kImportProblemsMax = 100;

void WriteProfile(const store::Profile& profile, v1::Profile& wire) {
  wire.set_customer_id(profile.customer_id());
  wire.set_version(profile.version());
  WriteTimestamp(profile.updated_at(), *wire.mutable_updated_at());
  for (const NamedValue& attribute : profile.attributes()) {
    v1::NamedValue& named = *wire.add_attributes();
    named.set_name(std::string(attribute.name));
    WriteValue(attribute.value, *named.mutable_value());
  }
}

// The parts of an item's error that the answer to an import shows.
google::rpc::Status ChangeFailure(const absl::Status& status) {
  // A full disk is no full queue: to wait does not help.
  if (absl::IsResourceExhausted(status)) {
    return StoreError(absl::UnavailableError(status.message()));
  }
  return StoreError(status);
}

void WriteError(const google::rpc::Status& error, v1::ImportProblem& problem) {
  problem.set_description(error.message());
  for (const google::protobuf::Any& any : error.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    if (any.UnpackTo(&info)) {
      problem.set_reason(info.reason());
    } else if (any.UnpackTo(&bad_request) &&
               bad_request.field_violations_size() > 0) {
      problem.set_field(bad_request.field_violations(0).field());
      problem.set_description(bad_request.field_violations(0).description());
    }
  }
}

// What a page of SearchProfiles begins after. Tokens are opaque to callers so
// that they may become something else.
std::string PageToken(absl::string_view after_id) {
  return absl::WebSafeBase64Escape(after_id);
}

struct ReadSearch {
  store::ProfileSearch search;
  std::string after_id;
  std::vector<NamedValue> attribute;
  std::vector<FieldError> errors;
};

void ReadAttribute(const v1::SearchProfilesRequest& request, Arena& arena,
                   ReadSearch& read) {
  if (!request.has_attribute()) return;
  CheckTextSize("attribute.name", request.attribute().name(), kNameBytesMax,
                read.errors);
  if (request.attribute().name().empty()) {
    read.errors.push_back({"attribute.name", v1::ERROR_REASON_MISSING_FIELD,
                           "empty; expected the attribute to search by"});
  }
  const std::variant<Value, ValueFault> value =
      ReadValue(request.attribute().value(), arena);
  if (const auto* fault = std::get_if<ValueFault>(&value)) {
    read.errors.push_back(
        {"attribute.value", fault->reason, fault->description});
    return;
  }
  read.search.attribute = {request.attribute().name(), std::get<Value>(value)};
}

void ReadSearchRequest(const v1::SearchProfilesRequest& request, Arena& arena,
                       ReadSearch& read) {
  CheckTextSize("id_prefix", request.id_prefix(), kCustomerIdBytesMax,
                read.errors);
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    read.errors.push_back({"page_size", v1::ERROR_REASON_OUT_OF_RANGE,
                           absl::StrCat(request.page_size(), ", from 0 to ",
                                        kPageSizeMax, " is allowed")});
  }
  if (!absl::WebSafeBase64Unescape(request.page_token(), &read.after_id) ||
      !IsValidUtf8(read.after_id)) {
    read.errors.push_back(
        {"page_token", v1::ERROR_REASON_MALFORMED_ID,
         "not a token of this service; expected `next_page_token` of the page "
         "before, or nothing for the first page"});
  }
  ReadAttribute(request, arena, read);
  read.search.id_prefix = request.id_prefix();
  read.search.after_id = read.after_id;
  read.search.limit = static_cast<size_t>(
      request.page_size() == 0 ? kPageSizeDefault : request.page_size());
}

}  // namespace

ProfileHandler::ProfileHandler(const PackStore& packs, const StoreHost& host,
                               ProfileHandlerOptions options)
    : packs_(packs), host_(host), options_(std::move(options)) {}

std::vector<ProfileHandler::Answer<v1::UpsertProfileResponse>>
ProfileHandler::UpsertAll(
    std::span<const v1::ProfileUpdate* const> updates) const {
  std::vector<Answer<v1::UpsertProfileResponse>> answers(updates.size());
  Arena arena;
  std::vector<ReadUpdate> reads(updates.size());
  std::vector<store::ProfileUpdate> good;
  std::vector<size_t> good_at;
  for (size_t i = 0; i < updates.size(); ++i) {
    reads[i] = ReadProfileUpdate(*updates[i], arena);
    if (!reads[i].errors.empty()) {
      answers[i] = InvalidRequest(reads[i].errors);
      continue;
    }
    good.push_back(reads[i].update);
    good_at.push_back(i);
  }
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  const auto results = stores == nullptr
                           ? host_.Closed()
                           : stores->profiles->Upsert(good, options_.now());
  const std::shared_ptr<const decide::Router> router = packs_.router();
  const bool has_constraints = HasConstraints(*router);
  decide::ProfileConstraints constraints;
  for (size_t i = 0; i < good_at.size(); ++i) {
    Answer<v1::UpsertProfileResponse>& answer = answers[good_at[i]];
    if (!results.ok()) {
      answer = ChangeFailure(results.status());
      continue;
    }
    if (!(*results)[i].ok()) {
      answer = ProfileError((*results)[i].status());
      continue;
    }
    v1::UpsertProfileResponse response;
    response.set_version(*(*results)[i]);
    std::vector<v1::ProfileWarning> warnings =
        WarningsOf(*router, reads[good_at[i]].attributes, arena);
    if (has_constraints) {
      // What is there now; the update may have named a part of it.
      const auto profile = stores->profiles->Get(good[i].customer_id);
      if (profile.ok() && *profile != nullptr) {
        AddConstraintWarnings(*router, (*profile)->attributes(), options_.now(),
                              constraints, warnings);
      }
    }
    for (v1::ProfileWarning& warning : warnings) {
      *response.add_warnings() = std::move(warning);
    }
    answer = std::move(response);
  }
  return answers;
}

ProfileHandler::Answer<v1::UpsertProfileResponse> ProfileHandler::Upsert(
    const v1::UpsertProfileRequest& request) const {
  const v1::ProfileUpdate* const update = &request.update();
  return std::move(UpsertAll({&update, 1}).front());
}

ProfileHandler::Answer<v1::BatchUpsertProfilesResponse>
ProfileHandler::BatchUpsert(
    const v1::BatchUpsertProfilesRequest& request) const {
  if (request.updates().empty() ||
      static_cast<size_t>(request.updates_size()) > kProfileUpdatesMax) {
    const FieldError error = {
        "updates", v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(request.updates_size(), " updates, from 1 to ",
                     kProfileUpdatesMax, " are allowed in one batch")};
    return InvalidRequest({&error, 1});
  }
  v1::BatchUpsertProfilesResponse response;
  const std::vector<const v1::ProfileUpdate*> updates(
      request.updates().pointer_begin(), request.updates().pointer_end());
  for (Answer<v1::UpsertProfileResponse>& answer : UpsertAll(updates)) {
    v1::UpsertProfileResult& result = *response.add_results();
    if (auto* error = std::get_if<google::rpc::Status>(&answer)) {
      *result.mutable_error() = std::move(*error);
    } else {
      *result.mutable_stored() =
          std::get<v1::UpsertProfileResponse>(std::move(answer));
    }
  }
  return response;
}

google::rpc::Status ProfileHandler::Import(
    const v1::ImportProfilesRequest& part,
    v1::ImportProfilesResponse& sum) const {
  if (static_cast<size_t>(part.items_size()) > kProfileUpdatesMax) {
    const FieldError error = {
        "items", v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(part.items_size(), " items, at most ", kProfileUpdatesMax,
                     " are allowed in one message")};
    return InvalidRequest({&error, 1});
  }
  std::vector<const v1::ProfileUpdate*> updates;
  for (const v1::ImportItem& item : part.items()) {
    updates.push_back(&item.update());
  }
  const auto answers = UpsertAll(updates);
  for (size_t i = 0; i < answers.size(); ++i) {
    const v1::ImportItem& item = part.items(static_cast<int>(i));
    sum.set_received(sum.received() + 1);
    v1::ImportProblem problem;
    problem.set_line(item.line() == 0 ? sum.received() : item.line());
    problem.set_customer_id(item.update().customer_id());
    if (const auto* error = std::get_if<google::rpc::Status>(&answers[i])) {
      if (error->code() == google::rpc::UNAVAILABLE) return *error;
      sum.set_refused(sum.refused() + 1);
      WriteError(*error, problem);
    } else {
      sum.set_stored(sum.stored() + 1);
      const auto& stored = std::get<v1::UpsertProfileResponse>(answers[i]);
      if (stored.warnings().empty()) continue;
      sum.set_warned(sum.warned() + 1);
      problem.set_field(stored.warnings(0).field());
      problem.set_description(stored.warnings(0).description());
    }
    if (sum.problems_size() < kImportProblemsMax) {
      *sum.add_problems() = std::move(problem);
    }
  }
  return {};
}

ProfileHandler::Answer<v1::GetProfileResponse> ProfileHandler::Get(
    const v1::GetProfileRequest& request) const {
  std::vector<FieldError> errors;
  CheckCustomerId(request.customer_id(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  if (stores == nullptr) return StoreError(host_.Closed());
  const auto profile = stores->profiles->Get(request.customer_id());
  if (!profile.ok()) return StoreError(profile.status());
  if (*profile == nullptr) {
    return ProfileError(absl::NotFoundError(absl::StrCat(
        "no profile is stored for customer `", request.customer_id(), "`")));
  }
  v1::GetProfileResponse response;
  WriteProfile(**profile, *response.mutable_profile());
  return response;
}

ProfileHandler::Answer<v1::SearchProfilesResponse> ProfileHandler::Search(
    const v1::SearchProfilesRequest& request) const {
  Arena arena;
  ReadSearch read;
  ReadSearchRequest(request, arena, read);
  if (!read.errors.empty()) return InvalidRequest(read.errors);
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  if (stores == nullptr) return StoreError(host_.Closed());
  const absl::StatusOr<store::ProfilePage> page =
      stores->profiles->Search(read.search);
  if (!page.ok()) return StoreError(page.status());
  v1::SearchProfilesResponse response;
  size_t bytes = 0;
  for (const auto& profile : page->profiles) {
    v1::Profile& wire = *response.add_profiles();
    WriteProfile(*profile, wire);
    bytes += wire.ByteSizeLong();
    if (bytes >= kPageBytesMax) {
      response.set_next_page_token(PageToken(profile->customer_id()));
      return response;
    }
  }
  response.set_next_page_token(PageToken(page->next_after_id));
  return response;
}

ProfileHandler::Answer<v1::DeleteCustomerResponse> ProfileHandler::Delete(
    const v1::DeleteCustomerRequest& request) const {
  std::vector<FieldError> errors;
  CheckCustomerId(request.customer_id(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const std::shared_ptr<const OpenStores> stores = host_.stores();
  if (stores == nullptr) return StoreError(host_.Closed());
  // The profile first: no decision that begins after the log was cleared may
  // find it.
  const absl::StatusOr<bool> deleted =
      stores->profiles->Delete(request.customer_id());
  if (!deleted.ok()) return ChangeFailure(deleted.status());
  const absl::StatusOr<uint64_t> cleared =
      stores->sequencer->EraseCustomer(request.customer_id(), options_.now());
  if (!cleared.ok()) return ChangeFailure(cleared.status());
  v1::DeleteCustomerResponse response;
  response.set_profile_deleted(*deleted);
  response.set_records_cleared(*cleared);
  return response;
}

}  // namespace stratagem::server
