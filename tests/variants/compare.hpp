#pragma once

#include <functional>

#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// Two layers that must give the same bits: one as the reference reads it, one as the variant does.
using Compare = std::function<void(const ModelBuilder& reference, ModelBuilder variant)>;

}  // namespace nacre::test
