#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of activation: a function of each element. Which, the kernel's variant says.
struct Activation {
  std::uint32_t count;
  float alpha;
  float beta;
  float threshold;
  float maximum;
};

}  // namespace nacre
