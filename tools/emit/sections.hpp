#pragma once

#include <cstddef>
#include <vector>

#include "tools/emit/emit.hpp"

namespace nacre::tools {

/// The golden section: a finished FlatBuffer of schema/golden.fbs.
std::vector<std::byte> pack_golden(const std::vector<GoldenCase>& cases);

/// The description section: a finished FlatBuffer of schema/description.fbs.
std::vector<std::byte> pack_description(const Graph& graph, const Plan& plan, const Identity& identity);

}  // namespace nacre::tools
