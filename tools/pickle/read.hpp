#pragma once

#include "tools/common/buffer.hpp"
#include "tools/pickle/document.hpp"
#include "tools/pickle/value.hpp"

namespace nacre::tools {

/// Reads a pickle or joblib file (decompressing it) as data. Throws Refusal naming the byte.
Document read_pickle(const Buffer& file);

}  // namespace nacre::tools
