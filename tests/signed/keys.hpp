#pragma once

#include <vector>

#include "nacre/nacre.h"
#include "tools/emit/sign.hpp"

namespace nacre::tools::test {

/// A key with a message and its signature: tests 1 to 3 of RFC 8032, section 7.1.
struct TestKey {
  Ed25519Key secret, public_key;
  std::vector<std::uint8_t> message;
  Ed25519Signature signature;
  KeyId id = id_of(public_key);
};
extern const TestKey kFirstKey, kSecondKey, kThirdKey;

/// OpenSSL's Ed25519 as a firmware gives its own.
int verify_with_openssl(void* context, const std::uint8_t key[32], const std::uint8_t* message, std::size_t bytes,
                        const std::uint8_t signature[64]);

/// A firmware that has these keys. They live until the next call.
nacre_trust trust_in(const std::vector<TestKey>& keys, std::uint32_t minimum_rollback = 0);

}  // namespace nacre::tools::test
