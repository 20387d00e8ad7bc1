#include "engine/expr/why_not.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/expr/condition_tree.h"

namespace stratagem::expr {
namespace {

using Kind = ConditionNode::Kind;

// LIMIT: values of a list that an input is compared with.
constexpr size_t kHintsMax = 256;
// What a trial and what a slot of it cost beside the instructions executed.
constexpr int64_t kStepsPerTrial = 4;
constexpr int64_t kStepsPerReset = 8;
// Slots that are copied in the time of an instruction.
constexpr int64_t kSlotsPerStep = 4;

// The facts of a frame, with one input at a time thought different.
class OtherFacts {
 public:
  OtherFacts(const Frame& frame, std::span<const Input> inputs,
             int64_t steps_left)
      : base_(frame.slots.begin(), frame.slots.end()),
        slots_(base_),
        inputs_(inputs),
        steps_left_(steps_left) {
    frame_.slots = slots_;
    frame_.lazy = frame.lazy;
    frame_.arena = &arena_;
  }

  // All slots that `program` reads, through variables too.
  const std::set<int>& Reads(const Program& program) {
    std::set<int>& reads = reads_[&program];
    if (reads.empty()) AddReads(program, reads);
    return reads;
  }

  bool Reads(const Program& program, size_t input) {
    const std::set<int>& reads = Reads(program);
    return reads.contains(inputs_[input].slot) ||
           reads.contains(inputs_[input].rank_slot);
  }

  // From here on `input` has `value`.
  void Set(size_t input, const Value& value) {
    // Nothing is evaluated any more.
    if (steps_left_ <= 0) return;
    Reset(input);
    const Input& changed = inputs_[input];
    At(slots_, changed.slot) = value;
    if (changed.rank_slot < 0) return;
    const std::vector<std::string>& values = changed.field.values;
    steps_left_ -= static_cast<int64_t>(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      if (value.is(ValueKind::kString) && values[i] == value.text()) {
        At(slots_, changed.rank_slot) = Value::Int(static_cast<int64_t>(i));
      }
    }
  }

  // Everything is again as it was.
  void Restore(size_t input) {
    const Input& changed = inputs_[input];
    Reset(input);
    At(slots_, changed.slot) = At(base_, changed.slot);
    if (changed.rank_slot >= 0) {
      At(slots_, changed.rank_slot) = At(base_, changed.rank_slot);
    }
  }

  const Value& Found(size_t input) const {
    return base_[static_cast<size_t>(inputs_[input].slot)];
  }

  Value Evaluate(const Program& program) {
    if (steps_left_ <= 0) return Value::Error(ErrorCode::kStepLimit);
    const int64_t given = std::min(steps_left_, kEvaluationStepsMax);
    frame_.steps_left = given;
    const Value value = program.Evaluate(frame_);
    steps_left_ -=
        given - std::max<int64_t>(frame_.steps_left, 0) + kStepsPerTrial;
    return value;
  }

  Trial Try(const Program& program) {
    const Value value = Evaluate(program);
    if (!value.is(ValueKind::kBool)) return Trial::kError;
    return value.bool_value() ? Trial::kTrue : Trial::kFalse;
  }

  int64_t steps_left() const { return std::max<int64_t>(steps_left_, 0); }

 private:
  static Value& At(std::vector<Value>& slots, int slot) {
    return slots[static_cast<size_t>(slot)];
  }

  const Program* LazyAt(int slot) const {
    const auto index = static_cast<size_t>(slot);
    return index < frame_.lazy.size() ? frame_.lazy[index] : nullptr;
  }

  void AddReads(const Program& program, std::set<int>& reads) {
    steps_left_ -=
        kStepsPerTrial * static_cast<int64_t>(program.slots_read().size());
    if (steps_left_ <= 0) return;
    for (const int slot : program.slots_read()) {
      if (!reads.insert(slot).second || LazyAt(slot) == nullptr) continue;
      lazies_.insert(slot);
      AddReads(*LazyAt(slot), reads);
    }
  }

  // Variables are computed anew, in an empty arena: those that read `input`
  // because it changes, those that were not yet computed because their values
  // stand in that arena.
  void Reset(size_t input) {
    arena_.Reset();
    steps_left_ -= kStepsPerReset * (1 + static_cast<int64_t>(lazies_.size()));
    for (const int slot : lazies_) {
      At(slots_, slot) =
          Reads(*LazyAt(slot), input) ? Value() : At(base_, slot);
    }
  }

  std::vector<Value> base_;
  std::vector<Value> slots_;
  const std::span<const Input> inputs_;
  Arena arena_{kDecisionArenaBytesMax};
  Frame frame_;
  std::map<const Program*, std::set<int>> reads_;
  std::set<int> lazies_;
  int64_t steps_left_;
};

class Search {
 public:
  Search(const ConditionTree& tree, const Frame& frame,
         std::span<const Input> inputs, Arena& keep, int64_t steps_left)
      : tree_(tree),
        facts_(frame, inputs, steps_left),
        inputs_(inputs),
        keep_(keep) {
    for (const ConditionAtom& atom : tree.atoms) facts_.Reads(atom.program);
    for (size_t i = 0; i < inputs.size(); ++i) {
      inputs_of_slot_.emplace_back(inputs[i].slot, i);
      if (inputs[i].rank_slot >= 0) {
        inputs_of_slot_.emplace_back(inputs[i].rank_slot, i);
      }
    }
    std::sort(inputs_of_slot_.begin(), inputs_of_slot_.end());
  }

  std::vector<FailingPart> Run() {
    if (Holds(tree_.root)) return {};
    Sort(tree_.root);
    // What ran out of steps says nothing of the parts.
    if (steps_left() == 0) return {{tree_.root.text, {}}};
    std::vector<FailingPart> failing;
    for (const std::vector<const ConditionNode*>& part : Merged()) {
      failing.push_back(Explain(part));
    }
    return failing;
  }

  int64_t steps_left() const { return facts_.steps_left(); }

 private:
  using Nodes = std::vector<const ConditionNode*>;

  bool Holds(const ConditionNode& node) {
    switch (node.kind) {
      case Kind::kAtom:
        return HoldsAtom(tree_.atoms[node.atom]);
      case Kind::kAll:
        for (const ConditionNode& part : node.parts) {
          if (!Holds(part)) return false;
        }
        return true;
      case Kind::kAny:
        for (const ConditionNode& part : node.parts) {
          if (Holds(part)) return true;
        }
        return false;
    }
    return false;
  }

  bool HoldsAtom(const ConditionAtom& atom) {
    return facts_.Try(atom.program) ==
           (atom.wanted ? Trial::kTrue : Trial::kFalse);
  }

  bool HoldAll(const Nodes& nodes) {
    for (const ConditionNode* const node : nodes) {
      if (!Holds(*node)) return false;
    }
    return true;
  }

  // What all of `node` takes, into what holds already and what fails.
  void Sort(const ConditionNode& node) {
    if (Holds(node)) {
      holding_.push_back(&node);
    } else if (node.kind == Kind::kAll) {
      for (const ConditionNode& part : node.parts) Sort(part);
    } else {
      failing_.push_back(&node);
    }
  }

  void AddAtoms(const ConditionNode& node,
                std::vector<const ConditionAtom*>& atoms) const {
    if (node.kind == Kind::kAtom) atoms.push_back(&tree_.atoms[node.atom]);
    for (const ConditionNode& part : node.parts) AddAtoms(part, atoms);
  }

  std::vector<const ConditionAtom*> AtomsOf(const Nodes& nodes) const {
    std::vector<const ConditionAtom*> atoms;
    for (const ConditionNode* const node : nodes) AddAtoms(*node, atoms);
    return atoms;
  }

  // The inputs that `atom` reads, in their own order.
  std::set<size_t> InputsOf(const ConditionAtom& atom) {
    std::set<size_t> read;
    for (const int slot : facts_.Reads(atom.program)) {
      for (auto it =
               std::lower_bound(inputs_of_slot_.begin(), inputs_of_slot_.end(),
                                std::pair<int, size_t>(slot, 0));
           it != inputs_of_slot_.end() && it->first == slot; ++it) {
        read.insert(it->second);
      }
    }
    return read;
  }

  // The inputs that `nodes` read, in the order in which atoms read them.
  std::vector<size_t> InputsOf(const Nodes& nodes) {
    std::vector<size_t> read;
    std::vector<size_t> last_resort;
    for (const ConditionAtom* const atom : AtomsOf(nodes)) {
      for (const size_t input : InputsOf(*atom)) {
        std::vector<size_t>& list =
            inputs_[input].is_last_resort ? last_resort : read;
        if (std::find(list.begin(), list.end(), input) == list.end()) {
          list.push_back(input);
        }
      }
    }
    return read.empty() ? last_resort : read;
  }

  // Failing parts, those of one and the same input together.
  std::vector<Nodes> Merged() {
    std::vector<Nodes> parts;
    std::map<size_t, size_t> part_of_input;
    for (const ConditionNode* const node : failing_) {
      const std::vector<size_t> inputs = InputsOf({node});
      if (inputs.size() == 1) {
        const auto [found, is_new] =
            part_of_input.try_emplace(inputs[0], parts.size());
        if (!is_new) {
          parts[found->second].push_back(node);
          continue;
        }
      }
      parts.push_back({node});
    }
    return parts;
  }

  static std::string TextOf(const Nodes& part) {
    std::string text;
    for (const ConditionNode* const node : part) {
      const bool is_looser = node->kind == Kind::kAny && part.size() > 1;
      absl::StrAppend(&text, text.empty() ? "" : " && ", is_looser ? "(" : "",
                      node->text, is_looser ? ")" : "");
    }
    return text;
  }

  FailingPart Explain(const Nodes& part) {
    FailingPart failing;
    failing.condition = TextOf(part);
    std::vector<size_t> inputs = InputsOf(part);
    if (inputs.size() > kInputsTriedMax) inputs.resize(kInputsTriedMax);
    for (const size_t input : inputs) {
      if (steps_left() == 0) break;
      std::optional<InputChange> change = Change(part, input);
      if (change.has_value()) failing.changes.push_back(*std::move(change));
    }
    return failing;
  }

  std::optional<InputChange> Change(const Nodes& part, size_t input) {
    const std::vector<Value> hints = Hints(input);
    const auto steps = Steps(input);
    const NearestQuestion question{.field = inputs_[input].field,
                                   .found = facts_.Found(input),
                                   .ranked = inputs_[input].rank_slot >= 0,
                                   .hints = hints,
                                   .passes =
                                       [&](const Value& value) {
                                         facts_.Set(input, value);
                                         return HoldAll(part) &&
                                                HoldAll(holding_);
                                       },
                                   .steps = steps};
    const std::optional<NearestValue> nearest = FindNearest(question);
    std::optional<InputChange> change;
    // An answer that ran out of steps is none.
    if (nearest.has_value() && facts_.steps_left() > 0) {
      change = InputChange{ConditionAt(part, input, *nearest),
                           input,
                           CopyInto(facts_.Found(input), keep_),
                           {}};
      change->nearest.fitting = nearest->fitting;
      change->nearest.value = CopyInto(nearest->value, keep_);
      for (const Value& other : nearest->also) {
        change->nearest.also.push_back(CopyInto(other, keep_));
      }
    }
    facts_.Restore(input);
    return change;
  }

  // What of `part` fails now and would pass with `nearest`: a comparison if
  // there is one.
  std::string ConditionAt(const Nodes& part, size_t input,
                          const NearestValue& nearest) {
    const ConditionAtom* first = nullptr;
    for (const ConditionAtom* const atom : AtomsOf(part)) {
      if (!facts_.Reads(atom->program, input)) continue;
      if (first != nullptr && atom->function.empty()) continue;
      if (!Turns(*atom, input, nearest)) continue;
      if (!atom->function.empty()) return atom->text;
      first = atom;
    }
    return first == nullptr ? TextOf(part) : first->text;
  }

  bool Turns(const ConditionAtom& atom, size_t input,
             const NearestValue& nearest) {
    facts_.Restore(input);
    if (HoldsAtom(atom)) return false;
    // Of those the value itself fails.
    if (nearest.fitting == Fitting::kMoreThan ||
        nearest.fitting == Fitting::kLessThan) {
      return true;
    }
    facts_.Set(input, nearest.value);
    return HoldsAtom(atom);
  }

  // Values that `input` is compared with as it stands.
  std::vector<Value> Hints(size_t input) {
    std::vector<Value> hints;
    facts_.Restore(input);
    for (const ConditionAtom& atom : tree_.atoms) {
      if (!atom.left.has_value() || !atom.right.has_value()) continue;
      if (IsDirect(*atom.left, *atom.right, input)) {
        AddHints(facts_.Evaluate(atom.right->program), hints);
      } else if (IsDirect(*atom.right, *atom.left, input)) {
        AddHints(facts_.Evaluate(atom.left->program), hints);
      }
    }
    return hints;
  }

  // Whether `side` is the input and `other` does not depend on it.
  bool IsDirect(const ComparedSide& side, const ComparedSide& other,
                size_t input) {
    return side.slot == inputs_[input].slot &&
           !facts_.Reads(other.program, input);
  }

  // Kept, as the arena of trials does not last.
  void AddHints(const Value& value, std::vector<Value>& hints) {
    if (value.is(ValueKind::kList)) {
      for (const Value& item : value.list()) AddHints(item, hints);
    } else if (value.is(ValueKind::kMap)) {
      for (const MapEntry& entry : value.map()) AddHints(entry.key, hints);
    } else if (value.is(ValueKind::kOptional)) {
      if (value.optional() != nullptr) AddHints(*value.optional(), hints);
    } else if (!value.is_error() && hints.size() < kHintsMax) {
      hints.push_back(CopyInto(value, keep_));
    }
  }

  // The comparisons of `input` that hints do not tell.
  std::vector<std::function<Trial(const Value&)>> Steps(size_t input) {
    std::vector<std::function<Trial(const Value&)>> steps;
    for (const ConditionAtom& atom : tree_.atoms) {
      if (!facts_.Reads(atom.program, input)) continue;
      if (atom.left.has_value() && atom.right.has_value() &&
          (IsDirect(*atom.left, *atom.right, input) ||
           IsDirect(*atom.right, *atom.left, input))) {
        continue;
      }
      for (const Program* const program :
           {&atom.program, OrNull(atom.less), OrNull(atom.less_or_equal)}) {
        if (program == nullptr) continue;
        steps.push_back([this, input, program](const Value& value) {
          facts_.Set(input, value);
          return facts_.Try(*program);
        });
      }
    }
    return steps;
  }

  static const Program* OrNull(const std::optional<Program>& program) {
    return program.has_value() ? &*program : nullptr;
  }

  const ConditionTree& tree_;
  OtherFacts facts_;
  const std::span<const Input> inputs_;
  Arena& keep_;
  std::vector<std::pair<int, size_t>> inputs_of_slot_;  // Ascending.
  Nodes holding_;
  Nodes failing_;
};

}  // namespace

std::vector<FailingPart> WhyNot(const Program& condition, const Scope& scope,
                                const Frame& frame,
                                std::span<const Input> inputs, Arena& keep,
                                int64_t& steps_left) {
  const std::vector<FailingPart> whole = {
      {std::string(condition.source().text()), {}}};
  const int64_t given = std::min(steps_left, kWhyNotStepsMax);
  int64_t left =
      given -
      static_cast<int64_t>(frame.slots.size() + inputs.size()) / kSlotsPerStep;
  if (left <= 0) {
    steps_left = std::max<int64_t>(steps_left - given, 0);
    return whole;
  }
  const std::optional<ConditionTree> tree =
      TakeApart(condition.source(), scope, frame.lazy, left);
  if (!tree.has_value()) {
    const bool is_out_of_steps = left <= 0;
    steps_left -= given - std::max<int64_t>(left, 0);
    if (!is_out_of_steps) return {};
    return whole;
  }
  Search search(*tree, frame, inputs, keep, left);
  std::vector<FailingPart> failing = search.Run();
  steps_left -= given - search.steps_left();
  return failing;
}

}  // namespace stratagem::expr
