#include "engine/expr/function_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"

namespace stratagem::expr {
namespace {

uint32_t KindsOf(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter:
      return ~(KindBit(ValueKind::kError) | KindBit(ValueKind::kMissing));
    case TypeKind::kNull:
      return KindBit(ValueKind::kNull);
    case TypeKind::kBool:
      return KindBit(ValueKind::kBool);
    case TypeKind::kInt:
      return KindBit(ValueKind::kInt);
    case TypeKind::kUint:
      return KindBit(ValueKind::kUint);
    case TypeKind::kDouble:
      return KindBit(ValueKind::kDouble);
    case TypeKind::kString:
      return KindBit(ValueKind::kString);
    case TypeKind::kBytes:
      return KindBit(ValueKind::kBytes);
    case TypeKind::kTimestamp:
      return KindBit(ValueKind::kTimestamp);
    case TypeKind::kDuration:
      return KindBit(ValueKind::kDuration);
    case TypeKind::kList:
      return KindBit(ValueKind::kList);
    case TypeKind::kMap:
      return KindBit(ValueKind::kMap);
    case TypeKind::kOptional:
      return KindBit(ValueKind::kOptional);
    case TypeKind::kType:
      return KindBit(ValueKind::kType);
    case TypeKind::kIp:
      return KindBit(ValueKind::kIp);
    case TypeKind::kCidr:
      return KindBit(ValueKind::kCidr);
    case TypeKind::kWrapper:
      return KindsOf(type.params()[0]) | KindBit(ValueKind::kNull);
    case TypeKind::kOpaque:
      return 0;  // No value is of such a type.
  }
  return 0;
}

std::vector<Overload> StandardRows() {
  std::vector<Overload> rows;
  for (auto* theme :
       {OperatorOverloads, StringOverloads, ConversionOverloads, TimeOverloads,
        CollectionOverloads, OptionalOverloads, StringEditOverloads,
        CalendarOverloads, EncoderOverloads, MathOverloads, ListOverloads,
        SetOverloads, NetworkOverloads, MessageOverloads}) {
    std::vector<Overload> more = theme();
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  }
  return rows;
}

}  // namespace

Overload Function(const char* name, std::vector<Type> params, Type result,
                  Implementation implementation, Opcode opcode) {
  return {name,
          CallStyle::kGlobal,
          std::move(params),
          std::move(result),
          implementation,
          opcode,
          {}};
}

Overload Method(const char* name, std::vector<Type> params, Type result,
                Implementation implementation, Opcode opcode) {
  Overload row = Function(name, std::move(params), std::move(result),
                          implementation, opcode);
  row.style = CallStyle::kMember;
  return row;
}

const std::shared_ptr<const FunctionTable>& FunctionTable::Standard() {
  static const auto* const table = new std::shared_ptr<const FunctionTable>(
      std::make_shared<const FunctionTable>(StandardRows()));
  return *table;
}

std::shared_ptr<const FunctionTable> FunctionTable::StandardAnd(
    std::vector<Overload> rows) {
  std::vector<Overload> all = StandardRows();
  std::move(rows.begin(), rows.end(), std::back_inserter(all));
  return std::make_shared<const FunctionTable>(std::move(all));
}

FunctionTable::FunctionTable(std::vector<Overload> rows)
    : rows_(std::move(rows)) {
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Overload& a, const Overload& b) {
                     return a.function < b.function;
                   });
  for (size_t i = 0; i < rows_.size(); ++i) {
    Range& range = functions_[rows_[i].function];
    if (range.count == 0) range.first = i;
    ++range.count;
    if (!rows_[i].kinds.empty()) continue;
    for (const Type& param : rows_[i].params) {
      rows_[i].kinds.push_back(KindsOf(param));
    }
  }
  for (const Overload& row : rows_) {
    ranges_.push_back(functions_[row.function]);
  }
}

std::span<const Overload> FunctionTable::Find(
    absl::string_view function) const {
  const auto found = functions_.find(function);
  if (found == functions_.end()) return {};
  return {rows_.data() + found->second.first, found->second.count};
}

std::vector<std::string> FunctionTable::names() const {
  std::vector<std::string> names;
  for (const Overload& row : rows_) {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(row.function[0]))) {
      continue;
    }
    if (!names.empty() && names.back() == row.function) continue;
    names.emplace_back(row.function);
  }
  return names;
}

}  // namespace stratagem::expr
