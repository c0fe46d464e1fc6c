#include "tools/format/tar.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace nacre::tools {
namespace {

using Text = std::string_view;

constexpr std::size_t kBlock = 512;

/// A text that ends at its first zero, or at the end of its field.
Text field_text(Text header, std::size_t at, std::size_t size) {
  const Text field = header.substr(at, size);
  return field.substr(0, std::min(field.find('\0'), field.size()));
}

/// Octal digits among blanks, or, where the first bit is set, a binary number of which the last eight bytes count.
std::uint64_t field_number(Text header, std::size_t at, std::size_t size) {
  const Text field = header.substr(at, size);
  const bool binary = static_cast<unsigned char>(field[0]) >= 0x80;
  std::uint64_t value = 0;
  for (const char c : field) {
    if (binary) value = value << 8 | static_cast<unsigned char>(c);
    else if (c >= '0' && c <= '7') value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// The path in the records "<length> <key>=<value>\n" that stand before a member whose name is long.
std::string path_of_records(Text records) {
  constexpr Text kKey = " path=";
  const std::size_t at = records.find(kKey);
  if (at == Text::npos) return {};
  records.remove_prefix(at + kKey.size());
  return std::string(records.substr(0, records.find('\n')));
}

}  // namespace

std::vector<TarMember> list_tar(const Buffer& archive, std::size_t most) {
  const Text bytes(reinterpret_cast<const char*>(archive.data()), archive.size());
  std::vector<TarMember> members;
  std::string long_name;
  for (std::size_t at = 0; bytes.size() - at >= kBlock && bytes[at] != 0 && members.size() < most;) {
    const Text header = bytes.substr(at, kBlock);
    at += kBlock;
    const std::size_t left = bytes.size() - at;
    const std::uint64_t size = field_number(header, 124, 12);
    const Buffer content = archive.slice(at, std::min<std::uint64_t>(size, left));
    const Text content_text(reinterpret_cast<const char*>(content.data()), content.size());
    const char type = header[156];
    if (type == 'L') {
      long_name = std::string(field_text(content_text, 0, content_text.size()));
    } else if (type == 'x') {
      long_name = path_of_records(content_text);
    } else if (type != 'g') {
      const Text prefix = header.substr(257, 6) == Text{"ustar\0", 6} ? field_text(header, 345, 155) : Text{};
      const std::string name =
          std::string(prefix) + (prefix.empty() ? "" : "/") + std::string(field_text(header, 0, 100));
      if (type == '0' || type == 0) members.push_back({long_name.empty() ? name : long_name, content});
      long_name.clear();
    }
    if (size > left) break;
    at += std::min<std::uint64_t>((size + kBlock - 1) / kBlock * kBlock, left);
  }
  return members;
}

}  // namespace nacre::tools
