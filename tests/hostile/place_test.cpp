#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

/// Where load() failed, as a test states it.
struct Expected {
  Status status;
  Part part;
  unsigned field, index;
};

/// Loads the model after `change`, and compares where it failed: at the byte of `at`.
template <typename Change>
void check_place(Attack& attack, Change change, const void* at, Expected expected) {
  Place place;
  CHECK(attack.load_changed(change, &place) == expected.status);
  CHECK(place.part == expected.part);
  CHECK(place.field == expected.field);
  CHECK(place.index == expected.index);
  CHECK(place.offset == attack.offset_of(at));
}

TEST_SUITE("hostile model files") {
  TEST_CASE("a failure names the part, the field, the element and the byte") {
    Attack attack(every_operator().front().layer.file());
    schema::Model& model = attack.model();
    schema::Header& header = attack.header();
    const auto tensor = [&](unsigned i) { return model.mutable_tensors()->GetMutableObject(i); };
    const auto set_header = [&](auto mutate, auto value) {
      return [&header, mutate, value] { (header.*mutate)(value); };
    };

    check_place(attack, [&] { attack.file()[6] = std::byte{0}; }, attack.file().data() + 4,
                {Status::bad_magic, Part::file, 0, 0});
    check_place(attack, set_header(&schema::Header::mutate_format_version, std::uint16_t{2}), &header,
                {Status::version_too_new, Part::header, 0, 0});
    check_place(attack, set_header(&schema::Header::mutate_alignment, std::uint16_t{24}), &header,
                {Status::bad_memory_size, Part::header, 1, 0});
    check_place(attack, set_header(&schema::Header::mutate_features, 4u), &header,
                {Status::feature_unknown, Part::header, 2, 0});
    check_place(attack, set_header(&schema::Header::mutate_file_size, 1u << 20), &header,
                {Status::bad_section, Part::header, 3, 0});
    check_place(attack, [&] { header.mutable_weights().mutate_size(0); }, &header.golden(),
                {Status::bad_section, Part::header, 8, 0});
    check_place(attack, [&] { header.mutable_description().mutate_offset(1); }, &header.description(),
                {Status::bad_section, Part::header, 9, 0});
    check_place(attack, set_header(&schema::Header::mutate_activations_bytes, header.activations_bytes() + 8), &header,
                {Status::bad_memory_size, Part::header, 4, 0});
    check_place(attack, set_header(&schema::Header::mutate_state_bytes, 8u), &header,
                {Status::bad_memory_size, Part::header, 5, 0});
    check_place(attack, set_header(&schema::Header::mutate_network_bytes, 0u), &header,
                {Status::bad_memory_size, Part::header, 6, 0});

    check_place(attack, [&] { tensor(2)->mutate_offset(1); }, tensor(2), {Status::bad_tensor, Part::tensors, 0, 2});
    check_place(attack, [&] { tensor(1)->mutate_rank(9); }, tensor(1), {Status::bad_tensor, Part::tensors, 2, 1});
    check_place(attack, [&] { tensor(1)->mutate_shape(900); }, tensor(1), {Status::bad_tensor, Part::tensors, 1, 1});
    check_place(attack, [&] { tensor(3)->mutate_type(static_cast<schema::DataType>(9)); }, tensor(3),
                {Status::bad_tensor, Part::tensors, 3, 3});
    check_place(attack, [&] { tensor(0)->mutate_memory(static_cast<schema::Memory>(3)); }, tensor(0),
                {Status::bad_tensor, Part::tensors, 4, 0});

    const void* argument = model.arguments()->data() + 2;
    check_place(attack, [&] { tensor(2)->mutate_type(schema::DataType::int32); }, argument,
                {Status::bad_arguments, Part::arguments, 2, 0});
    const auto* table = static_cast<const std::uint8_t*>(model.operators()->GetAs<void>(0));
    check_place(attack, [&] { const_cast<std::uint8_t*>(table)[0] ^= 1; }, table,
                {Status::malformed, Part::operators, 0, 0});
    auto* const kernel = const_cast<schema::Kernel*>(model.kernels()->Get(0));
    check_place(attack, [&] { reinterpret_cast<std::uint8_t*>(kernel)[2] = 77; }, kernel,
                {Status::kernel_missing, Part::kernels, 0, 0});
  }

  TEST_CASE("a vector that lies outside the file is named by its field in the model") {
    Attack attack(every_operator().front().layer.file());
    const auto* root = reinterpret_cast<const flatbuffers::Table*>(&attack.model());
    unsigned field = 0;
    for (std::size_t i = 1; i <= 10; ++i) {
      field = static_cast<unsigned>(i);
      CAPTURE(field);
      auto* const offset =
          const_cast<std::uint8_t*>(root->GetAddressOf(static_cast<flatbuffers::voffset_t>(4 + 2 * i)));
      REQUIRE(offset != nullptr);
      check_place(attack, [&] { offset[3] = 0x40; }, root, {Status::malformed, Part::model, field, 0});
    }
  }

  TEST_CASE("a failure inside constant values names the layer's input and where its bytes begin") {
    for (const SmallModel& model : every_operator()) {
      if (model.name != "select_f32") continue;
      Attack attack(model.layer.file());
      std::byte* const indices =
          attack.file().data() + attack.header().weights().offset() + attack.model().tensors()->Get(1)->offset();
      check_place(attack, [&] { indices[4] = std::byte{3}; }, indices, {Status::bad_weights, Part::weights, 1, 0});
    }
  }

  TEST_CASE("a place is asked for or not: the status is the same") {
    Attack attack(every_operator().front().layer.file());
    for (std::byte& byte : attack.file()) {
      byte ^= std::byte{0x81};
      Place place;
      CHECK(attack.load(&place) == attack.load(nullptr));
      byte ^= std::byte{0x81};
    }
  }
}

}  // namespace
}  // namespace nacre::test
