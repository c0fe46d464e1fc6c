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
    const auto set_header = [&](auto mutate, auto value) {
      return [&header, mutate, value] { (header.*mutate)(value); };
    };

    check_place(attack, [&] { attack.file()[6] = std::byte{0}; }, attack.file().data() + 4,
                {Status::bad_magic, Part::file, 0, 0});
    check_place(attack, set_header(&schema::Header::mutate_format_version, std::uint16_t{kFormatVersion + 1}), &header,
                {Status::version_too_new, Part::header, 0, 0});
    check_place(attack, set_header(&schema::Header::mutate_alignment, std::uint16_t{24}), &header,
                {Status::bad_memory_size, Part::header, 1, 0});
    check_place(attack, set_header(&schema::Header::mutate_features, 4u), &header,
                {Status::feature_unknown, Part::header, 2, 0});
    check_place(attack, set_header(&schema::Header::mutate_file_size, 1u << 20), &header,
                {Status::bad_section, Part::header, 3, 0});
    check_place(attack, [&] { attack.section(0).mutate_offset(1); }, &attack.section(0),
                {Status::bad_section, Part::sections, 2, 0});
    check_place(attack, [&] { attack.section(0).mutate_flags(2); }, &attack.section(0),
                {Status::feature_unknown, Part::sections, 0, 0});
    check_place(attack, [&] { attack.memory_record(0).mutate_block(1); }, &attack.memory_record(0),
                {Status::bad_section, Part::memories, 1, 0});
    check_place(attack, [&] { attack.memory_record(1).mutate_block(kMaxBlocks); }, &attack.memory_record(1),
                {Status::bad_memory_size, Part::memories, 1, 1});
    check_place(attack, [&] { attack.memory_record(1).mutate_bytes(8); }, &attack.memory_record(1),
                {Status::bad_memory_size, Part::memories, 3, 1});

    check_place(attack, [&] { attack.tensor(2).mutate_offset(1); }, &attack.tensor(2),
                {Status::bad_tensor, Part::tensors, 0, 2});
    check_place(attack, [&] { attack.tensor(1).mutate_rank(9); }, &attack.tensor(1),
                {Status::bad_tensor, Part::tensors, 2, 1});
    check_place(attack, [&] { attack.tensor(1).mutate_shape(900); }, &attack.tensor(1),
                {Status::bad_tensor, Part::tensors, 1, 1});
    check_place(attack, [&] { attack.tensor(3).mutate_type(static_cast<schema::DataType>(9)); }, &attack.tensor(3),
                {Status::bad_tensor, Part::tensors, 3, 3});
    check_place(attack, [&] { attack.tensor(0).mutate_memory(3); }, &attack.tensor(0),
                {Status::bad_tensor, Part::tensors, 4, 0});
    check_place(attack, [&] { attack.tensor(3).mutate_alias(1); }, &attack.tensor(3),
                {Status::bad_tensor, Part::tensors, 5, 3});

    const void* argument = attack.arguments() + 2;
    check_place(attack, [&] { attack.tensor(2).mutate_type(schema::DataType::int32); }, argument,
                {Status::bad_arguments, Part::arguments, 2, 0});
    check_place(attack, [&] { attack.layer(0).mutate_outputs(2); }, &attack.layer(0),
                {Status::bad_arguments, Part::layers, 0, 0});
    check_place(attack, [&] { attack.layer(0).mutate_body(1); }, &attack.layer(0),
                {Status::bad_arguments, Part::layers, 5, 0});
    using P = parameters::FullyConnected;
    const auto* p = model.operators()->GetAs<P>(0);
    check_place(attack, [&] { const_cast<P*>(p)->layout = Layout::dsp; }, p,
                {Status::bad_parameter, Part::operators, offsetof(P, layout), 0});
    check_place(attack, [&] { const_cast<P*>(p)->reserved[3] = 1; }, p,
                {Status::feature_unknown, Part::operators, offsetof(P, reserved), 0});
    auto* const kernel = const_cast<schema::Kernel*>(model.kernels()->Get(0));
    check_place(attack, [&] { kernel->mutate_algorithm(77); }, kernel,
                {Status::kernel_missing, Part::kernels, 0, 0});
  }

  TEST_CASE("a vector that lies outside the file is named by its field in the model") {
    Attack attack(every_operator().front().layer.file());
    const auto* root = reinterpret_cast<const flatbuffers::Table*>(&attack.model());
    unsigned field = 0;
    for (std::size_t i = 1; i <= 11; ++i) {
      field = static_cast<unsigned>(i);
      CAPTURE(field);
      auto* const offset =
          const_cast<std::uint8_t*>(root->GetAddressOf(static_cast<flatbuffers::voffset_t>(4 + 2 * i)));
      REQUIRE(offset != nullptr);
      check_place(attack, [&] { offset[3] = 0x40; }, root, {Status::malformed, Part::model, field, 0});
    }
  }

  TEST_CASE("a vector that the table lacks, or that lies at the table itself, is named likewise") {
    Attack attack(every_operator().front().layer.file());
    const auto* root = reinterpret_cast<const flatbuffers::Table*>(&attack.model());
    auto* const vtable = const_cast<std::uint8_t*>(root->GetVTable());
    for (unsigned field = 1; field <= 11; ++field) {
      CAPTURE(field);
      const auto place = static_cast<flatbuffers::voffset_t>(4 + 2 * field);
      auto* const offset = const_cast<std::uint8_t*>(root->GetAddressOf(place));
      const Expected expected{Status::malformed, Part::model, field, 0};
      check_place(attack, [&] { flatbuffers::WriteScalar(vtable, place); }, root, expected);
      check_place(attack, [&] { flatbuffers::WriteScalar(vtable + place, flatbuffers::voffset_t{0}); }, root, expected);
      check_place(attack, [&] { flatbuffers::WriteScalar(offset, std::uint32_t{0}); }, root, expected);
      check_place(attack, [&] { offset[0] ^= 2; }, root, expected);
    }
  }

  TEST_CASE("of a tensor's rank, type and memory the first that is too large is named, whatever stands behind it") {
    Attack attack(every_operator().front().layer.file());
    schema::Tensor& tensor = attack.tensor(1);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(&tensor) + 8;
    const unsigned limits[] = {9, 9, attack.model().memories()->size()};
    for (unsigned wrong = 0; wrong < 3; ++wrong)
      for (unsigned value = limits[wrong]; value < 256; ++value)
        for (const unsigned behind : {0u, 8u, 127u, 255u}) {
          CAPTURE(wrong);
          CAPTURE(value);
          CAPTURE(behind);
          const auto change = [&] {
            bytes[wrong] = static_cast<std::uint8_t>(value);
            for (unsigned i = wrong + 1; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(behind);
          };
          check_place(attack, change, &tensor, {Status::bad_tensor, Part::tensors, 2 + wrong, 1});
        }
  }

  TEST_CASE("a failure inside constant values names the layer's input and where its bytes begin") {
    for (const SmallModel& model : every_operator()) {
      if (model.name != "gather_i32 constant") continue;
      Attack attack(model.layer.file());
      std::byte* const indices = attack.file().data() + attack.section(0).offset() + attack.tensor(1).offset();
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
