#include "tests/signed/keys.hpp"

#include <algorithm>
#include <cstdlib>

namespace nacre::tools::test {
namespace {

std::vector<std::uint8_t> bytes_of(const char* hexadecimal) {
  std::vector<std::uint8_t> bytes;
  for (; *hexadecimal != 0; hexadecimal += 2) {
    const char pair[] = {hexadecimal[0], hexadecimal[1], 0};
    bytes.push_back(static_cast<std::uint8_t>(std::strtoul(pair, nullptr, 16)));
  }
  return bytes;
}

template <typename Array>
Array array_of(const char* hexadecimal) {
  const std::vector<std::uint8_t> bytes = bytes_of(hexadecimal);
  Array array{};
  std::copy_n(bytes.begin(), array.size(), array.begin());
  return array;
}

TestKey key(const char* secret, const char* public_key, const char* message, const char* signature) {
  return {array_of<Ed25519Key>(secret), array_of<Ed25519Key>(public_key), bytes_of(message),
          array_of<Ed25519Signature>(signature)};
}

}  // namespace

const TestKey kFirstKey =
    key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
const TestKey kSecondKey =
    key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
const TestKey kThirdKey =
    key("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

int verify_with_openssl(void*, const std::uint8_t key[32], const std::uint8_t* message, std::size_t bytes,
                        const std::uint8_t signature[64]) {
  Ed25519Key public_key;
  std::copy_n(key, public_key.size(), public_key.begin());
  return verify_ed25519(public_key, {message, bytes}, std::span<const std::uint8_t, 64>(signature, 64)) ? 0 : -1;
}

nacre_trust trust_in(const std::vector<TestKey>& keys, std::uint32_t minimum_rollback) {
  static std::vector<nacre_key> known;
  known.clear();
  for (const TestKey& one : keys) {
    nacre_key key;
    std::copy(one.id.begin(), one.id.end(), key.id);
    std::copy(one.public_key.begin(), one.public_key.end(), key.bytes);
    known.push_back(key);
  }
  return {known.data(), known.size(), minimum_rollback, verify_with_openssl, nullptr};
}

}  // namespace nacre::tools::test
