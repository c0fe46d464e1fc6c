#pragma once

#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "nacre/span.hpp"

namespace nacre::tools::test {

/// The bytes of a .npy file of version `major`.0 with this dictionary.
inline std::vector<std::byte> npy_with(const std::string& dictionary, std::span<const std::byte> data,
                                       int major = 1) {
  const std::string text = dictionary + "\n";
  std::vector<std::byte> bytes(major == 1 ? 10 : 12);
  std::memcpy(bytes.data(), "\x93NUMPY", 6);
  bytes[6] = static_cast<std::byte>(major);
  bytes[8] = static_cast<std::byte>(text.size() & 0xff);
  bytes[9] = static_cast<std::byte>(text.size() >> 8);
  const auto* characters = reinterpret_cast<const std::byte*>(text.data());
  bytes.insert(bytes.end(), characters, characters + text.size());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

/// A file as NumPy writes it: `npy_of("<f4", "(2, 2)", std::vector<float>{…})`.
template <typename T>
std::vector<std::byte> npy_of(const std::string& type, const std::string& shape,
                              const std::vector<T>& elements, bool fortran_order = false) {
  return npy_with("{'descr': '" + type + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                      ", 'shape': " + shape + ", }",
                  std::as_bytes(std::span(elements)));
}

inline Span<const std::byte> view(const std::vector<std::byte>& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace nacre::tools::test
