#pragma once

#include <sstream>
#include <string>

namespace nacre::tools {

/// A stream that reads a text, and throws std::bad_alloc where there is no memory for what it reads: by itself it would
/// call that the text's end.
inline std::istringstream text_stream(const std::string& text) {
  std::istringstream stream(text);
  stream.exceptions(std::ios::badbit);
  return stream;
}

}  // namespace nacre::tools
