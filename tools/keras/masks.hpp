#pragma once

#include <optional>
#include <vector>

#include "tools/keras/classes.hpp"

namespace nacre::tools {

/// A tensor between layers, and whether it has a mask: Masking makes one, and an Embedding with mask_zero.
struct KerasTensor {
  ValueId value;
  bool is_masked = false;
  std::optional<ValueId> skipped = {};  ///< the mask as KerasLayer has it; none: not known, or there is no mask
};

/// Throws Refusal where a layer would heed the mask of an input in a way that Nacre does not know.
void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs);

/// Gives the outputs of a layer their masks: layer.skipped is what an Embedding or Masking skips, otherwise the mask of
/// its first input.
void mask_outputs(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  std::vector<KerasTensor>& outputs);

}  // namespace nacre::tools
