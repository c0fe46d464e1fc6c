#pragma once

#include <string>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// A zip archive in memory. Members are only ever read into memory; names may hold anything, with
/// backslashes taken as slashes.
class ZipArchive {
 public:
  explicit ZipArchive(const Buffer& file);

  const std::vector<std::string>& names() const { return names_; }
  bool contains(const std::string& name) const;
  /// The content of a member (the last one where a name occurs twice, as Python's zipfile reads it).
  /// Throws Refusal where it is absent, encrypted, damaged, or grows beyond reason.
  Buffer read(const std::string& name) const;

 private:
  Buffer file_;
  std::vector<std::string> names_;
};

}  // namespace nacre::tools
