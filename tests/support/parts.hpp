#pragma once

#include <string>
#include <vector>

#include "tools/common/part_drawing.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {

using Lines = std::vector<std::string>;

/// How the model whose conversion `convert` refuses is drawn; nothing where it does not refuse.
template <typename Convert>
Lines drawn(Convert&& convert) {
  try {
    convert();
  } catch (const Refusal& refusal) {
    return draw_parts(refusal.parts(), Characters::unicode);
  }
  return {};
}

}  // namespace nacre::tools::test
