#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/tflite/operators.hpp"

namespace nacre::tools {

/// The options of a custom operator: a FlexBuffers map. Throws Refusal where they are none, or lack a key.
class CustomOptions {
 public:
  explicit CustomOptions(const TfliteImporter::Call& call);

  bool has(const std::string& key) const;
  double real(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  /// Within a range; refuses others.
  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most) const;
  bool flag(const std::string& key) const { return integer(key) != 0; }
  /// 0 where the map lacks the key.
  bool optional_flag(const std::string& key) const { return has(key) && flag(key); }

 private:
  const TfliteImporter::Call& call_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace nacre::tools
