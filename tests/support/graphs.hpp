#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/random.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/sample/sample.hpp"

namespace nacre::tools::test {

/// A float32 constant of random numbers.
inline ValueId random_constant(Graph& graph, nacre::test::Random& random, Dimensions shape) {
  std::vector<double> numbers(static_cast<std::size_t>(TensorType{DataType::float32, shape}.size()));
  for (double& number : numbers) number = random.real();
  return graph.add_constant(std::move(shape), numbers);
}

inline ValueId integers(Graph& graph, Dimensions shape, const std::vector<std::int32_t>& numbers,
                        DataType type = DataType::int32) {
  return graph.add_constant(
      Array::of(type == DataType::int8 ? ElementType::int8 : ElementType::int32, std::move(shape), numbers), type);
}

/// An affine layer with random parameters: scales of either sign, none near 0.
inline ValueId random_affine(Graph& graph, nacre::test::Random& random, ValueId x) {
  const auto width = static_cast<std::size_t>(graph.type(x).last());
  std::vector<double> center(width), scale(width), offset(width);
  for (std::size_t i = 0; i < width; ++i) {
    center[i] = random.real(), offset[i] = random.real();
    scale[i] = (random.integer(0, 1) == 0 ? -1 : 1) * (0.5 + std::abs(random.real()));
  }
  return add_affine(graph, x, center, scale, offset, "affine");
}

inline std::vector<Operator> operators_of(const Graph& graph) {
  std::vector<Operator> result;
  for (const Node& node : graph.nodes) result.push_back(node.op());
  return result;
}

inline bool has(const Graph& graph, Operator op) {
  const std::vector<Operator> all = operators_of(graph);
  return std::find(all.begin(), all.end(), op) != all.end();
}

/// Checks that both graphs give the same in float64, within `bound` of the largest output.
inline void check_same(const Graph& before, const Graph& after, double bound) {
  REQUIRE(before.outputs.size() == after.outputs.size());
  for (unsigned row = 0; row < 6; ++row) {
    const std::vector<Tensor64> inputs = sample_inputs(before, row);
    const std::vector<Tensor64> expected = evaluate(before, inputs), actual = evaluate(after, inputs);
    for (std::size_t i = 0; i < before.outputs.size(); ++i) {
      const Tensor64 &a = expected[before.outputs[i].value], &b = actual[after.outputs[i].value];
      REQUIRE(a.type == b.type);
      double largest = 0;
      for (const double x : a.values) largest = std::max(largest, std::abs(x));
      for (std::size_t j = 0; j < a.values.size(); ++j) CHECK(std::abs(a.values[j] - b.values[j]) <= bound * largest);
    }
  }
}

}  // namespace nacre::tools::test
