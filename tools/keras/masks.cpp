#include "tools/keras/masks.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

/// Layers that neither heed a mask nor hand it on.
constexpr const char* kDrop[] = {"Flatten", "Reshape", "Permute", "RepeatVector", "Conv1D", "SeparableConv1D", "DepthwiseConv1D", "MaxPooling1D",
                                 "AveragePooling1D", "GlobalMaxPooling1D", "ZeroPadding1D", "Cropping1D", "Normalization", "Rescaling"};
/// Layers that compute each step for itself and hand the mask on.
constexpr const char* kHandOn[] = {"Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "ThresholdedReLU", "BatchNormalization",
                                   "Dropout", "SpatialDropout1D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization", "Identity"};

template <typename List>
bool contains(const List& list, const std::string& name) {
  return std::any_of(std::begin(list), std::end(list), [&](const char* entry) { return name == entry; });
}

}  // namespace

bool KerasMasks::any(const std::vector<ValueId>& values) const {
  return std::any_of(values.begin(), values.end(), [this](ValueId value) { return masked_.count(value) != 0; });
}

void KerasMasks::check(const KerasLayer& layer, const std::vector<ValueId>& inputs) const {
  if (any(inputs) && !contains(kDrop, layer.class_name) && !contains(kHandOn, layer.class_name))
    layer.refuse("skips the steps that an Embedding masks (mask_zero=True)", "build the Embedding with mask_zero=False");
}

void KerasMasks::follow(const KerasLayer& layer, const std::vector<ValueId>& inputs, ValueId output) {
  const bool makes_one = layer.class_name == "Embedding" && layer.flag("mask_zero", false);
  if (makes_one || (any(inputs) && contains(kHandOn, layer.class_name))) masked_.insert(output);
}

}  // namespace nacre::tools
