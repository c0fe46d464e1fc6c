#include "tools/tflite/operators_int8.hpp"

#include <algorithm>
#include <cmath>

#include "tools/operators/fixed_point.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/chain.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

constexpr double kMostOfInt32 = 2147483647, kHalfOfInt32 = 1 << 30;

unsigned last_axis(const Call& call, ValueId x) { return 1u << (call.graph().shape(x).size() - 1); }

/// 1 / sqrt(x) for integers x from 0 on, as TensorFlow Lite's integers have it: multiplier * 2^(shift - 31).
struct InverseRoots {
  ValueId multiplier, shift;
};

/// x, brought to 27 to 29 bits by a power of 4, and what that makes of the root.
struct Normalised {
  ValueId half;      ///< of the number
  ValueId is_small;  ///< 1 where x is 0 or 1, whose root is 1
  ValueId factor, shift;
};

Normalised normalised(const Call& call, ValueId x) {
  constexpr int kPlaces = 15, kUnscaled = 14, kShift = 11;
  Integers thresholds, factors, divisors, roots, shifts;
  for (int place = 0; place <= kPlaces; ++place) {
    const int pairs = place == 0 ? 0 : kUnscaled - place, right = kShift - pairs;
    if (place > 0) thresholds.push_back(std::int64_t{1} << (2 * place - 1));
    factors.push_back(std::int64_t{1} << 2 * std::max(pairs, 0));
    divisors.push_back(pairs < 0 ? 4 : 1);
    roots.push_back(place > 0 && right < 0 ? std::int64_t{1} << -right : 1);
    shifts.push_back(place == 0 || right < 0 ? 0 : -right);
  }
  const ValueId place = count_not_below(call, x, thresholds, "_place");
  const ValueId half = Flow(call, {x, looked_up_in(call, place, factors), looked_up_in(call, place, divisors)})
                           .then_input(M::multiply, 1)
                           .then_input(M::floor_divide, 2)
                           .then(M::shift_right, 1)
                           .then(M::add, 1)
                           .then(M::shift_right, 1)
                           .done("_half");
  const ValueId is_small = Flow(call, {place}).then(M::equal, 0).done("_is_small");
  return {half, is_small, looked_up_in(call, place, roots), looked_up_in(call, place, shifts)};
}

/// Newton's method, in Q3.28.
InverseRoots inverse_roots(const Call& call, ValueId x) {
  constexpr double kOne = 1 << 28, kThreeHalves = 3 << 27, kRootOfHalf = 1518500250;
  constexpr int kSteps = 5;
  const Normalised n = normalised(call, x);
  ValueId y = Flow(call, {n.half}).then(M::multiply, 0).then(M::add, kOne).done("_begin");
  for (int step = 0; step < kSteps; ++step) {
    const ValueId cube =
        Flow(call, {y, y}).rescaled_by_input(1).rescaled_by_input(1).then(M::multiply, 64).done("_cube");
    const ValueId product = Flow(call, {n.half, cube}).rescaled_by_input(1).done("_product");
    y = Flow(call, {y, product})
            .rescaled_by(kThreeHalves, 0)
            .then_input(M::subtract, 1)
            .then(M::multiply, 8)
            .done("_newton");
  }
  const ValueId root = Flow(call, {y, n.factor}).rescaled_by(kRootOfHalf, 0).then_input(M::multiply, 1).done("_root");
  Program program;
  program.then(M::where, DataType::int32,
               {input_of_program(0), program.literal(kMostOfInt32, DataType::int32), input_of_program(1)});
  return {call.graph().add_map(program, {n.is_small, root}, call.name + "_inverse"), n.shift};
}

/// Numbers that are not negative times 2, but no more than int32 holds.
ValueId doubled(const Call& call, ValueId x, const char* suffix) {
  const ValueId is_large = Flow(call, {x}).then(M::greater_equal, kHalfOfInt32).done("_is_large");
  return Flow(call, {x, is_large})
      .then(M::minimum, kHalfOfInt32 - 1)
      .then(M::multiply, 2)
      .then_input(M::add, 1)
      .done(suffix);
}

/// x / 2^bits, to the nearest, halves away from 0.
ValueId divided(const Call& call, ValueId x, int bits, const char* suffix) {
  const ValueId sign = Flow(call, {x}).then(M::greater_equal, 0).then(M::subtract, 1).done("_sign");
  return Flow(call, {x, sign})
      .then_input(M::add, 1)
      .then(M::add, std::int64_t{1} << (bits - 1))
      .then(M::shift_right, bits)
      .done(suffix);
}

/// 1 / (1 + x) of a fraction x from 0 on: Newton's method in Q2.29.
ValueId reciprocal_of_one_and(const Call& call, ValueId x) {
  constexpr double kFirst = 1515870810, kSlope = -1010580540, kOne = 1 << 29;  // 48/17, -32/17
  const ValueId half = Flow(call, {x}).then(M::shift_right, 1).then(M::add, kHalfOfInt32).done("_half");
  ValueId y = Flow(call, {half, half})
                  .then(M::multiply, 0)
                  .then(M::add, kSlope)
                  .rescaled_by_input(1)
                  .then(M::add, kFirst)
                  .done("_begin");
  for (int step = 0; step < 3; ++step) {
    const ValueId rest = Flow(call, {y, half})
                             .rescaled_by_input(1)
                             .alone(M::negative)
                             .then(M::add, kOne)
                             .done("_rest");
    y = Flow(call, {rest, y}).rescaled_by_input(1).then(M::multiply, 4).then_input(M::add, 1).done("_newton");
  }
  return doubled(call, y, "_reciprocal");
}

/// A number x = 2^power * fraction with the fraction near 1, in the two ways that TensorFlow Lite tries: Q0.31, Q6.25.
struct Split {
  ValueId fraction, power;
};

Split split_off(const Call& call, ValueId x) {
  constexpr double kRootOfHalf = 1518500250, kQuarter = 1 << 23;
  constexpr int kIntegerBits = 12;  // of x
  Integers powers, lefts, of_first, limits, others, of_second;
  for (int bits = 0; bits <= 31; ++bits) {  // that a number has
    const int zeros = 32 - bits, headroom = zeros - 1;
    if (bits > 0) powers.push_back(std::int64_t{1} << (bits - 1));
    lefts.push_back(bits == 0 ? 0 : std::int64_t{1} << headroom);
    limits.push_back(headroom == 0 ? static_cast<std::int64_t>(kMostOfInt32)
                                   : std::int64_t{1} << std::max(31 - headroom, 0));
    others.push_back(lefts.back() == 0 ? 0 : lefts.back() - 1);
    of_first.push_back((kIntegerBits - zeros) * (std::int64_t{1} << 25) + static_cast<std::int64_t>(kQuarter));
    of_second.push_back((kIntegerBits - headroom) * (std::int64_t{1} << 25) - static_cast<std::int64_t>(kQuarter));
  }
  const auto table = [&](ValueId place, const Integers& numbers) { return looked_up_in(call, place, numbers); };
  const ValueId bits = count_not_below(call, x, powers, "_bits");
  const ValueId high = Flow(call, {x, table(bits, lefts)})
                           .then_input(M::multiply, 1)
                           .rescaled_by(kRootOfHalf, 0)
                           .done("_high");
  const ValueId low = Flow(call, {x}).rescaled_by(kRootOfHalf, 0).done("_low");
  const ValueId low_bits = count_not_below(call, low, powers, "_low_bits");
  const ValueId limit = table(low_bits, limits);
  const ValueId is_beyond = Flow(call, {x, limit}).then_input(M::greater_equal, 1).done("_is_beyond");
  const ValueId rest = Flow(call, {is_beyond, table(low_bits, others)}).then_input(M::multiply, 1).done("_rest");
  const ValueId within = Flow(call, {limit, x}).then(M::subtract, 1).then_input(M::minimum, 1).done("_within");
  const ValueId second = Flow(call, {within, table(low_bits, lefts), rest})
                             .then_input(M::multiply, 1)
                             .then_input(M::add, 2)
                             .done("_second");
  return {Flow(call, {doubled(call, high, "_first"), second}).then_input(M::minimum, 1).done("_fraction"),
          Flow(call, {table(bits, of_first), table(low_bits, of_second)}).then_input(M::maximum, 1).done("_power")};
}

/// log(x) in Q5.26 of x in Q12.19 from 1 on.
ValueId logarithm(const Call& call, ValueId x) {
  constexpr double kLog2 = 1488522236, kRoot = 1805811301;  // the fourth root of a half
  constexpr double kN = 117049297, kD = 127690142, kI = 1057819769, kF = 638450708;
  constexpr int kIntegerBits = 6;
  const Split split = split_off(call, x);
  const ValueId r = split.fraction;
  const ValueId p = Flow(call, {r}).then(M::shift_right, 1).then(M::add, (kRoot - 1) / 2 + 1).done("_p");
  const ValueId q = Flow(call, {r}).then(M::subtract, kRoot).then(M::multiply, 2).done("_q");
  const ValueId magnitude = Flow(call, {q}).alone(M::absolute).done("_magnitude");
  const ValueId square = Flow(call, {magnitude, magnitude}).rescaled_by_input(1).done("_square");
  const ValueId cube = Flow(call, {q, square}).rescaled_by_input(1).rescaled_by(kN, 0).done("_cube");
  const ValueId numerator =
      Flow(call, {q, r, cube}).rescaled_by_input(1).then_input(M::add, 2).done("_numerator");
  const ValueId slope = Flow(call, {q}).rescaled_by(kF, 0).done("_slope");
  const ValueId denominator = Flow(call, {square, q, p, slope})
                                  .rescaled_by(kD, 0)
                                  .then_input(M::add, 1)
                                  .then(M::add, kI)
                                  .rescaled_by_input(2)
                                  .then_input(M::add, 3)
                                  .done("_denominator");
  const ValueId ratio = Flow(call, {divided(call, numerator, kIntegerBits, "_narrow"),
                                     reciprocal_of_one_and(call, denominator)})
                            .rescaled_by_input(1)
                            .done("_ratio");
  const ValueId sum =
      Flow(call, {split.power, ratio}).rescaled_by(kLog2, 0).then_input(M::add, 1).done("_logarithm");
  return Flow(call, {sum}).then(M::multiply, 2).done("_of_sum");
}

/// What TensorFlow Lite's kernel is prepared with.
struct LogSoftmax {
  static constexpr int kIntegerBits = 5;
  std::int32_t multiplier = 0, shift = 0, back_multiplier = 0, back_shift = 0, least = 0;

  explicit LogSoftmax(float scale) {
    const double one = 1 << (31 - kIntegerBits);
    quantize_multiplier(std::min(scale * one, kMostOfInt32), &multiplier, &shift);
    quantize_multiplier(std::ldexp(1.0, 31 - shift) / multiplier, &back_multiplier, &back_shift);
    least = -static_cast<int>(std::floor(std::min(std::ldexp(31.0 * one, -shift), kMostOfInt32)));
  }
};

}  // namespace

void import_l2_normalization_int8(const Call& call) {
  constexpr int kOutputBits = 7;
  const Quantization& y = call.output_quantization();
  if (y.scale.size() != 1 || y.scale[0] != 1.0f / (1 << kOutputBits) || y.zero_point.at(0) != 0)
    call.refuse("has an int8 output that is not 1/128 around 0");
  Graph& graph = call.graph();
  const ValueId x = centred_numbers(call, 0);
  constexpr std::int64_t kDeepest = 1 << 15;  // of squares of 9 bits
  if (graph.type(x).last() > kDeepest) call.refuse("adds up more squares than 32 bits hold");
  const ValueId squares = Flow(call, {x, x}).then_input(M::multiply, 1).done("_squares");
  const ValueId sum = add_reduced(graph, squares, ReduceFunction::sum, last_axis(call, x), call.name + "_sum");
  const InverseRoots roots = inverse_roots(call, sum);
  const ValueId shift = Flow(call, {roots.shift}).then(M::add, kOutputBits).done("_shift");
  const ValueId stored =
      Flow(call, {x, roots.multiplier, shift}).rescaled_by_inputs(1, 2).clamped(-128, 127).done("_stored");
  call.define(stored_as(graph, stored, DataType::int8, call.name));
}

void import_log_softmax_int8(const Call& call) {
  constexpr int kCodes = 256, kSumBits = 12, kOutputBits = 4;
  Graph& graph = call.graph();
  const Quantization &q = call.quantization(0), &y = call.output_quantization();
  if (q.scale.size() != 1 || y.scale.size() != 1 || y.scale[0] != 16.0f / kCodes || y.zero_point.at(0) != 127)
    call.refuse("has an int8 output that is not 1/16 up to 127");
  const ValueId x = stored_numbers(call, 0);
  if (graph.type(x).last() >= 1 << kSumBits) call.refuse("has more classes than an int8 softmax can sum up");
  const LogSoftmax table(q.scale[0]);
  const FixedPoint fixed(31);
  Integers rescaled, powers;
  for (int distance = 0; distance < kCodes; ++distance) {
    rescaled.push_back(std::clamp<std::int64_t>(
        multiply_by_quantized_multiplier(-distance, table.multiplier, table.shift), -kMostOfInt32 - 1, kMostOfInt32));
    const bool counts = -distance >= table.least;
    powers.push_back(counts ? FixedPoint::shift_right(fixed.exp_of_negative(rescaled.back(), LogSoftmax::kIntegerBits),
                                                      kSumBits) : 0);
  }
  const ValueId largest = add_reduced(graph, x, ReduceFunction::maximum, last_axis(call, x), call.name + "_largest");
  const ValueId distance = Flow(call, {largest, x}).then_input(M::subtract, 1).done("_distance");
  const ValueId sum = add_reduced(graph, looked_up_in(call, distance, powers), ReduceFunction::sum,
                                  last_axis(call, x), call.name + "_sum");
  const ValueId log = logarithm(call, sum);
  const ValueId most = Flow(call, {log})  // the distance from which on an output is the least
                           .then(M::add, -kMostOfInt32 - 1)
                           .rescaled_by(table.back_multiplier, table.back_shift)
                           .then(M::maximum, table.least - 1)
                           .alone(M::negative)
                           .done("_most");
  const ValueId is_near = Flow(call, {most, distance}).then_input(M::greater, 1).done("_is_near");
  const ValueId difference =
      Flow(call, {looked_up_in(call, distance, rescaled), log}).then_input(M::subtract, 1).done("_difference");
  const ValueId steps =
      divided(call, difference, 31 - LogSoftmax::kIntegerBits - kOutputBits, "_steps");
  const ValueId stored = Flow(call, {steps}).then(M::add, 127).clamped(-128, 127).done("_stored");
  const ValueId least = Flow(call, {stored}).then(M::multiply, 0).then(M::subtract, 128).done("_least");
  call.define(stored_as(graph, chosen_of(graph, is_near, stored, least, call.name + "_chosen"), DataType::int8,
                        call.name));
}

}  // namespace nacre::tools
