#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/schema.hpp"
#include "tests/support/smallest_model.hpp"

// What a newer writer may put where today there is nothing: a reader that does not know it refuses the file.

namespace nacre::test {
namespace {

/// Sets each bit of `bytes` bytes at `at`, one after the other, and compares what load() says.
void check_bits(Attack& attack, const void* at, std::size_t bytes, Status expected, Part part) {
  const std::size_t start = attack.offset_of(at);
  for (std::size_t bit = 0; bit < 8 * bytes; ++bit) {
    CAPTURE(bit);
    Place place;
    std::byte& byte = attack.file()[start + bit / 8];
    CHECK(attack.load_changed([&] { byte ^= static_cast<std::byte>(1u << bit % 8); }, &place) == expected);
    CHECK(place.part == part);
  }
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L12: a reserved byte of any operator's struct that is not zero is a feature that the reader lacks") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      const reflection::Object& object =
          object_named(schema::EnumNameOperator(static_cast<schema::Operator>(model.op())));
      const reflection::Field& reserved = field_named(object, "reserved");
      const unsigned bytes = count_of(*reserved.type());
      CHECK(reserved.offset() + bytes == static_cast<unsigned>(object.bytesize()));
      const auto* parameters = static_cast<const std::uint8_t*>(attack.model().operators()->GetAs<void>(0));
      check_bits(attack, parameters + reserved.offset(), bytes, Status::feature_unknown, Part::operators);
    }
  }

  TEST_CASE("L12: a reserved byte of the header, a memory or a port that is not zero is refused likewise") {
    Attack attack(smallest_file());
    const auto bytes = [](const void* record, std::size_t at) { return static_cast<const std::uint8_t*>(record) + at; };
    check_bits(attack, attack.header().reserved(), 12, Status::feature_unknown, Part::header);
    check_bits(attack, attack.memory_record(0).reserved(), 2, Status::feature_unknown, Part::memories);
    check_bits(attack, bytes(attack.model().inputs()->Get(0), 6), 2, Status::feature_unknown, Part::inputs);
    check_bits(attack, bytes(attack.model().outputs()->Get(0), 6), 2, Status::feature_unknown, Part::outputs);
  }

  TEST_CASE("L12: a kernel of an algorithm that the reader lacks, or with a reserved byte set, is missing") {
    Attack attack(smallest_file());
    const auto* kernel = reinterpret_cast<const std::uint8_t*>(attack.model().kernels()->Get(0));
    check_bits(attack, kernel + 6, 2, Status::kernel_missing, Part::kernels);
  }

  TEST_CASE("L12: a model with a field more than the reader knows is refused, by the number of the field") {
    for (const unsigned fields : {1u, 2u, 20u}) {
      CAPTURE(fields);
      ModelParts parts = smallest_model();
      parts.unknown_fields = fields;
      Attack attack(parts.file());
      Place place;
      CHECK(attack.load(&place) == Status::feature_unknown);
      CHECK(place.part == Part::model);
      CHECK(place.field == (schema::Model::VT_DESCRIPTION - 4) / 2 + 1);
      MemoryNeeds needs;
      CHECK(memory_needs(attack.view(), &needs) == Status::feature_unknown);
    }
  }

  TEST_CASE("L12: a model of a schema with more fields, none of which it has, is read") {
    ModelParts parts = smallest_model();
    parts.unknown_fields = 1;
    std::vector<std::byte> file = parts.file();
    auto* const table = reinterpret_cast<std::uint8_t*>(schema::GetMutableModel(file.data()));
    std::uint8_t* const vtable = table - flatbuffers::ReadScalar<flatbuffers::soffset_t>(table);
    flatbuffers::WriteScalar<flatbuffers::voffset_t>(vtable + schema::Model::VT_DESCRIPTION + 2, 0);
    CHECK(Attack(file).run() == Status::ok);
  }

  TEST_CASE("L12: a layer that runs others is one that this reader does not know") {
    ModelParts parts = smallest_model();
    parts.layers[0].mutate_body(1);
    Attack attack(parts.file());
    CHECK(attack.load() == Status::bad_arguments);
  }
}

}  // namespace
}  // namespace nacre::test
