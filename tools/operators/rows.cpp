#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// No graph has it: plan() makes it of layers that it fuses, and a file that is read back has those.
const Definition definitions::rows = {.name = "rows", .infer = nullptr, .evaluate = nullptr, .errors = nullptr};

}  // namespace nacre::tools
