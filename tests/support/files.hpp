#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace nacre::tools::test {

/// Writes a whole file, and returns its path.
inline std::string write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

inline std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace nacre::tools::test
