#pragma once

#include <span>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

// The rows of families that stand in one file with their functions.
std::span<const SklearnClass> calibration_classes();
std::span<const SklearnClass> cluster_classes();
std::span<const SklearnClass> compose_classes();
std::span<const SklearnClass> feature_selection_classes();
std::span<const SklearnClass> function_classes();
std::span<const SklearnClass> isotonic_classes();
std::span<const SklearnClass> multiclass_classes();
std::span<const SklearnClass> multioutput_classes();
std::span<const SklearnClass> neighbors_classes();
std::span<const SklearnClass> stacking_classes();
std::span<const SklearnClass> svm_classes();
std::span<const SklearnClass> threshold_classes();
std::span<const SklearnClass> voting_classes();
std::span<const SklearnClass> weight_boosting_classes();

// What rows are made of.
constexpr unsigned kKeepsColumns = 1, kTakesAnyWidth = 2;

constexpr SklearnClass transformer(const char* name, Transform import, const char* parameters, unsigned traits = 0) {
  return {name, import, nullptr, parameters, (traits & kKeepsColumns) != 0, (traits & kTakesAnyWidth) != 0};
}
constexpr SklearnClass predictor(const char* name, Predict import, const char* parameters) {
  return {name, nullptr, import, parameters};
}
/// A predictor that is a transformer too, in the midst of a pipeline.
constexpr SklearnClass both(const char* name, Transform transform, Predict predict, const char* parameters) {
  return {name, transform, predict, parameters};
}

}  // namespace nacre::tools
