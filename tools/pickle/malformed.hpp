#pragma once

#include <string>
#include <utility>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// Refuses bytes that no pickler writes. The machine adds the byte offset of the opcode.
[[noreturn]] inline void malformed(std::string what) {
  throw Refusal("", std::move(what), "the file is damaged or forged: save the model again");
}

inline void require(bool condition, const char* what) {
  if (!condition) malformed(what);
}

}  // namespace nacre::tools
