#pragma once

#include <optional>

#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// A scan over x [1, 3, 2] that filters it: state = 0.5 * state + x[:, t], which is its result too. Arguments are x,
/// the first state where there is one, the number of steps where they are counted, y, the state, the step, next and the
/// result.
inline ModelBuilder scan_model(parameters::Scan table, bool has_first_state = false,
                               std::optional<std::int32_t> steps = std::nullopt) {
  constexpr std::uint32_t kWeightsBytes = 64;
  ModelBuilder model(table);
  model.input<float>({1, 3, 2}, {1, 2, 3, 4, 5, 6});
  if (has_first_state) model.input<float>({1, 2}, {8, 16});
  if (steps) model.input<std::int32_t>({1}, {*steps});
  model.output<float>(table.whole != 0 ? Dimensions{1, 3, 2} : Dimensions{1, 2});
  model.temporary<float>({1, 2}, table.stateful ? MemoryKind::state : MemoryKind::activations);
  model.temporary<float>({1, 2}).temporary<float>({1, 2}).temporary<float>({1, 2});
  const std::uint32_t state = model.inputs + 1u, step = state + 1, next = step + 1;
  model.complete = [=](ModelParts& parts) {
    const float halves[] = {0.5f, 0, 0, 0.5f};
    std::vector<std::uint8_t>& weights = parts.sections[0].bytes;
    weights.resize(kWeightsBytes);
    std::memcpy(weights.data(), halves, sizeof halves);
    parts.memories[0].mutate_bytes(kWeightsBytes);
    const std::uint32_t matrix = parts.add_tensor(DataType::float32, 0, 0, {2, 2});
    const auto behind = static_cast<std::uint8_t>(parts.tensors.size() - step);
    const std::uint32_t bias =
        parts.add_tensor(DataType::float32, 1, parts.tensors[step].offset(), {2}, behind);
    for (const std::uint32_t y : {next, next + 1})
      parts.add_layer(parameters::FullyConnected{}, {state, matrix, bias}, {y});
    parts.layers[0].mutate_body(2);
  };
  return model;
}

/// One with a first state of which so many steps run.
inline ModelBuilder counted_scan_model(std::int32_t steps) {
  parameters::Scan table;
  table.counted = true;
  return scan_model(table, true, steps);
}

}  // namespace nacre::test
