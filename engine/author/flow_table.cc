#include "engine/author/flow_table.h"

#include <algorithm>
#include <utility>

namespace stratagem::author {

using pack::YamlKind;
using pack::YamlNode;

namespace {

// LIMIT: columns by which names may differ in length and still have their
// values lined up where the author did not begin it.
constexpr size_t kLeadSpreadMax = 20;

using Rows = std::vector<FlowRow*>;

bool HasLead(const Rows& rows) { return rows.front()->lead > 0; }

std::pair<size_t, size_t> ShortestAndLongestLead(const Rows& rows) {
  size_t shortest = rows.front()->lead;
  size_t longest = shortest;
  for (const FlowRow* row : rows) {
    shortest = std::min(shortest, row->lead);
    longest = std::max(longest, row->lead);
  }
  return {shortest, longest};
}

// Lists of scalars, two or more and all the same number of them.
bool IsMatrix(const Rows& rows) {
  const size_t size = rows.front()->value->items.size();
  return size >= 2 &&
         std::all_of(rows.begin(), rows.end(), [&](const FlowRow* row) {
           const std::vector<YamlNode>& items = row->value->items;
           return items.size() == size &&
                  std::all_of(items.begin(), items.end(),
                              [](const YamlNode& item) {
                                return item.is(YamlKind::kScalar);
                              });
         });
}

// Mappings that begin with the same key and a value of the same kind.
bool BeginAlike(const Rows& rows) {
  const YamlNode& model = *rows.front()->value;
  return std::all_of(rows.begin(), rows.end(), [&](const FlowRow* row) {
    const YamlNode& value = *row->value;
    return value.is(YamlKind::kMapping) && !value.entries.empty() &&
           !model.entries.empty() &&
           value.entries[0].key.text == model.entries[0].key.text &&
           value.entries[0].value.kind == model.entries[0].value.kind;
  });
}

bool WereLeadsPadded(const Rows& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const FlowRow* row) { return row->was_padded; });
}

bool WerePiecesPadded(const Rows& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const FlowRow* row) {
    return std::any_of(
        row->text.pieces.begin(), row->text.pieces.end(),
        [](const FlowText::Piece& piece) { return piece.was_padded; });
  });
}

bool Fit(size_t indent, size_t width_max, const Rows& rows) {
  return std::all_of(rows.begin(), rows.end(), [&](const FlowRow* row) {
    const size_t lead = row->lead == 0 ? 0 : row->lead + row->gap;
    return indent + lead + row->text.Width() <= width_max;
  });
}

void AlignLeads(Rows& rows) {
  const size_t longest = ShortestAndLongestLead(rows).second;
  for (FlowRow* row : rows) row->gap = longest - row->lead + 1;
}

void TryAlignPieces(size_t indent, size_t width_max, Rows& rows) {
  std::vector<FlowText> before;
  std::vector<FlowText*> texts;
  for (FlowRow* row : rows) {
    before.push_back(row->text);
    texts.push_back(&row->text);
  }
  if (!AlignPieces(texts) || Fit(indent, width_max, rows)) return;
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i]->text = std::move(before[i]);
  }
}

}  // namespace

void AlignRows(size_t indent, size_t width_max, std::vector<FlowRow*>& rows) {
  if (rows.size() < 2) return;
  const bool is_matrix = IsMatrix(rows);
  const auto [shortest, longest] = ShortestAndLongestLead(rows);
  const bool wants_leads =
      HasLead(rows) &&
      (is_matrix || WereLeadsPadded(rows) ||
       (BeginAlike(rows) && longest - shortest <= kLeadSpreadMax));
  if (wants_leads) {
    AlignLeads(rows);
    if (!Fit(indent, width_max, rows)) {
      for (FlowRow* row : rows) row->gap = 1;
    }
  }
  if (is_matrix || WerePiecesPadded(rows)) {
    TryAlignPieces(indent, width_max, rows);
  }
}

}  // namespace stratagem::author
