// What a device takes of signed files, and what it refuses.

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <cstring>

#include "loader/signed_message.hpp"
#include "nacre/kernels.hpp"
#include "nacre/nacre.h"
#include "nacre/signature.hpp"
#include "tests/signed/keys.hpp"
#include "tests/support/models.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/smallest_model.hpp"
#include "tools/emit/byte_order.hpp"

namespace nacre::tools::test {
namespace {

alignas(64) std::byte block[1 << 16];

/// A small model, signed with the counter 7.
const Buffer& sound() {
  static const Buffer file = Buffer::from(signed_model(converted({"linear.joblib"}).bytes(), kFirstKey.secret, 7));
  return file;
}

nacre_status load_signed(std::span<const std::byte> file, const nacre_trust& trust = trust_in({kFirstKey})) {
  const Buffer copy = aligned_copy(file);
  nacre_network network;
  return nacre_load_signed(copy.data(), copy.size(), nacre_all_kernels(), block, sizeof block, &trust, &network);
}

const schema::Section& section(std::span<const std::byte> file, schema::SectionKind kind) {
  for (const schema::Section* section : *schema::GetModel(file.data())->sections())
    if (section->kind() == static_cast<std::uint16_t>(kind)) return *section;
  throw std::logic_error("there is no such section");
}

/// What loading ends with after `change(model)`, digests made anew as an attacker would.
template <typename Change>
nacre_status sealed_after(Change change) {
  std::vector<std::byte> file(sound().bytes().begin(), sound().bytes().end());
  change(*schema::GetMutableModel(file.data()));
  nacre::test::seal({file.data(), file.size()});
  return load_signed(file);
}

schema::Section& mutable_section(schema::Model& model, unsigned i) {
  return *model.mutable_sections()->GetMutableObject(i);
}

}  // namespace

TEST_SUITE("signed models") {
  TEST_CASE("the function that tests verify with is Ed25519 as RFC 8032 has it") {
    for (const TestKey& key : {kFirstKey, kSecondKey, kThirdKey}) {
      CHECK(public_key_of(key.secret) == key.public_key);
      CHECK(sign_ed25519(key.secret, key.message) == key.signature);
      CHECK(verify_with_openssl(nullptr, key.public_key.data(), key.message.data(), key.message.size(),
                                key.signature.data()) == 0);
      for (std::size_t at = 0; at < key.signature.size(); ++at) {
        Ed25519Signature changed = key.signature;
        changed[at] ^= 1;
        CHECK(verify_with_openssl(nullptr, key.public_key.data(), key.message.data(), key.message.size(),
                                  changed.data()) != 0);
      }
    }
  }

  TEST_CASE("L13: a model that is signed with a key of the firmware is loaded, and gives its golden vectors") {
    const Buffer copy = aligned_copy(sound().bytes());
    const nacre_trust trust = trust_in({kSecondKey, kFirstKey});
    nacre_network network;
    std::uint32_t rollback = 0;
    CHECK(nacre_check_signature(copy.data(), copy.size(), &trust, &rollback) == NACRE_OK);
    CHECK(rollback == 7);
    REQUIRE(nacre_load_signed(copy.data(), copy.size(), nacre_all_kernels(), block, sizeof block, &trust, &network) ==
            NACRE_OK);
    CHECK(nacre_self_test(copy.data(), copy.size(), &network) == NACRE_OK);
  }

  TEST_CASE("L13: what is signed for big-endian processors are the bytes that they read") {
    const Buffer little = converted({"linear.joblib"});
    const std::vector<std::byte> big = signed_model(little.bytes(), kFirstKey.secret, 7, ByteOrder::big);
    std::vector<std::byte> readable = big;
    swap_byte_order(readable);  // nothing moves
    const schema::Model& model = *schema::GetModel(readable.data());
    const auto as_it_lies = [&](const void* place) {
      return big.data() + (static_cast<const std::byte*>(place) - readable.data());
    };
    const std::byte* const signature =
        big.data() + section(readable, schema::SectionKind::signature).offset();
    const SignedMessage message(signature, as_it_lies(model.header()),
                                {as_it_lies(model.sections()), 4 + 48 * std::size_t{model.sections()->size()}});
    CHECK(verify_with_openssl(nullptr, kFirstKey.public_key.data(), message.bytes(), sizeof message,
                              reinterpret_cast<const std::uint8_t*>(signature) + SignedMessage::kNamed) == 0);
    CHECK(model.header()->rollback() == 7);
    CHECK(load_signed(readable) == NACRE_BAD_SIGNATURE);  // of other bytes
    nacre_network network;
    const Buffer copy = aligned_copy(readable);
    CHECK(nacre_load(copy.data(), copy.size(), nacre_all_kernels(), block, sizeof block, 1, &network) == NACRE_OK);
  }

  TEST_CASE("L13: every byte that the device reads, changed, is refused, and no other is read") {
    std::vector<std::byte> file(sound().bytes().begin(), sound().bytes().end());
    const schema::Section &weights = section(file, schema::SectionKind::weights),
                          &signature = section(file, schema::SectionKind::signature);
    REQUIRE(weights.offset() + weights.size() == signature.offset());
    const std::size_t end = signature.offset() + sizeof(schema::Signature);
    for (std::size_t at = 0; at < file.size(); ++at) {
      CAPTURE(at);
      file[at] ^= std::byte{1};
      if (at < end) CHECK(load_signed(file) != NACRE_OK);
      else CHECK(load_signed(file) == NACRE_OK);
      file[at] ^= std::byte{1};
    }
  }

  TEST_CASE("L13: header, table and weights are refused if they are changed together with their digests") {
    using schema::Model;
    CHECK(sealed_after([](Model&) {}) == NACRE_BAD_SIGNATURE);  // the digest of the signature is another
    CHECK(sealed_after([](Model& m) { m.mutable_header()->mutate_rollback(8); }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) { m.mutable_header()->mutate_model_version(8); }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) { m.mutable_header()->mutate_alignment(32); }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) { mutable_section(m, 0).mutate_flags(1); }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) { mutable_section(m, 2).mutate_kind(5); }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) {
            mutable_section(m, 2).mutate_size(mutable_section(m, 2).size() + 64);
            mutable_section(m, 3).mutate_offset(mutable_section(m, 3).offset() + 64);
            mutable_section(m, 3).mutate_size(mutable_section(m, 3).size() - 64);
          }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) {
            const_cast<std::uint8_t*>(m.weights()->data())[0] ^= 1;
          }) == NACRE_BAD_SIGNATURE);
    CHECK(sealed_after([](Model& m) { const_cast<schema::Tensor*>(m.tensors()->Get(0))->mutate_rank(1); }) ==
          NACRE_BAD_SIGNATURE);
  }

  TEST_CASE("L13: an older model, a key that is not trusted, and no signature are refused by name") {
    CHECK(load_signed(sound().bytes(), trust_in({kFirstKey}, 7)) == NACRE_OK);
    CHECK(load_signed(sound().bytes(), trust_in({kFirstKey}, 8)) == NACRE_ROLLED_BACK);
    CHECK(load_signed(sound().bytes(), trust_in({kSecondKey})) == NACRE_KEY_UNKNOWN);
    CHECK(load_signed(sound().bytes(), trust_in({})) == NACRE_KEY_UNKNOWN);
    CHECK(load_signed(converted({"linear.joblib"}).bytes()) == NACRE_SIGNATURE_MISSING);
    TestKey same_id = kSecondKey;
    same_id.id = kFirstKey.id;
    CHECK(load_signed(sound().bytes(), trust_in({same_id})) == NACRE_BAD_SIGNATURE);
    CHECK(load_signed(sound().bytes(), trust_in({same_id, kFirstKey})) == NACRE_OK);
    nacre_trust without = trust_in({kFirstKey});
    without.verify = nullptr;
    CHECK(load_signed(sound().bytes(), without) == NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("L13: the signature of another model, or one with zeros, is refused") {
    const auto other = signed_model(converted({"label_encoder.joblib"}).bytes(), kFirstKey.secret, 7);
    std::vector<std::byte> file(sound().bytes().begin(), sound().bytes().end());
    std::byte* const signature = file.data() + section(file, schema::SectionKind::signature).offset();
    std::memcpy(signature, other.data() + section(other, schema::SectionKind::signature).offset(),
                sizeof(schema::Signature));
    CHECK(load_signed(file) == NACRE_BAD_SIGNATURE);
    std::memset(signature + 16, 0, 64);
    CHECK(load_signed(file) == NACRE_BAD_SIGNATURE);
    signature[0] = std::byte{2};
    CHECK(load_signed(file) == NACRE_FEATURE_UNKNOWN);
    signature[0] = std::byte{1}, signature[7] = std::byte{1};
    CHECK(load_signed(file) == NACRE_FEATURE_UNKNOWN);
  }

  TEST_CASE("a file that firmware cuts off behind the signature is loaded, one that is cut before it or in it is not") {
    const std::span<const std::byte> file = sound().bytes();
    const std::size_t start = section(file, schema::SectionKind::signature).offset(),
                      end = start + section(file, schema::SectionKind::signature).size();
    CHECK(end == section(file, schema::SectionKind::golden).offset());
    CHECK(load_signed(file.first(end)) == NACRE_OK);
    CHECK(load_signed(file.first(start)) == NACRE_SIGNATURE_MISSING);
    for (std::size_t cut = start + 1; cut < end; ++cut) CHECK(load_signed(file.first(cut)) == NACRE_TRUNCATED);
  }

  TEST_CASE("a section that is too short for a signature is refused") {
    auto parts = nacre::test::smallest_model();
    parts.sections.push_back({static_cast<std::uint16_t>(schema::SectionKind::signature), {}});
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, sizeof(schema::Signature) - 1}) {
      CAPTURE(bytes);
      parts.sections[0].bytes.resize(bytes);
      std::vector<std::byte> file = parts.file();
      nacre::test::seal({file.data(), file.size()});
      CHECK(load_signed(file) == (bytes == 0 ? NACRE_SIGNATURE_MISSING : NACRE_BAD_SECTION));
    }
  }

  TEST_CASE("L13: what C++ refuses of a signed model is told with its place") {
    const Buffer copy = aligned_copy(sound().bytes()), plain = converted({"linear.joblib"});
    const nacre_trust known = trust_in({kFirstKey});
    const Span<const PublicKey> keys(reinterpret_cast<const PublicKey*>(known.keys), known.key_count);
    const auto load = [](const Buffer& file, const Trust& trust, Place* place) {
      Network network;
      return load_signed({file.data(), file.size()}, reference_kernels(), Span<std::byte>(block), trust, &network,
                         place);
    };
    const auto refused = [&](const Buffer& file, const Trust& trust, Status status, Part part, unsigned field) {
      Place place;
      CHECK(load(file, trust, &place) == status);
      CHECK(place.part == part);
      CHECK(place.field == field);
      CHECK(load(file, trust, nullptr) == status);
    };
    Place place;
    CHECK(load(copy, {keys, 7, known.verify, nullptr}, &place) == Status::ok);
    refused(copy, {keys, 8, known.verify, nullptr}, Status::rolled_back, Part::header, 5);
    refused(copy, {{}, 0, known.verify, nullptr}, Status::key_unknown, Part::sections, 0);
    refused(plain, {keys, 0, known.verify, nullptr}, Status::signature_missing, Part::header, 0);
    Buffer changed = aligned_copy(sound().bytes());
    const auto* const weights = schema::GetModel(changed.data())->weights();
    const_cast<std::uint8_t*>(weights->data())[0] ^= 1;
    refused(changed, {keys, 0, known.verify, nullptr}, Status::digest_mismatch, Part::weights, 0);
    CHECK(load(copy, {{nullptr, 1}, 0, known.verify, nullptr}, &place) == Status::null_argument);
    CHECK(load(copy, {keys, 0, nullptr, nullptr}, &place) == Status::null_argument);
    CHECK(check_signature({}, {keys, 0, known.verify, nullptr}) == Status::null_argument);
  }

  TEST_CASE("C gives null arguments of signed models an error of their own") {
    const nacre_trust trust = trust_in({kFirstKey});
    nacre_network network;
    const auto load = [&](void* memory, const nacre_trust* given, nacre_network* to) {
      return nacre_load_signed(sound().data(), sound().size(), nacre_all_kernels(), memory, sizeof block, given, to);
    };
    CHECK(load(nullptr, &trust, &network) == NACRE_NULL_ARGUMENT);
    CHECK(load(block, nullptr, &network) == NACRE_NULL_ARGUMENT);
    CHECK(load(block, &trust, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_check_signature(sound().data(), sound().size(), nullptr, nullptr) == NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("a signature is looked for only in a file whose header and table can be read") {
    Buffer file = aligned_copy(sound().bytes());
    const nacre_trust trust = trust_in({kFirstKey});
    auto* const bytes = const_cast<std::byte*>(file.data());
    const auto check = [&] { return nacre_check_signature(file.data(), file.size(), &trust, nullptr); };
    schema::GetMutableModel(bytes)->mutable_header()->mutate_format_version(99);
    CHECK(check() == NACRE_VERSION_TOO_NEW);
    bytes[3] = std::byte{0x7f};
    CHECK(check() == NACRE_MALFORMED);
    bytes[4] = std::byte{0};
    CHECK(check() == NACRE_BAD_MAGIC);
  }

  TEST_CASE("a model without any section can be signed, a signed one signed again, and each keeps what it was") {
    const auto once = signed_model(nacre::test::smallest_file(), kFirstKey.secret, std::nullopt);
    CHECK(load_signed(once) == NACRE_OK);
    const auto twice = signed_model(signed_model(nacre::test::smallest_file(), kSecondKey.secret, 9), kFirstKey.secret,
                                    0);
    CHECK(twice == once);
    const auto again = signed_model(sound().bytes(), kFirstKey.secret, 7);
    CHECK(std::equal(again.begin(), again.end(), sound().bytes().begin(), sound().bytes().end()));
  }

  TEST_CASE("what is signed are the 144 bytes that the specification lists") {
    std::vector<std::uint8_t> seen;
    nacre_trust trust = trust_in({kFirstKey});
    trust.context = &seen;
    trust.verify = [](void* to, const std::uint8_t*, const std::uint8_t* message, std::size_t bytes,
                      const std::uint8_t*) {
      static_cast<std::vector<std::uint8_t>*>(to)->assign(message, message + bytes);
      return 0;
    };
    REQUIRE(load_signed(sound().bytes(), trust) == NACRE_OK);
    const std::span<const std::byte> file = sound().bytes();
    std::string expected("nacre signed model 1");
    expected.resize(32);
    const auto add = [&](const void* start, std::size_t bytes) {
      expected.append(static_cast<const char*>(start), bytes);
    };
    const schema::Model& model = *schema::GetModel(file.data());
    add(file.data() + section(file, schema::SectionKind::signature).offset(), 16);
    add(model.header(), 64);
    const Sha256Digest table =
        sha256({reinterpret_cast<const std::byte*>(model.sections()), 4 + 48 * std::size_t{model.sections()->size()}});
    add(table.data(), table.size());
    CHECK(std::string(seen.begin(), seen.end()) == expected);
  }

  TEST_CASE("before the signature has passed, weights and what lies behind the signature are not read") {
    constexpr std::size_t kPage = 4096;
    auto parts = nacre::test::smallest_model();
    for (const auto kind : {schema::SectionKind::weights, schema::SectionKind::golden})
      parts.sections.push_back({static_cast<std::uint16_t>(kind), std::vector<std::uint8_t>(3 * kPage)});
    std::vector<std::byte> plain = parts.file();
    nacre::test::seal({plain.data(), plain.size()});
    const Buffer file = Buffer::from(signed_model(plain, kFirstKey.secret, 7));
    const std::size_t mapped = (file.size() + kPage - 1) / kPage * kPage;
    auto* const copy = static_cast<std::byte*>(
        mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(copy != MAP_FAILED);
    std::memcpy(copy, file.data(), file.size());
    const auto close = [&](std::size_t begin, std::size_t end) {  // whole pages
      begin = (begin + kPage - 1) / kPage * kPage, end = end / kPage * kPage;
      return begin < end && mprotect(copy + begin, end - begin, PROT_NONE) == 0;
    };
    const schema::Section &weights = section(file.bytes(), schema::SectionKind::weights),
                          &signature = section(file.bytes(), schema::SectionKind::signature);
    REQUIRE(close(weights.offset(), weights.offset() + weights.size()));
    REQUIRE(close(signature.offset() + signature.size(), mapped));
    nacre_trust trust = trust_in({kFirstKey});
    CHECK(nacre_check_signature(copy, file.size(), &trust, nullptr) == NACRE_OK);
    trust.verify = [](void*, const std::uint8_t*, const std::uint8_t*, std::size_t, const std::uint8_t*) { return 1; };
    nacre_network network;
    CHECK(nacre_load_signed(copy, file.size(), nacre_all_kernels(), block, sizeof block, &trust, &network) ==
          NACRE_BAD_SIGNATURE);
    munmap(copy, mapped);
  }
}

}  // namespace nacre::tools::test
