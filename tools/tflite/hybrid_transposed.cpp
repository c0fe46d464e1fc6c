// TRANSPOSE_CONV of int8 weights and float32 activations: as many convolutions as there are places between two pixels.

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/tflite/hybrid.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// Along one axis, every stride-th output from p on is a convolution of its own. Its kernel is every stride-th tap of
/// the whole one from `first` on, in the opposite order.
struct AxisPhase {
  std::int64_t first, taps, before, after;

  AxisPhase(std::int64_t p, std::int64_t kernel, std::int64_t stride, std::int64_t padding, std::int64_t input,
            std::int64_t outputs)
      : first((p + padding) % stride),
        taps(std::max<std::int64_t>(1, (kernel - first + stride - 1) / stride)),  // one beyond the kernel is 0
        before(taps - 1 - (p + padding) / stride),
        after(outputs + taps - 1 - input - before) {}
  /// The tap of the kernel that is number `i` of this convolution.
  std::int64_t tap(std::int64_t i, std::int64_t stride) const { return first + (taps - 1 - i) * stride; }
};

std::vector<std::int64_t> codes_of(const std::vector<std::int64_t>& all, const Dimensions& w, const AxisPhase& rows,
                                   const AxisPhase& columns, const parameters::ConvTransposed& window) {
  std::vector<std::int64_t> codes;
  for (std::int64_t o = 0; o < w[0]; ++o)
    for (std::int64_t i = 0; i < rows.taps; ++i)
      for (std::int64_t j = 0; j < columns.taps; ++j)
        for (std::int64_t d = 0; d < w[3]; ++d) {
          const std::int64_t h = rows.tap(i, window.stride[0]), k = columns.tap(j, window.stride[1]);
          const bool is_inside = h < w[1] && k < w[2];
          codes.push_back(is_inside ? all[static_cast<std::size_t>(((o * w[1] + h) * w[2] + k) * w[3] + d)] : 0);
        }
  return codes;
}

/// The sums of one phase of both axes.
ValueId phase_sums(const Call& call, const QuantizedRows& images, const Dimensions& w,
                   const std::vector<std::int64_t>& codes, const AxisPhase& rows, const AxisPhase& columns) {
  parameters::ConvInteger table;
  const auto set = [&](std::uint16_t& field, std::int64_t length, std::int64_t limit) {
    if (length < 0 || length >= limit) call.refuse("has a window that int8 weights are not computed for",
                                                   "convert it with --exact-weights");
    field = static_cast<std::uint16_t>(length);
  };
  set(table.pad_top, rows.before, rows.taps), set(table.pad_bottom, rows.after, rows.taps + 1);
  set(table.pad_left, columns.before, columns.taps), set(table.pad_right, columns.after, columns.taps + 1);
  Graph& graph = call.graph();
  const ValueId weights =
      graph.add_constant(Array::of(ElementType::int8, {w[0], rows.taps, columns.taps, w[3]}, codes), DataType::int8);
  return graph.add(table, images.beside(weights), call.name + ".sums");
}

ValueId joined(Graph& graph, const std::vector<ValueId>& parts, std::uint8_t axis, const std::string& name) {
  parameters::Concatenate table;
  table.axis = axis;
  return parts.size() == 1 ? parts[0] : graph.add(table, parts, name + ".joined");
}

}  // namespace

ValueId hybrid_transpose_conv(const Call& call, const parameters::ConvTransposed& window) {
  Graph& graph = call.graph();
  const HybridWeights weights = hybrid_weights(call, 1, 0);
  const Dimensions w = call.type(1).shape, x = graph.shape(call.value(2));  // w: output, height, width, input
  const QuantizedRows images = quantized_rows(graph, call.value(2), false, call.name);
  const std::int64_t stride_h = window.stride[0], stride_w = window.stride[1];
  const std::int64_t height = (window.size[0] + stride_h - 1) / stride_h;
  const std::int64_t width = (window.size[1] + stride_w - 1) / stride_w;
  std::vector<ValueId> rows_of;
  for (std::int64_t p = 0; p < stride_h; ++p) {
    const AxisPhase rows(p, w[1], stride_h, window.pad_before[0], x[1], height);
    std::vector<ValueId> columns_of;
    for (std::int64_t q = 0; q < stride_w; ++q) {
      const AxisPhase columns(q, w[2], stride_w, window.pad_before[1], x[2], width);
      const ValueId sums =
          phase_sums(call, images, w, codes_of(weights.codes, w, rows, columns, window), rows, columns);
      columns_of.push_back(reshaped(graph, sums, {x[0], height, 1, width, 1, w[0]}));
    }
    rows_of.push_back(joined(graph, columns_of, 4, call.name));
  }
  const ValueId whole = reshaped(graph, joined(graph, rows_of, 2, call.name),
                                 {x[0], height * stride_h, width * stride_w, w[0]});
  parameters::Slice slice = slice_of_all(graph.shape(whole));
  slice.size[1] = window.size[0], slice.size[2] = window.size[1];
  const ValueId sums = graph.shape(whole) == Dimensions{x[0], window.size[0], window.size[1], w[0]}
                           ? whole
                           : graph.add(slice, {whole}, call.name + ".cut");
  return scaled_images(call, graph, sums, images, weights, hybrid_bias(call, graph, 3, w[0]),
                       {window.minimum, window.maximum});
}

}  // namespace nacre::tools
