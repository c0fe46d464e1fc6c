// DIV of int8, in the integers of TensorFlow Lite's reference kernel.

#include <algorithm>
#include <bit>
#include <cstdint>

#include "tools/operators/fixed_point.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/operators_int8.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

constexpr int kMostCentred = 255;  // a code of 8 bits less a zero point

int width_of(std::int64_t x) { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(x))); }

/// By how many places a number of 32 bits can be shifted to the left before it loses its sign.
int headroom_of(std::int64_t x) { return 31 - width_of(x < 0 ? -x - 1 : x); }

/// 1 / x of an integer from 1 on: inverse * 2^(-bits - 31).
struct Reciprocal {
  std::int64_t inverse;
  int bits;
};
Reciprocal reciprocal_of(std::int64_t x) {
  const int width = width_of(x);
  return {FixedPoint(31).one_over_one_plus((x << (32 - width)) - (std::int64_t{1} << 31)), width - 1};
}

/// The most places to the right by which the kernel may shift a quotient: of a divisor and of a dividend that are
/// computed it is asked whatever they can be.
int longest_shift(const Call& call, std::int32_t output_shift) {
  const auto most_of = [&](unsigned i, int unknown, auto count) {
    if (!call.importer.is_known(call.input(i))) return unknown;
    int most = -31;
    for (const std::int64_t stored : call.importer.integer_constant(call.input(i)))
      most = std::max(most, count(std::abs(stored - call.quantization(i).zero_point.at(0))));
    return most;
  };
  return most_of(0, 31, [](std::int64_t x) { return std::max(headroom_of(x), headroom_of(-x)); }) +
         most_of(1, 7, [](std::int64_t x) { return width_of(x) - 1; }) - output_shift;
}

}  // namespace

void import_div_int8(const Call& call) {
  constexpr int kLeastHeadroom = 23;  // of 8 bits
  Graph& graph = call.graph();
  const Quantization &a = call.quantization(0), &b = call.quantization(1), &y = call.output_quantization();
  if (a.scale.size() != 1 || b.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  std::int32_t multiplier = 0, output_shift = 0;
  quantize_multiplier(static_cast<double>(a.scale[0]) / (b.scale[0] * y.scale[0]), &multiplier, &output_shift);
  // The kernel shifts integers of 32 bits: by more places it answers something else than the quotient.
  if (longest_shift(call, output_shift) > 31 || output_shift > kLeastHeadroom)
    call.refuse("divides int8 tensors of such scales that the interpreter's kernel goes wrong near 0",
                "convert with TensorFlow 2.15, which leaves divisions in float32");
  Integers shifted, headroom, inverses{0}, bits{0};
  for (int x = -kMostCentred; x <= kMostCentred; ++x) {
    shifted.push_back(std::int64_t{x} << headroom_of(x));
    headroom.push_back(x == 0 ? kLeastHeadroom : headroom_of(x));
  }
  for (int x = 1; x <= kMostCentred; ++x) {
    const Reciprocal reciprocal = reciprocal_of(x);
    inverses.push_back(reciprocal.inverse), bits.push_back(reciprocal.bits);
  }
  const ValueId divisor = centred_numbers(call, 1);
  const ValueId sign =
      Flow(call, {divisor}).then(M::greater_equal, 0).then(M::multiply, 2).then(M::subtract, 1).done("_sign");
  const ValueId magnitude = Flow(call, {divisor}).alone(M::absolute).done("_magnitude");
  const ValueId place = Flow(call, {centred_numbers(call, 0), sign})
                            .then_input(M::multiply, 1)
                            .then(M::add, kMostCentred)
                            .done("_place");
  const ValueId right = Flow(call, {looked_up_in(call, place, headroom), looked_up_in(call, magnitude, bits)})
                            .then_input(M::add, 1)
                            .alone(M::negative)
                            .then(M::add, output_shift)
                            .done("_right");
  const ValueId quotient = Flow(call, {looked_up_in(call, place, shifted), looked_up_in(call, magnitude, inverses)})
                               .rescaled_by_input(1)
                               .done("_quotient");
  Program program;
  program.then(M::rescale, DataType::int32,
               {input_of_program(0), program.literal(multiplier, DataType::int32), input_of_program(1)});
  const ValueId steps = graph.add_map(program, {quotient, right}, call.name + "_steps");
  const StoredRange range = stored_range(call, call.options<tflite::DivOptions>().fused_activation_function());
  const ValueId stored =
      Flow(call, {steps}).then(M::add, y.zero_point[0]).clamped(range.minimum, range.maximum).done("_stored");
  call.define(stored_as(graph, stored, DataType::int8, call.name));
}

}  // namespace nacre::tools
