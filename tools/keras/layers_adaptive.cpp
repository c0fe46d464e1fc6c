// Poolings that state how many elements to make, not how large their windows are.

#include <fmt/format.h>

#include <map>
#include <numeric>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

using Numbers64 = std::vector<std::int64_t>;

/// Elements of x along an axis, in the order of `places`.
ValueId picked(const KerasLayer& layer, ValueId x, std::size_t axis, const Numbers64& places) {
  Numbers64 all(static_cast<std::size_t>(layer.graph.shape(x)[axis]));
  std::iota(all.begin(), all.end(), 0);
  if (places == all) return x;
  const auto count = static_cast<std::int64_t>(places.size());
  const ValueId indices =
      layer.graph.add_constant(Array::of(ElementType::int32, {count}, places), DataType::int32);
  const parameters::Gather gather{.behind = static_cast<std::uint8_t>(layer.last_axis(x) - axis)};
  return layer.graph.add(gather, {x, indices}, layer.name + ".windows");
}

/// x with windows of `size` elements, one behind the other along an axis, each reduced to one.
ValueId reduced(const KerasLayer& layer, ValueId x, std::size_t axis, std::int64_t size, ReduceFunction function) {
  if (size == 1) return x;
  Dimensions apart = layer.graph.shape(x), shape = apart;
  apart[axis] /= size;
  shape[axis] /= size;
  apart.insert(apart.begin() + static_cast<std::ptrdiff_t>(axis) + 1, size);
  const ValueId windows = add_reshape(layer.graph, x, {apart.begin() + 1, apart.end()}, "");
  const ValueId y = add_reduced(layer.graph, windows, function, 1u << (axis + 1), layer.name);
  return add_reshape(layer.graph, y, {shape.begin() + 1, shape.end()}, "");
}

/// Output i of n elements is of those from floor(i * n / to) until ceil((i + 1) * n / to). Windows of one size, of
/// which there are two at most, are reduced together.
ValueId pooled(const KerasLayer& layer, ValueId x, std::size_t axis, std::int64_t to, ReduceFunction function) {
  const std::int64_t from = layer.graph.shape(x)[axis];
  if (to < 1 || to > 0xffff) layer.refuse(fmt::format("makes {} elements of an axis", to));
  std::map<std::int64_t, Numbers64> elements, outputs;  // by the size of a window
  for (std::int64_t i = 0; i < to; ++i) {
    const std::int64_t begin = i * from / to, end = ((i + 1) * from + to - 1) / to;
    outputs[end - begin].push_back(i);
    for (std::int64_t place = begin; place < end; ++place) elements[end - begin].push_back(place);
  }
  std::vector<ValueId> parts;
  Numbers64 order(static_cast<std::size_t>(to));
  std::int64_t made = 0;
  for (const auto& [size, places] : elements) {
    parts.push_back(reduced(layer, picked(layer, x, axis, places), axis, size, function));
    for (const std::int64_t output : outputs[size]) order[static_cast<std::size_t>(output)] = made++;
  }
  if (parts.size() == 1) return parts[0];
  const parameters::Concatenate joined{.axis = static_cast<std::uint8_t>(axis)};
  return picked(layer, layer.graph.add(joined, parts, layer.name + ".joined"), axis, order);
}

}  // namespace

ValueId import_adaptive_pool(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  const std::size_t axes = axes_of(layer);
  layer.require_rank(inputs[0], axes + 2);
  const auto function =
      layer.class_name.starts_with("AdaptiveMax") ? ReduceFunction::maximum : ReduceFunction::mean;
  const Numbers64 size = layer.integers("output_size", axes, 0);
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    for (std::size_t axis = 1; axis <= axes; ++axis) x = pooled(layer, x, axis, size[axis - 1], function);
    return x;
  });
}

}  // namespace nacre::tools
