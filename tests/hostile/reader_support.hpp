#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

// Saved models as an attacker would make them, and what comes of them.

namespace nacre::tools::test {

/// A file of these bytes, in an allocation of exactly its size, so that a sanitizer sees its edge.
inline Buffer file_of(std::string_view bytes) {
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return Buffer::from(std::vector<std::byte>(first, first + bytes.size()));
}

inline std::string text_of(const Buffer& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The message with which `read` refuses; empty where it accepts. Anything else that it throws is a failure.
inline std::string refusal_of(const std::function<void()>& read) {
  try {
    read();
    return "";
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

/// Whether a message holds `part`; where it does not, a failing test shows it.
inline bool says(const std::string& message, const char* part) {
  const bool found = message.find(part) != std::string::npos;
  if (!found) MESSAGE("it says: " << message);
  return found;
}

/// What `nacre convert` says of a file of these bytes; empty where it converts. A refusal leaves no file behind.
inline std::string conversion_refusal(std::string_view bytes, const std::string& name = "model") {
  const TemporaryFolder folder;
  std::ofstream(folder.file(name), std::ios::binary) << bytes;
  ConvertOptions options;
  options.files = {folder.file(name)};
  options.output = folder.file("out.nacre");
  const std::string said = refusal_of([&] { convert(options); });
  if (!said.empty() && folder.names().size() != 1) return "left a file behind";
  return said;
}

/// Numbers as files hold them.
inline std::string little_endian(std::uint64_t number, unsigned bytes) {
  std::string text;
  for (unsigned i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i));
  return text;
}

}  // namespace nacre::tools::test
