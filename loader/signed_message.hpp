#pragma once

#include "loader/sha256.hpp"
#include "schema/model_generated.h"

namespace nacre {

/// What is signed: schema/SPEC.md, struct Signature.
struct SignedMessage {
  static constexpr char kDomain[32] = "nacre signed model 1";
  static constexpr std::uint8_t kEd25519 = 1;
  static constexpr std::size_t kNamed = 16;  ///< bytes of the struct before its signature

  std::uint8_t domain[sizeof kDomain];
  std::uint8_t named[kNamed];
  std::uint8_t header[sizeof(schema::Header)];
  std::uint8_t table[32];  ///< SHA-256 of the table of sections and its length

  /// Bytes as they lie in the file: of the struct, of the header, and of the table with its length before it.
  SignedMessage(const void* signature, const void* file_header, Span<const std::byte> sections) {
    static_assert(sizeof(schema::Signature) == kNamed + 64 && sizeof(SignedMessage) == 144, "as in schema/SPEC.md");
    __builtin_memcpy(domain, kDomain, sizeof domain);
    __builtin_memcpy(named, signature, sizeof named);
    __builtin_memcpy(header, file_header, sizeof header);
    Sha256 hash;
    hash.update(sections);
    hash.finish(table);
  }
  const std::uint8_t* bytes() const { return domain; }
};

}  // namespace nacre
