#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

TEST_SUITE("hostile model files") {
  TEST_CASE("L6: no argument of any operator may be of another type") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i)
        for (unsigned type = 0; type < 256; ++type) {
          schema::Tensor& tensor = *attack.model().mutable_tensors()->GetMutableObject(i);
          if (type == static_cast<unsigned>(tensor.type())) continue;
          CAPTURE(i);
          CAPTURE(type);
          const Status status = attack.load_changed([&] { tensor.mutate_type(static_cast<schema::DataType>(type)); });
          if (type > static_cast<unsigned>(DataType::string))
            CHECK(status == Status::bad_tensor);
          else
            CHECK((status == Status::bad_arguments || status == Status::bad_tensor || status == Status::bad_parameter));
        }
    }
  }

  TEST_CASE("L6: a model without outputs is refused") {
    Attack attack(every_operator().front().layer.file());
    auto* const length =
        const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(attack.model().outputs()->Data())) -
        sizeof(flatbuffers::uoffset_t);
    Place place;
    CHECK(attack.load_changed([&] { *length = 0; }, &place) == Status::bad_port);
    CHECK(place.part == Part::outputs);
  }

  TEST_CASE("L6: no constant of any operator may be shorter than its shape") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      const std::uint32_t weights = attack.model().weights()->size();
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i) {
        schema::Tensor& tensor = *attack.model().mutable_tensors()->GetMutableObject(i);
        if (tensor.memory() != schema::Memory::weights) continue;
        for (const std::uint32_t offset : {weights, weights + 64, 0x80000000u, 0xffffffc0u})
          CHECK(attack.load_changed([&] { tensor.mutate_offset(offset); }) == Status::bad_tensor);
      }
    }
  }

  TEST_CASE("L6: another number of inputs, outputs or temporaries is refused, for any operator") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      auto* const counts =
          reinterpret_cast<std::uint8_t*>(const_cast<schema::Layer*>(attack.model().layers()->Get(0))) + 2;
      for (unsigned field = 0; field < 3; ++field)
        for (unsigned count = 0; count < 256; ++count) {
          if (count == counts[field]) continue;
          Place place;
          CHECK(attack.load_changed([&] { counts[field] = static_cast<std::uint8_t>(count); }, &place) ==
                Status::bad_arguments);
          CHECK((place.part == Part::layers || place.part == Part::arguments));
        }
    }
  }

  TEST_CASE("L6: no operator may write where it may not: to the weights, or with a port in weights or state") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i) {
        schema::Tensor& tensor = *attack.model().mutable_tensors()->GetMutableObject(i);
        if (tensor.memory() == schema::Memory::weights) continue;
        for (unsigned memory = 0; memory < 256; ++memory) {
          if (memory == static_cast<unsigned>(tensor.memory()) ||
              (memory == 1 && small_model.name != "lstm_f32 stateful"))
            continue;
          CAPTURE(i);
          CAPTURE(memory);
          const Status status = attack.load_changed([&] { tensor.mutate_memory(static_cast<schema::Memory>(memory)); });
          CHECK((status == Status::bad_tensor || status == Status::bad_port || status == Status::bad_arguments));
        }
      }
    }
  }

  TEST_CASE("L6: a scale that is no positive number, or a zero point that is no int8, is refused by its name") {
    const auto check = [](auto table, auto set, std::uint16_t field) {
      using Table = decltype(table);
      constexpr bool to_int8 = std::is_same_v<Table, schema::QuantizeT>;
      table.scale = 0.5f;
      set(table);
      ModelBuilder layer{std::move(table)};
      if constexpr (to_int8)
        layer.input<float>({1}, {1}).output<std::int8_t>({1});
      else
        layer.input<std::int8_t>({1}, {1}).template output<float>({1});
      Place place;
      CHECK(layer.load_status(&place) == Status::bad_parameter);
      CHECK(place.field == (field - 4) / 2);
    };
    for (const float scale : {0.0f, -0.0f, -1.0f, NAN, INFINITY, -INFINITY}) {
      CAPTURE(scale);
      check(
          schema::QuantizeT{}, [scale](auto& table) { table.scale = scale; }, schema::Quantize::VT_SCALE);
      check(
          schema::DequantizeT{}, [scale](auto& table) { table.scale = scale; }, schema::Dequantize::VT_SCALE);
    }
    for (const std::int32_t zero_point : {-129, 128, INT32_MIN, INT32_MAX}) {
      CAPTURE(zero_point);
      check(
          schema::QuantizeT{}, [zero_point](auto& table) { table.zero_point = zero_point; },
          schema::Quantize::VT_ZERO_POINT);
      check(
          schema::DequantizeT{}, [zero_point](auto& table) { table.zero_point = zero_point; },
          schema::Dequantize::VT_ZERO_POINT);
    }
  }

  TEST_CASE(
      "L6: a rescaling that no channel has, or that the kernel cannot compute, is refused with the number of its "
      "input") {
    for (const SmallModel& small_model : every_operator()) {
      const ModelBuilder& sound = small_model.layer;
      if (small_model.type() != DataType::int8 || sound.inputs != 4 || sound.arguments[3].shape.size() != 2) continue;
      CAPTURE(small_model.name);
      for (const auto& [word, value] : {std::pair{0, -1}, std::pair{0, INT32_MIN}, std::pair{1, 31}, std::pair{1, -32},
                                        std::pair{1, INT32_MAX}, std::pair{1, INT32_MIN}}) {
        ModelBuilder layer = sound;
        std::memcpy(layer.argument(3).bytes.data() + 4 * word, &value, 4);
        Place place;
        CHECK(layer.load_status(&place) == Status::bad_weights);
        CHECK(place.field == 3);
      }
      for (const unsigned argument : {2u, 3u})
        for (const int change : {-1, 1}) {
          ModelBuilder layer = sound;
          layer.argument(argument).shape[0] += static_cast<std::uint32_t>(change);
          Place place;
          CHECK(layer.load_status(&place) == Status::bad_arguments);
          CHECK(place.field == argument);
        }
    }
  }
}

}  // namespace
}  // namespace nacre::test
