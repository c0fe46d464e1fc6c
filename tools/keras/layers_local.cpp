// LocallyConnected1D and LocallyConnected2D of Keras 2: convolutions with a kernel of its own at each place.

#include <algorithm>
#include <array>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

/// Windows of one axis. Those of padding="same" have their middle at the place, where other layers of Keras share the
/// padding out.
struct LocalAxis {
  std::int64_t input, kernel, stride, before, places;

  std::int64_t at(std::int64_t place, std::int64_t tap) const { return place * stride - before + tap; }
  bool has(std::int64_t place, std::int64_t tap) const { return at(place, tap) >= 0 && at(place, tap) < input; }
  std::uint16_t after() const {
    return narrow(std::max<std::int64_t>(0, at(places - 1, kernel - 1) - input + 1));
  }
};

struct LocalWindows {
  LocalAxis rows, columns;
  std::int64_t channels, filters;

  std::int64_t places() const { return rows.places * columns.places; }
  std::int64_t features() const { return rows.kernel * columns.kernel * channels; }
};

LocalAxis axis_of(const KerasLayer& layer, std::int64_t input, std::int64_t kernel, std::int64_t stride) {
  const std::string padding = layer.text("padding", layer.text("border_mode", "valid"));
  const bool is_same = padding == "same";
  if (stride < 1 || kernel < 1) layer.refuse("has a stride or a kernel of 0");
  if (!is_same && padding != "valid") layer.refuse("has the padding " + padding);
  if (!is_same && kernel > input) layer.refuse("has a kernel that is longer than its input");
  return {input, kernel, stride, is_same ? kernel / 2 : 0,
          is_same ? (input + stride - 1) / stride : (input - kernel) / stride + 1};
}

/// For each number of a kernel [places, features, filters], with the channels last in its features: its place in the
/// file, or -1 where the window reaches beyond the input.
class LocalWeights {
 public:
  LocalWeights(const KerasLayer& layer, const LocalWindows& windows)
      : layer_(layer), w_(windows), is_first_(layer.channels_first()),
        implementation_(static_cast<int>(layer.number("implementation", 1))) {}

  Array kernel() {
    const std::vector<float> own = layer_.weights.at(0).to<float>();
    std::vector<float> result(static_cast<std::size_t>(w_.places() * w_.features() * w_.filters));
    if (implementation_ == 3) number_sparse();
    for (std::int64_t place = 0; place < w_.places(); ++place)
      for (std::int64_t feature = 0; feature < w_.features(); ++feature)
        for (std::int64_t filter = 0; filter < w_.filters; ++filter)
          if (has(place, feature))
            result[index(place, feature, filter)] = own.at(from(place, feature, filter));
    return Array::of(ElementType::float32, {w_.places(), w_.features(), w_.filters}, result);
  }

 private:
  struct Tap {
    std::int64_t row, column, channel;
  };
  Tap tap(std::int64_t feature) const {
    const std::int64_t window = feature / w_.channels;
    return {window / w_.columns.kernel, window % w_.columns.kernel, feature % w_.channels};
  }
  bool has(std::int64_t place, std::int64_t feature) const {
    const Tap t = tap(feature);
    return w_.rows.has(place / w_.columns.places, t.row) && w_.columns.has(place % w_.columns.places, t.column);
  }
  std::size_t index(std::int64_t place, std::int64_t feature, std::int64_t filter) const {
    return static_cast<std::size_t>((place * w_.features() + feature) * w_.filters + filter);
  }
  /// Of a number of the input, and of one of the output, in the order of the layer.
  std::int64_t input(std::int64_t place, std::int64_t feature) const {
    const Tap t = tap(feature);
    const std::int64_t at = w_.rows.at(place / w_.columns.places, t.row) * w_.columns.input +
                            w_.columns.at(place % w_.columns.places, t.column);
    return is_first_ ? t.channel * w_.rows.input * w_.columns.input + at : at * w_.channels + t.channel;
  }
  std::int64_t output(std::int64_t place, std::int64_t filter) const {
    return is_first_ ? filter * w_.places() + place : place * w_.filters + filter;
  }
  /// Implementation 3 has the weights that exist, by outputs and then by inputs.
  void number_sparse() {
    std::vector<std::array<std::int64_t, 3>> all;
    for (std::int64_t place = 0; place < w_.places(); ++place)
      for (std::int64_t feature = 0; feature < w_.features(); ++feature)
        for (std::int64_t filter = 0; filter < w_.filters; ++filter)
          if (has(place, feature))
            all.push_back({output(place, filter), input(place, feature),
                           static_cast<std::int64_t>(index(place, feature, filter))});
    std::ranges::sort(all);
    sparse_.resize(static_cast<std::size_t>(w_.places() * w_.features() * w_.filters));
    for (std::size_t i = 0; i < all.size(); ++i) sparse_[static_cast<std::size_t>(all[i][2])] = i;
  }
  std::size_t from(std::int64_t place, std::int64_t feature, std::int64_t filter) const {
    if (implementation_ == 3) return sparse_[index(place, feature, filter)];
    if (implementation_ == 2)
      return static_cast<std::size_t>(input(place, feature) * w_.places() * w_.filters + output(place, filter));
    const Tap t = tap(feature);
    const std::int64_t window = t.row * w_.columns.kernel + t.column,
                       own = is_first_ ? t.channel * w_.rows.kernel * w_.columns.kernel + window : feature;
    return index(place, own, filter);
  }

  const KerasLayer& layer_;
  const LocalWindows& w_;
  bool is_first_;
  int implementation_;
  std::vector<std::size_t> sparse_;  ///< place in the file of each number of the kernel
};

/// What each window sees, [batch, places, 1, features], of an image with its channels last.
ValueId local_windows(const KerasLayer& layer, ValueId x, const LocalWindows& w) {
  parameters::Pad table;
  table.before[1] = narrow(w.rows.before), table.before[2] = narrow(w.columns.before);
  table.after[1] = w.rows.after(), table.after[2] = w.columns.after();
  if (w.rows.before + w.columns.before + table.after[1] + table.after[2] > 0)
    x = layer.graph.add(table, {x}, layer.name + ".padded");
  const std::int64_t width = layer.graph.shape(x)[2];
  std::vector<std::int64_t> indices;
  for (std::int64_t row = 0; row < w.rows.places; ++row)
    for (std::int64_t column = 0; column < w.columns.places; ++column)
      for (std::int64_t k = 0; k < w.rows.kernel; ++k)
        for (std::int64_t l = 0; l < w.columns.kernel; ++l)
          for (std::int64_t channel = 0; channel < w.channels; ++channel)
            indices.push_back(((row * w.rows.stride + k) * width + column * w.columns.stride + l) * w.channels +
                              channel);
  const Dimensions shape = layer.graph.shape(x);
  const ValueId flat = add_reshape(layer.graph, x, {shape[1] * shape[2] * shape[3]}, "");
  return add_reshape(layer.graph, add_selection(layer.graph, flat, std::move(indices), layer.name + ".windows"),
                     {w.places(), 1, w.features()}, "");
}

/// Keras adds the bias of channels that come first as numbers in that order, whatever its axes.
Array local_bias(const KerasLayer& layer, const LocalWindows& w) {
  const std::vector<float> own = layer.weights.at(1).to<float>();
  std::vector<float> result(static_cast<std::size_t>(w.places() * w.filters));
  for (std::int64_t place = 0; place < w.places(); ++place)
    for (std::int64_t filter = 0; filter < w.filters; ++filter)
      result[static_cast<std::size_t>(place * w.filters + filter)] = own.at(static_cast<std::size_t>(
          layer.channels_first() ? filter * w.places() + place : place * w.filters + filter));
  return Array::of(ElementType::float32, {w.rows.places, w.columns.places, w.filters}, result);
}

ValueId local_image(const KerasLayer& layer, ValueId x, std::size_t axes) {
  const Dimensions shape = layer.graph.shape(x);
  const std::vector<std::int64_t> kernel = spatial(layer, "kernel_size", axes, 1),
                                  stride = spatial(layer, "strides", axes, 1);
  const std::int64_t filters = static_cast<std::int64_t>(layer.number("filters", 0));
  // The one row of a sequence has nothing to pad.
  const LocalAxis row = axes == 1 ? LocalAxis{1, 1, 1, 0, 1} : axis_of(layer, shape[1], kernel[0], stride[0]);
  const LocalWindows w{row, axis_of(layer, shape[2], kernel[1], stride[1]), shape[3], filters};
  if (filters < 1) layer.refuse("has no filters");
  Graph& graph = layer.graph;
  const ValueId kernels = layer.constant(LocalWeights(layer, w).kernel());
  ValueId y = graph.add(parameters::MatMul{}, {local_windows(layer, x, w), kernels}, layer.name);
  y = add_reshape(graph, y, {w.rows.places, w.columns.places, w.filters}, "");
  if (!layer.flag("use_bias", true)) return y;
  return add_functions(graph, {MapFunction::add}, {y, layer.constant(local_bias(layer, w))}, layer.name + ".bias");
}

}  // namespace

ValueId import_locally_connected(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  if (layer.version.major != 2) layer.refuse("is read as Keras 2 has it", "save the model again with Keras 2");
  const std::size_t axes = axes_of(layer);
  return layer.activated(
      on_image(layer, inputs[0], axes, [&](ValueId x) { return local_image(layer, x, axes); }));
}

}  // namespace nacre::tools
