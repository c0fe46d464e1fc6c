// Comparisons, conditions and what is chosen by them. A condition is an int32 on the device, 1 or 0.

#include <utility>

#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

/// `b > a` is `a < b`. A NaN is no more, no less and not equal to anything.
void import_comparison(const OnnxCall& call) {
  ValueId a = call.value(0), b = call.value(1);
  if (call.type() == OnnxType::string) call.refuse("compares texts");
  if (call.op() == "Less" || call.op() == "LessOrEqual") std::swap(a, b);
  call.define(as_condition(call, apply(call, static_cast<F>(call.row().function), {a, b})), OnnxType::boolean);
}

void import_logical(const OnnxCall& call) {
  const ValueId y = apply(call, static_cast<F>(call.row().function), {call.value(0), call.value(1)});
  call.define(call.op() == "Xor" ? negated(call, y) : y);
}

void import_not(const OnnxCall& call) { call.define(negated(call, call.value())); }

void import_where(const OnnxCall& call) {
  call.define(choose(call, call.value(0), call.value(1), call.value(2)), call.type(1));
}

void import_is_nan(const OnnxCall& call) {
  const ValueId x = call.value();
  call.define(negated(call, as_condition(call, apply(call, F::equal, {x, x}))), OnnxType::boolean);
}

void import_is_inf(const OnnxCall& call) {
  const ValueId x = call.value();
  const double infinity = std::numeric_limits<double>::infinity();
  const bool negative = call.flag("detect_negative", true), positive = call.flag("detect_positive", true);
  if (!negative && !positive)
    return call.define(as_condition(call, apply(call, F::equal, {scalar(call, 0, call.graph().type(x).type),
                                                                 apply(call, F::add, apply(call, F::sign, {x}), 2)})),
                       OnnxType::boolean);
  const ValueId seen = negative && positive ? apply(call, F::absolute, {x}) : x;
  call.define(as_condition(call, apply(call, F::equal, seen, positive ? infinity : -infinity)), OnnxType::boolean);
}

OnnxOperator of_condition(std::string_view name, std::int64_t since, void (*import)(const OnnxCall&), F f) {
  return {name, since, import, nullptr, static_cast<std::uint16_t>(f)};
}

}  // namespace

std::vector<OnnxOperator> onnx_logic_operators() {
  return {
      of_condition("Equal", 7, import_comparison, F::equal),
      of_condition("Greater", 7, import_comparison, F::greater),
      of_condition("Less", 7, import_comparison, F::greater),
      of_condition("GreaterOrEqual", 12, import_comparison, F::greater_equal),
      of_condition("LessOrEqual", 12, import_comparison, F::greater_equal),
      of_condition("And", 7, import_logical, F::minimum),
      of_condition("Or", 7, import_logical, F::maximum),
      of_condition("Xor", 7, import_logical, F::equal),
      {"Not", 7, import_not},
      {"Where", 9, import_where},
      {"IsNaN", 9, import_is_nan},
      {"IsInf", 10, import_is_inf},
  };
}

}  // namespace nacre::tools
