#pragma once

#include <string>
#include <vector>

#include "tools/convert/convert.hpp"

namespace nacre::tools::test {

/// A folder that vanishes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Names of what lies in it.
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

/// A file of tests/fixtures/models.
std::string fixture(const std::string& name);

/// Converts fixtures and returns the bytes of the model, 64-byte aligned.
Buffer converted(const std::vector<std::string>& fixtures);

/// A copy that begins at a multiple of 64 and ends where its allocation ends, so that a sanitizer sees
/// every byte read past it.
Buffer aligned_copy(std::span<const std::byte> bytes);

}  // namespace nacre::tools::test
