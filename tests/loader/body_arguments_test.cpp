#include <doctest/doctest.h>

#include "tests/support/plans.hpp"

// What load() proves of the arguments of a layer with a body: one tensor for one purpose, whatever its name.

namespace nacre::body_arguments_test {

using Floats = std::vector<float>;

// Arguments of the scan.
enum : unsigned { kX, kFirstA, kFirstB, kY, kA, kB, kStep, kNextA, kNextB, kResult };

/// y = scan(x) of one step, whose body exchanges its two states: next_a = softmax(b), next_b = softmax(a). Tensors lie
/// in the order of their names, 16 bytes apart; they have one element, and v is one that nobody needs.
struct Exchange : test::EditedModel {
  Exchange() {
    parts.memories = {{schema::MemoryKind::weights, 0, 0}, {schema::MemoryKind::activations, 0, 256},
                      {schema::MemoryKind::state, 0, 64}};
    parts.sections.push_back({static_cast<std::uint16_t>(schema::SectionKind::weights), {}});
    x = add({1, 1, 1}, 0), first_a = add({1, 1}, 16), first_b = add({1, 1}, 32), y = add({1, 1}, 48);
    a = add({1, 1}, 64), b = add({1, 1}, 80), step = add({1, 1}, 96), next_a = add({1, 1}, 112);
    next_b = add({1, 1}, 128), v = add({1, 1}, 144), z = add({1, 1}, 160);
    parts.add_layer(parameters::Scan{}, {x, first_a, first_b}, {y}, {a, b, step, next_a, next_b, next_a});
    parts.add_layer(parameters::Softmax{}, {b}, {next_a});
    parts.add_layer(parameters::Softmax{}, {a}, {next_b});
    parts.layers[0].mutate_body(2);
    for (const std::uint32_t input : {x, first_a, first_b, v}) parts.add_input(input);
    parts.add_output(y);
  }

  /// Another name of a tensor, behind which there are fewer than 256.
  std::uint32_t alias(std::uint32_t tensor) {
    return parts.add_tensor(DataType::float32, kActivations, parts.tensors[tensor].offset(), {1, 1},
                            static_cast<std::uint8_t>(parts.tensors.size() - tensor));
  }

  void remove_layers() {
    parts.layers.clear(), parts.arguments.clear(), parts.operators.clear(), parts.parameters.clear();
  }

  std::uint32_t x, first_a, first_b, y, a, b, step, next_a, next_b, v, z;
};

/// y = scan(x) of three steps whose body is a stateful LSTM of one unit.
test::ModelParts lstm_in_a_body(bool in_a_body) {
  test::ModelParts parts;
  parts.memories = {{schema::MemoryKind::weights, 0, 192}, {schema::MemoryKind::activations, 0, 128},
                    {schema::MemoryKind::state, 0, 32}};
  parts.sections.push_back(
      {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(192, 0x3e)});
  const auto add = [&](std::uint8_t memory, std::uint32_t offset, const test::Dimensions& shape) {
    return parts.add_tensor(DataType::float32, memory, offset, shape);
  };
  const std::uint32_t kernel = add(0, 0, {1, 4}), recurrent = add(0, 64, {1, 4}), bias = add(0, 128, {4}),
                      hidden = add(2, 0, {1}), cell = add(2, 16, {1}), gates = add(1, 64, {4}),
                      y = add(1, 16, {1, 3, 1}), result = add(1, 32, {1, 1});
  parameters::LSTM lstm;
  lstm.stateful = true, lstm.return_sequences = !in_a_body;
  parameters::Scan scan;
  scan.whole = 1;
  const std::uint32_t x = in_a_body ? add(1, 0, {1, 3, 1, 1}) : add(1, 0, {1, 3, 1}), step = add(1, 48, {1, 1, 1});
  if (in_a_body) parts.add_layer(scan, {x}, {y}, {step, result}), parts.layers[0].mutate_body(1);
  parts.add_layer(lstm, {in_a_body ? step : x, kernel, recurrent, bias}, {in_a_body ? result : y},
                  {hidden, cell, gates});
  parts.add_input(x), parts.add_output(y);
  return parts;
}

/// What it gives in two runs.
Floats two_runs(const test::ModelParts& parts) {
  const test::LoadedModel loaded(parts.file());
  REQUIRE(loaded.status == Status::ok);
  Floats y;
  for (unsigned run = 0; run < 2; ++run) {
    for (unsigned i = 0; i < 3; ++i) loaded.network.input<float>(0)[i] = 0.5f * static_cast<float>(i + run);
    REQUIRE(loaded.network.run() == Status::ok);
    for (const float value : loaded.network.output<float>(0)) y.push_back(value);
  }
  return y;
}

TEST_SUITE("bodies") {
  TEST_CASE("a scan may name a tensor in several places that it only reads, and start a state where its first one is") {
    Exchange net;
    SUBCASE("as it is") {}
    SUBCASE("one first state for both") { net.argument(0, kFirstB) = net.first_a; }
    SUBCASE("the state is its first one") { net.argument(0, kA) = net.argument(2, 0) = net.first_a; }
    SUBCASE("the state is an alias of its first one") {
      net.argument(0, kA) = net.argument(2, 0) = net.alias(net.first_a);
    }
    SUBCASE("the state lies where its first one does") { net.move(net.a, 16); }
    const test::LoadedModel loaded(net.parts.file());
    REQUIRE(loaded.status == Status::ok);
    REQUIRE(loaded.network.run() == Status::ok);
    CHECK(loaded.network.output<float>(0)[0] == 1);
  }

  TEST_CASE("states and steps are tensors of their own, and no sequence") {
    Exchange net;
    SUBCASE("one tensor for two states") { net.argument(0, kB) = net.argument(1, 0) = net.a; }
    SUBCASE("one place for two states") { net.move(net.b, 64); }
    SUBCASE("the step is a state") { net.argument(0, kStep) = net.a; }
    SUBCASE("the step is an alias of a state") { net.argument(0, kStep) = net.alias(net.a); }
    SUBCASE("the step is an alias of its sequence") { net.argument(0, kStep) = net.alias(net.x); }
    SUBCASE("a state is an alias of a sequence") { net.argument(0, kB) = net.argument(1, 0) = net.alias(net.x); }
    SUBCASE("the step is the output") { net.argument(0, kStep) = net.y; }
    CHECK(net.load() == Status::bad_plan);
    CHECK(net.place.part == Part::arguments);
    CHECK(net.place.index == 0);
  }

  TEST_CASE("first states are copied one after the other: none is a state that has been written before") {
    Exchange net;
    SUBCASE("the tensor") { net.parts.inputs[3].mutate_tensor(net.a), net.argument(0, kFirstB) = net.a; }
    SUBCASE("its place") { net.move(net.first_b, 64); }
    SUBCASE("under another name") {
      net.parts.inputs[3].mutate_tensor(net.a), net.argument(0, kFirstB) = net.alias(net.a);
    }
    CHECK(net.is_refused_at(0, kFirstB));
  }

  TEST_CASE("a first state has been written, and lies not where the scan writes before it is copied") {
    Exchange net;
    SUBCASE("nobody writes it") { net.argument(0, kFirstB) = net.z; }
    SUBCASE("a later layer writes it") {
      net.argument(0, kFirstB) = net.z, net.parts.add_layer(parameters::Softmax{}, {net.y}, {net.z});
    }
    SUBCASE("it lies where the output does") { net.move(net.first_b, 48); }
    SUBCASE("it is the output") { net.parts.inputs[2].mutate_tensor(net.y), net.argument(0, kFirstB) = net.y; }
    CHECK(net.is_refused_at(0, kFirstB));
  }

  TEST_CASE("next states are copied one after the other: none is a state that has been written before") {
    Exchange net;
    SUBCASE("the tensor") { net.argument(0, kNextB) = net.a; }
    SUBCASE("under another name") { net.argument(0, kNextB) = net.alias(net.a); }
    SUBCASE("its place") { net.move(net.next_b, 64); }
    CHECK(net.is_refused_at(0, kNextB));
  }

  TEST_CASE("a state or a next one does not overlap in part what it is copied from") {
    Exchange net;
    net.parts.tensors.clear(), net.parts.shapes.clear();
    const std::uint32_t x = net.add({1, 1, 8}, 0), first = net.add({1, 8}, 32), y = net.add({1, 8}, 64),
                        state = net.add({1, 8}, 96), step = net.add({1, 8}, 128), next = net.add({1, 8}, 160);
    net.remove_layers();
    net.parts.add_layer(parameters::Scan{}, {x, first}, {y}, {state, step, next, next});
    net.parts.add_layer(parameters::Softmax{}, {step}, {next});
    net.parts.layers[0].mutate_body(1);
    net.parts.inputs.clear(), net.parts.outputs.clear();
    net.parts.add_input(x), net.parts.add_input(first), net.parts.add_output(y);
    REQUIRE(net.load() == Status::ok);
    SUBCASE("the end of the first state") { net.move(state, 48), net.move(y, 192); CHECK(net.is_refused_at(0, 1)); }
    SUBCASE("its beginning") { net.move(first, 112), net.move(step, 192); CHECK(net.is_refused_at(0, 1)); }
    SUBCASE("the end of next") { net.move(state, 176); CHECK(net.is_refused_at(0, 5)); }
  }

  TEST_CASE("what a body makes in one step is not there in the next one, nor behind the loop") {
    Exchange net;
    SUBCASE("what it read before, from before the loop") {
      net.argument(1, 0) = net.v, net.argument(2, 1) = net.v, net.argument(0, kNextB) = net.v;
      CHECK(net.is_refused_at(1, 0));
    }
    SUBCASE("the sequence") {
      net.argument(2, 1) = net.argument(0, kNextB) = net.alias(net.x);
      CHECK(net.is_refused_at(0, kX));
    }
    SUBCASE("what it has made last") {
      net.parts.add_layer(parameters::Softmax{}, {net.next_b}, {net.z});
      CHECK(net.is_refused_at(3, 0));
    }
  }

  TEST_CASE("a scan has first states for all states or for none, and no output in state") {
    Exchange net;
    unsigned wrong = kA - 1;
    SUBCASE("one for two") {
      net.remove_layers();
      net.parts.add_layer(parameters::Scan{}, {net.x, net.first_a}, {net.y},
                          {net.a, net.b, net.step, net.next_a, net.next_b, net.next_a});
      net.parts.add_layer(parameters::Softmax{}, {net.b}, {net.next_a});
      net.parts.layers[0].mutate_body(1);
    }
    SUBCASE("an output in state") {
      net.parts.tensors[net.y].mutate_memory(2), net.move(net.y, 0), wrong = kY;
      net.parts.add_layer(parameters::Softmax{}, {net.y}, {net.z}), net.parts.outputs[0].mutate_tensor(net.z);
    }
    CHECK(net.load() == Status::bad_arguments);
    CHECK(net.place.index == 0);
    CHECK(net.place.field == wrong);
  }

  TEST_CASE("the state of a scan is its own") {
    Exchange net;
    parameters::Scan table;
    table.stateful = true;
    std::uint32_t states[4];
    for (unsigned i = 0; i < 4; ++i) states[i] = net.parts.add_tensor(DataType::float32, 2, 16 * i, {1, 1});
    net.remove_layers();
    const auto add_scan = [&](std::uint32_t a, std::uint32_t b, std::uint32_t y) {
      net.parts.add_layer(table, {net.x}, {y}, {a, b, net.step, net.next_a, net.next_b, net.next_a});
      net.parts.layers.back().mutate_body(2);
      net.parts.add_layer(parameters::Softmax{}, {b}, {net.next_a});
      net.parts.add_layer(parameters::Softmax{}, {a}, {net.next_b});
    };
    add_scan(states[0], states[1], net.y);
    SUBCASE("other states") {
      add_scan(states[2], states[3], net.z);
      CHECK(net.load() == Status::ok);
    }
    SUBCASE("one of another scan's") {
      add_scan(states[2], states[1], net.z);
      CHECK(net.is_refused_at(3, 3));
    }
  }

  TEST_CASE("a stateful LSTM in a body goes on from step to step, and from run to run") {
    const Floats y = two_runs(lstm_in_a_body(true));
    CHECK(y.size() == 6);
    CHECK(y == two_runs(lstm_in_a_body(false)));
  }
}

}  // namespace nacre::body_arguments_test
