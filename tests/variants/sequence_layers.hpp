#pragma once

#include <doctest/doctest.h>

#include "tests/support/random.hpp"
#include "tests/variants/compare.hpp"

namespace nacre::test {

inline void compare_float_products(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 5u, 40u, 300u})
    for (const std::uint32_t columns : {1u, 3u, 8u, 16u, 17u, 31u, 66u, 150u})
      for (const bool transposed : {false, true}) {
        CAPTURE(depth);
        CAPTURE(columns);
        CAPTURE(transposed);
        Random random(depth + columns);
        const std::uint32_t rows = 1 + (depth + columns) % 14;
        parameters::MatMul table;
        table.transposed = transposed;
        ModelBuilder model(table);
        model.input({2, rows, depth}, random.reals(2 * std::size_t{rows} * depth))
            .input(transposed ? Dimensions{2, columns, depth} : Dimensions{2, depth, columns},
                   random.reals(2 * std::size_t{depth} * columns))
            .output<float>({2, rows, columns});
        compare(model, model);
      }
}

inline void compare_float_softmax(const Compare& compare) {
  for (std::uint32_t width = 1; width <= 70; ++width) {
    CAPTURE(width);
    Random random(width);
    const std::uint32_t rows = 1 + width % 9 + width % 2 * 16;
    std::vector<float> x = random.reals(std::size_t{rows} * width);
    for (float& one : x) one *= 40;  // so that some shares are subnormal or 0
    if (width % 3 == 0) x[width / 2] = __builtin_inff(), x[0] = -__builtin_inff();
    if (width % 5 == 0) x[width - 1] = __builtin_nanf("");
    ModelBuilder model{parameters::Softmax{}};
    model.input({rows, width}, x).output<float>({rows, width});
    compare(model, model);
  }
}

inline void compare_float_sums(const Compare& compare) {
  for (const ReduceFunction function : {ReduceFunction::sum, ReduceFunction::mean})
    for (std::uint32_t axes = 1; axes < 16; ++axes)
      for (const std::uint32_t last : {1u, 6u, 16u, 37u, 48u}) {
        CAPTURE(axes);
        CAPTURE(last);
        Random random(axes + last);
        parameters::Reduce table;
        table.function = function, table.axes = static_cast<std::uint8_t>(axes), table.keep_dims = true;
        const Dimensions from{2, 3, 5, last};
        Dimensions to = from;
        for (unsigned axis = 0; axis < 4; ++axis)
          if ((axes >> axis & 1) != 0) to[axis] = 1;
        ModelBuilder model(table);
        model.input(from, random.reals(30 * std::size_t{last})).output<float>(to);
        compare(model, model);
      }
}

inline void compare_float_lstms(const Compare& compare) {
  using F = ActivationFunction;
  for (const std::uint32_t units : {1u, 2u, 7u, 8u, 16u, 21u, 40u})
    for (const F function : {F::tanh, F::sigmoid, F::relu, F::hard_sigmoid, F::linear}) {
      CAPTURE(units);
      CAPTURE(static_cast<int>(function));
      Random random(units);
      const std::uint32_t batch = 2, time = 6, depth = 1 + units % 5;
      parameters::LSTM table;
      table.activation = function;
      table.recurrent_activation = units % 2 == 0 ? F::sigmoid : F::hard_sigmoid;
      table.alpha = 0.2f, table.beta = 0.5f;
      table.return_sequences = units % 3 == 0, table.go_backwards = units % 4 == 0;
      if (units > 10) table.cell_clip = 0.75f;
      ModelBuilder model{std::move(table)};
      model.input({batch, time, depth}, random.reals(std::size_t{batch} * time * depth))
          .constant({depth, 4 * units}, random.reals(4 * std::size_t{depth} * units))
          .constant({units, 4 * units}, random.reals(4 * std::size_t{units} * units))
          .constant({4 * units}, random.reals(4 * std::size_t{units}))
          .output<float>(units % 3 == 0 ? Dimensions{batch, time, units} : Dimensions{batch, units})
          .temporary<float>({units}).temporary<float>({units}).temporary<float>({4 * units});
      compare(model, model);
    }
}

}  // namespace nacre::test
