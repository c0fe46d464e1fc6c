#include <doctest/doctest.h>

#include <cstring>

#include "nacre/nacre.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/loaded_model.hpp"
#include "tests/support/programs.hpp"

// Memory in several blocks, and weights in several sections.

namespace nacre::blocks_test {

constexpr std::uint8_t kFast = 0, kSlow = 1;

/// y = ((x - center) - low) * scale + offset + shift. x lies in one block, all else that a run writes in another;
/// center and shift lie in one section of weights, the others in the next.
test::ModelParts parts_in_two_places() {
  test::ModelParts parts;
  parts.memories = {{schema::MemoryKind::weights, 0, 80},
                    {schema::MemoryKind::weights, 1, 144},
                    {schema::MemoryKind::activations, kFast, 16},
                    {schema::MemoryKind::activations, kSlow, 48}};
  const auto section = [&parts](const std::vector<float>& values, std::size_t bytes) {
    std::vector<std::uint8_t> all(bytes);
    for (std::size_t i = 0; i < values.size(); ++i) std::memcpy(&all[64 * i], &values[i], sizeof values[i]);
    parts.sections.push_back({static_cast<std::uint16_t>(schema::SectionKind::weights), std::move(all)});
  };
  section({2, 5}, 80);       // center, shift
  section({1, 10, 3}, 144);  // low, scale, offset
  const auto add = [&parts](std::uint8_t memory, std::uint32_t offset) {
    return parts.add_tensor(DataType::float32, memory, offset, {1});
  };
  const std::uint32_t x = add(2, 0), y = add(3, 32), center = add(0, 0), shift = add(0, 64), low = add(1, 0),
                      scale = add(1, 64), offset = add(1, 128), between = add(3, 16);
  const auto apply = [&parts](MapFunction function, std::vector<std::uint32_t> from, std::uint32_t to) {
    test::add_function_layer(parts, function, std::move(from), to);
  };
  apply(MapFunction::subtract, {x, center}, between);
  apply(MapFunction::subtract, {between, low}, between);
  apply(MapFunction::multiply_add, {between, scale, offset}, between);
  apply(MapFunction::add, {between, shift}, y);
  parts.add_input(x);
  parts.add_output(y);
  return parts;
}

TEST_SUITE("blocks") {
  TEST_CASE("a model with two blocks of memory and two sections of weights loads and runs") {
    const test::LoadedModel loaded(parts_in_two_places().file());
    REQUIRE(loaded.status == Status::ok);
    REQUIRE(loaded.blocks.size() == 2);
    loaded.network.input<float>(0)[0] = 4;
    REQUIRE(loaded.network.run() == Status::ok);
    CHECK(loaded.network.output<float>(0)[0] == ((4 - 2) - 1) * 10 + 3 + 5);
    const auto lies_in = [](const void* address, const test::AlignedBytes& block) {
      return address >= block.span().begin() && address < block.span().end();
    };
    CHECK(lies_in(loaded.network.input<float>(0).data(), loaded.blocks[kFast]));
    CHECK(lies_in(loaded.network.output<float>(0).data(), loaded.blocks[kSlow]));
  }

  TEST_CASE("what each block needs is stated, and the network's own bytes are in the first") {
    const test::LoadedModel loaded(parts_in_two_places().file());
    MemoryNeeds needs;
    REQUIRE(memory_needs({loaded.file.span().data(), loaded.file.span().size()}, &needs) == Status::ok);
    CHECK(needs.blocks == 2);
    CHECK(needs.block_bytes[kFast] == needs.network_bytes + 16);
    CHECK(needs.block_bytes[kSlow] == 48);
    CHECK(needs.total_bytes == needs.block_bytes[kFast]);
    CHECK(needs.activations_bytes == 64);
    CHECK(needs.state_bytes == 0);
  }

  TEST_CASE("one byte less in either block is memory_too_small, with the number of the block") {
    for (const unsigned block : {0u, 1u}) {
      test::LoadedModel::Sizes missing{};
      missing[block] = 1;
      Place place;
      CHECK(test::LoadedModel(parts_in_two_places().file(), reference_kernels(), &place, missing).status ==
            Status::memory_too_small);
      CHECK(place.part == Part::memories);
      CHECK(place.index == block);
    }
  }

  TEST_CASE("a block too few is memory_too_small, and one more than the model asks for is left alone") {
    const test::LoadedModel loaded(parts_in_two_places().file());
    const Span<const std::byte> model{loaded.file.span().data(), loaded.file.span().size()};
    const test::AlignedBytes spare(64);
    Network network;
    CHECK(load(model, reference_kernels(), loaded.blocks[kFast].span(), &network, Digest::decline) ==
          Status::memory_too_small);
    const Span<std::byte> three[] = {loaded.blocks[kFast].span(), loaded.blocks[kSlow].span(), spare.span()};
    CHECK(load(model, reference_kernels(), Blocks(three), &network, Digest::decline) == Status::ok);
    for (const std::byte byte : spare.span()) CHECK(byte == std::byte{0});
  }

  TEST_CASE("a block that is null or misaligned is its own error, whichever it is") {
    const test::LoadedModel loaded(parts_in_two_places().file());
    const Span<const std::byte> model{loaded.file.span().data(), loaded.file.span().size()};
    const test::AlignedBytes roomy(128);
    Network network;
    for (const unsigned block : {0u, 1u}) {
      Span<std::byte> blocks[] = {loaded.blocks[kFast].span(), loaded.blocks[kSlow].span()};
      blocks[block] = {roomy.span().data() + 8, 64};
      CHECK(load(model, reference_kernels(), Blocks(blocks), &network, Digest::decline) == Status::memory_misaligned);
      blocks[block] = {nullptr, 64};
      CHECK(load(model, reference_kernels(), Blocks(blocks), &network, Digest::decline) == Status::null_argument);
    }
  }

  TEST_CASE("in C too, a model is given as many blocks as it asks for") {
    const test::LoadedModel loaded(parts_in_two_places().file());
    const void* const model = loaded.file.span().data();
    const std::size_t bytes = loaded.file.span().size();
    nacre_memory needs;
    REQUIRE(nacre_block_needs(model, bytes, kSlow, &needs) == NACRE_OK);
    CHECK(needs.bytes == 48);
    REQUIRE(nacre_block_needs(model, bytes, 2, &needs) == NACRE_OK);
    CHECK(needs.bytes == 0);
    const auto fast = loaded.blocks[kFast].span(), slow = loaded.blocks[kSlow].span();
    nacre_block blocks[] = {{fast.data(), fast.size()}, {slow.data(), slow.size()}, {}, {}, {}};
    nacre_network network;
    const auto load_blocks = [&](std::size_t count) {
      return nacre_load_blocks(model, bytes, nacre_all_kernels(), blocks, count, 0, &network);
    };
    CHECK(load_blocks(1) == NACRE_MEMORY_TOO_SMALL);
    CHECK(load_blocks(5) == NACRE_OK);
    REQUIRE(load_blocks(2) == NACRE_OK);
    *static_cast<float*>(nacre_input(&network, 0).data) = 4;
    REQUIRE(nacre_run(&network) == NACRE_OK);
    CHECK(*static_cast<const float*>(nacre_output(&network, 0).data) == 18);
    blocks[kSlow].bytes = 47;
    CHECK(load_blocks(2) == NACRE_MEMORY_TOO_SMALL);
    CHECK(nacre_load_blocks(model, bytes, nacre_all_kernels(), nullptr, 2, 0, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_block_needs(model, bytes, 0, nullptr) == NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("an output that begins where its input does, but in another memory, does not lie there") {
    constexpr unsigned kX = 0, kY = 4;
    for (const bool is_other : {false, true}) {
      CAPTURE(is_other);
      test::ModelBuilder layer = test::small_layer("dsp conv_2d_i8");
      layer.complete = [is_other](test::ModelParts& parts) {
        parts.tensors[kY].mutate_offset(parts.tensors[kX].offset());
        if (!is_other) return;
        parts.tensors[kY].mutate_memory(static_cast<std::uint8_t>(parts.memories.size()));
        parts.memories.emplace_back(schema::MemoryKind::activations, std::uint8_t{0}, 256u);
      };
      CHECK(layer.load_status() == (is_other ? Status::ok : Status::bad_plan));
    }
  }

  TEST_CASE("weights that leave their section are refused, though the next section is behind it") {
    test::ModelParts parts = parts_in_two_places();
    parts.memories[0].mutate_bytes(parts.memories[0].bytes() + 1);
    CHECK(test::LoadedModel(parts.file()).status == Status::bad_section);
    parts = parts_in_two_places();
    parts.tensors[3].mutate_offset(parts.memories[0].bytes());  // shift
    CHECK(test::LoadedModel(parts.file()).status == Status::bad_tensor);
  }
}

}  // namespace nacre::blocks_test
