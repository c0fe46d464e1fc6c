#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

/// Kernel height, kernel width, input channels of a group and output channels, in both layouts.
struct Filter {
  std::int64_t height, width, depth, outputs;
  bool is_int8;

  explicit Filter(const TensorType& weights) : is_int8(weights.type == DataType::int8) {
    const Dimensions& s = weights.shape;
    height = s[is_int8 ? 1 : 0], width = s[is_int8 ? 2 : 1];
    depth = s[is_int8 ? 3 : 2], outputs = s[is_int8 ? 0 : 3];
  }
  std::size_t index(std::int64_t h, std::int64_t w, std::int64_t d, std::int64_t o) const {
    return is_int8 ? ((o * height + h) * width + w) * depth + d
                   : ((h * width + w) * depth + d) * outputs + o;
  }
};

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Conv2D>();
  require_shapes(inputs.size() >= 3 && inputs[0].shape.size() == 4 && inputs[1].shape.size() == 4, node,
                 "needs an image of four dimensions and weights of four");
  const Filter filter(inputs[1]);
  const Dimensions& x = inputs[0].shape;
  require_shapes(t.groups > 0 && x[3] == filter.depth * t.groups && filter.outputs % t.groups == 0, node,
                 "has weights for " + std::to_string(filter.depth * t.groups) +
                     " channels, its input is " + to_string(inputs[0]));
  return {inputs[0].type,
          {x[0],
           window_output(x[1], t.pad_top, t.pad_bottom, filter.height, t.dilation_h, t.stride_h),
           window_output(x[2], t.pad_left, t.pad_right, filter.width, t.dilation_w, t.stride_w),
           filter.outputs}};
}

/// The sum over one window; elements of the padding contribute nothing (int8: the bias holds the
/// whole correction of the zero point, so that padding counts as the zero point).
double window_sum(const parameters::Conv2D& t, const Filter& filter, const std::vector<Tensor64>& inputs,
                  std::int64_t n, std::int64_t oy, std::int64_t ox, std::int64_t o) {
  const Dimensions& x = inputs[0].type.shape;
  const std::int64_t first = o / (filter.outputs / t.groups) * filter.depth;
  double sum = inputs[2].values[o];
  for (std::int64_t h = 0; h < filter.height; ++h)
    for (std::int64_t w = 0; w < filter.width; ++w) {
      const std::int64_t iy = oy * t.stride_h - t.pad_top + h * t.dilation_h;
      const std::int64_t ix = ox * t.stride_w - t.pad_left + w * t.dilation_w;
      const bool inside = iy >= 0 && iy < x[1] && ix >= 0 && ix < x[2];
      if (!inside && !filter.is_int8) continue;
      for (std::int64_t d = 0; d < filter.depth; ++d)
        sum += inputs[1].values[filter.index(h, w, d, o)] *
               (inside ? inputs[0].values[((n * x[1] + iy) * x[2] + ix) * x[3] + first + d]
                       : t.input_zero_point);
    }
  return sum;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Conv2D>();
  const Filter filter(inputs[1].type);
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const Dimensions at = coordinates(i, output.shape);
    const double sum = window_sum(t, filter, inputs, at[0], at[1], at[2], at[3]);
    y.values[i] = output.type == DataType::int16 ? rescale_to_int16(sum, inputs[3], at[3], t.minimum, t.maximum)
                  : filter.is_int8               ? rescale_to_int8(sum, inputs[3], at[3], t.output_zero_point,
                                              t.output_minimum, t.output_maximum)
                                 : std::clamp<double>(sum, t.minimum, t.maximum);
  }
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  const Filter filter(inputs[1]);
  return output.size() * filter.height * filter.width * filter.depth;
}

/// A packed layer unpacks the windows of three pixels, and collects the bytes of one; one for MVE collects the bytes of
/// two, unless each window is a pixel of the image.
std::vector<Temporary> temporaries(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  const auto& t = node.as<parameters::Conv2D>();
  if (t.layout == Layout::portable) return {};
  if (t.layout == Layout::mve) {
    const Filter filter(inputs[1]);
    const bool is_pixel = filter.height == 1 && filter.width == 1 && t.pad_bottom == 0 && t.pad_right == 0;
    const std::int64_t sixteens = (filter.height * filter.width * filter.depth + 15) / 16;
    return {{{DataType::int32, {is_pixel ? 4 : 8 * sixteens}}, false}};
  }
  return {{{DataType::int32, {7 * ((t.kernel_h * t.kernel_w * inputs[0].last() + 3) / 4)}}, false}};
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_quantised(output.type.type)) return integer_errors(inputs, output);
  const Filter filter(inputs[1].type);
  return sum_of_products_errors(without_clamp<parameters::Conv2D>(node), inputs, output,
                                static_cast<double>(filter.height * filter.width * filter.depth + 2));
}

}  // namespace

const Definition definitions::conv_2d = {
    .name = "conv_2d", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs, .temporaries = temporaries,
    .parameters = {"weights", "bias"}};

}  // namespace nacre::tools
