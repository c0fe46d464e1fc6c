#include "nacre/kernels.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "tests/support/models.hpp"
#include "tools/convert/sample.hpp"
#include "tools/convert/self_check.hpp"
#include "tools/emit/emit.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/plan/plan.hpp"
#include "tools/session/session.hpp"

// Every kernel of this machine against the reference, on shapes around the width of its vectors.

namespace nacre::tools::test {
namespace {

std::vector<double> numbers(std::size_t count, std::uint32_t seed) {
  std::vector<double> values(count);
  for (double& value : values) {
    seed = seed * 1664525 + 1013904223;
    value = static_cast<double>(static_cast<std::int32_t>(seed)) / 2147483648.0;
  }
  return values;
}

ModelBytes emit_one(Graph& graph, ValueId output) {
  graph.add_output("y", output);
  return emit(graph, plan(graph), {"test", "", "test"}, {});
}

/// Runs the same sampled rows with two lists of kernels and compares the outputs bit for bit.
void check_same_bits(const Graph& graph, const ModelBytes& model, Kernels kernels) {
  Session reference({model.data(), model.size()}, reference_kernels()), other({model.data(), model.size()}, kernels);
  for (unsigned row = 0; row < 3; ++row) {
    std::vector<TensorData> inputs;
    for (const Tensor64& input : sample_inputs(graph, row)) inputs.push_back(to_device(input));
    CHECK(reference.run(inputs)[0].bytes == other.run(inputs)[0].bytes);
  }
}

TEST_SUITE("kernels of this machine") {
  TEST_CASE("a fully connected layer has the same bits for any number of inputs and outputs") {
    for (const std::int64_t depth : {1, 7, 33})
      for (std::int64_t units = 1; units <= 70; ++units) {
        CAPTURE(depth);
        CAPTURE(units);
        Graph graph;
        const ValueId x = graph.add_input("x", {DataType::float32, {1, depth}});
        const ValueId y = add_fully_connected(graph, x, numbers(static_cast<std::size_t>(depth * units), 1), numbers(static_cast<std::size_t>(units), 2), "y");
        check_same_bits(graph, emit_one(graph, y), native_kernels());
      }
  }

  TEST_CASE("a convolution has the same bits for any number of channels, groups and paddings") {
    for (const std::int64_t outputs : {1, 2, 4, 6, 8, 10, 16, 34, 66})
      for (const std::int64_t groups : {1, 2}) {
        if (outputs % groups != 0) continue;
        CAPTURE(outputs);
        CAPTURE(groups);
        Graph graph;
        const ValueId x = graph.add_input("x", {DataType::float32, {1, 5, 6, 4}});
        schema::Conv2DT table;
        table.groups = static_cast<std::uint16_t>(groups);
        table.pad_top = table.pad_left = table.pad_right = 1;
        table.stride_w = 2;
        const std::int64_t depth = 4 / groups;
        const ValueId weights = graph.add_constant({3, 3, depth, outputs}, numbers(static_cast<std::size_t>(9 * depth * outputs), 3));
        const ValueId y = graph.add(std::move(table), {x, weights, graph.add_constant({outputs}, numbers(static_cast<std::size_t>(outputs), 4))});
        check_same_bits(graph, emit_one(graph, y), native_kernels());
      }
  }

  TEST_CASE("kernels are found by name, and other names give none") {
    CHECK(find_kernels("reference").data() == reference_kernels().data());
    CHECK(find_kernels(nullptr).data() == native_kernels().data());
    CHECK(find_kernels("abacus").empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
