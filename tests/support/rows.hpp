#pragma once

#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// A layer `rows` over x [1, 6, 2, 1], one row at a time: the largest of three rows, padded, into a buffer of two rows,
/// then the largest of two rows of those. Arguments are x, the schedule, y [1, 5, 2, 1]; the buffer is tensor 3.
template <typename T>
ModelBuilder rows_model(std::vector<T> x) {
  ModelBuilder model{parameters::Rows{}};
  model.input<T>({1, 6, 2, 1}, x).template constant<std::int32_t>({2, 4}, {6, 2, 1, 1, 5, 1, 1, 1});
  model.template output<T>({1, 5, 2, 1});
  model.complete = [](ModelParts& parts) {
    constexpr std::uint32_t kBufferBytes = 16;
    schema::Memory& memory = parts.memories[1];
    const std::uint32_t buffer = parts.add_tensor(DataTypeOf<T>::value, 1, memory.bytes(), {1, 2, 2, 1});
    memory.mutate_bytes(memory.bytes() + kBufferBytes);
    parameters::MaxPool2D three, two;
    three.kernel_h = 3, three.pad_top = three.pad_bottom = 1;
    two.kernel_h = 2;
    parts.add_layer(three, {0}, {buffer});
    parts.add_layer(two, {buffer}, {2});
    parts.layers[0].mutate_body(2);
  };
  return model;
}

}  // namespace nacre::test
