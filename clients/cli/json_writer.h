// clients/cli/json_writer.h
//
// JsonWriter: JSON as a stream, members in the order written, so that an
// answer of any length takes constant memory.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_JSON_WRITER_H_
#define STRATAGEM_CLIENTS_CLI_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem::cli {

// Not thread safe. Commas and line breaks are its own business.
class JsonWriter {
 public:
  enum class Layout {
    kOneLine,   // {"a":1,"b":[2]}
    kIndented,  // Two spaces a level.
  };

  JsonWriter(std::ostream& out, Layout layout) : out_(out), layout_(layout) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  // Requires: inside an object, followed by one value.
  void Key(absl::string_view key);

  void String(absl::string_view text);
  void Int(int64_t number);
  void Uint(uint64_t number);
  void Double(double number);
  void Bool(bool value);
  // `json` is one JSON value as text, on one line.
  void Raw(absl::string_view json);

  void StringMember(absl::string_view key, absl::string_view text) {
    Key(key);
    String(text);
  }
  void DoubleMember(absl::string_view key, double number) {
    Key(key);
    Double(number);
  }

 private:
  void Begin(char bracket);
  void End(char bracket);
  void BeforeValue();
  void NewLine();

  std::ostream& out_;
  const Layout layout_;
  std::vector<bool> has_items_;  // One for each open object or array.
  bool after_key_ = false;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_JSON_WRITER_H_
