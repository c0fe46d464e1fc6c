// REDUCE_PROD of int8 and int16, in the integers of TensorFlow Lite's reference kernel.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tools/graph/moves.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/operators_int8.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

constexpr DataType kWide = DataType::float64;
constexpr double kMostExact = 9007199254740992;  // 2^53: whole numbers up to it are exact in float64
constexpr double kMostOfWord = 2147483648;       // 2^31

/// The elements that are multiplied, apart: x [elements, products], the former in ascending order of their places.
ValueId apart(const Call& call, ValueId x, unsigned axes, std::int64_t count) {
  Graph& graph = call.graph();
  const Dimensions shape = graph.shape(x);
  parameters::Permute table;
  std::uint8_t* place = table.permutation;
  for (const bool is_reduced : {true, false})
    for (unsigned axis = 0; axis < shape.size(); ++axis)
      if ((axes >> axis & 1) == is_reduced) *place++ = static_cast<std::uint8_t>(axis);
  const ValueId moved = graph.add(table, {x}, call.name + "_apart");
  return reshaped(graph, moved, {count, graph.type(x).size() / count});
}

/// A product so far, of whole numbers in float64 whose magnitudes `most` bounds.
struct Partial {
  ValueId value;
  double most;
};

/// Products of a multiplier of 15 bits, shifted to the right and rounded: to nearest, halves up.
class Rescaling {
 public:
  Rescaling(const Call& call, double factor) : call_(call) {
    std::int32_t multiplier = 0, shift = 0;
    quantize_multiplier(factor, &multiplier, &shift);
    constexpr std::int32_t kLargest = 0x7fff0000;
    multiplier_ = multiplier < kLargest ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
    bits_ = 15 - shift;
    constexpr int kFewest = 8;  // the most by which 62 bits allow a product of 46 to grow
    if (bits_ < kFewest || shift < -31) call.refuse("has an output scale out of proportion");
  }

  /// The product so far times x, rescaled.
  Partial times(const Partial& before, const Partial& x, const std::string& suffix) const {
    const double most = before.most * x.most;
    Flow product(call_, {before.value, x.value}, kWide);
    product.then_input(M::multiply, 1);
    if (is_exact(most)) return kept(product, most, suffix);
    return in_halves(product.done(suffix + "_product"), most, suffix);
  }
  Partial rescaled(const Partial& x, const std::string& suffix) const {
    if (!is_exact(x.most)) return in_halves(x.value, x.most, suffix);
    Flow chain(call_, {x.value}, kWide);
    return kept(chain, x.most, suffix);
  }

 private:
  bool is_exact(double most) const { return most * multiplier_ + std::exp2(bits_) <= kMostExact; }

  Partial kept(Flow& chain, double most, const std::string& suffix) const {
    chain.then(M::multiply, multiplier_).then(M::add, std::exp2(bits_ - 1));
    return shifted(chain, bits_, most, suffix);
  }

  /// Times the multiplier by its upper and its lower bits, where float64 would not hold all.
  Partial in_halves(ValueId x, double most, const std::string& suffix) const {
    const int below = std::min(bits_, 22);
    const double unit = std::exp2(below);
    const ValueId upper =
        Flow(call_, {x}, kWide).then(M::multiply, 1 / unit).alone(M::floor).done(suffix + "_upper");
    const ValueId lower = Flow(call_, {upper, x}, kWide)
                              .then(M::multiply, -unit)
                              .then_input(M::add, 1)
                              .then(M::multiply, multiplier_)
                              .then(M::add, std::exp2(bits_ - 1))
                              .then(M::multiply, 1 / unit)
                              .alone(M::floor)
                              .done(suffix + "_lower");
    Flow sum(call_, {upper, lower}, kWide);
    sum.then(M::multiply, multiplier_).then_input(M::add, 1);
    return shifted(sum, bits_ - below, most, suffix);
  }

  /// Shifted to the right, and what lies beyond 32 bits cut off.
  Partial shifted(Flow& chain, int by, double most, const std::string& suffix) const {
    chain.then(M::multiply, std::exp2(-by)).alone(M::floor);
    const double after = std::ceil(most * multiplier_ * std::exp2(-bits_)) + 1;
    if (after < kMostOfWord) return {chain.done(suffix), after};
    const ValueId whole = chain.done(suffix + "_whole");
    const ValueId beyond = Flow(call_, {whole}, kWide)
                               .then(M::add, kMostOfWord)
                               .then(M::multiply, 1 / (2 * kMostOfWord))
                               .alone(M::floor)
                               .done(suffix + "_beyond");
    return {Flow(call_, {beyond, whole}, kWide)
                .then(M::multiply, -2 * kMostOfWord)
                .then_input(M::add, 1)
                .done(suffix),
            kMostOfWord};
  }

  const Call& call_;
  double multiplier_ = 0;
  int bits_ = 0;
};

}  // namespace

void import_quantized_product(const Call& call, unsigned axes, std::int64_t count) {
  constexpr std::int64_t kMostElements = 256;  // each becomes a layer
  if (count > kMostElements)
    call.refuse(fmt::format("multiplies {} elements of {}", count, type_name(call.type(0).type)),
                fmt::format("multiply {} at most", kMostElements));
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  Graph& graph = call.graph();
  const Rescaling rescaling(call, static_cast<double>(x.scale[0]) /
                              std::pow(static_cast<double>(y.scale[0]), 1.0 / static_cast<double>(count)));
  const ValueId numbers = cast_to(graph, centred_numbers(call, 0), kWide, call.name + "_wide");
  const ValueId elements = apart(call, numbers, axes, count);
  const double half = call.is_int8() ? 128 : 32768, most = half + std::abs(x.zero_point[0]);
  const auto element = [&](std::int64_t i) {
    parameters::Slice table = slice_of_all(graph.shape(elements));
    table.begin[0] = static_cast<std::int32_t>(i), table.size[0] = 1;
    return Partial{graph.add(table, {elements}, fmt::format("{}_{}", call.name, i)), most};
  };
  Partial product = element(0);
  for (std::int64_t i = 1; i < count; ++i) product = rescaling.times(product, element(i), fmt::format("_times_{}", i));
  const ValueId whole =
      cast_to(graph, rescaling.rescaled(product, "_rescaled").value, DataType::int32, call.name + "_whole");
  const ValueId stored = Flow(call, {whole}).then(M::add, y.zero_point[0]).done("_stored");
  call.define(stored_as(graph, reshaped(graph, stored, call.output_type().shape), call.type(0).type, call.name));
}

}  // namespace nacre::tools
