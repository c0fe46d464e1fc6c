#pragma once

#include "tools/onnx/programs.hpp"

namespace nacre::tools {

/// The window of a convolution or pooling, by spatial axis, with the padding that its output needs.
struct OnnxWindow {
  std::vector<std::int64_t> kernel, stride, dilation, before, after;
  /// Elements beyond `after` that windows of ceil_mode reach: they count as no part of the input.
  std::vector<std::int64_t> beyond;

  std::size_t axes() const { return kernel.size(); }
  std::int64_t reach(std::size_t axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }
  bool is_dilated() const;
  std::int64_t taps() const;
};

/// Strides, dilations and pads, or auto_pad, of a call whose images have these lengths.
OnnxWindow window_of(const OnnxCall& call, const std::vector<std::int64_t>& kernel, const Dimensions& image);
/// The attribute kernel_shape; where it is absent, `otherwise`.
std::vector<std::int64_t> kernel_of(const OnnxCall& call, const std::vector<std::int64_t>& otherwise);

/// [batch, channels, axes…] as [batch, axes…, channels], and back.
ValueId channels_last(const OnnxCall& call, ValueId x);
ValueId channels_first(const OnnxCall& call, ValueId x);
/// x, channels last, with elements of a value around its image.
ValueId padded(const OnnxCall& call, ValueId x, const std::vector<std::int64_t>& before,
               const std::vector<std::int64_t>& after, double value);
/// The elements of x, channels last and padded, that tap number `tap` of each window reads.
ValueId tap_of(const OnnxCall& call, ValueId x, const OnnxWindow& window, std::int64_t tap);

/// The spatial lengths of input 0; refuses what has none.
Dimensions image_of(const OnnxCall& call);

/// A sequence as an image of one row, whose axis stands at `at`, and back; the window of such an image.
ValueId with_rows(const OnnxCall& call, ValueId x, std::size_t at);
ValueId without_rows(const OnnxCall& call, ValueId x);
OnnxWindow with_rows(OnnxWindow window);

/// The window of an axis as tables hold it; refuses what does not fit 16 bits.
std::uint16_t narrow(const OnnxCall& call, std::int64_t number);

/// Strides and padding of a table of two spatial axes.
template <typename Table>
void set_strides(const OnnxCall& call, Table& table, const OnnxWindow& window) {
  table.stride_h = narrow(call, window.stride[0]), table.stride_w = narrow(call, window.stride[1]);
  table.pad_top = narrow(call, window.before[0]), table.pad_bottom = narrow(call, window.after[0]);
  table.pad_left = narrow(call, window.before[1]), table.pad_right = narrow(call, window.after[1]);
}

}  // namespace nacre::tools
