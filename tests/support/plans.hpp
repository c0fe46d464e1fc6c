#pragma once

#include <functional>

#include "tests/support/loaded_model.hpp"
#include "tests/support/model_parts.hpp"

namespace nacre::test {

/// A model file whose plan a test changes: memory 0 holds weights, memory 1 activations.
struct EditedModel {
  static constexpr std::uint8_t kWeights = 0, kActivations = 1;

  std::uint32_t add(const Dimensions& shape, std::uint32_t offset) {
    return parts.add_tensor(DataType::float32, kActivations, offset, shape);
  }
  void move(std::uint32_t tensor, std::uint32_t offset) { parts.tensors[tensor].mutate_offset(offset); }
  /// Argument `i` of a layer.
  std::uint32_t& argument(unsigned layer, unsigned i) { return parts.arguments[parts.layers[layer].arguments() + i]; }

  Status load() {
    place = {};
    return LoadedModel(parts.file(), reference_kernels(), &place).status;
  }
  /// Whether load() refuses the plan because of this argument of this layer.
  bool is_refused_at(unsigned layer, unsigned i) {
    return load() == Status::bad_plan && place.part == Part::arguments && place.index == layer && place.field == i;
  }
  bool is_refused_at(Part part, unsigned port) {
    return load() == Status::bad_plan && place.part == part && place.index == port;
  }

  ModelParts parts;
  Place place;
};

using AddLayer = std::function<void(ModelParts&, std::uint32_t x, std::uint32_t y)>;

/// Scans of one step in each other, each of which is the body of the one before; the innermost runs the layer that
/// `add_innermost` appends, from x to y, which have one element and this rank.
inline ModelParts nested_scans(unsigned depth, unsigned rank, const AddLayer& add_innermost) {
  ModelParts parts;
  parts.memories = {{schema::MemoryKind::activations, 0, 1024}};
  std::uint32_t place = 0;
  const auto add = [&](unsigned steps) {
    place += 16;
    return parts.add_tensor(DataType::float32, 0, place - 16, Dimensions(rank + steps, 1));
  };
  std::uint32_t x = add(depth), y = add(depth);
  parts.add_input(x), parts.add_output(y);
  for (unsigned level = depth; level > 0; --level) {
    parameters::Scan scan;
    scan.whole = 1;
    const std::uint32_t step = add(level - 1), result = add(level - 1);
    parts.add_layer(scan, {x}, {y}, {step, result});
    parts.layers.back().mutate_body(static_cast<std::uint16_t>(level));
    x = step, y = result;
  }
  add_innermost(parts, x, y);
  return parts;
}

/// The same around a softmax.
inline ModelParts nested_scans(unsigned depth) {
  return nested_scans(depth, 1, [](ModelParts& parts, std::uint32_t x, std::uint32_t y) {
    parts.add_layer(parameters::Softmax{}, {x}, {y});
  });
}

}  // namespace nacre::test
