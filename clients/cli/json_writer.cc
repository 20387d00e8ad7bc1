#include "clients/cli/json_writer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace stratagem::cli {

void JsonWriter::NewLine() {
  if (layout_ == Layout::kIndented) {
    out_ << '\n' << std::string(2 * has_items_.size(), ' ');
  }
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_ << ',';
  has_items_.back() = true;
  NewLine();
}

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_ << bracket;
  has_items_.push_back(false);
}

void JsonWriter::End(char bracket) {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) NewLine();
  out_ << bracket;
}

void JsonWriter::Key(absl::string_view key) {
  BeforeValue();
  out_ << ToJson(Value::String(key))
       << (layout_ == Layout::kIndented ? ": " : ":");
  after_key_ = true;
}

void JsonWriter::String(absl::string_view text) {
  Raw(ToJson(Value::String(text)));
}

void JsonWriter::Int(int64_t number) { Raw(absl::StrCat(number)); }

void JsonWriter::Uint(uint64_t number) { Raw(absl::StrCat(number)); }

void JsonWriter::Double(double number) { Raw(ToJson(Value::Double(number))); }

void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }

void JsonWriter::Raw(absl::string_view json) {
  BeforeValue();
  out_ << json;
}

}  // namespace stratagem::cli
