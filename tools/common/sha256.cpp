#include "tools/common/sha256.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <new>

#include "tools/common/openssl.hpp"

namespace nacre::tools {

// OpenSSL's, which libhdf5 brings along anyway: it uses the processor's SHA instructions, libsodium's takes six times
// as long.
Sha256Digest sha256(std::span<const std::byte> bytes) {
  start_openssl();
  Sha256Digest digest;
  if (SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data()) == nullptr)
    throw std::bad_alloc();  // it fails for no other reason
  return digest;
}

std::string hexadecimal(const Sha256Digest& digest) { return fmt::format("{:02x}", fmt::join(digest, "")); }

}  // namespace nacre::tools
