#pragma once

#include <string>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

// What layers share that turn categories into rows of numbers.

/// x as float32; integers of a model's input too.
ValueId as_numbers(const KerasLayer& layer, ValueId x);
/// x as int32, without what stands behind the point.
ValueId as_integers(const KerasLayer& layer, ValueId x);

/// What the layer makes of whole numbers x below `depth`, by its output_mode: one_hot, multi_hot or count. Rows of
/// several categories become one, each of which `weights` weighs where they count.
ValueId encoded(const KerasLayer& layer, ValueId x, std::int64_t depth, const std::string& mode,
                std::optional<ValueId> weights = {});

void refuse_sparse(const KerasLayer& layer);

}  // namespace nacre::tools
