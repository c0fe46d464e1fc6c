#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace nacre::tools {

// Ed25519 (RFC 8032, pure), by OpenSSL. Keys are files in PEM, as `openssl genpkey -algorithm ed25519` writes them.

using Ed25519Key = std::array<std::uint8_t, 32>;  ///< public or private
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// The number by which a device finds a public key: the first bytes of its SHA-256.
using KeyId = std::array<std::uint8_t, 8>;
KeyId id_of(const Ed25519Key& public_key);
std::string hexadecimal(const KeyId& id);

struct KeyTexts {
  Ed25519Key public_key;
  std::string private_pem, public_pem;
};
/// A new key, of the system's random numbers.
KeyTexts generate_key();
/// The same of a private key that is known.
KeyTexts texts_of(const Ed25519Key& private_key);

/// Reads a key in PEM. The private key gives the public one too. Throws Refusal for what is no key of Ed25519, or is
/// encrypted.
Ed25519Key read_private_key(const std::string& path);
Ed25519Key read_public_key(const std::string& path);

Ed25519Key public_key_of(const Ed25519Key& private_key);
Ed25519Signature sign_ed25519(const Ed25519Key& private_key, std::span<const std::uint8_t> message);
bool verify_ed25519(const Ed25519Key& public_key, std::span<const std::uint8_t> message,
                    std::span<const std::uint8_t, 64> signature);

}  // namespace nacre::tools
