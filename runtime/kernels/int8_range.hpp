#pragma once

#include <cstdint>

namespace nacre {

/// What all outputs of a layer of int8 share.
struct Int8Range {
  std::int32_t zero_point, minimum, maximum;
};

}  // namespace nacre
