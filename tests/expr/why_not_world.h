// tests/expr/why_not_world.h
//
// WhyNotWorld: facts of one customer, variables on top of them, and the verbs
// of the tests of why_not.h.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_EXPR_WHY_NOT_WORLD_H_
#define STRATAGEM_TESTS_EXPR_WHY_NOT_WORLD_H_

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/why_not.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {

class WhyNotWorld {
 public:
  WhyNotWorld& Add(Field field, const Value& value) {
    const Type type = Type::Of(field.type, field.optional);
    const int slot = static_cast<int>(world_.slots().size());
    world_.Declare(field.name, type, value, field.values);
    inputs_.push_back({std::move(field), slot, -1, false});
    return *this;
  }

  WhyNotWorld& Add(std::string name, ValueKind kind, const Value& value) {
    return Add(MakeField(std::move(name), kind), value);
  }

  // A name with atLeast(); `value` is one of `values`, best first.
  WhyNotWorld& AddRanked(std::string name, std::vector<std::string> values,
                         const std::string& value) {
    int64_t rank = 0;
    while (values[static_cast<size_t>(rank)] != value) ++rank;
    Field field = MakeField(name, ValueKind::kString);
    field.values = values;
    const int slot = static_cast<int>(world_.slots().size());
    world_.Declare("@rank", Type(TypeKind::kInt), Value::Int(rank));
    world_.Declare(std::move(name), Type(TypeKind::kString),
                   Value::String(arena_.CopyString(value)), std::move(values),
                   slot);
    inputs_.push_back({std::move(field), slot + 1, slot, false});
    return *this;
  }

  WhyNotWorld& AddClock(const Value& now) {
    Add("now", ValueKind::kTimestamp, now);
    inputs_.back().field.value_min = now;
    inputs_.back().is_last_resort = true;
    return *this;
  }

  WhyNotWorld& AddVariable(const std::string& name, const std::string& text) {
    programs_.push_back(Compiled(text));
    const size_t slot = world_.slots().size();
    world_.Declare("variables." + name, programs_.back()->type());
    lazy_.resize(slot + 1, nullptr);
    lazy_[slot] = programs_.back().get();
    return *this;
  }

  std::vector<FailingPart> Ask(const std::string& text) {
    programs_.push_back(Compiled(text));
    return WhyNot(*programs_.back(), world_.scope(), Facts(), inputs_, keep_,
                  steps_left_);
  }

  // What `text` is when the input has `value`.
  Value EvaluateWith(const std::string& text, size_t input,
                     const Value& value) {
    const std::unique_ptr<Program> program = Compiled(text);
    std::vector<Value> slots = world_.slots();
    slots[static_cast<size_t>(inputs_[input].slot)] = value;
    Frame frame = Facts();
    frame.slots = slots;
    return CopyInto(program->Evaluate(frame), keep_);
  }

  Value& value_of(size_t input) {
    return world_.slots()[static_cast<size_t>(inputs_[input].slot)];
  }
  const std::vector<Input>& inputs() const { return inputs_; }
  World& world() { return world_; }
  int64_t& steps_left() { return steps_left_; }

  static Field MakeField(std::string name, ValueKind kind) {
    Field field;
    field.name = std::move(name);
    field.type.kind = kind;
    return field;
  }

 private:
  std::unique_ptr<Program> Compiled(const std::string& text) {
    Diagnostics diagnostics;
    std::optional<Program> program =
        Compile(Source(text), world_.scope(), {}, diagnostics);
    EXPECT_TRUE(program.has_value()) << diagnostics.ToString();
    return std::make_unique<Program>(*std::move(program));
  }

  Frame Facts() {
    Frame frame;
    frame.slots = world_.slots();
    frame.lazy = lazy_;
    frame.arena = &arena_;
    return frame;
  }

  World world_;
  std::vector<Input> inputs_;
  std::vector<const Program*> lazy_;
  std::deque<std::unique_ptr<Program>> programs_;
  Arena arena_;
  Arena keep_;
  int64_t steps_left_ = 10 * kWhyNotStepsMax;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_EXPR_WHY_NOT_WORLD_H_
