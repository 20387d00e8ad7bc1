#include "clients/cli/paused.h"

#include "absl/strings/string_view.h"
#include "clients/cli/text_table.h"

namespace stratagem::cli {

void PrintPaused(const google::protobuf::RepeatedPtrField<v1::Paused>& paused,
                 const Console& console) {
  TextTable table({{"paused"}, {"of pack"}, {"name"}}, console);
  for (const v1::Paused& one : paused) {
    const bool is_placement = one.has_placement();
    table.AddRow({{is_placement ? "placement" : "offer", Style::kWarning},
                  {one.pack_name()},
                  {is_placement ? one.placement() : one.offer_id()}});
  }
  table.Print();
}

void WritePaused(const google::protobuf::RepeatedPtrField<v1::Paused>& paused,
                 JsonWriter& json) {
  const auto member = [&](absl::string_view key, bool is_there,
                          const std::string& name) {
    json.Key(key);
    if (is_there) {
      json.String(name);
    } else {
      json.Raw("null");
    }
  };
  json.BeginArray();
  for (const v1::Paused& one : paused) {
    json.BeginObject();
    json.StringMember("pack", one.pack_name());
    member("offer_id", one.has_offer_id(), one.offer_id());
    member("placement", one.has_placement(), one.placement());
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace stratagem::cli
