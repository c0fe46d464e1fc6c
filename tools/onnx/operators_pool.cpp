// Poolings.

#include <limits>
#include <utility>

#include "tools/onnx/windows.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Integers = std::vector<std::int64_t>;

/// A function of all taps of each window, one after the other: of windows that no kernel has.
ValueId over_taps(const OnnxCall& call, ValueId x, const OnnxWindow& window, F f) {
  if (window.taps() > 1024) call.refuse("has a window of more than 1024 elements that no kernel has");
  ValueId y = tap_of(call, x, window, 0);
  for (std::int64_t tap = 1; tap < window.taps(); ++tap) y = apply(call, f, {y, tap_of(call, x, window, tap)});
  return y;
}

Integers sum_of(const Integers& a, const Integers& b) {
  Integers sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += b[i];
  return sum;
}

/// Whether the tables of two dimensions hold a window.
bool has_kernel(const OnnxCall& call, const OnnxWindow& window) {
  if (window.axes() > 2 || window.is_dilated()) return false;
  if (call.graph().type(call.value()).type != DataType::float32) return false;
  for (std::size_t axis = 0; axis < window.axes(); ++axis)
    if (window.before[axis] >= window.kernel[axis] || window.after[axis] + window.beyond[axis] >= window.kernel[axis])
      return false;
  return true;
}

template <typename Table>
ValueId pooled(const OnnxCall& call, ValueId x, OnnxWindow window) {
  const bool is_sequence = window.axes() == 1;
  if (is_sequence) window = with_rows(window), x = with_rows(call, x, 1);
  window.after = sum_of(window.after, window.beyond);
  Table table;
  set_strides(call, table, window);
  table.kernel_h = narrow(call, window.kernel[0]), table.kernel_w = narrow(call, window.kernel[1]);
  const ValueId y = call.graph().add(table, {x}, call.name());
  return is_sequence ? without_rows(call, y) : y;
}

void import_max_pool(const OnnxCall& call) {
  if (call.opset() >= 8 && call.integer("storage_order", 0) != 0 && call.has_output(1))
    call.refuse("counts places by columns (storage_order=1)");
  const OnnxWindow window = window_of(call, kernel_of(call, {}), image_of(call));
  const ValueId x = channels_last(call, call.value());
  if (has_kernel(call, window))
    return call.define(channels_first(call, pooled<parameters::MaxPool2D>(call, x, window)));
  const double least = is_real(call.type()) ? std::numeric_limits<float>::lowest() : INT32_MIN;
  const ValueId wide = padded(call, x, window.before, sum_of(window.after, window.beyond), least);
  call.define(channels_first(call, over_taps(call, wide, window, F::maximum)));
}

/// How many elements each window has that count, channels last.
std::vector<double> counts_of(const OnnxWindow& window, const Dimensions& image, bool counts_padding,
                              Dimensions* shape) {
  std::vector<double> counts{1};
  *shape = {1};
  for (std::size_t axis = 0; axis < window.axes(); ++axis) {
    const std::int64_t first = counts_padding ? -window.before[axis] : 0,
                       end = image[axis] + (counts_padding ? window.after[axis] : 0);
    const std::int64_t whole = image[axis] + window.before[axis] + window.after[axis] + window.beyond[axis];
    const std::int64_t windows = (whole - window.reach(axis)) / window.stride[axis] + 1;
    std::vector<double> next;
    for (const double before : counts)
      for (std::int64_t i = 0; i < windows; ++i) {
        std::int64_t inside = 0;
        for (std::int64_t tap = 0; tap < window.kernel[axis]; ++tap) {
          const std::int64_t place = i * window.stride[axis] + tap * window.dilation[axis] - window.before[axis];
          inside += place >= first && place < end ? 1 : 0;
        }
        next.push_back(before * static_cast<double>(inside));
      }
    counts = std::move(next);
    shape->push_back(windows);
  }
  shape->push_back(1);
  return counts;
}

void import_average_pool(const OnnxCall& call) {
  OnnxWindow window = window_of(call, kernel_of(call, {}), image_of(call));
  const bool counts_padding = call.flag("count_include_pad");
  ValueId x = channels_last(call, call.value());
  if (has_kernel(call, window)) {
    if (counts_padding) {
      x = padded(call, x, window.before, window.after, 0);
      window.before.assign(window.axes(), 0), window.after.assign(window.axes(), 0);
    }
    return call.define(channels_first(call, pooled<parameters::AveragePool2D>(call, x, window)));
  }
  Dimensions shape;
  const std::vector<double> counts = counts_of(window, image_of(call), counts_padding, &shape);
  const ValueId wide = padded(call, x, window.before, sum_of(window.after, window.beyond), 0);
  const ValueId sum = over_taps(call, wide, window, F::add);
  const ValueId number = real_constant(call, shape, counts, call.graph().type(sum).type);
  call.define(channels_first(call, apply(call, F::divide, {sum, number})));
}

/// |x|^p, or what has a word of its own.
ValueId magnitude_power(const OnnxCall& call, ValueId x, double p) {
  if (p == 1) return apply(call, F::absolute, {x});
  if (p == 2) return apply(call, F::square, {x});
  return apply(call, F::power, apply(call, F::absolute, {x}), p);
}
ValueId magnitude_root(const OnnxCall& call, ValueId x, double p) {
  if (p == 1) return x;
  return p == 2 ? apply(call, F::sqrt, {x}) : apply(call, F::power, x, 1 / p);
}

/// The root of the sum of powers.
void import_lp_pool(const OnnxCall& call) {
  const OnnxWindow window = window_of(call, kernel_of(call, {}), image_of(call));
  const double p = static_cast<double>(call.integer("p", 2));
  const ValueId x = channels_last(call, magnitude_power(call, call.value(), p));
  const ValueId wide = padded(call, x, window.before, sum_of(window.after, window.beyond), 0);
  call.define(channels_first(call, magnitude_root(call, over_taps(call, wide, window, F::add), p)));
}

void import_global_pool(const OnnxCall& call) {
  (void)image_of(call);
  const std::vector<std::size_t> axes = axes_from(2, call.shape(0).size());
  call.define(reduced(call, call.value(), static_cast<ReduceFunction>(call.row().function), axes));
}

void import_global_lp_pool(const OnnxCall& call) {
  const double p = static_cast<double>(call.integer("p", 2));
  const ValueId powers = magnitude_power(call, call.value(), p);
  const ValueId sum = reduced(call, powers, ReduceFunction::sum, axes_from(2, call.shape(0).size()));
  call.define(magnitude_root(call, sum, p));
}

}  // namespace

std::vector<OnnxOperator> onnx_pool_operators() {
  return {
      {"MaxPool", 7, import_max_pool},
      {"AveragePool", 7, import_average_pool},
      {"LpPool", 7, import_lp_pool},
      {"GlobalAveragePool", 7, import_global_pool, nullptr, static_cast<std::uint16_t>(ReduceFunction::mean)},
      {"GlobalMaxPool", 7, import_global_pool, nullptr, static_cast<std::uint16_t>(ReduceFunction::maximum)},
      {"GlobalLpPool", 7, import_global_lp_pool},
  };
}

}  // namespace nacre::tools
