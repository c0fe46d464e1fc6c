#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "nacre/tensor.hpp"
#include "tools/common/array.hpp"

namespace nacre::tools {

/// The elements of a constant as the device holds them: rounded once to `type`. `to` has their size. Throws Refusal
/// where a number is finite and no float32 holds it.
void encode(const Array& array, DataType type, std::span<std::byte> to);
std::vector<std::byte> encode(const Array& array, DataType type);

}  // namespace nacre::tools
