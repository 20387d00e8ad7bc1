#include "clients/cli/reason_json.h"

namespace stratagem::cli {

void WriteReason(trace::Reason reason, JsonWriter& json) {
  json.StringMember("reason", trace::ReasonName(reason));
}

void WriteError(ErrorCode error, JsonWriter& json) {
  json.Key("error");
  if (error == ErrorCode::kNone) {
    json.Raw("null");
  } else {
    json.String(ErrorCodeText(error));
  }
}

}  // namespace stratagem::cli
