#include <doctest/doctest.h>

#include "tests/support/plans.hpp"

// What load() proves of layers with a body: that each step, and not only the first, reads what was written for it.

namespace nacre::body_walk_test {

using test::ModelParts, test::nested_scans;

// Arguments of the scan.
enum : unsigned { kX, kY, kState, kStep, kNext, kResult };

/// y = scan(x), whose body is other = state . matrix + v, next = other . matrix + step; then z = softmax(v). Tensors
/// lie in the order of their names, 16 bytes apart, where next is the result too.
struct Net : test::EditedModel {
  Net() {
    parts.memories = {{schema::MemoryKind::weights, 0, 64}, {schema::MemoryKind::activations, 0, 256}};
    parts.sections.push_back(
        {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(64, 0)});
    x = add({1, 3, 1}, 0), v = add({1}, 16), y = add({1, 3, 1}, 32), state = add({1, 1}, 48), step = add({1, 1}, 64);
    step_1d = parts.add_tensor(DataType::float32, kActivations, 64, {1}, 1);
    next = add({1, 1}, 80), other = add({1, 1}, 96), z = add({1}, 112);
    matrix = parts.add_tensor(DataType::float32, kWeights, 0, {1, 1});
    parameters::Scan scan;
    scan.whole = 1;
    parts.add_layer(scan, {x}, {y}, {state, step, next, next});
    parts.add_layer(parameters::FullyConnected{}, {state, matrix, v}, {other});
    parts.add_layer(parameters::FullyConnected{}, {other, matrix, step_1d}, {next});
    parts.add_layer(parameters::Softmax{}, {v}, {z});
    parts.layers[0].mutate_body(2);
    parts.add_input(x), parts.add_input(v), parts.add_output(y), parts.add_output(z);
  }

  bool has_bad_body(unsigned layer) {
    return load() == Status::bad_arguments && place.part == Part::layers && place.index == layer && place.field == 5;
  }

  std::uint32_t x, v, y, state, step, step_1d, next, other, z, matrix;
};

TEST_SUITE("bodies") {
  TEST_CASE("a scan loads and runs whose body reads what was there before, and which is alive behind it") {
    const test::LoadedModel loaded(Net().parts.file());
    REQUIRE(loaded.status == Status::ok);
    for (float& x : loaded.network.input<float>(0)) x = 0.5f;
    loaded.network.input<float>(1)[0] = 2;
    REQUIRE(loaded.network.run() == Status::ok);
    for (const float y : loaded.network.output<float>(0)) CHECK(y == 0.5f);
    CHECK(loaded.network.output<float>(1)[0] == 1);
  }

  TEST_CASE("a sequence may lie in the weights") {
    Net net;
    net.argument(0, kX) = net.parts.add_tensor(DataType::float32, Net::kWeights, 0, {1, 3, 1});
    const test::LoadedModel loaded(net.parts.file());
    REQUIRE(loaded.status == Status::ok);
    REQUIRE(loaded.network.run() == Status::ok);
    for (const float y : loaded.network.output<float>(0)) CHECK(y == 0);
  }

  TEST_CASE("next may lie exactly where its state does, and what the body is done with may be written over") {
    Net net;
    SUBCASE("next over the state") { net.move(net.next, 48); }
    SUBCASE("next is the state") { net.argument(0, kNext) = net.argument(0, kResult) = net.argument(2, 3) = net.state; }
    SUBCASE("other over z, which is written later") { net.move(net.other, 112); }
    CHECK(net.load() == Status::ok);
  }

  TEST_CASE("a body ends within the layers, and within the body around it") {
    Net net;
    SUBCASE("behind the last layer") { net.parts.layers[0].mutate_body(4); }
    SUBCASE("far behind it") { net.parts.layers[0].mutate_body(65535); }
    CHECK(net.has_bad_body(0));
    net.parts = nested_scans(2);
    REQUIRE(net.load() == Status::ok);
    net.parts.layers[0].mutate_body(1);
    CHECK(net.has_bad_body(1));
  }

  TEST_CASE("only an operator that repeats its body has one, and it has one") {
    Net net;
    net.parts.layers[0].mutate_body(0);
    CHECK(net.load() == Status::bad_arguments);
    net.parts.layers[0].mutate_body(2);
    SUBCASE("in a body") {
      net.parts.layers[1].mutate_body(1);
      CHECK(net.has_bad_body(1));
    }
    SUBCASE("behind it") {
      net.parts.layers[3].mutate_body(1);
      CHECK(net.has_bad_body(3));
    }
  }

  TEST_CASE("bodies are nested four deep, and no deeper") {
    for (unsigned depth = 1; depth <= 4; ++depth) {
      const test::LoadedModel loaded(nested_scans(depth).file());
      REQUIRE(loaded.status == Status::ok);
      loaded.network.input<float>(0)[0] = 7;
      REQUIRE(loaded.network.run() == Status::ok);
      CHECK(loaded.network.output<float>(0)[0] == 1);
    }
    Net net;
    net.parts = nested_scans(5);
    CHECK(net.has_bad_body(4));
  }

  TEST_CASE("a layer of a body is verified as any other") {
    Net net;
    net.argument(2, 1) = net.next;
    net.parts.tensors[net.next].mutate_type(schema::DataType::int8);
    CHECK(net.load() == Status::bad_arguments);
  }

  TEST_CASE("what the body writes over is lost to its second step") {
    Net net;
    net.argument(3, 0) = net.y, net.argument(3, 1) = net.add({1, 3, 1}, 112);  // nobody else reads v
    net.parts.outputs[1].mutate_tensor(net.argument(3, 1));
    REQUIRE(net.load() == Status::ok);
    net.move(net.next, 16);
    CHECK(net.is_refused_at(1, 2));
  }

  TEST_CASE("what lives across the loop is not written over by the body") {
    Net net;
    SUBCASE("the sequence") {
      net.move(net.other, 0);
      CHECK(net.is_refused_at(0, kX));
    }
    SUBCASE("the results that were kept") {
      net.move(net.other, 32);
      CHECK(net.is_refused_at(0, kY));
    }
    SUBCASE("what is read behind it") {
      net.argument(1, 2) = net.step_1d, net.move(net.other, 16);
      CHECK(net.is_refused_at(3, 0));
    }
    SUBCASE("what is made and not yet copied") {
      net.argument(0, kResult) = net.other, net.argument(2, 0) = net.state, net.move(net.next, 96);
      CHECK(net.is_refused_at(0, kResult));
    }
  }

  TEST_CASE("the tensors of a scan share no bytes but as they may") {
    Net net;
    SUBCASE("a step over the state") { net.move(net.step, 48), net.move(net.step_1d, 48); }
    SUBCASE("the state over the sequence") { net.move(net.state, 0); }
    SUBCASE("the output over the sequence") { net.move(net.y, 0); }
    SUBCASE("the step over the output") { net.move(net.step, 32), net.move(net.step_1d, 32); }
    CHECK(net.load() == Status::bad_plan);
    CHECK(net.place.index == 0);
  }

  TEST_CASE("the sequences of a scan have as many rows, and a counted one gives no more than its states") {
    Net net;
    parameters::Scan scan;
    unsigned wrong = 1;
    net.parts.layers.clear(), net.parts.arguments.clear(), net.parts.operators.clear(), net.parts.parameters.clear();
    SUBCASE("rows") {
      scan.sequences = 2;
      const std::uint32_t rows = net.add({2, 3, 1}, 128), of_rows = net.add({2, 1}, 160);
      net.parts.add_input(rows);
      net.parts.add_layer(scan, {net.x, rows}, {net.other}, {net.step, of_rows, net.next});
    }
    SUBCASE("outputs of states") {
      scan.counted = true, wrong = 2;
      const std::uint32_t steps = net.parts.add_tensor(DataType::int32, Net::kActivations, 128, {1});
      net.parts.add_input(steps);
      net.parts.add_layer(scan, {net.x, steps}, {net.other}, {net.step, net.next});
    }
    net.parts.layers[0].mutate_body(1);
    net.parts.add_layer(parameters::Softmax{}, {net.step}, {net.next});
    net.parts.outputs.clear(), net.parts.add_output(net.other);
    CHECK(net.load() == Status::bad_arguments);
    CHECK(net.place.part == Part::arguments);
    CHECK(net.place.index == 0);
    CHECK(net.place.field == wrong);
  }

  TEST_CASE("a body reads nothing that its scan has not written for it") {
    Net net;
    SUBCASE("what it writes later") {
      net.argument(1, 0) = net.next;
      CHECK(net.is_refused_at(1, 0));
    }
    SUBCASE("the results that are being kept") {
      net.argument(1, 2) = net.parts.add_tensor(DataType::float32, Net::kActivations, 32, {3},
                                                static_cast<std::uint8_t>(net.parts.tensors.size() - net.y));
      net.parts.shapes[net.parts.tensors[net.argument(1, 2)].shape()] = 3;
      CHECK(net.load() != Status::ok);
    }
    SUBCASE("what its first state would be") {
      net.argument(1, 0) = net.add({1, 1}, 128);
      CHECK(net.is_refused_at(1, 0));
    }
  }

  TEST_CASE("what is next must have been written") {
    Net net;
    net.argument(0, kNext) = net.add({1, 1}, 128);
    CHECK(net.is_refused_at(0, kNext));
  }

  TEST_CASE("behind a scan nobody reads its states and steps") {
    Net net;
    SUBCASE("a state") { net.argument(3, 0) = net.state; }
    SUBCASE("a step") { net.argument(3, 0) = net.step; }
    net.parts.tensors[net.z] = net.parts.tensors[net.other];
    net.move(net.z, 112);
    CHECK(net.is_refused_at(3, 0));
  }

  TEST_CASE("next states are copied one after the other: none lies where another state does") {
    ModelParts parts;
    parts.memories = {{schema::MemoryKind::activations, 0, 256}};
    const auto add = [&](std::uint32_t offset, const test::Dimensions& shape) {
      return parts.add_tensor(DataType::float32, 0, offset, shape);
    };
    const std::uint32_t x = add(0, {1, 2, 8}), y = add(64, {1, 8}), a = add(96, {1, 8}), b = add(128, {1, 8}),
                        step = add(160, {1, 8}), next_a = add(192, {1, 8}), next_b = add(224, {1, 8});
    parts.add_layer(parameters::Scan{}, {x}, {y}, {a, b, step, next_a, next_b, next_a});
    parts.add_layer(parameters::Softmax{}, {b}, {next_a});
    parts.add_layer(parameters::Softmax{}, {a}, {next_b});
    parts.layers[0].mutate_body(2);
    parts.add_input(x), parts.add_output(y);
    const auto load = [&] { return test::LoadedModel(parts.file()).status; };
    REQUIRE(load() == Status::ok);
    SUBCASE("over the first state") { parts.tensors[next_b].mutate_offset(96); }
    SUBCASE("over a part of its own") { parts.tensors[next_a].mutate_offset(80), parts.tensors[y].mutate_offset(192); }
    CHECK(load() == Status::bad_plan);
  }
}

}  // namespace nacre::body_walk_test
