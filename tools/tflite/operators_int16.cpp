// Functions of int16, which TensorFlow Lite looks up in tables and interpolates, in 32 bits.

#include "tools/tflite/operators_int16.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/rescale.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/sigmoid_table.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

Integers slopes_of(const Integers& table) {
  Integers slopes;
  for (std::size_t i = 0; i + 1 < table.size(); ++i) slopes.push_back(table[i + 1] - table[i]);
  return slopes;
}

/// A table of 513 numbers interpolated at x, of int16: 7 bits lie between two of them.
ValueId interpolated(const Call& call, ValueId x, const Integers& table) {
  const ValueId place = Flow(call, {x}).then(M::shift_right, 7).then(M::add, 256).done("_place");
  const ValueId offset = Flow(call, {x}).then(M::remainder, 128).done("_offset");
  const ValueId base = looked_up_in(call, place, table), slope = looked_up_in(call, place, slopes_of(table));
  return Flow(call, {slope, offset, base})
      .then_input(M::multiply, 1)
      .then(M::add, 64)
      .then(M::shift_right, 7)
      .then_input(M::add, 2)
      .done("_interpolated");
}

/// The table of a function from `least` to `most`, times `inverse`, by TensorFlow Lite's formula in float or in double:
/// each place is moved by half of what the middle to the next one would be off.
template <typename Real, typename Function>
Integers table_of(Real least, Real most, Real inverse, Function function) {
  constexpr int kSteps = 512;
  const Real step = (most - least) / kSteps, half_step = step / 2;
  const auto limited = [](Real x) {
    return static_cast<std::int64_t>(std::fmin(std::fmax(x, Real{-32768}), Real{32767}));
  };
  Integers table;
  for (int i = 0; i < kSteps; ++i) {
    const Real at = least + static_cast<Real>(i) * step;
    const Real value = function(at), middle = function(at + half_step),
               next = function(least + static_cast<Real>(i + 1) * step);
    const Real sample = std::round(value * inverse);
    const Real between = std::round((next * inverse + std::round(value * inverse)) / 2);
    table.push_back(limited(sample - std::round((between - std::round(middle * inverse)) / 2)));
  }
  table.push_back(limited(std::round(function(most) * inverse)));
  return table;
}

/// Those of a softmax, whose powers and reciprocals are in Q0.15.
template <typename Function>
Integers table_of_fraction(double least, double most, Function function) {
  return table_of<double>(least, most, 32768, function);
}

/// How x is brought to steps of 1 / (3 * 4096), in which the sigmoid's table is looked up: multiplied and shifted
/// right.
struct Steps {
  std::int32_t multiplier;
  int shift;
};
Steps steps_of(const Call& call) {
  const float scale = call.quantization(0).scale.at(0);
  int exponent = 0;
  const bool is_power = std::frexp(scale, &exponent) == 0.5f;
  const int left = 12 + exponent - 1;
  if (is_power && (left == 0 || left == 1)) return {3 << left, 0};
  double multiplier = static_cast<double>(scale) * 4096 * 3;
  Steps steps{0, 0};
  for (; multiplier <= 32767.0 / 2 && steps.shift <= 30; ++steps.shift) multiplier *= 2;
  if (multiplier > 32767) call.refuse("has an input scale of " + std::to_string(scale) + " in int16");
  steps.multiplier = static_cast<std::int16_t>(multiplier);
  return steps;
}

/// LOGISTIC and TANH: one table for both, since tanh(x) = 2 sigmoid(2 x) - 1, and for both signs.
ValueId by_sigmoid_table(const Call& call, bool is_tanh) {
  const Steps steps = steps_of(call);
  const int bits = is_tanh ? 8 : 9;  // between two places
  const double width = 1 << bits, middle = 1 << 23;
  const ValueId x = Flow(call, {stored_numbers(call, 0)})
                        .then(M::multiply, steps.multiplier)
                        .then(M::add, steps.shift > 0 ? 1 << (steps.shift - 1) : 0)
                        .then(M::shift_right, steps.shift)
                        .done("_steps");
  const ValueId magnitude = Flow(call, {x}).alone(M::absolute).done("_magnitude");
  const ValueId place = Flow(call, {magnitude}).then(M::shift_right, bits).then(M::minimum, 255).done("_place");
  const ValueId offset = Flow(call, {magnitude}).then(M::remainder, width).done("_offset");
  Integers table(std::begin(kSigmoidTable), std::end(kSigmoidTable)), slopes = slopes_of(table);
  table.back() = is_tanh ? 0xffff : 0xfffe, slopes.push_back(0);  // the limit, from the last place on
  const ValueId base = looked_up_in(call, place, table), slope = looked_up_in(call, place, slopes);
  const ValueId scaled = Flow(call, {base}).then(M::multiply, width).done("_base");
  const ValueId above =
      Flow(call, {slope, offset, scaled}).then_input(M::multiply, 1).then_input(M::add, 2).done("_above");
  const double half = is_tanh ? 128 : 512;
  const ValueId positive = Flow(call, {above})
                               .then(M::add, is_tanh ? half - middle : half)
                               .then(M::shift_right, is_tanh ? 8 : 10)
                               .done("_positive");
  const ValueId negative = Flow(call, {above})
                               .alone(M::negative)
                               .then(M::add, (is_tanh ? middle : 1 << 25) + half - 1)
                               .then(M::shift_right, is_tanh ? 8 : 10)
                               .done("_negative");
  const ValueId is_positive = Flow(call, {x}).then(M::greater_equal, 0).done("_sign");
  return chosen_of(call.graph(), is_positive, positive, negative, call.name);
}

/// A rectifier, whose sides are rescaled on their own.
ValueId rectified_int16(const Call& call, float alpha) {
  const float x = call.quantization(0).scale.at(0), y = call.output_quantization().scale.at(0);
  const ValueId stored = centred_numbers(call, 0);
  const ValueId above = Flow(call, {stored}).rescaled(static_cast<double>(x / y)).done("_above");
  const float factor = x * alpha / y;
  Flow below(call, {stored});
  below.rescaled(static_cast<double>(std::abs(factor)));
  if (factor < 0) below.alone(M::negative);
  const ValueId is_above = Flow(call, {stored}).then(M::greater_equal, 0).done("_sign");
  return chosen_of(call.graph(), is_above, above, below.done("_below"), call.name);
}

ValueId limited_to_int16(const Call& call, ValueId numbers) {
  return stored_as(call.graph(), numbers, DataType::int16, call.name);
}

template <typename Function>
ValueId by_table(const Call& call, Function function) {
  const float x = call.quantization(0).scale.at(0), y = call.output_quantization().scale.at(0);
  const Integers table =
      table_of<float>(x * -32768.0f, x * 32767.0f, 65536.0f / (y * 32767.0f - y * -32768.0f), function);
  return limited_to_int16(call, interpolated(call, stored_numbers(call, 0), table));
}

/// In TensorFlow Lite's own formulas and precision.
float (*gelu(bool is_approximate))(float) {
  if (is_approximate)
    return [](float x) {
      constexpr float kRootOfTwoOverPi = 0.79788456f;
      return 0.5f * x * (1.0f + std::tanh(kRootOfTwoOverPi * x * (1.0f + 0.044715f * x * x)));
    };
  return [](float x) { return 0.5f * x * std::erfc(x * -0.70710678f); };
}

}  // namespace

void import_unary_int16(const Call& call) {
  using B = tflite::BuiltinOperator;
  using A = tflite::ActivationFunctionType;
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.size() != 1 || y.scale.size() != 1 || (x.zero_point.at(0) | y.zero_point.at(0)) != 0)
    call.refuse("lacks quantisation parameters, or has a zero point in int16");
  const auto relu = [&](A function) {
    call.define(rescaled_output(call, centred_numbers(call, 0), static_cast<double>(x.scale[0] / y.scale[0]),
                                function));
  };
  switch (call.code()) {
    case B::RELU: return relu(A::RELU);
    case B::RELU6: return relu(A::RELU6);
    case B::RELU_N1_TO_1: return relu(A::RELU_N1_TO_1);
    case B::LOGISTIC: return call.define(limited_to_int16(call, by_sigmoid_table(call, false)));
    case B::TANH: return call.define(limited_to_int16(call, by_sigmoid_table(call, true)));
    case B::LEAKY_RELU:
      return call.define(
          limited_to_int16(call, rectified_int16(call, call.options<tflite::LeakyReluOptions>().alpha())));
    case B::ABS: {
      const ValueId magnitude = Flow(call, {centred_numbers(call, 0)}).alone(M::absolute).done("_magnitude");
      return call.define(rescaled_output(call, magnitude, static_cast<double>(x.scale[0] / y.scale[0])));
    }
    case B::EXP: return call.define(by_table(call, [](float v) { return std::exp(v); }));
    case B::GELU: return call.define(by_table(call, gelu(call.options<tflite::GeluOptions>().approximate())));
    case B::LOG: {
      const float least = -32768 * y.scale[0];
      return call.define(by_table(call, [least](float v) { return v <= 0 ? least : std::log(v); }));
    }
    case B::RSQRT: {
      const float most = 32767 * y.scale[0];
      return call.define(by_table(call, [most](float v) { return v <= 0 ? most : 1.0f / std::sqrt(v); }));
    }
    default: refuse_type(call, "int16");
  }
}

/// Along the last axis: e^(x - largest) from one table, divided by their sum with the help of another.
void import_softmax_int16(const Call& call) {
  Graph& graph = call.graph();
  const double beta = call.options<tflite::SoftmaxOptions>().beta();
  const ValueId x = stored_numbers(call, 0);
  const unsigned last = 1u << (graph.shape(x).size() - 1);
  const ValueId largest = add_reduced(graph, x, ReduceFunction::maximum, last, call.name + "_largest");
  const ValueId below = Flow(call, {x, largest})
                            .then_input(M::subtract, 1)
                            .rescaled(static_cast<double>(call.quantization(0).scale.at(0)) * beta / (10.0 / 65535.0))
                            .then(M::add, 32767)
                            .then(M::maximum, -32768)
                            .then(M::minimum, 32767)
                            .done("_below");
  const ValueId powers =
      interpolated(call, below, table_of_fraction(-10, 0, [](double v) { return std::exp(v); }));
  const ValueId sum = add_reduced(graph, powers, ReduceFunction::sum, last, call.name + "_sum");
  // The sum has so many bits: as many powers of two are not above it.
  Integers ones, lefts, halves;
  for (int bit = 0; bit < 31; ++bit) ones.push_back(std::int64_t{1} << bit);
  for (int bits = 0; bits < 32; ++bits) {
    lefts.push_back(bits == 0 ? 0 : std::int64_t{1} << (31 - bits));
    halves.push_back(bits < 2 ? 0 : std::int64_t{1} << (bits - 2));
  }
  const ValueId bits = count_not_below(call, sum, ones, "_counted");
  const ValueId fraction = Flow(call, {sum, looked_up_in(call, bits, lefts)})
                               .then_input(M::multiply, 1)  // with its first bit at 30
                               .then(M::shift_right, 13)
                               .then(M::add, 1)
                               .then(M::shift_right, 1)
                               .then(M::subtract, (1 << 15) + (1 << 16))
                               .then(M::maximum, -32768)
                               .then(M::minimum, 32767)
                               .done("_fraction");
  const ValueId reciprocal =
      interpolated(call, fraction, table_of_fraction(0, 1, [](double v) { return 1 / (1 + v); }));
  const ValueId right = Flow(call, {bits}).then(M::subtract, 1).done("_right");
  call.define(limited_to_int16(call, Flow(call, {powers, reciprocal, looked_up_in(call, bits, halves), right})
                                         .then_input(M::multiply, 1)
                                         .then_input(M::add, 2)
                                         .then_input(M::shift_right, 3)
                                         .then(M::maximum, 0)
                                         .then(M::minimum, 32767)
                                         .done("_share")));
}

}  // namespace nacre::tools
