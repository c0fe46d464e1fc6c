#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/smallest_model.hpp"

// The table of sections: where they lie, and which of them a reader must know.

namespace nacre::test {
namespace {

constexpr std::uint16_t kWeights = 1, kGolden = 2, kDescription = 3, kSignature = 4, kUnknown = 5, kRequired = 1;

using Kinds = std::vector<std::pair<std::uint16_t, std::uint16_t>>;  // with flags

/// A sealed model with sections of these kinds, of 64 bytes each.
std::vector<std::byte> with_sections(const Kinds& kinds) {
  ModelParts parts = smallest_model();
  for (const auto& [kind, flags] : kinds)
    parts.sections.push_back({kind, std::vector<std::uint8_t>(64, static_cast<std::uint8_t>(kind)), flags});
  std::vector<std::byte> file = parts.file();
  seal(file);
  return file;
}

Status loading(const Kinds& kinds, Place* place = nullptr) {
  return Attack(with_sections(kinds)).load(place, Digest::check);
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L12: a section of an unknown kind is skipped, unless it is required") {
    CHECK(loading({{kUnknown, 0}}) == Status::ok);
    CHECK(loading({{kWeights, 0}, {kUnknown, 0}, {kGolden, 0}, {0xffff, 0}}) == Status::ok);
    CHECK(loading({{0, 0}, {kWeights, 0}}) == Status::ok);
    for (const std::uint16_t kind : {std::uint16_t{0}, kUnknown, std::uint16_t{0x101}, std::uint16_t{0xffff}}) {
      CAPTURE(kind);
      Place place;
      CHECK(loading({{kWeights, 0}, {kind, kRequired}}, &place) == Status::feature_unknown);
      CHECK(place.part == Part::sections);
      CHECK(place.index == 1);
    }
  }

  TEST_CASE("L12: sections of known kinds may be required, and come in any order and number") {
    CHECK(loading({{kWeights, kRequired}, {kGolden, kRequired}, {kDescription, kRequired}, {kSignature, kRequired}}) ==
          Status::ok);
    CHECK(loading({{kSignature, 0}, {kDescription, 0}, {kWeights, 0}, {kGolden, 0}, {kWeights, 0}}) == Status::ok);
    CHECK(loading({}) == Status::ok);
  }

  TEST_CASE("L12: a flag of a section that nobody knows, and its reserved bytes, are refused") {
    Attack attack(with_sections({{kWeights, 0}, {kGolden, 0}}));
    for (unsigned i = 0; i < 2; ++i) {
      for (unsigned bit = 1; bit < 16; ++bit) {
        const auto set = [&] { attack.section(i).mutate_flags(static_cast<std::uint16_t>(1u << bit)); };
        CHECK(attack.load_changed(set) == Status::feature_unknown);
      }
      for (unsigned bit = 0; bit < 32; ++bit) {
        const auto set = [&] { attack.section(i).mutate_reserved(1u << bit); };
        CHECK(attack.load_changed(set) == Status::feature_unknown);
      }
    }
  }

  TEST_CASE("L12: a file may be cut off before sections that nobody must have, and nowhere else") {
    const Kinds kinds{{kWeights, 0}, {kGolden, 0}, {kUnknown, 0}, {kDescription, kRequired}, {kSignature, 0}};
    const std::vector<std::byte> whole = with_sections(kinds);
    Attack attack(whole);
    REQUIRE(attack.load(nullptr, Digest::check) == Status::ok);
    const std::size_t first = attack.section(0).offset(), stripped = attack.section(4).offset();
    for (std::size_t size = first; size <= whole.size(); ++size) {
      CAPTURE(size);
      attack.replace({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
      CHECK(attack.load(nullptr, Digest::check) ==
            (size == stripped || size == whole.size() ? Status::ok : Status::truncated));
    }
    for (std::size_t size = 256; size < first; ++size) {  // within the device section
      CAPTURE(size);
      attack.replace({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
      const Status status = attack.load(nullptr, Digest::check);
      CHECK((status == Status::truncated || status == Status::malformed));
    }
    // Without the required one, all that follows the weights may go.
    const std::vector<std::byte> other = with_sections({{kWeights, 0}, {kGolden, 0}, {kDescription, 0}});
    attack.replace(other);
    const std::size_t golden = attack.section(1).offset(), description = attack.section(2).offset();
    for (const std::size_t size :
         {golden - 64, golden - 1, golden, golden + 1, description, description + 1, other.size()}) {
      CAPTURE(size);
      attack.replace({other.begin(), other.begin() + static_cast<std::ptrdiff_t>(size)});
      const bool may = size == golden || size == description || size == other.size();
      CHECK(attack.load(nullptr, Digest::check) == (may ? Status::ok : Status::truncated));
    }
  }

  TEST_CASE("L12: sections that overlap, leave a gap, go backwards or wrap around are refused") {
    Attack attack(with_sections({{kWeights, 0}, {kGolden, 0}, {kDescription, 0}}));
    const std::uint32_t w = attack.section(0).offset(), g = w + 64, d = g + 64, end = d + 64;
    const auto with = [&](std::uint32_t w_from, std::uint32_t w_size, std::uint32_t g_from, std::uint32_t g_size,
                          std::uint32_t d_from, std::uint32_t d_size) {
      return attack.load_changed([&] {
        attack.section(0).mutate_offset(w_from), attack.section(0).mutate_size(w_size);
        attack.section(1).mutate_offset(g_from), attack.section(1).mutate_size(g_size);
        attack.section(2).mutate_offset(d_from), attack.section(2).mutate_size(d_size);
      });
    };
    CHECK(with(w, 64, g, 64, d, 64) == Status::ok);
    CHECK(with(w, 0, w, 128, d, 64) == Status::ok);
    CHECK(with(w, 192, end, 0, end, 0) == Status::ok);
    CHECK(with(w, 128, g, 64, d, 64) == Status::bad_section);
    CHECK(with(w, 64, g, 128, d, 64) == Status::bad_section);
    CHECK(with(w, 64, g, 0, d, 64) == Status::bad_section);
    CHECK(with(w, 64, g, 64, d, 0) == Status::bad_section);
    CHECK(with(w, 64, g, 64, d, 128) == Status::bad_section);
    CHECK(with(g, 64, w, 64, d, 64) == Status::bad_section);
    CHECK(with(w, 64, d, 64, g, 64) == Status::bad_section);
    CHECK(with(w + 4, 60, g, 64, d, 64) == Status::bad_section);
    CHECK(with(w, 60, g - 4, 68, d, 64) == Status::bad_section);
    CHECK(with(w, 0xffffffff, g, 64, d, 64) == Status::bad_section);
    CHECK(with(0xffffffc0, 64 + w, w, 128, d, 64) == Status::bad_section);
    CHECK(with(0, 0, 0, d, d, 64) == Status::bad_section);
    CHECK(with(end, 0, end, 0, end, 0) == Status::ok);  // nothing but the device section
    CHECK(with(end + 64, 0xffffffc0, end, 0, end, 0) == Status::bad_section);
  }

  TEST_CASE("L12: a file whose sections begin before the header's digest ends is refused, wherever the header lies") {
    const std::vector<std::byte> sound = with_sections({{kGolden, 0}});
    unsigned refused = 0;
    for (std::size_t shift = 0; shift < 64; shift += 16) {  // of the FlatBuffer, behind the way to its table
      CAPTURE(shift);
      std::vector<std::byte> file = sound;
      file[0] = static_cast<std::byte>(std::to_integer<std::size_t>(file[0]) + shift);
      file.insert(file.begin() + 8, shift, std::byte{0});
      Attack attack(file);
      const std::uint32_t header = attack.offset_of(&attack.header()), start = round_up(header, 64);
      if (start >= header + sizeof(schema::Header) - 4) continue;
      attack.header().mutate_file_size(static_cast<std::uint32_t>(file.size()));
      attack.section(0).mutate_offset(start);
      attack.section(0).mutate_size(static_cast<std::uint32_t>(file.size() - start));
      Place place;
      CHECK(attack.load(&place, Digest::check) == Status::bad_section);
      CHECK(place.part == Part::header);
      CHECK(place.field == 7);
      ++refused;
    }
    CHECK(refused > 1);
  }

  TEST_CASE("L2: digests of all weights are compared, and of no other section") {
    const std::vector<std::byte> sound = with_sections({{kWeights, 0}, {kUnknown, 0}, {kWeights, 0}, {kGolden, 0}});
    Attack attack(sound);
    for (unsigned i = 0; i < 4; ++i) {
      CAPTURE(i);
      attack.file()[attack.section(i).offset() + 63] ^= std::byte{1};
      const bool is_read = attack.section(i).kind() == kWeights;
      CHECK(attack.load(nullptr, Digest::check) == (is_read ? Status::digest_mismatch : Status::ok));
      CHECK(attack.load() == Status::ok);
      attack.restore();
    }
  }
}

}  // namespace
}  // namespace nacre::test
