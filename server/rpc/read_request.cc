#include "server/rpc/read_request.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/read_named_values.h"
#include "server/rpc/seed_source.h"

namespace stratagem::server {
namespace {

using FieldErrors = std::vector<FieldError>;

void CheckTexts(const v1::DecideRequest& request, FieldErrors& errors) {
  CheckTextSize("request_id", request.request_id(), kRequestIdBytesMax, errors);
  if (request.customer_id().empty()) {
    errors.push_back({"customer_id", v1::ERROR_REASON_MISSING_FIELD,
                      "empty; every decision is for a customer"});
  }
  CheckTextSize("customer_id", request.customer_id(), kCustomerIdBytesMax,
                errors);
  CheckTextSize("unit", request.unit(), kUnitBytesMax, errors);
  CheckTextSize("locale", request.locale(), kLocaleBytesMax, errors);
  CheckTextSize("pack.name", request.pack().name(), kNameBytesMax, errors);
  CheckTextSize("pack.version", request.pack().version(), kNameBytesMax,
                errors);
  CheckExplain(request.explain(), errors);
}

void CheckUnlogged(const v1::DecideRequest& request, FieldErrors& errors) {
  if (!request.unlogged()) return;
  if (request.placements_size() > 0) {
    errors.push_back({"placements", v1::ERROR_REASON_CONFLICTING_FIELDS,
                      "given beside `unlogged`; only treatments are quoted "
                      "without a record, as showing an offer counts"});
  }
  if (!request.request_id().empty()) {
    errors.push_back({"request_id", v1::ERROR_REASON_CONFLICTING_FIELDS,
                      "given beside `unlogged`; without a record there is no "
                      "answer to repeat"});
  }
}

void ReadPlacements(const v1::DecideRequest& request,
                    std::vector<absl::string_view>& placements,
                    FieldErrors& errors) {
  placements.clear();
  if (!CheckCount("placements", request.placements_size(), kPlacementsMax,
                  errors)) {
    return;
  }
  for (int i = 0; i < request.placements_size(); ++i) {
    const std::string& name = request.placements(i);
    CheckTextSize(absl::StrCat("placements[", i, "]"), name, kNameBytesMax,
                  errors);
    placements.push_back(name);
  }
}

// `request`'s own id, or a new one.
absl::string_view RequestId(const v1::DecideRequest& request,
                            std::string& made) {
  if (!request.request_id().empty()) return request.request_id();
  made.clear();
  absl::StrAppendFormat(&made, "%016x%016x", RandomSeed(), RandomSeed());
  return made;
}

}  // namespace

std::vector<FieldError> ReadRequest(const v1::DecideRequest& request,
                                    absl::Time now, DecideSession& session,
                                    decide::Call& call) {
  FieldErrors errors;
  CheckTexts(request, errors);
  CheckUnlogged(request, errors);
  Arena& arena = session.workspace.input_arena();
  ReadNamedValues("attributes", request.attributes(), arena, session.attributes,
                  errors);
  ReadNamedValues("request", request.request(), arena, session.request, errors);
  ReadPlacements(request, session.placements, errors);
  call = {};
  call.request_id = RequestId(request, session.request_id);
  call.request_id_given = !request.request_id().empty();
  call.customer_id = request.customer_id();
  call.unit = request.unit();
  call.locale = request.locale();
  call.ignore_levers = request.ignore_levers();
  call.decided_at = now;
  call.role = request.dry_run() || request.unlogged() ? trace::Role::kDryRun
                                                      : trace::Role::kLive;
  if (request.has_as_of()) {
    call.role = trace::Role::kAsOf;
    std::variant<absl::Time, ValueFault> as_of = ReadTimestamp(request.as_of());
    if (auto* fault = std::get_if<ValueFault>(&as_of)) {
      errors.push_back({"as_of", fault->reason, std::move(fault->description)});
    } else {
      call.as_of = std::get<absl::Time>(as_of);
    }
  }
  call.attributes = session.attributes;
  call.request = session.request;
  call.placements = session.placements;
  return errors;
}

}  // namespace stratagem::server
