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
  TEST_CASE("L12: a version of 0 or above the reader's own is named as such, even where all else is sealed") {
    Attack attack(sealed_model());
    for (unsigned version = 0; version < 0x10000; ++version) {
      if (version >= 1 && version <= kFormatVersion) continue;
      CAPTURE(version);
      CHECK(attack.load_changed([&] { attack.header().mutate_format_version(static_cast<std::uint16_t>(version)); }) ==
            Status::version_too_new);
    }
    attack.header().mutate_format_version(kFormatVersion + 1);
    seal(attack.file());
    MemoryNeeds needs;
    CHECK(attack.load(nullptr, Digest::check) == Status::version_too_new);
    CHECK(memory_needs(attack.view(), &needs) == Status::version_too_new);
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
        Place place;
        CHECK(attack.load_changed([&] { attack.file()[at] ^= static_cast<std::byte>(change); }, &place) ==
              Status::bad_magic);
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
      CHECK(attack.load_changed([&] { attack.header().mutate_file_size(attack.header().file_size() + more); }) ==
            Status::bad_section);
      // The description would lie beyond the end: a file that was cut off there, as a reader may find it.
      const auto grown = [&](schema::Section& (schema::Header::*section)()) {
        return attack.load_changed([&] {
          attack.header().mutate_file_size(attack.header().file_size() + more);
          (attack.header().*section)().mutate_size((attack.header().*section)().size() + more);
        });
      };
      CHECK(grown(&schema::Header::mutable_weights) == Status::bad_section);
      CHECK(grown(&schema::Header::mutable_description) == Status::ok);
    }
  }

  TEST_CASE("L12: sections that overlap, leave a gap, go backwards or wrap around are refused") {
    Attack attack(sealed_model());
    const std::uint32_t end = attack.header().file_size(), start = attack.header().weights().offset();
    const auto with = [&](std::uint32_t w, std::uint32_t w_size, std::uint32_t g, std::uint32_t g_size, std::uint32_t d,
                          std::uint32_t d_size) {
      return attack.load_changed([&] {
        schema::Header& header = attack.header();
        header.mutable_weights().mutate_offset(w), header.mutable_weights().mutate_size(w_size);
        header.mutable_golden().mutate_offset(g), header.mutable_golden().mutate_size(g_size);
        header.mutable_description().mutate_offset(d), header.mutable_description().mutate_size(d_size);
      });
    };
    const std::uint32_t size = end - start;
    CHECK(with(start, size, end, 0, end, 0) == Status::ok);
    CHECK(with(start, size, start, size, end, 0) == Status::bad_section);
    CHECK(with(start, size - 64, end, 0, end, 0) == Status::bad_section);
    CHECK(with(start, size - 64, end - 64, 0, end - 64, 0) == Status::bad_section);
    CHECK(with(end, 0, start, size, end, 0) == Status::bad_section);
    CHECK(with(start, size + 0xffffffc0, end - 64, 64, end, 0) == Status::bad_section);
    CHECK(with(start, 0xffffffff, end, 0, end, 0) == Status::bad_section);
    CHECK(with(0xffffffc0, 64 + end, end, 0, end, 0) == Status::bad_section);
    CHECK(with(end + 64, 0xffffffc0, end, 0, end, 0) == Status::bad_section);
    CHECK(with(start + 4, size - 4, end, 0, end, 0) == Status::bad_section);
    CHECK(with(start, 1, start + 1, size - 1, end, 0) == Status::bad_section);
  }
}

}  // namespace
}  // namespace nacre::test
