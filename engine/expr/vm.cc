// One loop over one flat stack. Three ideas carry it:
//
// - Errors are ordinary values. A strict instruction that meets one passes it
//   on, so && and || can absorb it without unwinding anything.
// - A lazy slot suspends the program that read it: the machine notes where it
//   stood, runs the slot's program on the stack above, stores the result and
//   repeats the load. However long a chain of variables is, the native stack
//   does not grow. The bindings of a let are filled in the same way; their
//   values stand on the stack and their code in the same program.
// - A program pays for its instructions when it starts and loops pay a turn at
//   a time, so straight code needs no counting.

#include "engine/expr/vm.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/expr/arithmetic.h"
#include "engine/expr/ast.h"
#include "engine/expr/construct.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/loop.h"
#include "engine/expr/vm_operations.h"

namespace stratagem::expr {
namespace {

// Where one program stands: what suspends and resumes.
struct Position {
  const ProgramCode* code = nullptr;
  size_t base = 0;  // Of its values in the frame's stack.
  const Instruction* ip = nullptr;
  Value* sp = nullptr;  // One past the top.
};

class Machine {
 public:
  explicit Machine(Frame& frame)
      : frame_(frame),
        evaluation_(frame.arena, frame.steps_left),
        suspended_before_(frame.suspended.size()) {}

  Value Execute(const ProgramCode& code, EntryPoint entry);

 private:
  bool Enter(const ProgramCode& code, size_t base, EntryPoint entry);
  bool Suspend(const Program& lazy, uint32_t slot);
  void SuspendFor(const LazyPlace& lazy);
  bool Resume(const Value& value);
  const Program* Lazy(uint32_t slot) const {
    return slot < frame_.lazy.size() ? frame_.lazy[slot] : nullptr;
  }
  bool Load(const Instruction& at);
  Value StepLimit();

  Frame& frame_;
  Evaluation evaluation_;
  size_t suspended_before_;
  Position now_;
};

// Makes room for `code` and charges it. Returns false at the step limit.
bool Machine::Enter(const ProgramCode& code, size_t base, EntryPoint entry) {
  STRATAGEM_CHECK(code.slots_read.empty() ||
                  static_cast<size_t>(code.slots_read.back()) <
                      frame_.slots.size());
  const size_t size = base + code.stack_max;
  if (frame_.stack.size() < size) frame_.stack.resize(size);
  now_ = {&code, base, code.instructions.data() + entry.instruction,
          frame_.stack.data() + base + entry.depth};
  return evaluation_.Charge(
      static_cast<int64_t>(code.instructions.size() - entry.instruction));
}

// Starts the program of a lazy slot; `now_.ip` is the load to repeat after it.
bool Machine::Suspend(const Program& lazy, uint32_t slot) {
  const auto top = static_cast<size_t>(now_.sp - frame_.stack.data());
  const auto instruction =
      static_cast<size_t>(now_.ip - now_.code->instructions.data());
  frame_.suspended.push_back(
      {now_.code, now_.base, top, instruction, slot, false});
  return Enter(lazy.code(), top, {});
}

// Starts the code of a lazy place; `now_.ip` is the load to repeat after it.
void Machine::SuspendFor(const LazyPlace& lazy) {
  const auto top = static_cast<size_t>(now_.sp - frame_.stack.data());
  const auto instruction =
      static_cast<size_t>(now_.ip - now_.code->instructions.data());
  frame_.suspended.push_back(
      {now_.code, now_.base, top, instruction, now_.base + lazy.place, true});
  now_.ip = now_.code->instructions.data() + lazy.instruction;
  now_.sp = frame_.stack.data() + now_.base + lazy.depth;
}

// Fills what was waited for. Returns false when nothing was.
bool Machine::Resume(const Value& value) {
  if (frame_.suspended.size() == suspended_before_) return false;
  const SuspendedProgram waiting = frame_.suspended.back();
  frame_.suspended.pop_back();
  (waiting.in_stack ? frame_.stack[waiting.waits_for]
                    : frame_.slots[waiting.waits_for]) = value;
  now_ = {waiting.code, waiting.base,
          waiting.code->instructions.data() + waiting.instruction,
          frame_.stack.data() + waiting.top};
  return true;
}

// Pushes a slot. Returns false at the step limit.
bool Machine::Load(const Instruction& at) {
  const Value& slot = frame_.slots[at.a];
  const bool optional = at.op == Opcode::kLoadOptionalSlot;
  if (slot.is_missing()) {
    if (const Program* lazy = Lazy(at.a)) return Suspend(*lazy, at.a);
    *now_.sp++ = optional ? Value::Optional(nullptr)
                          : Value::Error(ErrorCode::kNoValue, at.node);
  } else if (slot.is_error()) {
    // The node of an error belongs to the program that failed, not to this.
    *now_.sp++ = Value::Error(slot.error_code(), at.node);
  } else {
    *now_.sp++ = optional && !slot.is(ValueKind::kOptional)
                     ? Value::Optional(&slot)
                     : slot;
  }
  ++now_.ip;
  return true;
}

// Gives up the whole evaluation, blaming the entry program's own instruction.
Value Machine::StepLimit() {
  NodeId node = now_.ip->node;
  if (frame_.suspended.size() > suspended_before_) {
    const SuspendedProgram& first = frame_.suspended[suspended_before_];
    node = first.code->instructions[first.instruction].node;
  }
  frame_.suspended.resize(suspended_before_);
  return Value::Error(ErrorCode::kStepLimit, node);
}

Value Machine::Execute(const ProgramCode& code, EntryPoint entry) {
  if (!Enter(code, 0, entry)) return StepLimit();
  const Instruction* ip = now_.ip;
  Value* sp = now_.sp;
  const auto go = [this](uint32_t target) {
    return now_.code->instructions.data() + target;
  };
  const auto over_limit = [this] { return frame_.steps_left < 0; };
  const auto stop = [this](const Instruction& at) {
    now_.ip = &at;
    return StepLimit();
  };
  for (;;) {
    const Instruction& at = *ip++;
    const NodeId node = at.node;
    const Operation two{at, sp, *now_.code};
    switch (at.op) {
      case Opcode::kReturn:
        if (!Resume(sp[-1])) return sp[-1];
        ip = now_.ip;
        sp = now_.sp;
        break;
      case Opcode::kConstant:
        *sp++ = now_.code->constants[at.a];
        break;
      case Opcode::kLoadSlot:
        // What all but the first reading of a lazy slot and absent facts take.
        if (const Value& slot = frame_.slots[at.a];
            !slot.is_missing() && !slot.is_error()) [[likely]] {
          *sp++ = slot;
          break;
        }
        [[fallthrough]];
      case Opcode::kLoadOptionalSlot:
        now_.ip = &at;
        now_.sp = sp;
        if (!Load(at)) return StepLimit();
        ip = now_.ip;
        sp = now_.sp;
        break;
      case Opcode::kLoadLocal:
        *sp++ = frame_.stack[now_.base + at.a];
        break;
      case Opcode::kLoadLazy: {
        const LazyPlace& lazy = now_.code->lazies[at.a];
        const Value& held = frame_.stack[now_.base + lazy.place];
        if (!held.is_missing()) [[likely]] {
          *sp++ = held;
          break;
        }
        now_.ip = &at;
        now_.sp = sp;
        SuspendFor(lazy);
        ip = now_.ip;
        sp = now_.sp;
        break;
      }

      case Opcode::kJump:
        ip = go(at.a);
        break;
      case Opcode::kJumpIfFalse:
        if (sp[-1].is(ValueKind::kBool) && !sp[-1].bool_value()) ip = go(at.a);
        break;
      case Opcode::kJumpIfTrue:
        if (sp[-1].is(ValueKind::kBool) && sp[-1].bool_value()) ip = go(at.a);
        break;
      case Opcode::kAnd:
        sp[-2] = Combine(sp - 2, false, node);
        --sp;
        break;
      case Opcode::kOr:
        sp[-2] = Combine(sp - 2, true, node);
        --sp;
        break;
      case Opcode::kNot:
        Unary<ValueKind::kBool>(sp[-1], node, [](const Value& a) {
          return Value::Bool(!a.bool_value());
        });
        break;
      case Opcode::kBranch:
        if (sp[-1].is(ValueKind::kBool)) {
          if (!(--sp)->bool_value()) ip = go(at.a);
        } else {
          sp[-1] = Refuse(sp - 1, 1, node);
          ip = go(at.a - 1);
        }
        break;
      case Opcode::kOptionalBranch:
        if (!sp[-1].is(ValueKind::kOptional)) {
          sp[-1] = Refuse(sp - 1, 1, node);
          ip = go(at.a);
        } else if (const Value* held = sp[-1].optional()) {
          if (at.b == 1) sp[-1] = *held;
          ip = go(at.a);
        } else {
          --sp;
        }
        break;

      case Opcode::kAddInt:
        sp = OnInts(two, AddNumbers<int64_t>);
        break;
      case Opcode::kSubtractInt:
        sp = OnInts(two, SubtractNumbers<int64_t>);
        break;
      case Opcode::kMultiplyInt:
        sp = OnInts(two, MultiplyNumbers<int64_t>);
        break;
      case Opcode::kDivideInt:
        sp = OnInts(two, DivideNumbers<int64_t>);
        break;
      case Opcode::kModuloInt:
        sp = OnInts(two, ModuloNumbers<int64_t>);
        break;
      case Opcode::kNegateInt:
        Unary<ValueKind::kInt>(sp[-1], node, [](const Value& a) {
          return NegateInt(a.int_value());
        });
        break;
      case Opcode::kAddDouble:
        sp = OnDoubles(two,
                       [](double a, double b) { return Value::Double(a + b); });
        break;
      case Opcode::kSubtractDouble:
        sp = OnDoubles(two,
                       [](double a, double b) { return Value::Double(a - b); });
        break;
      case Opcode::kMultiplyDouble:
        sp = OnDoubles(two,
                       [](double a, double b) { return Value::Double(a * b); });
        break;
      case Opcode::kDivideDouble:
        sp = OnDoubles(two,
                       [](double a, double b) { return Value::Double(a / b); });
        break;
      case Opcode::kNegateDouble:
        Unary<ValueKind::kDouble>(sp[-1], node, [](const Value& a) {
          return Value::Double(-a.double_value());
        });
        break;

      case Opcode::kAddUint:
        sp = OnUints(two, AddNumbers<uint64_t>);
        break;
      case Opcode::kSubtractUint:
        sp = OnUints(two, SubtractNumbers<uint64_t>);
        break;
      case Opcode::kMultiplyUint:
        sp = OnUints(two, MultiplyNumbers<uint64_t>);
        break;
      case Opcode::kDivideUint:
        sp = OnUints(two, DivideNumbers<uint64_t>);
        break;
      case Opcode::kModuloUint:
        sp = OnUints(two, ModuloNumbers<uint64_t>);
        break;

      case Opcode::kEqualInt:
        sp = OnInts(two, kEqual);
        break;
      case Opcode::kNotEqualInt:
        sp = OnInts(two, kNotEqual);
        break;
      case Opcode::kLessInt:
        sp = OnInts(two, kLess);
        break;
      case Opcode::kLessEqualInt:
        sp = OnInts(two, kLessEqual);
        break;
      case Opcode::kGreaterInt:
        sp = OnInts(two, kGreater);
        break;
      case Opcode::kGreaterEqualInt:
        sp = OnInts(two, kGreaterEqual);
        break;
      case Opcode::kEqualUint:
        sp = OnUints(two, kEqual);
        break;
      case Opcode::kNotEqualUint:
        sp = OnUints(two, kNotEqual);
        break;
      case Opcode::kLessUint:
        sp = OnUints(two, kLess);
        break;
      case Opcode::kLessEqualUint:
        sp = OnUints(two, kLessEqual);
        break;
      case Opcode::kGreaterUint:
        sp = OnUints(two, kGreater);
        break;
      case Opcode::kGreaterEqualUint:
        sp = OnUints(two, kGreaterEqual);
        break;
      case Opcode::kEqualDouble:
        sp = OnDoubles(two, kEqual);
        break;
      case Opcode::kNotEqualDouble:
        sp = OnDoubles(two, kNotEqual);
        break;
      case Opcode::kLessDouble:
        sp = OnDoubles(two, kLess);
        break;
      case Opcode::kLessEqualDouble:
        sp = OnDoubles(two, kLessEqual);
        break;
      case Opcode::kGreaterDouble:
        sp = OnDoubles(two, kGreater);
        break;
      case Opcode::kGreaterEqualDouble:
        sp = OnDoubles(two, kGreaterEqual);
        break;
      case Opcode::kEqualString:
        sp = OnStrings(two, evaluation_, kEqual);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kNotEqualString:
        sp = OnStrings(two, evaluation_, kNotEqual);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kLessString:
        sp = OnStrings(two, evaluation_, kLess);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kLessEqualString:
        sp = OnStrings(two, evaluation_, kLessEqual);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kGreaterString:
        sp = OnStrings(two, evaluation_, kGreater);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kGreaterEqualString:
        sp = OnStrings(two, evaluation_, kGreaterEqual);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      case Opcode::kEqualTime:
        sp = OnTimes(two, kEqual);
        break;
      case Opcode::kNotEqualTime:
        sp = OnTimes(two, kNotEqual);
        break;
      case Opcode::kLessTime:
        sp = OnTimes(two, kLess);
        break;
      case Opcode::kLessEqualTime:
        sp = OnTimes(two, kLessEqual);
        break;
      case Opcode::kGreaterTime:
        sp = OnTimes(two, kGreater);
        break;
      case Opcode::kGreaterEqualTime:
        sp = OnTimes(two, kGreaterEqual);
        break;
      case Opcode::kEqualBool:
        sp = OnBools(two, kEqual);
        break;
      case Opcode::kNotEqualBool:
        sp = OnBools(two, kNotEqual);
        break;

      case Opcode::kHasValue:
        Unary<ValueKind::kOptional>(sp[-1], node, [](const Value& a) {
          return Value::Bool(a.optional() != nullptr);
        });
        break;
      case Opcode::kSelect:
      case Opcode::kSelectOptional:
      case Opcode::kHas:
        sp[-1] = Select(at.op, sp[-1], now_.code->constants[at.a], node);
        break;

      case Opcode::kCall:
      case Opcode::kCallDynamic: {
        Value* const arguments = sp - at.b;
        const Value result =
            Call(*now_.code->functions, at, evaluation_, arguments);
        *arguments = result;
        sp = arguments + 1;
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      }

      case Opcode::kMatches: {
        const RegularExpression& pattern = now_.code->patterns[at.a];
        Unary<ValueKind::kString>(sp[-1], node, [&](const Value& text) {
          return pattern.Matches(text.text(), evaluation_);
        });
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      }

      case Opcode::kMakeList:
      case Opcode::kMakeMap: {
        const Value* const marks =
            at.b == 1 ? &now_.code->constants[at.a] : nullptr;
        const size_t count = marks != nullptr ? marks->list().size() : at.a;
        const bool map = at.op == Opcode::kMakeMap;
        Value* const items = sp - (map ? 2 * count : count);
        const Value made =
            map ? MakeMap(items, count, marks, evaluation_, node)
                : MakeList(items, count, marks, evaluation_, node);
        *items = made;
        sp = items + 1;
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      }

      case Opcode::kLetBegin:
        sp = std::fill_n(sp, at.a, Value());
        break;
      case Opcode::kLetEnd:
        sp -= at.a;
        sp[-1] = sp[static_cast<ptrdiff_t>(at.a) - 1];
        break;

      case Opcode::kLoopBegin:
        sp += Loop::kSize - 1;
        if (!LoopBegin(Loop(sp - Loop::kSize), ComprehensionKind{at.b},
                       evaluation_, node)) {
          ip = go(at.a);
        }
        break;
      case Opcode::kLoopNext:
      case Opcode::kLoopNextPair:
        if (!LoopNext(Loop(sp - Loop::kSize), at.op == Opcode::kLoopNextPair)) {
          ip = go(at.a);
        } else if (!evaluation_.Charge(go(at.a) - &at)) [[unlikely]] {
          return stop(at);
        }
        break;
      case Opcode::kLoopTest: {
        const Value& passes = *--sp;
        if (!passes.is(ValueKind::kBool)) {
          Loop(sp - Loop::kSize).Finish(Refuse(&passes, 1, node));
          ip = go(at.a);
        } else if (!passes.bool_value()) {
          ip = go(at.a);
        }
        break;
      }
      case Opcode::kLoopStep: {
        const ComprehensionKind kind{at.b};
        if (kind != ComprehensionKind::kExistsOne) --sp;
        // The turn's value stands right above the loop's own.
        LoopStep(Loop(sp - Loop::kSize), kind, *sp, evaluation_, node);
        if (over_limit()) [[unlikely]]
          return stop(at);
        ip = go(at.a);
        break;
      }
      case Opcode::kLoopEnd: {
        const Value result = sp[-3];
        sp -= Loop::kSize;
        *sp++ = LoopEnd(result, ComprehensionKind{at.b}, evaluation_, node);
        if (over_limit()) [[unlikely]]
          return stop(at);
        break;
      }
      case Opcode::kNone:
        STRATAGEM_CHECK(false);
    }
  }
}

}  // namespace

Value Run(const ProgramCode& code, Frame& frame, EntryPoint entry) {
  return Machine(frame).Execute(code, entry);
}

}  // namespace stratagem::expr
