// Numbers and times lie on a line of 64-bit keys, on which neighbours differ by
// one: integers themselves, doubles by the order of their bits, times by
// nanoseconds. So the exact place where a condition begins to pass is found by
// halving, whatever the arithmetic in it rounds.

#include "engine/expr/nearest_value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace stratagem::expr {
namespace {

using Key = int64_t;

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// Values next to the one found that are tried one by one.
constexpr Key kNeighbours = 16;
// Times go in circles of days, weeks and months: as many hours and days next to
// the one found are tried one by one.
constexpr Key kNanosPerHour = 3'600 * kNanosPerSecond;
constexpr Key kHoursTried = 8 * 24;
constexpr Key kDaysTried = 62;
// LIMIT: places on each side where one step of a question changes.
constexpr size_t kChangesMax = 16;
// Two doubles as close as this differ by rounding only.
constexpr double kRounding = 1e-12;
constexpr double kTiny = 1e-300;

Key KeyOfDouble(double number) {
  const auto bits = std::bit_cast<int64_t>(number);
  return bits >= 0 ? bits : std::numeric_limits<int64_t>::min() - bits;
}

double DoubleOfKey(Key key) {
  return std::bit_cast<double>(
      key >= 0 ? key : std::numeric_limits<int64_t>::min() - key);
}

// The values of one field in their order.
class Line {
 public:
  static std::optional<Line> Of(const Field& field) {
    Line line(field.type.kind);
    switch (field.type.kind) {
      case ValueKind::kInt:
      case ValueKind::kTimestamp:
      case ValueKind::kDuration:
        line.low_ = std::numeric_limits<Key>::min();
        line.high_ = std::numeric_limits<Key>::max();
        break;
      case ValueKind::kDouble:
        line.low_ = KeyOfDouble(std::numeric_limits<double>::lowest());
        line.high_ = KeyOfDouble(std::numeric_limits<double>::max());
        break;
      default:
        return std::nullopt;
    }
    if (field.value_min.has_value()) {
      line.low_ = line.KeyOf(*field.value_min).value_or(line.low_);
    }
    if (field.value_max.has_value()) {
      line.high_ = line.KeyOf(*field.value_max).value_or(line.high_);
    }
    return line;
  }

  Key low() const { return low_; }
  Key high() const { return high_; }
  bool Holds(Key key) const { return low_ <= key && key <= high_; }

  // Nullopt for values of other kinds, and times that nanoseconds do not reach.
  std::optional<Key> KeyOf(const Value& value) const {
    if (!value.is(kind_)) return std::nullopt;
    if (kind_ == ValueKind::kInt) return value.int_value();
    if (kind_ == ValueKind::kDouble) {
      if (!std::isfinite(value.double_value())) return std::nullopt;
      return KeyOfDouble(value.double_value());
    }
    constexpr int64_t kSecondsMax =
        std::numeric_limits<int64_t>::max() / kNanosPerSecond - 1;
    if (value.seconds() < -kSecondsMax || value.seconds() > kSecondsMax) {
      return std::nullopt;
    }
    return value.seconds() * kNanosPerSecond +
           static_cast<int64_t>(value.nanos());
  }

  Value At(Key key) const {
    if (kind_ == ValueKind::kInt) return Value::Int(key);
    if (kind_ == ValueKind::kDouble) return Value::Double(DoubleOfKey(key));
    int64_t seconds = key / kNanosPerSecond;
    int64_t nanos = key % kNanosPerSecond;
    if (nanos < 0) {
      nanos += kNanosPerSecond;
      --seconds;
    }
    return kind_ == ValueKind::kTimestamp
               ? Value::TimestampParts(seconds, static_cast<uint32_t>(nanos))
               : Value::DurationParts(seconds, static_cast<uint32_t>(nanos));
  }

  // Where a key stands as a number, so that distances mean something.
  long double Position(Key key) const {
    if (kind_ == ValueKind::kDouble) return DoubleOfKey(key);
    return static_cast<long double>(key);
  }

  // The key at `position`, or the end of the line that is nearest to it.
  Key Nearest(long double position) const {
    if (position <= Position(low_)) return low_;
    if (position >= Position(high_)) return high_;
    return kind_ == ValueKind::kDouble
               ? KeyOfDouble(static_cast<double>(position))
               : static_cast<Key>(position);
  }

  // How far values may reasonably lie beyond `key`.
  long double Reach(Key key) const {
    if (kind_ == ValueKind::kTimestamp || kind_ == ValueKind::kDuration) {
      return 10.0L * 366 * 86'400 * kNanosPerSecond;
    }
    return std::max(1e6L, 1000 * std::abs(Position(key)));
  }

  ValueKind kind() const { return kind_; }

 private:
  explicit Line(ValueKind kind) : kind_(kind) {}

  ValueKind kind_;
  Key low_ = 0;
  Key high_ = 0;
};

class NumberSearch {
 public:
  NumberSearch(const NearestQuestion& question, const Line& line)
      : question_(question), line_(line) {
    const std::optional<Key> found = line.KeyOf(question.found);
    is_absent_ = !found.has_value();
    start_ = std::clamp(found.value_or(0), line.low(), line.high());
  }

  std::optional<NearestValue> Find() {
    CollectHints();
    for (const auto& step : question_.steps) CollectChanges(step);
    if (is_absent_ && PassesEverywhere()) {
      return NearestValue{Value(), Fitting::kAnyValue, {}};
    }
    const std::optional<Key> best = Best();
    if (!best.has_value()) return std::nullopt;
    return Finish(*best);
  }

 private:
  bool Passes(Key key) const { return question_.passes(line_.At(key)); }

  void AddCandidate(Key key) {
    if (line_.Holds(key) && known_.insert(key).second) {
      candidates_.push_back(key);
    }
  }

  void AddWithNeighbours(Key key) {
    AddCandidate(key);
    if (key > line_.low()) AddCandidate(key - 1);
    if (key < line_.high()) AddCandidate(key + 1);
  }

  void CollectHints() {
    for (const Value& hint : question_.hints) {
      const std::optional<Key> key = line_.KeyOf(hint);
      if (key.has_value()) AddWithNeighbours(*key);
    }
    // A bound may be the last value that passes.
    if (question_.field.value_min.has_value()) AddCandidate(line_.low());
    if (question_.field.value_max.has_value()) AddCandidate(line_.high());
  }

  // Keys from one end of the line to the other, close to each other around the
  // start.
  std::vector<Key> Probes() const {
    std::vector<Key> probes = {start_};
    const uint64_t room_above =
        static_cast<uint64_t>(line_.high()) - static_cast<uint64_t>(start_);
    const uint64_t room_below =
        static_cast<uint64_t>(start_) - static_cast<uint64_t>(line_.low());
    const auto add = [&](Key distance) {
      const auto size = static_cast<uint64_t>(distance);
      if (size < room_above) probes.push_back(start_ + distance);
      if (size < room_below) probes.push_back(start_ - distance);
    };
    // Some steps go up and down: x % 7.
    for (Key distance = 1; distance <= kNeighbours; ++distance) add(distance);
    for (int shift = 0; shift < 63; ++shift) add(Key{1} << shift);
    if (line_.kind() == ValueKind::kTimestamp) {
      for (Key hours = 1; hours <= kHoursTried; ++hours) {
        add(hours * kNanosPerHour);
      }
      for (Key days = 1; days <= kDaysTried; ++days) {
        add(days * 24 * kNanosPerHour);
      }
    }
    probes.push_back(line_.low());
    probes.push_back(line_.high());
    std::sort(probes.begin(), probes.end());
    return probes;
  }

  // Adds both sides of each place where `step` changes.
  void CollectChanges(const std::function<Trial(const Value&)>& step) {
    const std::vector<Key> probes = Probes();
    const auto start = static_cast<size_t>(
        std::lower_bound(probes.begin(), probes.end(), start_) -
        probes.begin());
    // The nearest places first, as there may be too many.
    Trial before = step(line_.At(start_));
    size_t changes = 0;
    for (size_t i = start + 1; i < probes.size() && changes < kChangesMax;
         ++i) {
      const Trial after = step(line_.At(probes[i]));
      if (after != before) {
        AddChange(step, probes[i - 1], before, probes[i]);
        ++changes;
      }
      before = after;
    }
    before = step(line_.At(start_));
    changes = 0;
    for (size_t i = start; i > 0 && changes < kChangesMax; --i) {
      const Trial after = step(line_.At(probes[i - 1]));
      if (after != before) {
        AddChange(step, probes[i - 1], after, probes[i]);
        ++changes;
      }
      before = after;
    }
  }

  void AddChange(const std::function<Trial(const Value&)>& step, Key low,
                 Trial at_low, Key high) {
    while (static_cast<uint64_t>(high) - static_cast<uint64_t>(low) > 1) {
      const Key middle = std::midpoint(low, high);
      (step(line_.At(middle)) == at_low ? low : high) = middle;
    }
    AddCandidate(low);
    AddCandidate(high);
  }

  bool PassesEverywhere() const {
    for (const Key key : candidates_) {
      if (!Passes(key)) return false;
    }
    const long double reach = line_.Reach(start_);
    const long double center = line_.Position(start_);
    for (const long double offset : {0.0L, 1.0L, reach / 1000, reach}) {
      if (!Passes(line_.Nearest(center + offset)) ||
          !Passes(line_.Nearest(center - offset))) {
        return false;
      }
    }
    return true;
  }

  // True where passing begins or ends.
  bool IsEdge(Key key) const {
    return (key > line_.low() && !Passes(key - 1)) ||
           (key < line_.high() && !Passes(key + 1));
  }

  std::optional<Key> Best() const {
    std::optional<Key> best;
    long double best_distance = 0;
    for (const Key key : candidates_) {
      const long double distance =
          std::abs(line_.Position(key) - line_.Position(start_));
      if (best.has_value() && distance >= best_distance) continue;
      if (!Passes(key)) continue;
      // Without a value to start from, the nearest is where passing begins.
      if (is_absent_ && !IsEdge(key)) continue;
      best = key;
      best_distance = distance;
    }
    return best;
  }

  // Whether all values that may reasonably come up beyond `key` pass too.
  bool PassesBeyond(Key key, int direction) const {
    const Key end = direction > 0 ? line_.high() : line_.low();
    if (key == end || !Passes(key + direction)) return false;
    const long double reach = line_.Reach(key);
    for (int i = 0; i <= 20; ++i) {
      const long double offset = std::ldexp(reach, -2 * i) * direction;
      if (!Passes(line_.Nearest(line_.Position(key) + offset))) return false;
    }
    return true;
  }

  NearestValue Finish(Key key) const {
    int direction = key > start_ ? 1 : -1;
    if (is_absent_) {
      direction = key > line_.low() && !Passes(key - 1) ? 1 : -1;
    }
    const bool is_open = PassesBeyond(key, direction);
    Fitting inside = Fitting::kExactly;
    Fitting beyond = Fitting::kExactly;
    if (is_open) {
      inside = direction > 0 ? Fitting::kAtLeast : Fitting::kAtMost;
      beyond = direction > 0 ? Fitting::kMoreThan : Fitting::kLessThan;
    }
    for (const Key round : Rounded(key, direction)) {
      if (!line_.Holds(round)) continue;
      if (Passes(round)) return {line_.At(round), inside, {}};
      if (is_open) return {line_.At(round), beyond, {}};
    }
    return {line_.At(key), inside, {}};
  }

  // Values that differ from `key` by rounding only, the shortest first.
  std::vector<Key> Rounded(Key key, int direction) const {
    std::vector<Key> rounded;
    if (line_.kind() == ValueKind::kDouble) {
      const double exact = DoubleOfKey(key);
      if (std::abs(exact) < kTiny) rounded.push_back(0);
      for (int digits = 1; digits <= 17; ++digits) {
        double shorter = 0;
        if (absl::SimpleAtod(absl::StrFormat("%.*g", digits, exact),
                             &shorter) &&
            std::abs(shorter - exact) <= kRounding * std::abs(exact)) {
          rounded.push_back(KeyOfDouble(shorter));
        }
      }
    } else if (line_.kind() != ValueKind::kInt && key % kNanosPerSecond != 0) {
      const Key before = key - direction;
      if (before % kNanosPerSecond == 0) rounded.push_back(before);
    }
    return rounded;
  }

  const NearestQuestion& question_;
  const Line& line_;
  bool is_absent_ = false;
  Key start_ = 0;  // What was found, or 0.
  std::vector<Key> candidates_;
  std::set<Key> known_;  // The candidates.
};

bool IsSame(const Value& a, const Value& b) {
  return a.is(ValueKind::kString) && b.is(ValueKind::kString) &&
         a.text() == b.text();
}

std::vector<Value> Words(const NearestQuestion& question) {
  std::vector<Value> words;
  for (const std::string& word : question.field.values) {
    words.push_back(Value::String(word));
  }
  if (!words.empty()) return words;
  for (const Value& hint : question.hints) {
    if (!hint.is(ValueKind::kString)) continue;
    if (std::none_of(words.begin(), words.end(), [&hint](const Value& word) {
          return IsSame(word, hint);
        })) {
      words.push_back(hint);
    }
  }
  return words;
}

std::optional<NearestValue> FindRank(const NearestQuestion& question,
                                     const std::vector<bool>& passing) {
  const std::vector<std::string>& values = question.field.values;
  const auto count = static_cast<int>(values.size());
  const auto found = static_cast<int>(
      std::find_if(values.begin(), values.end(),
                   [&question](const std::string& value) {
                     return IsSame(Value::String(value), question.found);
                   }) -
      values.begin());
  for (int distance = 1; distance <= count; ++distance) {
    for (const int direction : {-1, 1}) {
      const int rank = found + direction * distance;
      if (rank < 0 || rank >= count || !passing[static_cast<size_t>(rank)]) {
        continue;
      }
      bool all_beyond = rank + direction >= 0 && rank + direction < count;
      for (int i = rank; i >= 0 && i < count; i += direction) {
        all_beyond = all_beyond && passing[static_cast<size_t>(i)];
      }
      NearestValue nearest;
      nearest.value = Value::String(values[static_cast<size_t>(rank)]);
      if (all_beyond) {
        // The best is the first.
        nearest.fitting = direction < 0 ? Fitting::kAtLeast : Fitting::kAtMost;
      }
      return nearest;
    }
  }
  return std::nullopt;
}

std::optional<NearestValue> FindWord(const NearestQuestion& question) {
  const std::vector<Value> words = Words(question);
  std::vector<bool> passing;
  for (const Value& word : words) {
    passing.push_back(!IsSame(word, question.found) && question.passes(word));
  }
  if (question.found.is_missing() &&
      std::find(passing.begin(), passing.end(), false) == passing.end() &&
      (!question.field.values.empty() ||
       (question.passes(Value::String("a")) &&
        question.passes(Value::String("b"))))) {
    return NearestValue{Value(), Fitting::kAnyValue, {}};
  }
  if (question.ranked) return FindRank(question, passing);
  std::optional<NearestValue> nearest;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!passing[i]) continue;
    if (!nearest.has_value()) {
      nearest = NearestValue{words[i], Fitting::kExactly, {}};
    } else if (nearest->also.size() < kAlsoMax) {
      nearest->also.push_back(words[i]);
    }
  }
  return nearest;
}

std::optional<NearestValue> FindBool(const NearestQuestion& question) {
  const bool yes = question.passes(Value::Bool(true));
  const bool no = question.passes(Value::Bool(false));
  if (yes && no) return NearestValue{Value(), Fitting::kAnyValue, {}};
  if (!yes && !no) return std::nullopt;
  return NearestValue{Value::Bool(yes), Fitting::kExactly, {}};
}

std::optional<NearestValue> FindValue(const NearestQuestion& question) {
  const std::optional<Line> line = Line::Of(question.field);
  if (line.has_value()) return NumberSearch(question, *line).Find();
  const ValueKind kind = question.field.type.kind;
  if (kind == ValueKind::kString) return FindWord(question);
  if (kind == ValueKind::kBool) return FindBool(question);
  // Of lists and maps only that there is one.
  const Value empty =
      kind == ValueKind::kMap ? Value::Map({}) : Value::List({});
  if (question.found.is_missing() && question.passes(empty)) {
    return NearestValue{Value(), Fitting::kAnyValue, {}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<NearestValue> FindNearest(const NearestQuestion& question) {
  std::optional<NearestValue> nearest = FindValue(question);
  if (!nearest.has_value() && question.field.optional &&
      !question.found.is_missing() && question.passes(Value())) {
    return NearestValue{Value(), Fitting::kNoValue, {}};
  }
  return nearest;
}

}  // namespace stratagem::expr
