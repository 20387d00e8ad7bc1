#include "engine/state/name_table.h"

#include "engine/base/check.h"

namespace stratagem::state {

uint32_t NameTable::Intern(absl::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  STRATAGEM_CHECK(size() < kLedgerNamesMax);
  const uint32_t number = size();
  // A deque's entries stay where they are, and so does their text.
  const Entry& entry =
      entries_.emplace_back(Entry{std::string(text), KeyOf(text)});
  numbers_.emplace(entry.text, number);
  bytes_ += sizeof(Entry) + text.size() + 2 * sizeof(absl::string_view);
  return number;
}

std::optional<uint32_t> NameTable::Find(absl::string_view text) const {
  const auto found = numbers_.find(text);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

Name NameTable::At(uint32_t number) const {
  const Entry& entry = entries_[number];
  return {entry.text, entry.key};
}

void NameTable::Save(LedgerWriter& writer) const {
  writer.Number(size());
  for (const Entry& entry : entries_) writer.Text(entry.text);
}

void NameTable::Load(LedgerReader& reader) {
  const uint64_t count = reader.NumberUpTo(kLedgerNamesMax - 1);
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    if (Intern(reader.Text()) != i && reader.ok()) {
      reader.Fault("a name is there twice");
    }
  }
}

}  // namespace stratagem::state
