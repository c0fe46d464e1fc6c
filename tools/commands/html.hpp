#pragma once

#include <string>
#include <string_view>

#include "tools/common/printable.hpp"

namespace nacre::tools {

/// `text` as characters of HTML and XML, between tags or in an attribute in quotation marks. Names are whatever a file
/// says: control characters and broken UTF-8 become escapes (printable()), markup becomes entities.
inline std::string html(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

/// The first characters of a long name, and "…".
inline std::string shortened(const std::string& text, std::size_t most) {
  std::size_t end = 0, characters = 0;
  for (; end < text.size() && characters < most; ++characters)
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80);
  return end == text.size() ? text : text.substr(0, end) + "…";
}

}  // namespace nacre::tools
