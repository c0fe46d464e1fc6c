#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/load.hpp"

namespace nacre {

/// A public key of Ed25519 and its number, the first bytes of its SHA-256.
struct PublicKey {
  std::uint8_t id[8];
  std::uint8_t bytes[32];
};

/// The platform's Ed25519 (RFC 8032, pure): 0 where `signature` is that of `message` by `key`.
using VerifySignature = int (*)(void* context, const std::uint8_t key[32], const std::uint8_t* message,
                                std::size_t message_bytes, const std::uint8_t signature[64]);

/// Whose models may run.
struct Trust {
  Span<const PublicKey> keys;          ///< the model must be signed with one of them
  std::uint32_t minimum_rollback = 0;  ///< models with a smaller counter are refused
  VerifySignature verify = nullptr;
  void* context = nullptr;  ///< handed on to it
};

/// Whether header and table of sections are signed with a key of `trust`, and what the model's rollback counter is,
/// which may be null. No other byte of the model counts, and none is used before the signature has passed: digests, by
/// which it covers them, are compared by load().
/// Errors: signature_missing, key_unknown, bad_signature, rolled_back; those of load() for a header or a table that
/// cannot be read; null_argument, also where there is no `verify`.
Status check_signature(Span<const std::byte> model, const Trust& trust, std::uint32_t* rollback = nullptr,
                       Place* place = nullptr);

/// check_signature(), then load() with the digests: the signature covers each byte that is read.
Status load_signed(Span<const std::byte> model, Kernels kernels, Blocks blocks, const Trust& trust, Network* network,
                   Place* place = nullptr);
Status load_signed(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, const Trust& trust,
                   Network* network, Place* place = nullptr);

}  // namespace nacre
