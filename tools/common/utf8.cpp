#include "tools/common/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace nacre::tools {
namespace {

/// Reads one UTF-8 sequence from `text`, advancing it; nothing when it is not well-formed.
std::optional<char32_t> next_code_point(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  if (lead < 0x80) {
    text.remove_prefix(1);
    return lead;
  }
  // Latin-1 beyond ASCII: arrays in pickles of protocol 0 to 2 are made of it.
  if (lead <= 0xc3 && lead >= 0xc2 && text.size() > 1 && (text[1] & 0xc0) == 0x80) {
    const char32_t code_point = (lead & 0x03u) << 6 | (static_cast<std::uint8_t>(text[1]) & 0x3fu);
    text.remove_prefix(2);
    return code_point;
  }
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length == 0 || lead > 0xf4 || text.size() < length) return std::nullopt;
  char32_t code_point = length == 1 ? lead : lead & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    code_point = (code_point << 6) | (next & 0x3f);
  }
  constexpr char32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < kShortest[length] || code_point > kLastCodePoint) return std::nullopt;
  text.remove_prefix(length);
  return code_point;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    std::uint64_t eight;
    if (bytes.size() >= sizeof(eight)) {  // long runs of ASCII are the usual case
      std::memcpy(&eight, bytes.data(), sizeof(eight));
      if ((eight & 0x8080808080808080u) == 0) {
        bytes.remove_prefix(sizeof(eight));
        continue;
      }
    }
    if (!next_code_point(bytes)) return false;
  }
  return true;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xc0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xe0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::u32string decode_utf8(std::string_view utf8) {
  std::u32string result;
  while (!utf8.empty()) {
    const auto code_point = next_code_point(utf8);
    if (!code_point) break;
    result += *code_point;
  }
  return result;
}

std::string latin1_to_utf8(std::string_view latin1) {
  std::string result;
  result.reserve(latin1.size());
  for (const char c : latin1) append_utf8(result, static_cast<std::uint8_t>(c));
  return result;
}

std::optional<std::vector<std::byte>> utf8_to_latin1(std::string_view utf8) {
  std::vector<std::byte> result;
  const auto is_lead = [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; };
  result.reserve(static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), is_lead)));
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<std::uint8_t>(utf8[i]);
    if (lead < 0x80) {
      result.push_back(std::byte{lead});
      continue;
    }
    const bool in_latin1 = (lead == 0xc2 || lead == 0xc3) && i + 1 < utf8.size() && !is_lead(utf8[i + 1]);
    if (!in_latin1) return std::nullopt;
    result.push_back(static_cast<std::byte>(lead << 6 | (static_cast<std::uint8_t>(utf8[++i]) & 0x3f)));
  }
  return result;
}

}  // namespace nacre::tools
