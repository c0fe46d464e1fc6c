// The budget of operations, and what a model is said to take.

#include <doctest/doctest.h>

#include <numeric>

#include "nacre/limits.hpp"
#include "nacre/nacre.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/loaded_model.hpp"
#include "tests/support/models.hpp"
#include "tests/support/scans.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::test {
namespace {

/// What a model is said to take; one that does not load takes nothing.
std::uint64_t operations_of(const ModelBuilder& model) {
  const tools::Buffer file = tools::test::aligned_copy(model.file());
  const Span<const std::byte> view{file.data(), file.size()};
  MemoryNeeds needs;
  REQUIRE(memory_needs(view, &needs) == Status::ok);
  const tools::Buffer memory = tools::test::aligned_copy(std::vector<std::byte>(needs.total_bytes));
  Network network;
  REQUIRE(load(view, model.kernels, {const_cast<std::byte*>(memory.data()), memory.size()}, &network,
               Digest::decline) == Status::ok);
  return operations(network);
}

/// Trees of one feature, from pairs of a first number (-1: a leaf) and the right child.
ModelBuilder forest(const std::vector<std::pair<int, int>>& nodes, const std::vector<std::int32_t>& roots) {
  std::vector<std::int32_t> words;
  for (const auto& [first, third] : nodes) words.insert(words.end(), {first, 0, third});
  ModelBuilder model{parameters::TreeEnsemble{}};
  const auto trees = static_cast<std::uint32_t>(roots.size());
  model.input<float>({2, 1}, {0, 1}).constant({static_cast<std::uint32_t>(nodes.size()), 3}, words);
  model.constant({trees}, roots).constant({trees}, std::vector<std::int32_t>(trees));
  model.constant<float>({1, 1}, {1}).constant<float>({1}, {0}).output<float>({2, 1});
  return model;
}

constexpr int kLeaf = -1;

/// Nodes of the longest paths of both trees' rows, beside one leaf for each tree and the two outputs.
std::uint64_t nodes_walked(const ModelBuilder& model, std::uint64_t trees) {
  return (operations_of(model) - 2) / 2 - trees;
}

}  // namespace

TEST_SUITE("the operations of a run") {
  TEST_CASE("L15: a model is refused where a run may take one operation more than the caller allows") {
    const tools::Buffer model = tools::test::converted({"conv_net.h5"});
    alignas(64) static std::byte memory[1 << 18];
    nacre_network network;
    REQUIRE(nacre_load(model.data(), model.size(), nacre_all_kernels(), memory, sizeof memory, 1, &network) ==
            NACRE_OK);
    const std::uint64_t most = nacre_operations(&network);
    const auto within = [&](std::uint64_t allowed) {
      return nacre_load_within(model.data(), model.size(), nacre_all_kernels(), memory, sizeof memory, 1, allowed,
                               &network);
    };
    CHECK(within(most) == NACRE_OK);
    CHECK(within(UINT64_MAX) == NACRE_OK);
    CHECK(within(most - 1) == NACRE_TOO_EXPENSIVE);
    CHECK(within(0) == NACRE_TOO_EXPENSIVE);
    CHECK(nacre_load_within(model.data(), model.size(), nacre_all_kernels(), memory, 1, 1, most, &network) ==
          NACRE_MEMORY_TOO_SMALL);
    CHECK(nacre_operations(nullptr) == 0);
    CHECK(operations(Network()) == 0);
  }

  TEST_CASE("L15: every kernel's model counts at least an operation for each element that it writes") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      std::uint64_t written = 0;
      for (unsigned i = 0; i < model.layer.outputs; ++i) {
        std::uint64_t elements = 1;
        for (const std::uint32_t length : model.layer.arguments[model.layer.inputs + i].shape) elements *= length;
        written += elements;
      }
      CHECK(operations_of(model.layer) >= written);
    }
  }

  TEST_CASE("products are those of the layer, beside an operation for each output") {
    ModelBuilder dense{parameters::FullyConnected{}};
    dense.input<float>({2, 3}, std::vector<float>(6)).constant<float>({3, 5}, std::vector<float>(15));
    dense.constant<float>({5}, std::vector<float>(5)).output<float>({2, 5});
    CHECK(operations_of(dense) == 2 * 3 * 5 + 2 * 5);
    parameters::TopK top;
    top.k = 4;
    ModelBuilder largest{top};
    largest.input<float>({3, 7}, std::vector<float>(21)).output<float>({3, 4}).output<std::int32_t>({3, 4});
    CHECK(operations_of(largest) == 3 * 7 * 4 + 2 * 12);
  }

  TEST_CASE("L15: a loop counts what its body takes as often as it may run") {
    // Two dense layers of 2 x 2, each with 2 outputs, three times; and what each step copies.
    const std::uint64_t once = 2 * (4 + 2), copies = 4 * (2 + 1);
    CHECK(operations_of(scan_model({})) == 3 * (once + copies) + 2);
    CHECK(operations_of(counted_scan_model(1)) == operations_of(counted_scan_model(3)));
  }

  TEST_CASE("L15: a count beyond 64 bits is the largest number") {
    constexpr std::uint32_t kSteps = 1 << 16;  // of four loops in each other
    ModelParts parts;
    parts.memories = {{schema::MemoryKind::activations, 0, 4 * kSteps + 256}};
    std::uint32_t place = 4 * kSteps;
    const auto add = [&] {
      place += 16;
      return parts.add_tensor(DataType::float32, 0, place - 16, {1, 1});
    };
    const std::uint32_t x = parts.add_tensor(DataType::float32, 0, 0, {1, kSteps, 1});
    std::uint32_t y = add(), step = 0;
    parts.add_input(x), parts.add_output(y);
    for (std::uint16_t inside = 4; inside > 0; --inside) {
      step = add();
      const std::uint32_t result = add();
      parts.add_layer(parameters::Scan{}, {x}, {y}, {step, result});
      parts.layers.back().mutate_body(inside);
      y = result;
    }
    parts.add_layer(parameters::Softmax{}, {step}, {y});
    const LoadedModel loaded(parts.file());
    REQUIRE(loaded.status == Status::ok);
    CHECK(operations(loaded.network) == UINT64_MAX);
  }

  TEST_CASE("a search counts the halvings of what is searched, one where nothing can be halved") {
    for (const auto& [labels, halvings] : {std::pair{1u, 1u}, std::pair{2u, 2u}, std::pair{9u, 4u}}) {
      std::vector<std::int64_t> all(labels);
      std::iota(all.begin(), all.end(), 0);
      ModelBuilder encode{parameters::LabelEncode{}};
      encode.input<std::int64_t>({3}, {0, 0, 0}).constant({labels}, all);
      encode.output<std::int64_t>({3});
      CHECK(operations_of(encode) == 3 * halvings + 3);
    }
  }

  TEST_CASE("the longest path of each tree counts, where trees are written one after the other") {
    // A node with a leaf on its left, and a node with two leaves on its right: 3 nodes on the longest path.
    const std::vector<std::pair<int, int>> first = {{0, 2}, {kLeaf, 0}, {0, 4}, {kLeaf, 0}, {kLeaf, 0}};
    CHECK(nodes_walked(forest(first, {0}), 1) == 3);
    std::vector<std::pair<int, int>> both = first;
    both.insert(both.end(), {{0, 7}, {kLeaf, 0}, {kLeaf, 0}});
    CHECK(nodes_walked(forest(both, {0, 5}), 2) == 3 + 2);
    CHECK(nodes_walked(forest({{kLeaf, 0}}, {0}), 1) == 1);
  }

  TEST_CASE("L15: trees that share nodes, or lead to them out of order, count all nodes behind their root") {
    // The left child of the first node leads to the same leaf as the right one.
    const std::vector<std::pair<int, int>> shared = {{0, 3}, {0, 3}, {kLeaf, 0}, {kLeaf, 0}};
    CHECK(nodes_walked(forest(shared, {0}), 1) == 4);
    const std::vector<std::pair<int, int>> sound = {{0, 2}, {kLeaf, 0}, {kLeaf, 0}};
    CHECK(nodes_walked(forest(sound, {0, 0}), 2) == 2 + 3);
    std::vector<std::pair<int, int>> deep;
    for (int i = 0; i < 100; ++i) deep.emplace_back(0, 200 - i);  // turns left a hundred times
    for (int i = 0; i <= 100; ++i) deep.emplace_back(kLeaf, 0);
    CHECK(nodes_walked(forest(deep, {0}), 1) == 201);
  }

  TEST_CASE("each window of a pool counts all that it may cover") {
    parameters::MaxPool2D pool;
    pool.kernel_h = pool.kernel_w = 3;
    ModelBuilder window{pool};
    window.input<float>({1, 5, 5, 2}, std::vector<float>(50)).output<float>({1, 3, 3, 2});
    CHECK(operations_of(window) == 18 * 9 + 18);
  }
}

TEST_SUITE("the operations of converted models") {
  TEST_CASE("they are at least the multiply-accumulates and comparisons that inspect lists") {
    for (const char* source :
         {"pipeline.joblib", "forest.pkl", "conv_net.h5", "sequence.keras", "small_int8.tflite", "lstm_float.tflite",
          "boosting.joblib", "attention.tflite", "arg_max_int8.tflite"}) {
      CAPTURE(source);
      const tools::ModelFile file(tools::test::converted({source}));
      std::uint64_t products = 0;
      for (const schema::LayerDescription* layer : *file.description()->layers()) products += layer->macs();
      CHECK(operations(file.network()) >= products);
      CHECK(operations(file.network()) < 100 * (products + 10000));
    }
  }
}

}  // namespace nacre::test
