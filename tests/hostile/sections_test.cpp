#include <doctest/doctest.h>

#include "nacre/description.hpp"
#include "nacre/self_test.hpp"
#include "tests/support/attack.hpp"
#include "tests/support/models.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/smallest_model.hpp"

// The golden vectors and the description: read only by who asks for them, and hostile all the same.

namespace nacre::test {
namespace {

const std::vector<std::string> kModelsWithTexts[] = {{"label_encoder.joblib"}, {"imputed_tree.joblib"}};

Attack attack_on(const std::vector<std::string>& fixtures) {
  const tools::Buffer whole = tools::test::converted(fixtures);
  return Attack({whole.bytes().begin(), whole.bytes().end()});
}

/// Changes every bit of a section, one after the other, and then all bits of every byte. `visit()` sees each
/// with the digest of the sound section; `visit_sealed()` with its own.
template <typename Visit, typename VisitSealed>
void change_section(Attack& attack, schema::Section& section, Visit visit, VisitSealed visit_sealed) {
  const schema::Digest sound = section.digest();
  for (std::uint32_t at = section.offset(), end = at + section.size(); at < end; ++at)
    for (const unsigned change : {1u, 2u, 4u, 8u, 16u, 32u, 64u, 128u, 255u}) {
      attack.file()[at] ^= static_cast<std::byte>(change);
      visit();
      seal_section(attack.file(), section);
      visit_sealed();
      section.mutable_digest() = sound;
      attack.file()[at] ^= static_cast<std::byte>(change);
    }
  CHECK(attack.is_sound());
}

unsigned length(const String& text) {
  unsigned sum = 0;
  for (std::uint32_t i = 0; i < text.size; ++i) sum += static_cast<unsigned char>(text.data[i]) != 0;
  return sum;
}

unsigned length(const PortNames& port) {
  unsigned sum = length(port.name());
  for (std::uint32_t i = 0; i < port.features(); ++i) sum += length(port.feature(i));
  for (std::uint32_t i = 0; i < port.labels(); ++i) sum += length(port.label(i));
  return sum;
}

/// Reads all that a description has, as programs do: ports by the numbers that the network has.
Status read_description(Span<const std::byte> model, const Network& network) {
  Description description;
  const Status status = Description::open(model, &description);
  if (status != Status::ok) return status;
  [[maybe_unused]] static volatile unsigned sink;
  sink = length(description.name());
  for (std::uint32_t i = 0; i < network.inputs(); ++i) sink = length(description.input(i));
  for (std::uint32_t i = 0; i < network.outputs(); ++i) sink = length(description.output(i));
  sink = static_cast<unsigned>(description.find_input({"x", 1}) + description.find_output({"predict", 7}));
  return status;
}

TEST_SUITE("hostile model files") {
  TEST_CASE(
      "L2: changed golden vectors are refused by their digest; sealed anew, they are refused or fail within bounds") {
    for (const auto& fixtures : kModelsWithTexts) {
      Attack attack = attack_on(fixtures);
      Network network;
      REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network) == Status::ok);
      REQUIRE(self_test(attack.view(), network) == Status::ok);
      unsigned accepted = 0, malformed = 0, mismatched = 0;
      change_section(
          attack, attack.section(schema::SectionKind::golden),
          [&] { accepted += self_test(attack.view(), network) != Status::digest_mismatch; },
          [&] {
            const Status status = self_test(attack.view(), network);
            malformed += status == Status::malformed, mismatched += status == Status::golden_mismatch;
          });
      CHECK(accepted == 0);
      CHECK(malformed > 0);
      CHECK(mismatched > 0);
    }
  }

  TEST_CASE("L2: a changed description is refused by its digest; sealed anew, it is refused or read within bounds") {
    for (const auto& fixtures : kModelsWithTexts) {
      Attack attack = attack_on(fixtures);
      Network network;
      REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network) == Status::ok);
      REQUIRE(read_description(attack.view(), network) == Status::ok);
      unsigned accepted = 0, malformed = 0, read = 0;
      change_section(
          attack, attack.section(schema::SectionKind::description),
          [&] { accepted += read_description(attack.view(), network) != Status::digest_mismatch; },
          [&] { ++(read_description(attack.view(), network) == Status::ok ? read : malformed); });
      CHECK(accepted == 0);
      CHECK(malformed > 0);
      CHECK(read > 0);
    }
  }

  TEST_CASE("of a file whose header cannot be read, neither these nor the digest and the needs are told") {
    Attack attack = attack_on(kModelsWithTexts[0]);
    Network network;
    REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network) == Status::ok);
    const auto check = [&](Status expected) {
      Span<const std::uint8_t> digest;
      MemoryNeeds needs;
      CHECK(self_test(attack.view(), network) == expected);
      CHECK(read_description(attack.view(), network) == expected);
      CHECK(model_digest(attack.view(), &digest) == expected);
      CHECK(memory_needs(attack.view(), &needs) == expected);
      CHECK(digest.empty());
      attack.restore();
    };
    attack.header().mutate_format_version(kFormatVersion + 1);
    check(Status::version_too_new);
    attack.file()[3] = std::byte{0x7f};  // where the table begins
    check(Status::malformed);
    attack.file()[4] = std::byte{0};
    check(Status::bad_magic);
  }

  TEST_CASE("sections without bytes are none") {
    ModelParts parts = smallest_model();
    for (const auto kind : {schema::SectionKind::golden, schema::SectionKind::description})
      parts.sections.push_back({static_cast<std::uint16_t>(kind), {}});
    Attack attack(parts.file());
    seal(attack.file());
    Network network;
    REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network) == Status::ok);
    CHECK(self_test(attack.view(), network) == Status::golden_missing);
    CHECK(read_description(attack.view(), network) == Status::description_missing);
  }

  TEST_CASE("a port that the description lacks has no names") {
    Attack attack = attack_on(kModelsWithTexts[0]);
    Description description;
    REQUIRE(Description::open(attack.view(), &description) == Status::ok);
    CHECK(description.input(0).name().size > 0);
    for (const std::uint32_t index : {description.inputs(), description.inputs() + 7}) {
      CHECK(description.input(index).name().size == 0);
      CHECK(description.input(index).features() == 0);
      CHECK(description.input(index).labels() == 0);
    }
    CHECK(description.output(description.outputs()).name().size == 0);
  }
}

}  // namespace
}  // namespace nacre::test
