#pragma once

#include <string>

namespace nacre::tools {

/// A word of ASCII without capitals; other bytes stay.
inline std::string small_letters(std::string word) {
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

}  // namespace nacre::tools
