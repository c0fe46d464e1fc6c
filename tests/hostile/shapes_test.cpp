#include <doctest/doctest.h>
#include <sys/mman.h>

#include <functional>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

constexpr std::uint32_t kLengths[] = {0,       1,          2,          3,          0xffff,     0x10000,
                                      0x10001, 0x40000000, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff};

/// Memory that takes none before it is written.
std::byte* reserved(std::size_t bytes) {
  void* const block =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(block != MAP_FAILED);
  return static_cast<std::byte*>(block);
}

/// Calls `visit(length)` with `dimension` set to each hostile length.
template <typename Visit>
void with_lengths(std::uint32_t* dimension, Visit visit) {
  const std::uint32_t before = *dimension;
  for (const std::uint32_t length : kLengths) {
    *dimension = length;
    visit(length);
  }
  *dimension = before;
}

/// A parameter that no kernel can compute, and the byte of the struct at which the field begins that is to be named.
struct BadParameter {
  const char* model;
  std::size_t field;
  std::function<void(ModelBuilder&)> change;
};

template <typename P>
std::vector<BadParameter> bad_windows(const char* model) {
  constexpr std::size_t kHeight = offsetof(P, stride_h), kWidth = offsetof(P, stride_w);
  const auto set = [](auto field, std::uint16_t value) {
    return [field, value](ModelBuilder& layer) { layer.parameters<P>().*field = value; };
  };
  return {{model, kHeight, set(&P::stride_h, 0)},       {model, kWidth, set(&P::stride_w, 0)},
          {model, kHeight, set(&P::pad_top, 60000)},    {model, kHeight, set(&P::pad_bottom, 60000)},
          {model, kWidth, set(&P::pad_left, 60000)},    {model, kWidth, set(&P::pad_right, 60000)},
          {model, kHeight, set(&P::pad_top, 3)},        {model, kWidth, set(&P::pad_left, 3)}};
}
template <typename P>
std::vector<BadParameter> bad_dilations(const char* model) {
  const auto set = [](auto field, std::uint16_t value) {
    return [field, value](ModelBuilder& layer) { layer.parameters<P>().*field = value; };
  };
  return {{model, offsetof(P, dilation_h), set(&P::dilation_h, 0)},
          {model, offsetof(P, dilation_w), set(&P::dilation_w, 0)},
          {model, offsetof(P, stride_h), set(&P::dilation_h, 0xffff)}};
}
template <typename P>
std::vector<BadParameter> bad_kernels(const char* model) {
  const auto set = [](auto field, std::uint16_t value) {
    return [field, value](ModelBuilder& layer) { layer.parameters<P>().*field = value; };
  };
  return {{model, offsetof(P, kernel_h), set(&P::kernel_h, 0)},
          {model, offsetof(P, kernel_w), set(&P::kernel_w, 0)},
          {model, offsetof(P, stride_h), set(&P::kernel_h, 0xffff)},
          // A window that lies wholly in the padding.
          {model, offsetof(P, pad_bottom),
           [](ModelBuilder& layer) {
             layer.parameters<P>().pad_bottom = 2, layer.argument(1).shape[1] = 3, layer.argument(0).shape[1] = 1;
           }},
          // More elements than an int8 sum can hold.
          {model, offsetof(P, kernel_h), [](ModelBuilder& layer) {
             auto& p = layer.parameters<P>();
             p.kernel_h = p.kernel_w = 4096, p.pad_top = p.pad_left = 4095, p.pad_bottom = p.pad_right = 0,
             p.stride_w = 1;
             layer.argument(1).shape = layer.argument(0).shape;
           }}};
}

std::vector<BadParameter> bad_parameters() {
  std::vector<BadParameter> all;
  const auto add = [&all](const std::vector<BadParameter>& some) { all.insert(all.end(), some.begin(), some.end()); };
  for (const char* model : {"conv_2d_f32", "conv_2d_i8"}) {
    add(bad_windows<parameters::Conv2D>(model)), add(bad_dilations<parameters::Conv2D>(model));
    for (const std::uint16_t groups : {0, 2, 4, 0xffff})
      all.push_back({model, offsetof(parameters::Conv2D, groups),
                     [groups](ModelBuilder& layer) { layer.parameters<parameters::Conv2D>().groups = groups; }});
  }
  for (const char* model : {"depthwise_conv_2d_f32", "depthwise_conv_2d_i8"})
    add(bad_windows<parameters::DepthwiseConv2D>(model)), add(bad_dilations<parameters::DepthwiseConv2D>(model));
  for (const char* model : {"max_pool_2d_f32", "max_pool_2d_i8"})
    add(bad_windows<parameters::MaxPool2D>(model)), add(bad_kernels<parameters::MaxPool2D>(model));
  for (const char* model : {"average_pool_2d_f32", "average_pool_2d_i8"})
    add(bad_windows<parameters::AveragePool2D>(model)), add(bad_kernels<parameters::AveragePool2D>(model));
  return all;
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L4: any one or two hostile lengths of a tensor of any operator are refused or stay within bounds") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      std::uint32_t* const shapes = const_cast<std::uint32_t*>(attack.model().shapes()->data());
      unsigned zeros = 0, accepted_zeros = 0;
      for (const auto* tensor : *attack.model().tensors())
        for (unsigned a = 0; a < tensor->rank(); ++a) {
          std::uint32_t* const first = shapes + tensor->shape() + a;
          with_lengths(first, [&](std::uint32_t length) {
            zeros += length == 0 || length >= 0x10000;
            accepted_zeros += attack.run() == Status::ok && (length == 0 || length >= 0x10000);
            for (unsigned b = a + 1; b < tensor->rank(); ++b)
              with_lengths(first + b - a, [&](std::uint32_t) { (void)attack.run(); });
          });
        }
      CHECK(zeros > 0);
      CHECK(accepted_zeros == 0);
      CHECK(attack.is_sound());
    }
  }

  TEST_CASE("L4: a rank that the shapes do not have, or above 8, is refused for any tensor of any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i)
        for (unsigned rank = 0; rank < 256; ++rank) {
          const Status status = attack.load_changed([&] {
            attack.tensor(i).mutate_rank(static_cast<std::uint8_t>(rank));
          });
          if (rank > 8) CHECK(status == Status::bad_tensor);
          const schema::Tensor& tensor = *attack.model().tensors()->Get(i);
          if (tensor.shape() + rank > attack.model().shapes()->size()) CHECK(status == Status::bad_tensor);
        }
    }
  }

  TEST_CASE("L4: a window, stride, dilation, padding or group that no kernel can compute is refused by its name") {
    for (const BadParameter& bad : bad_parameters()) {
      CAPTURE(bad.model);
      CAPTURE(bad.field);
      for (const SmallModel& model : every_operator()) {
        if (model.name != bad.model) continue;
        ModelBuilder layer = model.layer;
        bad.change(layer);
        Place place;
        CHECK(layer.load_status(&place) == Status::bad_parameter);
        CHECK(place.part == Part::operators);
        CHECK(place.field == bad.field);
      }
    }
  }

  TEST_CASE("L4: a kernel of 65,536 rows, whose number of rows has no 16 bits, is refused") {
    parameters::Conv2D table;
    table.pad_top = 0xffff;
    ModelBuilder layer{std::move(table)};
    layer.input<float>({1, 1, 1, 1}, {1})
        .constant({0x10000, 1, 1, 1}, std::vector<float>(0x10000))
        .constant<float>({1}, {1})
        .output<float>({1, 1, 1, 1});
    CHECK(layer.load_status() == Status::bad_parameter);
  }

  TEST_CASE("L4: scratch for windows of one pixel is that of any window where the image is padded") {
    parameters::Conv2D table;
    table.layout = Layout::mve, table.stride_w = 2;
    const auto status = [&](std::uint16_t pad_right, std::uint32_t scratch, Place* place) {
      table.pad_right = pad_right;
      ModelBuilder layer(table);
      layer.input<std::int8_t>({1, 1, 2, 2}, std::vector<std::int8_t>(4))
          .constant({3, 1, 1, 2}, std::vector<std::int8_t>(6))
          .constant({3}, std::vector<std::int32_t>(3))
          .constant<std::int32_t>({3, 2}, {1 << 30, 1, 1 << 30, 1, 1 << 30, 1})
          .output<std::int8_t>({1, 1, 1u + pad_right, 3})
          .temporary<std::int32_t>({scratch});
      return layer.load_status(place);
    };
    Place place;
    CHECK(status(0, 4, &place) == Status::ok);
    CHECK(status(1, 8, &place) == Status::ok);
    CHECK(status(1, 4, &place) == Status::bad_arguments);
    CHECK(place.part == Part::arguments);
    CHECK(place.field == 5);
  }

  TEST_CASE("L4: channels are packed in fours where there are four, and not of fewer") {
    ModelBuilder layer = small_layer("dsp depthwise_conv_2d_i8");
    REQUIRE(layer.load_status() == Status::ok);
    constexpr std::pair<unsigned, unsigned> kChannels[] = {{0, 3}, {2, 0}, {3, 0}, {4, 3}};  // arguments and axes
    for (const auto& [argument, axis] : kChannels) layer.argument(argument).shape[axis] = 3;
    layer.argument(1).shape[0] = 1;
    Place place;
    CHECK(layer.load_status(&place) == Status::bad_arguments);
    CHECK(place.part == Part::arguments);
    CHECK(place.field == 1);
  }

  TEST_CASE("L4: an image of 2^30 rows, with its padding, is refused, and one of a row less is not") {
    constexpr std::uint32_t kLongest = 1u << 30, kX = 1u << 16;
    parameters::MaxPool2D pool;
    pool.kernel_h = 3, pool.stride_h = 0xffff;
    for (const std::uint32_t padding : {0u, 2u})
      for (const std::uint32_t padded : {kLongest - 1, kLongest}) {
        pool.pad_top = static_cast<std::uint16_t>(padding);
        ModelParts parts;
        parts.memories = {{schema::MemoryKind::activations, 0, kX + kLongest}};
        const std::uint32_t rows = (padded - pool.kernel_h) / pool.stride_h + 1;
        const std::uint32_t x = parts.add_tensor(DataType::int8, 0, kX, {1, padded - padding, 1, 1}),
                            y = parts.add_tensor(DataType::int8, 0, 0, {1, rows, 1, 1});
        parts.add_input(x), parts.add_output(y), parts.add_layer(pool, {x}, {y});
        const std::vector<std::byte> file = parts.file();
        GuardedPages pages(file.size());
        const Span<std::byte> copy = pages.place({file.data(), file.size()});
        const Span<const std::byte> model(copy.data(), copy.size());
        MemoryNeeds needs;
        REQUIRE(memory_needs(model, &needs) == Status::ok);
        const Span<std::byte> block(reserved(needs.total_bytes), needs.total_bytes);
        Network network;
        Place place;
        const Status status = load(model, reference_kernels(), block, &network, Digest::decline, &place);
        munmap(block.data(), block.size());
        CHECK(status == (padded < kLongest ? Status::ok : Status::bad_parameter));
        if (padded < kLongest) continue;
        CHECK(place.part == Part::operators);
        CHECK(place.field == offsetof(parameters::MaxPool2D, stride_h));
      }
  }

  TEST_CASE("L4: packed weights whose stated size wraps around 32 bits are refused") {
    for (const SmallModel& model : every_operator()) {
      if (model.name != "dsp fully_connected_i8") continue;
      // 2^31 + 1 columns would be packed in 2^32 + 8 bytes; the file brings 8, in one pair of rows for two units.
      ModelBuilder layer = model.layer;
      layer.argument(1).shape = {1, 2}, layer.argument(2).shape = {2}, layer.argument(3).shape = {1, 2};
      Attack attack(layer.file());
      schema::Tensor x = *attack.model().tensors()->Get(0);
      attack.memory_record(1).mutate_bytes(0x80000040);
      const_cast<std::uint32_t*>(attack.model().shapes()->data())[x.shape() + 1] = 0x80000001;
      attack.tensor(3).mutate_offset(0x80000020);
      MemoryNeeds needs;
      REQUIRE(memory_needs(attack.view(), &needs) == Status::ok);
      const std::size_t bytes = needs.total_bytes;
      std::byte* const block = reserved(bytes);
      Network network;
      CHECK(load(attack.view(), reference_kernels(), {block, bytes}, &network,
                 Digest::decline) == Status::bad_arguments);
      munmap(block, bytes);
    }
  }
}

}  // namespace
}  // namespace nacre::test
