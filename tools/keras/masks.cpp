#include "tools/keras/masks.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

MaskUse use_of(const KerasClass& known, int keras_version) {
  return keras_version < 3 ? known.mask.before_3 : known.mask.since_3;
}

bool is_masked(const KerasTensor& tensor) { return tensor.is_masked; }

/// Since 3.6 a step is masked where all inputs mask it, so that one without a mask unmasks all; only Concatenate
/// along another axis than the last still masks what it joins.
bool joins_mask(const KerasLayer& layer, const std::vector<KerasTensor>& inputs, const KerasVersion& version) {
  const auto rank = static_cast<std::int64_t>(layer.graph.shape(inputs[0].value).size());
  const std::int64_t axis =
      layer.class_name == "Concatenate" ? static_cast<std::int64_t>(layer.axis(inputs[0].value, -1)) : rank - 1;
  if (version.is_since(3, 6) && axis + 1 == rank) return std::all_of(inputs.begin(), inputs.end(), is_masked);
  return true;
}

}  // namespace

void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  if (use_of(known, layer.version.major) == MaskUse::heeds && std::any_of(inputs.begin(), inputs.end(), is_masked))
    layer.refuse("skips the steps that an Embedding masks (mask_zero=True), which Nacre does not do",
                 "train the model with mask_zero=False: it predicts otherwise, since steps of index 0 then count");
}

bool masks_output(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  const KerasVersion& version) {
  if (known.takes_indices) return layer.flag("mask_zero", false);
  if (std::none_of(inputs.begin(), inputs.end(), is_masked)) return false;
  const MaskUse use = use_of(known, version.major);
  return use == MaskUse::passes || (use == MaskUse::joins && joins_mask(layer, inputs, version));
}

}  // namespace nacre::tools
