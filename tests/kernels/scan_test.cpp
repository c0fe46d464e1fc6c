#include <doctest/doctest.h>

#include "tests/support/loaded_model.hpp"
#include "tests/support/scans.hpp"

namespace nacre::test {
namespace scan_test {

using Floats = std::vector<float>;

// Arguments of a scan_model() with a first state.
enum : unsigned { kX, kFirst, kY, kState, kStep, kNext, kResult };

parameters::Scan with(unsigned whole, bool backwards = false, bool stateful = false) {
  parameters::Scan table;
  table.whole = static_cast<std::uint8_t>(whole), table.go_backwards = backwards, table.stateful = stateful;
  return table;
}

TEST_SUITE("scan") {
  TEST_CASE("each step reads the state that the one before left, and a result is kept of the last step or of all") {
    CHECK(scan_model(with(0)).run<float>() == Floats{6.75f, 8.5f});
    CHECK(scan_model(with(1)).run<float>() == Floats{1, 2, 3.5f, 5, 6.75f, 8.5f});
  }

  TEST_CASE("backwards, the first result is that of the last step of the sequence") {
    CHECK(scan_model(with(1, true)).run<float>() == Floats{5, 6, 5.5f, 7, 3.75f, 5.5f});
  }

  TEST_CASE("a first state is where it starts, in every run") {
    CHECK(scan_model(with(1), true).run<float>(1) == Floats{5, 10, 5.5f, 9, 7.75f, 10.5f});
    CHECK(scan_model(with(1), true).run<float>(2) == Floats{5, 10, 5.5f, 9, 7.75f, 10.5f});
  }

  TEST_CASE("without state it starts anew in every run, with state where the last run ended") {
    CHECK(scan_model(with(0)).run<float>(2) == Floats{6.75f, 8.5f});
    CHECK(scan_model(with(0, false, true)).run<float>(2) == Floats{6.75f + 0.84375f, 8.5f + 1.0625f});
  }

  TEST_CASE("rows of a batch have steps and states of their own") {
    parameters::Scan table = with(1);
    ModelBuilder model(table);
    model.input<float>({2, 2, 1}, {1, 2, 3, 4}).output<float>({2, 2, 1});
    model.temporary<float>({2, 1}).temporary<float>({2, 1}).temporary<float>({2, 1}).temporary<float>({2, 1});
    model.complete = [](ModelParts& parts) {  // y = softmax of each step alone is 1: what is copied is the step
      const std::uint32_t step = 3, next = 4;
      parts.arguments.back() = step;
      parts.add_layer(parameters::Softmax{}, {2}, {next});
      parts.layers[0].mutate_body(1);
    };
    CHECK(model.run<float>() == Floats{1, 2, 3, 4});
  }

  TEST_CASE("a run ends with the error of a layer of its body, in whatever step, and the next run is none the worse") {
    parameters::Scan table = with(1);
    table.sequences = 2;
    ModelBuilder model(table);
    model.input<float>({1, 3, 1}, {0, 0, 0}).input<std::int32_t>({1, 3, 1}, {0, 0, 0}).output<float>({1, 3, 1});
    model.temporary<float>({1, 1}).temporary<std::int32_t>({1, 1}).temporary<float>({1, 1});
    model.complete = [](ModelParts& parts) {  // y[t] = numbers[indices[t]]
      const std::uint32_t indices = 4, result = 5;
      const float numbers[16] = {5, 6, 7};
      parts.sections[0].bytes.resize(sizeof numbers);
      std::memcpy(parts.sections[0].bytes.data(), numbers, sizeof numbers);
      parts.memories[0].mutate_bytes(sizeof numbers);
      parameters::Gather gather;
      gather.unit = DataType::int32;
      parts.add_layer(gather, {parts.add_tensor(DataType::float32, 0, 0, {3}), indices}, {result});
      parts.layers[0].mutate_body(1);
    };
    const LoadedModel loaded(model.file());
    REQUIRE(loaded.status == Status::ok);
    const Span<std::int32_t> indices = loaded.network.input<std::int32_t>(1);
    for (const std::int32_t wrong : {0, 1, 2}) {
      for (std::int32_t t = 0; t < 3; ++t) indices[static_cast<unsigned>(t)] = t == wrong ? 3 : t;
      CHECK(loaded.network.run() == Status::index_out_of_range);
      for (std::int32_t t = 0; t < 3; ++t) indices[static_cast<unsigned>(t)] = 2 - t;
      REQUIRE(loaded.network.run() == Status::ok);
      const Span<const float> y = loaded.network.output<float>(0);
      CHECK(Floats(y.begin(), y.end()) == Floats{7, 6, 5});
    }
  }

  TEST_CASE("a counted scan runs as many steps as its last input says, none at least, and gives its states") {
    const auto run = [](std::int32_t steps) { return counted_scan_model(steps).run<float>(); };
    CHECK(run(3) == Floats{7.75f, 10.5f});
    CHECK(run(2) == Floats{5.5f, 9});
    CHECK(run(1) == Floats{5, 10});
    for (const std::int32_t none : {std::int32_t{0}, std::int32_t{-1}, std::int32_t{INT32_MIN}})
      CHECK(run(none) == Floats{8, 16});
    for (const std::int32_t all : {std::int32_t{4}, std::int32_t{INT32_MAX}}) CHECK(run(all) == Floats{7.75f, 10.5f});
  }

  TEST_CASE("a scan that is counted by another input than one number, or gives no state, is refused") {
    ModelBuilder model = counted_scan_model(1);
    constexpr unsigned kCount = 2, kGiven = 3;  // behind x and the first state
    REQUIRE(model.load_status() == Status::ok);
    Status expected = Status::bad_arguments;
    unsigned wrong = kCount;
    SUBCASE("two numbers") { model.argument(kCount).shape = {2}; }
    SUBCASE("a real number") { model.argument(kCount).type = DataType::float32; }
    SUBCASE("another shape than its state") { model.argument(kGiven).shape = {2, 1}, wrong = kGiven; }
    SUBCASE("all steps") { model.parameters<parameters::Scan>().whole = 1, expected = Status::bad_parameter; }
    SUBCASE("state that lives on") {
      model.parameters<parameters::Scan>().stateful = true, expected = Status::bad_parameter;
    }
    SUBCASE("no first state") { model = scan_model(model.parameters<parameters::Scan>(), false, 1), wrong = kGiven; }
    Place place;
    CHECK(model.load_status(&place) == expected);
    if (expected == Status::bad_arguments) CHECK(place.field == wrong);
  }

  TEST_CASE("arguments that do not fit each other are refused, at the one that does not fit") {
    ModelBuilder model = scan_model(with(1), true);
    unsigned wrong = kX;
    REQUIRE(model.load_status() == Status::ok);
    SUBCASE("x has no time") { model.argument(kX).shape = {6}; }
    SUBCASE("x has more in a step") { model.argument(kX).shape = {1, 3, 4}; }
    SUBCASE("x has another batch") { model.argument(kX).shape = {2, 3, 2}; }
    SUBCASE("x has more axes") { model.argument(kX).shape = {1, 3, 2, 1}; }
    SUBCASE("x has another type than the kernel") {
      model.argument(kX).type = DataType::int32;
      model.rename = [](KernelName& name) { name.activations = name.weights = DataType::float32; };
    }
    SUBCASE("the step has another type") { model.argument(kStep).type = DataType::int32, wrong = kStep; }
    SUBCASE("the first state has another shape") { model.argument(kFirst).shape = {2, 1}, wrong = kFirst; }
    SUBCASE("the first state has another type") { model.argument(kFirst).type = DataType::int32, wrong = kFirst; }
    SUBCASE("next has another shape") { model.argument(kNext).shape = {2, 1}, wrong = kNext; }
    SUBCASE("next has another type") { model.argument(kNext).type = DataType::int32, wrong = kNext; }
    SUBCASE("y has another type") { model.argument(kY).type = DataType::int32, wrong = kY; }
    SUBCASE("y has fewer steps") { model.argument(kY).shape = {1, 2, 2}, wrong = kY; }
    SUBCASE("y has more in a step") { model.argument(kY).shape = {1, 3, 3}, wrong = kY; }
    SUBCASE("y has all steps and gets the last") { model.parameters<parameters::Scan>().whole = 0, wrong = kY; }
    SUBCASE("next is text") { model.argument(kNext).type = DataType::string, wrong = kNext; }
    SUBCASE("a temporary is left over") { model.temporary<float>({1, 2}), wrong = kState; }
    Place place;
    CHECK(model.load_status(&place) == Status::bad_arguments);
    CHECK(place.part == Part::arguments);
    CHECK(place.field == wrong);
  }

  TEST_CASE("no scan has more sequences than inputs, more whole outputs than outputs, or state that it cannot keep") {
    ModelBuilder model = scan_model(with(1));
    auto& table = model.parameters<parameters::Scan>();
    Status expected = Status::bad_parameter;
    SUBCASE("a sequence too many") { table.sequences = 2; }
    SUBCASE("a whole output too many") { table.whole = 2; }
    SUBCASE("stateful with first states") { model = scan_model(with(1, false, true), true); }
    SUBCASE("stateful with state in activations") { table.stateful = true, expected = Status::bad_arguments; }
    SUBCASE("stateful with a batch of 2") {
      ModelBuilder batch(with(1, false, true));
      batch.input<float>({2, 2, 1}, {1, 2, 3, 4}).output<float>({2, 2, 1});
      batch.temporary<float>({2, 1}).temporary<float>({2, 1});
      batch.complete = [](ModelParts& parts) {
        parts.add_layer(parameters::Softmax{}, {2}, {3});
        parts.layers[0].mutate_body(1);
      };
      model = batch;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace scan_test
}  // namespace nacre::test
