#include "runtime/strict_float.hpp"  // first

#include "loader/window_check.hpp"

namespace nacre::checks {

/// Four channels or more, each with an output of its own, and a workspace as long as the window makes it.
void depthwise_conv_2d_dsp(LayerCheck& layer) {
  using parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<DepthwiseConv2D>();
  const std::uint32_t *const w = layer.lengths(1), *const y = layer.lengths(layer.inputs());
  if (!layer.require_argument(layer.lengths(0)[3] == y[3] && y[3] >= 4 && w[1] - 1u < 8, 1)) return;
  check_window<DepthwiseConv2D>(layer, w[1], w[2], p.dilation_h, p.dilation_w);
  const std::uint32_t pairs = (w[1] + 1) / 2;
  const std::uint64_t columns = std::uint64_t{y[2] - 1} * p.stride_w + std::uint64_t{w[2] - 1} * p.dilation_w + 1;
  const std::uint64_t words = 4 * (std::uint64_t{pairs} * w[2] + (2 * pairs - 1) * columns);
  layer.require_argument(layer.elements(layer.inputs() + 1) == words, layer.inputs() + 1);
  // In place each row is written after the rows have been unpacked that the next one does not read anew.
  const bool moves_by_one = p.stride_h == 1 && p.stride_w == 1 && p.dilation_h == 1 && y[3] % 4 == 0 &&
                            layer.output_height() == layer.input_height() && y[2] == layer.lengths(0)[2] &&
                            p.pad_top <= 2 * pairs - 2;
  layer.require_place(moves_by_one || !layer.is_in_place());
}

}  // namespace nacre::checks
