#pragma once

#include <set>
#include <vector>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// Follows the masks that an Embedding with mask_zero makes: most layers ignore them or hand them on;
/// one that would skip the masked steps is refused.
class KerasMasks {
 public:
  /// Throws Refusal where the layer would heed the mask of an input.
  void check(const KerasLayer& layer, const std::vector<ValueId>& inputs) const;
  /// Notes whether the layer's output is masked.
  void follow(const KerasLayer& layer, const std::vector<ValueId>& inputs, ValueId output);

 private:
  bool any(const std::vector<ValueId>& values) const;

  std::set<ValueId> masked_;
};

}  // namespace nacre::tools
