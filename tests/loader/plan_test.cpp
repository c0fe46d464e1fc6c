#include <doctest/doctest.h>

#include "tests/support/plans.hpp"
#include "tests/support/programs.hpp"

// What load() proves of a plan: that every layer reads what was written for it, and nothing since.

namespace nacre::plan_test {

constexpr std::uint8_t kWeights = test::EditedModel::kWeights, kActivations = test::EditedModel::kActivations,
                       kState = 2;

/// y = lstm(reshape(square(a + b))) - lstm(the same), with a valid plan:
///
///     bytes of activations    tensors
///       0 …  32               a, then y
///      32 …  64               b
///      64 …  96               c = a + b, then d = square(c), of which s is another shape
///      96 … 112               p, the first LSTM's output
///     112 … 128               scratch of the first LSTM, then of the second
///     128 … 144               q, the second LSTM's output
struct Net : test::EditedModel {
  Net() {
    parts.memories = {{schema::MemoryKind::weights, 0, 192},
                      {schema::MemoryKind::activations, 0, 144},
                      {schema::MemoryKind::state, 0, 64}};
    parts.sections.push_back(
        {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(192, 0x3e)});
    a = add({1, 8}, 0), b = add({1, 8}, 32), c = add({1, 8}, 64), d = add({1, 8}, 64);
    s = parts.add_tensor(DataType::float32, kActivations, 64, {1, 4, 2}, 1);
    p = add({1, 1}, 96), scratch_p = add({4}, 112), q = add({1, 1}, 128), scratch_q = add({4}, 112);
    y = add({1, 1}, 0);
    for (unsigned i = 0; i < 4; ++i) state[i] = parts.add_tensor(DataType::float32, kState, 16 * i, {1});
    const std::uint32_t kernel = parts.add_tensor(DataType::float32, kWeights, 0, {2, 4});
    const std::uint32_t recurrent = parts.add_tensor(DataType::float32, kWeights, 64, {1, 4});
    const std::uint32_t bias = parts.add_tensor(DataType::float32, kWeights, 128, {4});
    parameters::LSTM lstm;
    lstm.stateful = true;
    test::add_function_layer(parts, MapFunction::add, {a, b}, c);
    test::add_function_layer(parts, MapFunction::square, {c}, d);
    parts.add_layer(lstm, {s, kernel, recurrent, bias}, {p}, {state[0], state[1], scratch_p});
    parts.add_layer(lstm, {s, kernel, recurrent, bias}, {q}, {state[2], state[3], scratch_q});
    test::add_function_layer(parts, MapFunction::subtract, {p, q}, y);
    parts.add_input(a), parts.add_input(b), parts.add_output(y);
  }

  std::uint32_t a, b, c, d, s, p, scratch_p, q, scratch_q, y, state[4];
};

TEST_SUITE("plans") {
  TEST_CASE("a plan loads and runs in which layers work in place, reshape, and reuse what is dead") {
    const test::LoadedModel loaded(Net().parts.file());
    REQUIRE(loaded.status == Status::ok);
    for (const unsigned input : {0u, 1u})
      for (float& x : loaded.network.input<float>(input)) x = 0.5f;
    REQUIRE(loaded.network.run() == Status::ok);
    CHECK(loaded.network.output<float>(0)[0] == 0);
  }

  TEST_CASE("an output may lie exactly where the first input does, if the operator works in place") {
    Net net;
    SUBCASE("a + b where a is") { net.move(net.c, 0), net.move(net.d, 0), net.move(net.s, 0), net.move(net.y, 32); }
    SUBCASE("p - q where p is") { net.move(net.y, 96); }
    CHECK(net.load() == Status::ok);
  }

  TEST_CASE("scratch may lie where a tensor is dead, and an output may be read twice") {
    Net net;
    net.move(net.scratch_p, 0), net.move(net.scratch_q, 48);
    net.parts.add_output(net.y);
    CHECK(net.load() == Status::ok);
  }

  TEST_CASE("two live tensors in one place are refused where the one that was lost is read") {
    Net net;
    net.move(net.q, 96);
    CHECK(net.is_refused_at(4, 0));
  }

  TEST_CASE("two live tensors that overlap in part are refused, on either side") {
    Net net;
    SUBCASE("the end of b") { net.move(net.c, 48), net.move(net.d, 48), net.move(net.s, 48); }
    SUBCASE("the start of b") { net.move(net.b, 80), net.move(net.c, 64); }
    CHECK(net.is_refused_at(0, 1));
  }

  TEST_CASE("an output over an input is refused but exactly over the first of an operator that works in place") {
    Net net;
    SUBCASE("over the end of the first") {
      net.move(net.c, 16), net.move(net.b, 64), net.move(net.d, 16), net.move(net.s, 16);
      CHECK(net.is_refused_at(0, 0));
    }
    SUBCASE("over the second") {
      net.move(net.c, 32), net.move(net.d, 32), net.move(net.s, 32);
      CHECK(net.is_refused_at(0, 1));
    }
    SUBCASE("over the first, which is the second as well") {
      net.argument(0, 1) = net.a, net.move(net.c, 0);
      CHECK(net.is_refused_at(0, 1));
    }
    SUBCASE("of an operator that does not work in place") {
      net.move(net.p, 64);
      CHECK(net.is_refused_at(2, 0));
    }
    SUBCASE("of an operator that does not work in place, over its end") {
      net.move(net.p, 80);
      CHECK(net.is_refused_at(2, 0));
    }
  }

  TEST_CASE(
      "one tensor may be the first input and the first output of an operator that works in place, and of no other") {
    Net net;
    SUBCASE("square(c) to c") {
      net.argument(1, 2) = net.c, net.parts.tensors[net.s].mutate_alias(static_cast<std::uint8_t>(net.s - net.c));
      CHECK(net.load() == Status::ok);
    }
    SUBCASE("p - q to q") {
      net.argument(4, 3) = net.q, net.parts.outputs[0].mutate_tensor(net.q);
      CHECK(net.is_refused_at(4, 1));
    }
    SUBCASE("a move of y to y") {
      parameters::Move same;
      same.length[0] = 1, same.unit = DataType::int32;
      net.parts.add_layer(same, {net.y}, {net.y});
      CHECK(net.is_refused_at(5, 0));
    }
  }

  TEST_CASE("an output does not lie where elements of another width are read, which may be read again") {
    test::ModelBuilder model{parameters::Map{}};
    model.input<double>({4}, {1, 2, 3, 4});
    test::add_program(model, {{MapFunction::cast, DataType::float64, DataType::float32, {0}}});
    model.output<float>({2, 4});
    REQUIRE(model.run<float>() == std::vector<float>{1, 2, 3, 4, 1, 2, 3, 4});
    model.argument(2).same_place_as = 0;
    Place place;
    CHECK(model.load_status(&place) == Status::bad_plan);
    CHECK(place.field == 0);
  }

  TEST_CASE("state may be the first input and the first output of an operator that works in place, and of no other") {
    Net net;
    net.parts.memories[kState].mutate_bytes(96);
    const std::uint32_t state = net.parts.add_tensor(DataType::float32, kState, 64, {1, 4});
    SUBCASE("squared in place") {
      test::add_function_layer(net.parts, MapFunction::square, {state}, state);
      CHECK(net.load() == Status::ok);
    }
    SUBCASE("added to itself in place") {
      test::add_function_layer(net.parts, MapFunction::add, {state, state}, state);
      CHECK(net.is_refused_at(5, 1));
    }
    SUBCASE("moved") {
      parameters::Move same;
      same.length[0] = 4, same.unit = DataType::int32;
      net.parts.add_layer(same, {state}, {state});
      CHECK(net.is_refused_at(5, 0));
    }
    SUBCASE("moved, under another name") {
      parameters::Move same;
      same.length[0] = 4, same.unit = DataType::int32;
      net.parts.add_layer(same, {state}, {net.parts.add_tensor(DataType::float32, kState, 64, {4}, 1)});
      CHECK(net.is_refused_at(5, 0));
    }
    SUBCASE("both outputs of a layer") {
      parameters::TopK table;
      table.k = 4;
      const std::uint32_t x = net.parts.add_tensor(DataType::int32, kState, 80, {1, 4});
      const std::uint32_t indices = net.parts.add_tensor(DataType::int32, kState, 64, {1, 4}, 2);
      net.parts.add_layer(table, {x}, {indices, indices});
      CHECK(net.is_refused_at(5, 1));
    }
  }

  TEST_CASE("a tensor that nobody has written yet is refused") {
    Net net;
    SUBCASE("it is written later") {
      net.argument(0, 3) = net.d, net.argument(1, 0) = net.c, net.argument(1, 2) = net.c;
    }
    SUBCASE("it is never written") { net.argument(1, 0) = net.add({1, 8}, 64); }
    CHECK(net.is_refused_at(1, 0));
  }

  TEST_CASE("a tensor that was written over in place is refused, under its old name") {
    Net net;
    net.parts.tensors[net.s].mutate_alias(static_cast<std::uint8_t>(net.s - net.c));
    CHECK(net.is_refused_at(2, 0));
  }

  TEST_CASE("scratch over what its own layer reads or writes is refused") {
    Net net;
    SUBCASE("an input") {
      net.move(net.scratch_p, 64);
      CHECK(net.is_refused_at(2, 0));
    }
    SUBCASE("the output") {
      net.move(net.scratch_p, 96);
      CHECK(net.is_refused_at(2, 4));
    }
    SUBCASE("what a later layer reads") {
      net.move(net.scratch_q, 96);
      CHECK(net.is_refused_at(4, 0));
    }
  }

  TEST_CASE("scratch is one tensor for one purpose, and what is left in it is nothing that another layer may read") {
    Net net;  // of which the second LSTM keeps its state in scratch
    reinterpret_cast<parameters::LSTM*>(net.parts.parameters[3].data())->stateful = false;
    net.parts.memories[kActivations].mutate_bytes(176);
    for (const unsigned i : {2u, 3u})
      net.parts.tensors[net.state[i]].mutate_memory(kActivations), net.move(net.state[i], 112 + 16 * i);
    REQUIRE(net.load() == Status::ok);
    SUBCASE("one tensor for two purposes") {
      net.argument(3, 6) = net.state[2];
      CHECK(net.is_refused_at(3, 5));
    }
    SUBCASE("one place for two") {
      net.move(net.state[3], 144);
      CHECK(net.is_refused_at(3, 5));
    }
    SUBCASE("read by another layer") {
      net.argument(4, 1) = net.state[2];
      CHECK(net.is_refused_at(4, 1));
    }
  }

  TEST_CASE("two states of a layer, or of two layers, share no bytes") {
    Net net;
    SUBCASE("of one layer, two tensors") {
      net.move(net.state[1], 0);
      CHECK(net.is_refused_at(2, 6));
    }
    SUBCASE("of one layer, one tensor") {
      net.argument(2, 6) = net.state[0];
      CHECK(net.is_refused_at(2, 6));
    }
    SUBCASE("of two layers, two tensors") {
      net.move(net.state[2], 16);
      CHECK(net.is_refused_at(3, 5));
    }
    SUBCASE("of two layers, one tensor") {
      net.argument(3, 5) = net.state[0];
      CHECK(net.is_refused_at(3, 5));
    }
  }

  TEST_CASE("two inputs of the model share no bytes") {
    Net net;
    SUBCASE("one place") { net.move(net.b, 0); }
    SUBCASE("in part") { net.move(net.b, 16); }
    SUBCASE("one tensor") { net.parts.inputs[1].mutate_tensor(net.a); }
    CHECK(net.is_refused_at(Part::inputs, 1));
  }

  TEST_CASE("an output of the model still holds what was written when the run ends") {
    Net net;
    SUBCASE("written over by a layer") { net.parts.add_output(net.d), net.move(net.y, 80); }
    SUBCASE("written over in place") { net.parts.add_output(net.c); }
    SUBCASE("never written") { net.parts.add_output(net.add({1, 8}, 32)); }
    CHECK(net.is_refused_at(Part::outputs, 1));
  }

  TEST_CASE("an alias is of a tensor before it that has its own bytes: all of them, and of its kind") {
    Net net;
    SUBCASE("none before it") { net.parts.tensors[net.a].mutate_alias(1); }
    SUBCASE("an alias itself") { net.parts.tensors[net.p].mutate_alias(1), net.move(net.p, 64); }
    SUBCASE("at another place") { net.move(net.s, 32); }
    SUBCASE("in another memory") { net.parts.tensors[net.s].mutate_memory(kWeights); }
    SUBCASE("of another size") { net.parts.tensors[net.s].mutate_type(schema::DataType::int8); }
    SUBCASE("text of numbers") {
      net.parts.tensors[net.s].mutate_type(schema::DataType::string);
      net.parts.shapes[net.parts.tensors[net.s].shape() + 1] = 1;
    }
    CHECK(net.load() == Status::bad_tensor);
    CHECK(net.place.part == Part::tensors);
  }

  TEST_CASE("no number of an argument stands for what a layer has left in its scratch") {
    Net net;
    constexpr unsigned kScratch = 7, kNumbers = 2;  // the argument; numbers before those of arguments
    net.argument(4, 0) = ~(net.parts.layers[3].arguments() + kScratch + kNumbers);
    CHECK(net.load() == Status::bad_index);
    CHECK(net.place.index == 4);
  }

  TEST_CASE("scratch that takes the place of two dead values leaves the others in the proof") {
    struct : test::EditedModel {
    } net;
    net.parts.memories = {{schema::MemoryKind::weights, 0, 192}, {schema::MemoryKind::activations, 0, 112}};
    net.parts.sections.push_back(
        {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(192, 0x3e)});
    const std::uint32_t x = net.add({1, 4, 2}, 0), v = net.add({1, 2}, 64), m = net.add({1, 2}, 32),
                        n = net.add({1, 2}, 48), p = net.add({1, 2}, 80), scratch = net.add({8}, 32),
                        y = net.add({1, 2}, 64);
    std::vector<std::uint32_t> weights;
    for (const test::Dimensions& shape : {test::Dimensions{2, 8}, test::Dimensions{2, 8}, test::Dimensions{8}})
      weights.push_back(net.parts.add_tensor(DataType::float32, net.kWeights, 64 * weights.size(), shape));
    const std::uint32_t state[] = {net.add({2}, 0), net.add({2}, 0)};
    net.parts.memories.push_back({schema::MemoryKind::state, 0, 32});
    for (unsigned i = 0; i < 2; ++i) {
      net.parts.tensors[state[i]].mutate_memory(2);
      net.move(state[i], 16 * i);
    }
    parameters::LSTM lstm;
    lstm.stateful = true;
    test::add_function_layer(net.parts, MapFunction::square, {v}, m);
    test::add_function_layer(net.parts, MapFunction::square, {v}, n);
    net.parts.add_layer(lstm, {x, weights[0], weights[1], weights[2]}, {p}, {state[0], state[1], scratch});
    test::add_function_layer(net.parts, MapFunction::subtract, {v, p}, y);
    net.parts.add_input(x), net.parts.add_input(v), net.parts.add_output(y);
    REQUIRE(net.load() == Status::ok);
    SUBCASE("what was lost") {
      net.argument(3, 1) = n;
      CHECK(net.is_refused_at(3, 1));
    }
    SUBCASE("what is used while it is lost") {
      net.move(y, 80);
      CHECK(net.is_refused_at(3, 1));
    }
  }

  TEST_CASE("what nobody has written is no value, though its number lies behind those of all constants") {
    Net net;
    net.argument(0, 1) = net.add({1, 8}, 32);
    CHECK(net.is_refused_at(0, 1));
  }

  TEST_CASE("without its alias, another shape of a tensor is a tensor that nobody has written") {
    Net net;
    net.parts.tensors[net.s].mutate_alias(0);
    CHECK(net.is_refused_at(2, 0));
  }
}

}  // namespace nacre::plan_test
