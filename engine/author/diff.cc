#include "engine/author/diff.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::author {
namespace {

// "group: all, cost: 2": the properties of a thing that are not its defaults;
// those of its parts too.
std::string TextWithParts(const Outline& outline) {
  if (outline.children.empty()) return outline.text;
  std::vector<std::string> parts;
  for (const Outline& child : outline.children) {
    if (child.is_default) continue;
    const std::string text = TextWithParts(child);
    parts.push_back(text.empty() ? child.name
                    : child.children.empty()
                        ? absl::StrCat(child.name, ": ", text)
                        : absl::StrCat(child.name, " (", text, ")"));
  }
  return absl::StrJoin(parts, ", ");
}

using PlaceByName = absl::flat_hash_map<std::string, size_t>;

PlaceByName PlacesOf(const Outline& outline) {
  PlaceByName places;
  for (size_t i = 0; i < outline.children.size(); ++i) {
    places[outline.children[i].name] = i;
  }
  return places;
}

// Indexes into `sequence` of a longest ascending subsequence.
// Time: O(n log n).
std::vector<size_t> LongestAscending(const std::vector<size_t>& sequence) {
  std::vector<size_t> tails;  // tails[k]: where the best run of k + 1 ends.
  std::vector<std::optional<size_t>> previous(sequence.size());
  for (size_t i = 0; i < sequence.size(); ++i) {
    const auto tail = std::lower_bound(
        tails.begin(), tails.end(), sequence[i],
        [&](size_t at, size_t value) { return sequence[at] < value; });
    if (tail != tails.begin()) previous[i] = *(tail - 1);
    if (tail == tails.end()) {
      tails.push_back(i);
    } else {
      *tail = i;
    }
  }
  std::vector<size_t> run;
  if (tails.empty()) return run;
  for (std::optional<size_t> at = tails.back(); at.has_value();
       at = previous[*at]) {
    run.push_back(*at);
  }
  return run;
}

class Differ {
 public:
  std::vector<Change> Compare(const Outline& before, const Outline& after) {
    CompareParts(before, after);
    return std::move(changes_);
  }

 private:
  void Add(ChangeKind kind, const std::string& name, std::string before,
           std::string after) {
    Change change{kind, path_, std::move(before), std::move(after)};
    change.path.push_back(name);
    changes_.push_back(std::move(change));
  }

  void CompareParts(const Outline& before, const Outline& after) {
    const PlaceByName places = PlacesOf(before);
    const PlaceByName new_places = PlacesOf(after);
    const absl::flat_hash_set<std::string> moved =
        before.is_ordered && after.is_ordered
            ? MovedBetween(places, after)
            : absl::flat_hash_set<std::string>();
    const PlaceByName reworded =
        before.is_ordered && after.is_ordered
            ? RewordedBetween(before, after, places, new_places)
            : PlaceByName();
    absl::flat_hash_set<size_t> told;  // Lines of `before`.
    for (size_t i = 0; i < after.children.size(); ++i) {
      const Outline& child = after.children[i];
      const auto place = places.find(child.name);
      if (place == places.end()) {
        const auto old = reworded.find(child.name);
        if (old == reworded.end()) {
          CompareOneSided(ChangeKind::kAdded, child);
        } else {
          told.insert(old->second);
          Add(ChangeKind::kChanged, TextWithParts(child),
              before.children[old->second].name, child.name);
        }
        continue;
      }
      if (moved.contains(child.name)) {
        Add(ChangeKind::kMoved, child.name, absl::StrCat(place->second + 1),
            absl::StrCat(i + 1));
      }
      CompareThings(before.children[place->second], child);
    }
    for (size_t i = 0; i < before.children.size(); ++i) {
      const Outline& child = before.children[i];
      if (!new_places.contains(child.name) && !told.contains(i)) {
        CompareOneSided(ChangeKind::kRemoved, child);
      }
    }
  }

  // Lines of `after` whose condition alone is new, by name, and where each
  // stood in `before`: it gives the same, between the same lines that stay.
  static PlaceByName RewordedBetween(const Outline& before,
                                     const Outline& after,
                                     const PlaceByName& places,
                                     const PlaceByName& new_places) {
    // What a line gives, after the last line above it that stays.
    using Spot = std::pair<std::string, std::string>;
    absl::flat_hash_map<Spot, std::vector<size_t>> gone;
    std::string above;
    for (size_t i = 0; i < before.children.size(); ++i) {
      const Outline& line = before.children[i];
      if (new_places.contains(line.name)) {
        above = line.name;
      } else {
        gone[{above, TextWithParts(line)}].push_back(i);
      }
    }
    PlaceByName reworded;
    absl::flat_hash_map<Spot, size_t> used;
    above.clear();
    for (const Outline& line : after.children) {
      if (places.contains(line.name)) {
        above = line.name;
        continue;
      }
      const Spot spot = {above, TextWithParts(line)};
      const auto found = gone.find(spot);
      if (found == gone.end()) continue;
      if (size_t& next = used[spot]; next < found->second.size()) {
        reworded[line.name] = found->second[next++];
      }
    }
    return reworded;
  }

  void CompareThings(const Outline& before, const Outline& after) {
    if (before.text != after.text) {
      Add(ChangeKind::kChanged, after.name, before.text, after.text);
    }
    path_.push_back(after.name);
    CompareParts(before, after);
    path_.pop_back();
  }

  // A section that only one side has is nothing by itself.
  void CompareOneSided(ChangeKind kind, const Outline& outline) {
    if (path_.empty()) {
      path_.push_back(outline.name);
      for (const Outline& child : outline.children) {
        CompareOneSided(kind, child);
      }
      path_.pop_back();
      return;
    }
    const std::string text = TextWithParts(outline);
    const bool is_new = kind == ChangeKind::kAdded;
    Add(kind, outline.name, is_new ? "" : text, is_new ? text : "");
  }

  // The fewest lines that must move to get from one order to the other.
  static absl::flat_hash_set<std::string> MovedBetween(
      const PlaceByName& places, const Outline& after) {
    std::vector<size_t> sequence;
    std::vector<std::string> names;
    for (const Outline& child : after.children) {
      const auto place = places.find(child.name);
      if (place == places.end()) continue;
      sequence.push_back(place->second);
      names.push_back(child.name);
    }
    absl::flat_hash_set<std::string> moved(names.begin(), names.end());
    for (const size_t at : LongestAscending(sequence)) moved.erase(names[at]);
    return moved;
  }

  std::vector<std::string> path_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> Diff(const Outline& before, const Outline& after) {
  return Differ().Compare(before, after);
}

std::vector<Change> Diff(const pack::Model& before, const pack::Model& after) {
  return Diff(OutlineOf(before), OutlineOf(after));
}

}  // namespace stratagem::author
