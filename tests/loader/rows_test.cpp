#include <doctest/doctest.h>

#include "tests/support/plans.hpp"

// What load() proves of layers that run others on a few rows at a time.

namespace nacre::rows_test {

using Numbers = std::vector<std::int32_t>;

// Numbers of a layer's schedule.
enum : unsigned { kHeight, kFirst, kStep, kKept };

/// y = the largest of two rows of (x + the largest of three rows of x, padded), two rows at a time, then a maximum of y
/// over its columns. x is [1, 8, 16, 1]: a row is 16 bytes. Layers: rows, pool, larger, two, behind.
struct Net : test::EditedModel {
  static constexpr std::uint32_t kPool = 512, kLarger = 640, kY = 768;

  Net() {
    parts.memories = {{schema::MemoryKind::weights, 0, 64}, {schema::MemoryKind::activations, 0, 1024}};
    parts.sections.push_back(
        {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(64, 0)});
    const auto image = [&](std::uint32_t offset, std::uint32_t height) {
      return parts.add_tensor(DataType::int8, kActivations, offset, {1, height, 16, 1});
    };
    x = image(256, 8), pool = image(kPool, 3), larger = image(kLarger, 3), y = image(kY, 7);
    z = parts.add_tensor(DataType::int8, kActivations, 0, {1, 7, 1, 1});
    schedule = parts.add_tensor(DataType::int32, kWeights, 0, {3, 4});
    parts.add_layer(parameters::Rows{}, {x, schedule}, {y});
    parameters::MaxPool2D three, two, columns;
    three.kernel_h = 3, three.pad_top = three.pad_bottom = 1;
    two.kernel_h = 2;
    columns.kernel_w = 16;
    parameters::Binary maximum;
    maximum.function = BinaryFunction::maximum;
    parts.add_layer(three, {x}, {pool});
    parts.add_layer(maximum, {x, pool}, {larger});
    parts.add_layer(two, {larger}, {y});
    parts.add_layer(columns, {y}, {z});
    parts.layers[0].mutate_body(3);
    parts.add_input(x), parts.add_output(z);
    for (unsigned i = 0; i < 3; ++i) set(i, {i < 2 ? 8 : 7, i < 2 ? 3 : 2, 2, i < 1 ? 3 : 2});
  }

  void set(unsigned layer, const Numbers& numbers) {
    std::memcpy(parts.sections[0].bytes.data() + 16 * layer, numbers.data(), 16);
  }
  void change(unsigned layer, unsigned number, std::int32_t by) {
    std::int32_t value;
    std::uint8_t* const place = parts.sections[0].bytes.data() + 16 * layer + 4 * number;
    std::memcpy(&value, place, 4);
    value += by;
    std::memcpy(place, &value, 4);
  }
  /// Another input of a layer, before its input `i`.
  void insert(unsigned layer, unsigned i, std::uint32_t tensor) {
    schema::Layer& its = parts.layers[layer];
    parts.arguments.insert(parts.arguments.begin() + its.arguments() + i, tensor);
    its.mutate_inputs(static_cast<std::uint16_t>(its.inputs() + 1));
    for (unsigned behind = layer + 1; behind < parts.layers.size(); ++behind)
      parts.layers[behind].mutate_arguments(parts.layers[behind].arguments() + 1);
  }
  /// Makes a layer one of an operator on numbers of this type.
  template <typename Parameters>
  void become(unsigned layer, const Parameters& table, DataType type) {
    parts.operators[layer] = Parameters::kOperator;
    parts.parameters[layer].resize(sizeof table);
    std::memcpy(parts.parameters[layer].data(), &table, sizeof table);
    parts.layers[layer].mutate_kernel(static_cast<std::uint16_t>(parts.kernels.size()));
    parts.add_kernel({Parameters::kOperator, type, type, Layout::portable, 0, 0, 0});
  }
  bool has_bad_plan() { return load() == Status::bad_plan; }

  std::uint32_t x, pool, larger, y, z, schedule;
};

std::vector<std::int8_t> run(const Net& net) {
  const test::LoadedModel loaded(net.parts.file());
  REQUIRE(loaded.status == Status::ok);
  std::int8_t next = 0;
  for (std::int8_t& x : loaded.network.input<std::int8_t>(0)) x = static_cast<std::int8_t>(next = next * 5 + 3);
  REQUIRE(loaded.network.run() == Status::ok);
  const Span<const std::int8_t> z = loaded.network.output<std::int8_t>(0);
  return {z.begin(), z.end()};
}

TEST_SUITE("rows") {
  TEST_CASE("layers run on rows give what they give whole") {
    Net net, whole;
    const std::uint32_t a = whole.parts.add_tensor(DataType::int8, Net::kActivations, 512, {1, 8, 16, 1});
    const std::uint32_t b = whole.parts.add_tensor(DataType::int8, Net::kActivations, 640, {1, 8, 16, 1});
    whole.parts.layers.erase(whole.parts.layers.begin());
    whole.parts.operators.erase(whole.parts.operators.begin());
    whole.parts.parameters.erase(whole.parts.parameters.begin());
    whole.parts.arguments.erase(whole.parts.arguments.begin(), whole.parts.arguments.begin() + 3);
    for (schema::Layer& layer : whole.parts.layers) layer.mutate_arguments(layer.arguments() - 3);
    for (std::uint32_t& argument : whole.parts.arguments)
      argument = argument == whole.pool ? a : argument == whole.larger ? b : argument;
    CHECK(run(net) == run(whole));
    net.move(net.y, 256 - 16);  // over x, whose last rows are read when the first ones are gone
    CHECK(run(net) == run(whole));
    net.move(net.larger, Net::kPool + 64), net.move(net.pool, 0);
    CHECK(run(net) == run(whole));
  }

  TEST_CASE("one number of a schedule that does not fit is refused") {
    for (unsigned layer = 0; layer < 3; ++layer)
      for (unsigned number = kHeight; number <= kKept; ++number)
        for (const std::int32_t by : {-1, 1}) {
          CAPTURE(layer);
          CAPTURE(number);
          CAPTURE(by);
          Net net;
          net.change(layer, number, by);
          const Status status = net.load();
          if (number == kKept && by < 0 && layer != 1) CHECK(status == Status::ok);  // keeps a row longer than it must
          else CHECK((status == Status::bad_plan || status == Status::bad_parameter));
        }
  }

  TEST_CASE("a schedule without end, or beyond what can be counted, is refused") {
    Net net;
    SUBCASE("no rows in a step") { net.change(2, kStep, -2); }
    SUBCASE("fewer rows in each step") { net.change(2, kStep, -3); }
    SUBCASE("no rows at all") { net.change(2, kHeight, -7); }
    SUBCASE("far before the image") { net.change(2, kKept, -(1 << 30)), net.change(2, kFirst, -(1 << 29)); }
    SUBCASE("far behind it") { net.change(0, kFirst, 1 << 30); }
    CHECK(net.has_bad_plan());
  }

  TEST_CASE("the last image is whole behind the last step, and no step adds more to it than it says") {
    Net net;
    for (const std::uint32_t i : {net.pool, net.larger}) net.parts.shapes[net.parts.tensors[i].shape() + 1] = 4;
    REQUIRE(net.load() == Status::ok);
    net.set(0, {8, 4, 2, 4}), net.set(1, {8, 4, 2, 3}), net.set(2, {7, 3, 2, 3});
    CHECK(net.is_refused_at(3, 1));
  }

  TEST_CASE("a buffer of one row less is refused") {
    Net net;
    SUBCASE("of the pool") { net.parts.shapes[net.parts.tensors[net.pool].shape() + 1] = 2; }
    SUBCASE("of the maximum") { net.parts.shapes[net.parts.tensors[net.larger].shape() + 1] = 2; }
    CHECK(net.has_bad_plan());
  }

  TEST_CASE("y over x is refused where it begins later than x is read") {
    Net net;
    net.move(net.y, 256 - 16);
    CHECK(net.load() == Status::ok);
    net.move(net.y, 256);
    CHECK(net.load() == Status::ok);
    net.move(net.y, 256 + 16);
    CHECK(net.is_refused_at(1, 0));
  }

  TEST_CASE("y over x is refused where x is read behind the layer") {
    Net net;
    net.move(net.y, 256 - 16);
    net.argument(4, 0) = net.x;
    net.parts.shapes[net.parts.tensors[net.z].shape() + 1] = 8;
    CHECK(net.is_refused_at(4, 0));
  }

  TEST_CASE("y over x has rows") {
    Net net;
    net.move(net.y, 256);
    REQUIRE(net.load() == Status::ok);
    net.parts.tensors[net.y].mutate_rank(3);
    CHECK(net.is_refused_at(1, 0));
  }

  TEST_CASE("constants beside an image have no rows, or one for all of its rows") {
    Net net;
    net.parts.sections[0].bytes.resize(192), net.parts.memories[0].mutate_bytes(192);
    const auto with = [&](const test::Dimensions& shape) {
      net.argument(2, 0) = net.pool;
      net.argument(2, 1) = net.parts.add_tensor(DataType::int8, Net::kWeights, 64, shape);
    };
    SUBCASE("of no rows") { with({16, 1}); CHECK(net.load() == Status::ok); }
    SUBCASE("of one row") { with({1, 16, 1}); CHECK(net.load() == Status::ok); }
    SUBCASE("of eight rows") { with({1, 8, 16, 1}); CHECK(net.is_refused_at(2, 1)); }
  }

  TEST_CASE("the weights of a window are constants") {
    Net net;
    const std::uint32_t image = net.parts.add_tensor(DataType::int8, Net::kActivations, 128, {1, 1, 1, 1});
    net.parts.add_input(image);
    net.become(1, parameters::Conv2D{}, DataType::int8);
    net.insert(1, 1, image), net.insert(1, 2, image);
    CHECK(net.is_refused_at(1, 1));
  }

  TEST_CASE("what the body writes shares no bytes with what is alive then") {
    Net net;
    SUBCASE("a buffer over x") { net.move(net.larger, 256); }
    SUBCASE("a buffer over the end of x") { net.move(net.pool, 256 + 112); }
    SUBCASE("a buffer over another") { net.move(net.pool, Net::kLarger); }
    SUBCASE("a buffer over y") { net.move(net.larger, Net::kY + 96); }
    SUBCASE("y over the kept rows of a buffer") { net.move(net.y, Net::kLarger); }
    CHECK(net.has_bad_plan());
  }

  TEST_CASE("a body reads what its layer reads, and what the body has written before") {
    Net net;
    SUBCASE("what comes later") { net.argument(1, 0) = net.larger; }
    SUBCASE("an image that is no input of the layer") {
      net.argument(1, 0) = net.parts.add_tensor(DataType::int8, Net::kActivations, 0, {1, 8, 16, 1});
    }
    SUBCASE("another shape of a buffer") {
      net.argument(3, 0) = net.parts.add_tensor(DataType::int8, Net::kActivations, Net::kLarger, {1, 3, 16, 1}, 3);
      net.parts.tensors.back().mutate_alias(static_cast<std::uint8_t>(net.argument(3, 0) - net.larger));
    }
    SUBCASE("state, which is of the run before") {
      net.parts.memories.emplace_back(schema::MemoryKind::state, std::uint8_t{0}, 128u);
      net.argument(0, 0) = net.argument(1, 0) = net.argument(2, 0) =
          net.parts.add_tensor(DataType::int8, 2, 0, {1, 8, 16, 1});
    }
    SUBCASE("an input that holds nothing") {
      net.argument(0, 0) = net.argument(1, 0) = net.argument(2, 0) =
          net.parts.add_tensor(DataType::int8, Net::kActivations, 0, {1, 8, 16, 1});
    }
    CHECK(net.has_bad_plan());
  }

  TEST_CASE("an input that the body does not read is there behind it all the same") {
    Net net;
    const std::uint32_t other = net.parts.add_tensor(DataType::int8, Net::kActivations, 128, {1, 1, 1, 1});
    net.insert(0, 1, other), net.parts.add_input(other);
    REQUIRE(net.load() == Status::ok);
    net.move(other, Net::kPool);
    CHECK(net.is_refused_at(0, 1));
  }

  TEST_CASE("a body writes each image once, and y last") {
    Net net;
    SUBCASE("a buffer under another name") {
      net.argument(2, 2) = net.argument(3, 0) =
          net.parts.add_tensor(DataType::int8, Net::kActivations, Net::kLarger, {1, 3, 16, 1},
                               static_cast<std::uint8_t>(net.parts.tensors.size() - net.larger));
    }
    SUBCASE("a buffer twice") { net.argument(2, 2) = net.pool, net.argument(3, 0) = net.pool; }
    SUBCASE("y in between") { net.argument(2, 2) = net.y, net.argument(3, 0) = net.y; }
    SUBCASE("y not at all") { net.argument(3, 1) = net.z; }
    CHECK(net.has_bad_plan());
  }

  TEST_CASE("only layers that run on rows are in a body, and they have none") {
    Net net;
    SUBCASE("a softmax") {
      net.parts.operators[3] = Operator::softmax;
      net.parts.parameters[3].assign(sizeof(parameters::Softmax), std::byte{0});
      net.parts.layers[3].mutate_kernel(static_cast<std::uint16_t>(net.parts.kernels.size()));
      net.parts.add_kernel({Operator::softmax, DataType::int8, DataType::int8, Layout::portable, 0, 0, 0});
    }
    SUBCASE("more inputs than are copied") {
      net.become(2, parameters::Map{}, DataType::float32);
      for (unsigned i = 0; i < 6; ++i) net.insert(2, 1, net.pool);
    }
    SUBCASE("a body in a body") { net.parts.layers[1].mutate_body(1); }
    SUBCASE("beyond the last layer") {
      net.parts.layers.resize(3), net.parts.operators.resize(3), net.parts.parameters.resize(3);
    }
    CHECK(net.load() != Status::ok);
    CHECK(net.place.part == Part::layers);
  }

  TEST_CASE("a layer that runs others on rows has an image") {
    Net net;
    net.parts.arguments.erase(net.parts.arguments.begin());
    net.parts.layers[0].mutate_inputs(1);
    for (unsigned i = 1; i < 5; ++i) net.parts.layers[i].mutate_arguments(net.parts.layers[i].arguments() - 1);
    CHECK(net.load() == Status::bad_arguments);
    CHECK(net.place.part == Part::arguments);
    CHECK(net.place.index == 0);
    CHECK(net.place.field == 0);
  }

  TEST_CASE("a scan repeats no layer that runs on rows") {
    test::ModelParts parts = test::nested_scans(1, 4, [](test::ModelParts& inner, std::uint32_t x, std::uint32_t y) {
      inner.memories.emplace_back(schema::MemoryKind::weights, std::uint8_t{0}, 64u);
      inner.sections.push_back(
          {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(64, 0)});
      const Numbers one(4, 1);
      std::memcpy(inner.sections[0].bytes.data(), one.data(), 16);
      inner.add_layer(parameters::Rows{}, {x, inner.add_tensor(DataType::int32, 1, 0, {1, 4})}, {y});
      inner.add_layer(parameters::MaxPool2D{}, {x}, {y});
      inner.layers[1].mutate_body(1), inner.layers[0].mutate_body(2);
    });
    Place place;
    CHECK(test::LoadedModel(parts.file(), reference_kernels(), &place).status == Status::bad_arguments);
    CHECK(place.part == Part::layers);
    CHECK(place.index == 1);
  }

  TEST_CASE("a layer of the body is verified as any other") {
    Net net;
    SUBCASE("its width") { net.parts.shapes[net.parts.tensors[net.larger].shape() + 2] = 15; }
    SUBCASE("its window") { net.parts.parameters[3][offsetof(parameters::MaxPool2D, kernel_h)] = std::byte{3}; }
    SUBCASE("its height") { net.change(2, kHeight, -1), net.parts.shapes[net.parts.tensors[net.y].shape() + 1] = 6; }
    CHECK(net.load() != Status::ok);
  }
}

}  // namespace nacre::rows_test
