#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"

#include <doctest/doctest.h>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"

namespace nacre::tools {
namespace {

TEST_SUITE("emit") {
  TEST_CASE("a model without weights loads, with golden vectors and without") {
    Graph graph;
    parameters::Activation relu;
    relu.function = ActivationFunction::relu;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 3}});
    graph.add_output("y", graph.add(std::move(relu), {x}));
    lower(graph);
    for (const std::size_t cases : {0u, 1u}) {
      CAPTURE(cases);
      const TensorData data{std::vector<std::byte>(12), {}};
      const std::vector<GoldenCase> golden(cases, {{data}, {data}});
      const ModelBytes file = emit(graph, plan(graph), {"relu", "1", "nacre"}, golden);
      alignas(16) std::byte memory[1024];
      Network network;
      const Span<const std::byte> bytes(file.data(), file.size());
      CHECK(load(bytes, reference_kernels(), memory, &network) == Status::ok);
    }
  }
}

}  // namespace
}  // namespace nacre::tools
