#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/seal.hpp"

namespace nacre::test {
namespace {

std::vector<std::byte> sealed_model() {
  std::vector<std::byte> file = every_operator().front().layer.file();
  seal({file.data(), file.size()});
  return file;
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L12: a version below or above the reader's own is named as such, even where all else is sealed") {
    Attack attack(sealed_model());
    for (unsigned version = 0; version < 0x10000; ++version) {
      if (version == kFormatVersion) continue;
      CAPTURE(version);
      CHECK(attack.load_changed([&] { attack.header().mutate_format_version(static_cast<std::uint16_t>(version)); }) ==
            (version < kFormatVersion ? Status::version_too_old : Status::version_too_new));
    }
    attack.header().mutate_format_version(kFormatVersion + 1);
    seal(attack.file());
    MemoryNeeds needs;
    CHECK(attack.load(nullptr, Digest::check) == Status::version_too_new);
    CHECK(memory_needs(attack.view(), &needs) == Status::version_too_new);
    attack.header().mutate_format_version(1);
    seal(attack.file());
    CHECK(attack.load(nullptr, Digest::check) == Status::version_too_old);
    CHECK(memory_needs(attack.view(), &needs) == Status::version_too_old);
  }

  TEST_CASE("L12: every feature bit is one that the reader does not have") {
    Attack attack(sealed_model());
    for (unsigned bit = 0; bit < 32; ++bit) {
      Place place;
      CHECK(attack.load_changed([&] { attack.header().mutate_features(1u << bit); }, &place) ==
            Status::feature_unknown);
      CHECK(place.part == Part::header);
      CHECK(place.field == 2);
    }
  }

  TEST_CASE("L12: a file of another identifier, or with the bytes of every word swapped, is no Nacre model") {
    const std::vector<std::byte> sound = sealed_model();
    Attack attack(sound);
    for (unsigned at = 4; at < 8; ++at)
      for (unsigned change = 1; change < 256; ++change) {
        const bool is_other_order = at == 7 && (static_cast<unsigned>(sound[at]) ^ change) == 'B';
        Place place;
        CHECK(attack.load_changed([&] { attack.file()[at] ^= static_cast<std::byte>(change); }, &place) ==
              (is_other_order ? Status::other_byte_order : Status::bad_magic));
        CHECK(place.offset == 4);
      }
    const auto swap = [&](std::size_t from) {
      for (std::size_t at = from; at + 4 <= attack.file().size(); at += 4)
        std::reverse(attack.file().begin() + at, attack.file().begin() + at + 4);
    };
    CHECK(attack.load_changed([&] { swap(0); }) == Status::bad_magic);
    CHECK(attack.load_changed([&] { std::reverse(attack.file().begin(), attack.file().begin() + 4); }) ==
          Status::malformed);
    CHECK(attack.load_changed([&] { swap(8); }) != Status::ok);
  }

  TEST_CASE("L12: a file of the other byte order is refused by name, whatever else is in it") {
    const char* const other = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "NACB" : "NACR";
    std::vector<std::byte> file = sealed_model();
    for (std::size_t at = 0; at < file.size(); ++at) file[at] ^= std::byte{0x5a};
    std::memcpy(file.data() + 4, other, 4);
    Attack attack(sealed_model());
    attack.replace(file);
    MemoryNeeds needs;
    CHECK(attack.load() == Status::other_byte_order);
    CHECK(memory_needs(attack.view(), &needs) == Status::other_byte_order);
  }

  TEST_CASE("L12: bytes beyond the stated length are refused, however many, and so is a length stated too large") {
    const std::vector<std::byte> sound = sealed_model();
    Attack attack(sound);
    for (const std::size_t extra : {1u, 4u, 63u, 64u, 1000u, 4000u}) {
      std::vector<std::byte> longer = sound;
      longer.resize(sound.size() + extra);
      attack.replace(longer);
      CHECK(attack.load(nullptr, Digest::check) == Status::trailing_bytes);
      CHECK(attack.load() == Status::trailing_bytes);
    }
    attack.restore();
    for (const std::uint32_t more : {1u, 64u, 0x7fffffffu}) {
      const auto grow = [&] { attack.header().mutate_file_size(attack.header().file_size() + more); };
      CHECK(attack.load_changed(grow) == Status::bad_section);
      CHECK(attack.load_changed([&] {
        grow();
        attack.section(0).mutate_size(attack.section(0).size() + more);
      }) == Status::truncated);
    }
  }
}

}  // namespace
}  // namespace nacre::test
