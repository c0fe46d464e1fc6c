#pragma once

#include <span>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

// The rows of families that stand in one file with their functions.
std::span<const SklearnClass> calibration_classes();
std::span<const SklearnClass> cluster_classes();
std::span<const SklearnClass> compose_classes();
std::span<const SklearnClass> covariance_classes();
std::span<const SklearnClass> cross_decomposition_classes();
std::span<const SklearnClass> dict_classes();
std::span<const SklearnClass> discretization_classes();
std::span<const SklearnClass> discriminant_analysis_classes();
std::span<const SklearnClass> dummy_classes();
std::span<const SklearnClass> encoder_classes();
std::span<const SklearnClass> feature_selection_classes();
std::span<const SklearnClass> function_classes();
std::span<const SklearnClass> gaussian_process_classes();
std::span<const SklearnClass> histogram_classes();
std::span<const SklearnClass> isolation_forest_classes();
std::span<const SklearnClass> isotonic_classes();
std::span<const SklearnClass> iterative_imputer_classes();
std::span<const SklearnClass> kernel_approximation_classes();
std::span<const SklearnClass> kernel_ridge_classes();
std::span<const SklearnClass> knn_imputer_classes();
std::span<const SklearnClass> mixture_classes();
std::span<const SklearnClass> multiclass_classes();
std::span<const SklearnClass> multioutput_classes();
std::span<const SklearnClass> naive_bayes_classes();
std::span<const SklearnClass> nearest_centroid_classes();
std::span<const SklearnClass> neighbor_graph_classes();
std::span<const SklearnClass> neighbors_classes();
std::span<const SklearnClass> polynomial_classes();
std::span<const SklearnClass> power_classes();
std::span<const SklearnClass> projection_classes();
std::span<const SklearnClass> quantile_classes();
std::span<const SklearnClass> select_from_model_classes();
std::span<const SklearnClass> spline_classes();
std::span<const SklearnClass> stacking_classes();
std::span<const SklearnClass> svm_classes();
std::span<const SklearnClass> text_classes();
std::span<const SklearnClass> threshold_classes();
std::span<const SklearnClass> tree_embedding_classes();
std::span<const SklearnClass> voting_classes();
std::span<const SklearnClass> weight_boosting_classes();

// What rows are made of.
constexpr unsigned kKeepsColumns = 1, kTakesAnyWidth = 2, kTakesTexts = 4;

constexpr SklearnClass transformer(const char* name, Transform import, const char* parameters, unsigned traits = 0) {
  return {name, import, nullptr, parameters, (traits & kKeepsColumns) != 0, (traits & kTakesAnyWidth) != 0,
          (traits & kTakesTexts) != 0};
}
constexpr SklearnClass predictor(const char* name, Predict import, const char* parameters) {
  return {name, nullptr, import, parameters};
}
/// A predictor that is a transformer too, in the midst of a pipeline.
constexpr SklearnClass both(const char* name, Transform transform, Predict predict, const char* parameters) {
  return {name, transform, predict, parameters};
}

}  // namespace nacre::tools
