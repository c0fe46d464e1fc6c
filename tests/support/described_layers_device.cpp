#include "tests/support/described_layers.hpp"

namespace nacre::test {

std::vector<DescribedLayer> described_layers() { return {}; }

}  // namespace nacre::test
