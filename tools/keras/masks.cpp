#include "tools/keras/masks.hpp"

#include <algorithm>

#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

MaskUse use_of(const KerasClass& known, int keras_version) {
  return keras_version < 3 ? known.mask.before_3 : known.mask.since_3;
}

bool is_masked(const KerasTensor& tensor) { return tensor.is_masked; }

/// Of a recurrent layer or a Bidirectional one.
bool returns_sequences(const KerasLayer& layer) {
  if (layer.class_name != "Bidirectional") return layer.flag("return_sequences", false);
  return keras_member(keras_member(layer.config, "layer"), "config").value("return_sequences", false);
}
bool keeps_directions_apart(const KerasLayer& layer) {
  return layer.class_name == "Bidirectional" && layer.config.value("merge_mode", nlohmann::json("concat")).is_null();
}

/// Since 3.6 a step is masked where all inputs mask it, so that one without a mask unmasks all; only Concatenate
/// along another axis than the last still masks what it joins.
bool joins_mask(const KerasLayer& layer, const std::vector<KerasTensor>& inputs, const KerasVersion& version) {
  const auto rank = static_cast<std::int64_t>(layer.graph.shape(inputs[0].value).size());
  const std::int64_t axis =
      layer.class_name == "Concatenate" ? static_cast<std::int64_t>(layer.axis(inputs[0].value, -1)) : rank - 1;
  const bool are_all_masked = std::all_of(inputs.begin(), inputs.end(), is_masked);
  if (version.may_be_before_and_since(3, 6) && axis + 1 == rank && !are_all_masked)
    layer.refuse_unknown_release("joins masks otherwise since Keras 3.6");
  if (version.is_since(3, 6) && axis + 1 == rank) return are_all_masked;
  return true;
}

/// The steps that a sum or the like skips since Keras 3, where all inputs skip the same.
std::optional<ValueId> joined(const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  if (layer.version.major < 3) return std::nullopt;
  std::optional<ValueId> common;
  for (const KerasTensor& input : inputs) {
    if (!input.skipped || (common && *common != *input.skipped)) return std::nullopt;
    common = input.skipped;
  }
  return layer.class_name == "Concatenate" ? std::nullopt : common;
}

}  // namespace

void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  const MaskUse use = use_of(known, layer.version.major);
  const auto is_known = [](const KerasTensor& input) { return !input.is_masked || input.skipped; };
  if (use == MaskUse::weighs && std::all_of(inputs.begin(), inputs.end(), is_known)) return;
  const bool is_followed = use == MaskUse::skips && is_known(inputs[0]);
  if ((use == MaskUse::heeds || use == MaskUse::weighs || use == MaskUse::skips) && !is_followed &&
      std::any_of(inputs.begin(), inputs.end(), is_masked))
    layer.refuse(use != MaskUse::heeds
                     ? "skips the steps that a mask names, which Nacre cannot follow through the layers before it"
                     : "heeds the mask of an Embedding (mask_zero=True) or of Masking, which Nacre does not do",
                 "train the model with mask_zero=False: it predicts otherwise, since steps of index 0 then count");
}

void mask_outputs(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  std::vector<KerasTensor>& outputs) {
  const MaskUse use = use_of(known, layer.version.major);
  KerasTensor mask{};
  if (known.skipped != nullptr) {
    mask = {0, layer.skipped.has_value() && use == MaskUse::drops, layer.skipped};
  } else if (std::any_of(inputs.begin(), inputs.end(), is_masked)) {
    // What handed no mask on in Keras 2 may be of a release of Keras 3 that does not either: its mask is not followed.
    const bool always_passes = known.mask.before_3 == use;
    if (use == MaskUse::weighs) mask = inputs[0];
    if (use == MaskUse::passes) mask = {0, true, always_passes ? inputs[0].skipped : std::nullopt};
    if (use == MaskUse::joins) mask = {0, joins_mask(layer, inputs, layer.version), joined(layer, inputs)};
    if (use == MaskUse::skips && returns_sequences(layer)) mask = inputs[0];
  }
  const std::size_t sequences = use == MaskUse::skips && keeps_directions_apart(layer) ? 2 : 1;
  for (std::size_t i = 0; i < std::min(sequences, outputs.size()); ++i)
    outputs[i].is_masked = mask.is_masked, outputs[i].skipped = mask.skipped;
}

}  // namespace nacre::tools
