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
          schema::Tensor& tensor = attack.tensor(i);
          const auto own = static_cast<unsigned>(tensor.type());
          if (type == own) continue;
          CAPTURE(i);
          CAPTURE(type);
          const Status status = attack.load_changed([&] { tensor.mutate_type(static_cast<schema::DataType>(type)); });
          if (type > static_cast<unsigned>(DataType::string))
            CHECK(status == Status::bad_tensor);
          else
            CHECK((status == Status::bad_arguments || status == Status::bad_tensor || status == Status::bad_parameter ||
                   status == Status::bad_plan || (small_model.op() == Operator::map && status == Status::bad_weights)));
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
      const std::uint32_t weights = attack.memory_record(0).bytes();
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i) {
        schema::Tensor& tensor = attack.tensor(i);
        if (attack.kind_of(tensor) != MemoryKind::weights) continue;
        for (const std::uint32_t offset : {weights, weights + 64, 0x80000000u, 0xffffffc0u})
          CHECK(attack.load_changed([&] { tensor.mutate_offset(offset); }) == Status::bad_tensor);
      }
    }
  }

  TEST_CASE("L6: another number of inputs, outputs or temporaries is refused, for any operator") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      const auto check = [&](unsigned sound, unsigned most, void (*change)(schema::Layer&, unsigned)) {
        for (unsigned count = 0; count <= most; ++count) {
          if (count == sound) continue;
          CAPTURE(count);
          Place place;
          CHECK(attack.load_changed([&] { change(attack.layer(0), count); }, &place) == Status::bad_arguments);
          CHECK((place.part == Part::layers || place.part == Part::arguments));
        }
      };
      using Layer = schema::Layer;
      const Layer sound = attack.layer(0);
      check(sound.inputs(), 0x102, [](Layer& l, unsigned n) { l.mutate_inputs(static_cast<std::uint16_t>(n)); });
      check(sound.outputs(), 0xff, [](Layer& l, unsigned n) { l.mutate_outputs(static_cast<std::uint8_t>(n)); });
      check(sound.temporaries(), 0xff,
            [](Layer& l, unsigned n) { l.mutate_temporaries(static_cast<std::uint8_t>(n)); });
      for (unsigned count = 0; count <= 3; ++count) {
        if (count == sound.body()) continue;
        CAPTURE(count);
        const auto change = [&] { attack.layer(0).mutate_body(static_cast<std::uint16_t>(count)); };
        const Status status = attack.load_changed(change);  // a body that is too short leaves something unmade
        CHECK((status == Status::bad_arguments || status == Status::bad_plan));
      }
    }
  }

  TEST_CASE("L6: no operator may write where it may not: to the weights, or with a port in weights or state") {
    for (const SmallModel& small_model : every_operator()) {
      CAPTURE(small_model.name);
      Attack attack(small_model.layer.file());
      for (unsigned i = 0; i < attack.model().tensors()->size(); ++i) {
        schema::Tensor& tensor = attack.tensor(i);
        if (attack.kind_of(tensor) == MemoryKind::weights) continue;
        for (unsigned memory = 0; memory < 256; ++memory) {
          if (memory == tensor.memory() ||
              (memory == 1 && small_model.name != "lstm_f32 stateful"))
            continue;
          CAPTURE(i);
          CAPTURE(memory);
          const Status status = attack.load_changed([&] { tensor.mutate_memory(static_cast<std::uint8_t>(memory)); });
          CHECK((status == Status::bad_tensor || status == Status::bad_port || status == Status::bad_arguments));
        }
      }
    }
  }

  TEST_CASE("L6: a scale that is no positive number is refused by its name") {
    const auto check = [](auto table, auto set, std::size_t field) {
      using Table = decltype(table);
      constexpr bool to_int8 = std::is_same_v<Table, parameters::Quantize>;
      table.scale = 0.5f;
      set(table);
      ModelBuilder layer{std::move(table)};
      if constexpr (to_int8)
        layer.input<float>({1}, {1}).output<std::int8_t>({1});
      else
        layer.input<std::int8_t>({1}, {1}).template output<float>({1});
      Place place;
      CHECK(layer.load_status(&place) == Status::bad_parameter);
      CHECK(place.field == field);
    };
    for (const float scale : {0.0f, -0.0f, -1.0f, NAN, INFINITY, -INFINITY}) {
      CAPTURE(scale);
      const auto set = [scale](auto& table) { table.scale = scale; };
      check(parameters::Quantize{}, set, offsetof(parameters::Quantize, scale));
      check(parameters::Dequantize{}, set, offsetof(parameters::Dequantize, scale));
    }
  }

  TEST_CASE(
      "L6: a rescaling that no channel has, or that the kernel cannot compute, is refused with the number of its "
      "input") {
    for (const SmallModel& small_model : every_operator()) {
      const ModelBuilder& sound = small_model.layer;
      if (small_model.type() != DataType::int8 || sound.inputs != 4 || sound.arguments[3].shape.size() != 2) continue;
      CAPTURE(small_model.name);
      const bool is_packed = sound.kernel_name().layout == Layout::dsp;  // there every word is a factor
      for (const auto& [word, value] : {std::pair{0, -1}, std::pair{0, INT32_MIN}, std::pair{1, 31}, std::pair{1, -32},
                                        std::pair{1, INT32_MAX}, std::pair{1, INT32_MIN}}) {
        ModelBuilder layer = sound;
        std::memcpy(layer.argument(3).bytes.data() + 4 * word, &value, 4);
        Place place;
        CHECK(layer.load_status(&place) == (is_packed ? Status::ok : Status::bad_weights));
        CHECK(place.field == (is_packed ? 0 : 3));
      }
      for (const unsigned argument : {2u, 3u})
        for (const int change : {-1, 1}) {
          ModelBuilder layer = sound;
          layer.argument(argument).shape[0] += static_cast<std::uint32_t>(change);
          Place place;
          CHECK(layer.load_status(&place) == Status::bad_arguments);
          CHECK(place.field == (is_packed ? 3 : argument));  // of these the bias says how many units there are
        }
    }
  }
}

}  // namespace
}  // namespace nacre::test
