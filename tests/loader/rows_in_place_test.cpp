#include <doctest/doctest.h>

#include "tests/support/plans.hpp"

// What load() proves of where layers write that run element by element, on one row at a time.

namespace nacre::rows_in_place_test {

/// y = the largest of x and w, through buffers `between`: x is [1, 4, `width`, 1], w and y [1, 4, 16, 1], of 16 bytes a
/// row. Layers: rows, one for each buffer, and the last.
struct Net : test::EditedModel {
  static constexpr std::uint32_t kX = 256, kW = 512, kY = 768;

  Net(unsigned between, std::uint32_t width) {
    const unsigned layers = between + 1;
    parts.memories = {{schema::MemoryKind::weights, 0, 64}, {schema::MemoryKind::activations, 0, 1024}};
    parts.sections.push_back(
        {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(64, 0)});
    x = add_rows(kX, 4, width), w = add_rows(kW, 4, 16), y = add_rows(kY, 4, 16);
    const std::uint32_t schedule = parts.add_tensor(DataType::int32, kWeights, 0, {layers, 4});
    for (unsigned i = 0; i < layers; ++i) set_kept(i, 1);
    parts.add_layer(parameters::Rows{}, {x, w, schedule}, {y});
    parts.layers[0].mutate_body(static_cast<std::uint16_t>(layers));
    parameters::Binary maximum;
    maximum.function = BinaryFunction::maximum;
    std::uint32_t last = x;
    for (unsigned i = 0; i < between; ++i) {
      buffers.push_back(add_rows(32 * i, 1, width));
      parts.add_layer(maximum, {last, last}, {buffers[i]});
      last = buffers[i];
    }
    parts.add_layer(maximum, {last, w}, {y});
    parts.add_input(x), parts.add_input(w), parts.add_output(y);
  }

  std::uint32_t add_rows(std::uint32_t offset, std::uint32_t height, std::uint32_t width) {
    return parts.add_tensor(DataType::int8, kActivations, offset, {1, height, width, 1});
  }
  /// A layer of the body makes a row of four in each step, of which this one is where its buffer begins in the next.
  void set_kept(unsigned layer, std::int32_t kept) {
    const std::int32_t growth[] = {4, 1, 1, kept};
    std::memcpy(parts.sections[0].bytes.data() + sizeof growth * layer, growth, sizeof growth);
  }

  std::uint32_t x, w, y;
  std::vector<std::uint32_t> buffers;
};

TEST_SUITE("rows") {
  TEST_CASE("the last layer writes exactly over its first input, or nowhere near what it reads") {
    Net net(0, 16);
    REQUIRE(net.load() == Status::ok);
    net.move(net.y, Net::kX);
    CHECK(net.load() == Status::ok);
    SUBCASE("over its second input") {
      net.move(net.y, Net::kW);
      CHECK(net.is_refused_at(1, 1));
    }
    SUBCASE("a row behind") {
      net.move(net.y, Net::kX + 16);
      CHECK(net.is_refused_at(1, 0));
    }
    SUBCASE("in shorter rows") {
      net.parts.shapes[net.parts.tensors[net.y].shape() + 2] = 8;
      CHECK(net.is_refused_at(1, 0));
    }
    SUBCASE("in wider elements") {
      net.parts.tensors[net.y].mutate_type(schema::DataType::int16);
      net.parts.shapes[net.parts.tensors[net.y].shape() + 2] = 8;
      CHECK(net.is_refused_at(1, 0));
    }
  }

  TEST_CASE("y with longer rows than x is not written over it, though its first one fits") {
    Net net(1, 1);
    REQUIRE(net.load() == Status::ok);
    net.move(net.y, Net::kX - 16);
    CHECK(net.is_refused_at(1, 0));
  }

  TEST_CASE("a buffer that keeps rows for the next step is not written over when all of the step have been read") {
    Net net(3, 16);
    net.set_kept(0, 0);
    net.parts.shapes[net.parts.tensors[net.buffers[0]].shape() + 1] = 2;
    REQUIRE(net.load() == Status::ok);
    net.move(net.buffers[2], 0);
    CHECK(net.is_refused_at(1, 2));
  }
}

}  // namespace nacre::rows_in_place_test
