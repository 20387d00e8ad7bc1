// engine/value/schema.h
//
// Schema: the declared fields of a pack (attributes, request values,
// parameters, fields of a treatment) with their types, bounds and defaults, and
// the check of one value against one field.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_SCHEMA_H_
#define STRATAGEM_ENGINE_VALUE_SCHEMA_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/value/value.h"

namespace stratagem {

// A declared type: bool int double string timestamp duration, {list: T},
// {map: T} (keys are strings). Immutable; copies share the element type.
struct FieldType {
  ValueKind kind = ValueKind::kString;
  std::shared_ptr<const FieldType> element;  // Of lists and maps, else null.

  friend bool operator==(const FieldType& a, const FieldType& b);
};

// "int", "list(string)", "map(string, double)".
std::string ToString(const FieldType& type);

struct Field {
  std::string name;
  FieldType type;
  std::optional<Value> value_min;      // Inclusive; of the field's own kind.
  std::optional<Value> value_max;      // Inclusive.
  std::vector<std::string> values;     // Allowed strings; empty allows all.
  std::optional<Value> default_value;  // Borrowed from the schema's owner.
  bool optional = false;
  bool is_protected = false;
  bool pii = false;
  std::string unit;
  std::string description;
};

enum class FieldFault {
  kNone,
  kWrongType,
  kOutOfRange,
  kNotAllowed,
  kTooLarge
};

// Brings `value` to the field's type and checks it. An int serves where a
// double is declared, and a double with a whole value where an int is (JSON and
// spreadsheets write 3.0); nothing else converts. Doubles must be finite.
// On success writes the value to `value` and returns kNone, else leaves it.
// Lists and maps whose items need converting get new items in `arena`.
// Time: O(size of the value).
FieldFault Conform(const Field& field, Value& value, Arena& arena);

// Says what was found and what was expected, for a fault that Conform()
// returned: "12 is above the maximum 10", "'gone' is not one of 'app', 'sms'".
// Long values and long lists are cut, so the text stays under a kilobyte for
// names and values of ordinary length.
std::string DescribeFault(const Field& field, FieldFault fault,
                          const Value& value);

// Immutable once built; any number of threads may read it.
class Schema {
 public:
  // Returns the index of the new field, or nullopt when the name is taken.
  std::optional<size_t> Add(Field field);

  const std::vector<Field>& fields() const { return fields_; }
  // Returns the field's index, or -1. Time: O(1), hashes the name.
  int Find(absl::string_view name) const;
  // All names in declared order, for suggestions.
  std::vector<std::string> names() const;

 private:
  std::vector<Field> fields_;
  absl::flat_hash_map<std::string, int> index_;
};

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_SCHEMA_H_
