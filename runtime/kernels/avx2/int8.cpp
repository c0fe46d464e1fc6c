#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/eight.hpp"
#include "runtime/kernels/avx2/int8_convolution.hpp"
#include "runtime/kernels/avx2/int8_depthwise.hpp"
#include "runtime/kernels/avx2/int8x16.hpp"
#include "runtime/kernels/vector_int8_depthwise.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"
#include "runtime/kernels/vector_int8_sum.hpp"

namespace nacre::avx2 {
namespace {

using Rescales = UnitRescales<Eight::Rescale>;

ByteImage bytes_of(const Int8Image& image) {
  return {image.window,  image.x,     image.weights,      image.weights_end, image.input_zero_point,
          image.outputs, image.depth, image.group_outputs};
}

/// Makes the blocks of outputs of an image; where there are more than channels, those of two windows.
auto rescaled_blocks_of(const Int8Image& image) {
  return [&image](const auto& weights, std::uint32_t first, std::uint32_t count) {
    RescaledBlock<std::decay_t<decltype(weights)>::kCount> block;
    block.y = image.y + first, block.range = image.range;
    block.prepare(image.bias, Rescales{image.rescale, {}}, first, count, first + count > image.outputs ? 0 : 8);
    return block;
  };
}

void convolve_bytes(const Int8Image& image) {
  if (image.size() > kLongestRow) return convolve_regions<Int8x16, 2>(image);
  convolve_pairs(bytes_of(image), rescaled_blocks_of(image));
}

void convolve_bytes_depthwise(const Int8Image& image) {
  if (image.size() > TapsOfRegion::kMost) return convolve_depthwise_by_eight<Eight>(image);
  const auto load_taps = [&](std::uint32_t channel, std::uint32_t count, std::uint32_t t) {
    const std::int8_t* const at = image.weights + (std::size_t{t} * image.outputs + channel);
    if (channel + count <= image.outputs) return count == 16 ? load_bytes(at) : load_first_bytes(at, count);
    const __m128i eight = load_eight_bytes(at);
    return _mm_unpacklo_epi64(eight, eight);
  };
  convolve_depthwise_pairs<RescaledBlock>(bytes_of(image), load_taps, rescaled_blocks_of(image));
}

/// Rows that share packed weights.
void multiply_by_packed(const Layer& layer, std::uint32_t rows) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const auto* const weights = layer.input<std::int8_t>(1);
  const Rescales rescales{layer.has_input(3) ? layer.input<std::int32_t>(3) : nullptr,
                          Eight::Rescale::broadcast(p.multiplier, p.shift)};
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  for_each_sixteen(0, units, [&](auto vectors, std::uint32_t unit, std::uint32_t count) {
    constexpr unsigned kVectors = decltype(vectors)::kCount;
    PairedWeights<kVectors> packed;
    packed.pack_rows(weights + std::size_t{unit} * depth, depth, depth, count, weights + std::size_t{units} * depth);
    RescaledBlock<kVectors> block;
    block.y = layer.output<std::int8_t>(0) + unit, block.range = range;
    block.prepare(layer.input<std::int32_t>(2), rescales, unit, count, 8);
    multiply_all_rows(rows, depth, packed, NextRow{layer.input<std::int8_t>(0), depth}, units, block);
  });
}

}  // namespace

Status fully_connected_i8(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer);
  if (rows < kFewestRows || width_of(layer) > kLongestRow) return vector_fully_connected_i8<Int8x16>(layer);
  return multiply_by_packed(layer, rows), Status::ok;
}
Status conv_2d_i8(const Layer& layer) { return convolve_int8(layer, convolve_bytes); }
Status depthwise_conv_2d_i8(const Layer& layer) { return convolve_depthwise_int8(layer, convolve_bytes_depthwise); }
Status add_i8(const Layer& layer) { return vector_add_i8<Eight>(layer); }
Status subtract_i8(const Layer& layer) { return vector_subtract_i8<Eight>(layer); }

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
