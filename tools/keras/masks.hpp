#pragma once

#include <vector>

#include "tools/keras/classes.hpp"
#include "tools/keras/version.hpp"

namespace nacre::tools {

/// A tensor between layers, and whether it has a mask: an Embedding with mask_zero makes one.
struct KerasTensor {
  ValueId value;
  bool is_masked = false;
};

/// Throws Refusal where a layer would skip the steps that the mask of an input names.
void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs);

/// Whether a layer's output has a mask.
bool masks_output(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  const KerasVersion& version);

}  // namespace nacre::tools
