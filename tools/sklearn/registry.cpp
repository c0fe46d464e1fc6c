// Imports an estimator by the function of its class, and reads the containers around estimators.

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/parts.hpp"
#include "tools/sklearn/preprocessing.hpp"
#include "tools/sklearn/refused_values.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

/// Estimators that pass rows on to one that fitting made.
struct WrapperRow {
  const char* name;
  const char* attribute;
};
constexpr WrapperRow kWrappers[] = {
    {"GridSearchCV", "best_estimator_"},        {"RandomizedSearchCV", "best_estimator_"},
    {"HalvingGridSearchCV", "best_estimator_"}, {"HalvingRandomSearchCV", "best_estimator_"},
    {"RANSACRegressor", "estimator_"},          {"FrozenEstimator", "estimator"},
};

/// A model inside another that takes the same rows; none where there is none.
std::optional<Value> inner_model(const Value& model) {
  for (const char* name : {"estimators_", "calibrated_classifiers_"}) {
    const auto list = model.find(name);
    if (!list || !list->is_sequence() || list->size() == 0) continue;
    for (std::size_t i = 0; i < list->size(); ++i)
      if (list->at(i).is_object() && !list->at(i).class_name().ends_with("._ConstantPredictor")) return list->at(i);
  }
  for (const char* name : {"estimator_", "regressor_", "base_estimator_", "estimator", "base_estimator"})
    if (const auto found = model.find(name); found && found->is_object()) return found;
  return std::nullopt;
}

}  // namespace

Transform find_transform(const std::string& name) {
  const SklearnClass* const row = find_sklearn_class(name);
  return row == nullptr ? nullptr : row->transform;
}

Predict find_predict(const std::string& name) {
  const SklearnClass* const row = find_sklearn_class(name);
  return row == nullptr ? nullptr : row->predict;
}

Value unwrap(const Value& value) {
  const std::string name = sklearn_class(value);
  for (const WrapperRow& row : kWrappers) {
    if (row.name != name) continue;
    refuse_shadowed_methods(value);
    if (!value.has(row.attribute) && number_of(value, "refit") == 0)
      value.refuse(value.class_name() + " was made with refit=False and holds no fitted model",
                   "fit its estimator with best_params_ and save that");
    return unwrap(value.attribute(row.attribute));
  }
  return value;
}

std::vector<std::string> imported_classes() {
  std::vector<std::string> names;
  for (const SklearnClass& row : sklearn_classes()) names.emplace_back(row.name);
  for (const WrapperRow& row : kWrappers) names.emplace_back(row.name);
  return names;
}

bool is_predictor(const Value& value) {
  const Value model = unwrap(value);
  const std::string name = sklearn_class(model);
  if (name != "Pipeline") return find_predict(name) != nullptr;
  const std::vector<SklearnPart> steps = pipeline_steps(model);
  return !steps.empty() && is_predictor(steps.back().value);
}

bool is_transformer(const Value& value) {
  const Value model = unwrap(value);
  const std::string name = sklearn_class(model);
  return find_transform(name) != nullptr || (name == "Pipeline" && !is_predictor(model));
}

void refuse_unreadable(const Estimator& estimator) {
  Obstacles obstacles;
  const std::string name = sklearn_class(estimator.value);
  obstacles.attempt([&] { refuse_shadowed_methods(estimator.value); });
  if (name != "Pipeline" && find_transform(name) == nullptr && find_predict(name) == nullptr)
    obstacles.attempt([&] { refuse_class(estimator); });
  else if (name != "Pipeline")
    obstacles.attempt([&] { refuse_unknown_parameters(estimator); });
  for (const SklearnPart& part : sklearn_parts(estimator.value))
    obstacles.attempt(part_name(part.name, part.value),
                      [&] { refuse_unreadable(estimator.with(unwrap(part.value), part.name)); });
  obstacles.refuse_if_any();
}

namespace {

/// What the steps of a pipeline make of x, each of the outcome of the one before: `import(step, x)`.
template <typename Import>
void follow_steps(const Estimator& estimator, const std::vector<SklearnPart>& steps, Import import) {
  Obstacles obstacles;
  for (const SklearnPart& step : steps) {
    const std::string part = part_name(step.name, step.value);
    if (!obstacles.empty()) obstacles.leave(part);
    else obstacles.attempt(part, [&] { import(estimator.with(unwrap(step.value), step.name)); });
  }
  obstacles.refuse_if_any();
}

}  // namespace

ValueId import_transform(const Estimator& estimator, ValueId x) {
  refuse_shadowed_methods(estimator.value);
  refuse_unknown_parameters(estimator);
  const std::string name = sklearn_class(estimator.value);
  if (name == "Pipeline") {
    follow_steps(estimator, pipeline_steps(estimator.value),
                 [&](const Estimator& step) { x = import_transform(step, x); });
    return x;
  }
  const Transform import = find_transform(name);
  if (import == nullptr) refuse_class(estimator);
  if (!find_sklearn_class(name)->takes_texts) refuse_texts(estimator, x);
  mark_refused_values(estimator, x);
  return estimator.value.within(
      [&] { return import({estimator.graph, estimator.value, estimator.name.empty() ? name : estimator.name}, x); });
}

Predictions import_predict(const Estimator& estimator, ValueId x) {
  refuse_shadowed_methods(estimator.value);
  refuse_unknown_parameters(estimator);
  const std::string name = sklearn_class(estimator.value);
  if (name == "Pipeline") {
    const std::vector<SklearnPart> steps = pipeline_steps(estimator.value);
    if (steps.empty()) estimator.refuse("has no steps", "save the fitted pipeline");
    std::size_t left = steps.size();
    Predictions made{};
    follow_steps(estimator, steps, [&](const Estimator& step) {
      if (--left == 0) made = import_predict(step, x);
      else x = import_transform(step, x);
    });
    return made;
  }
  const Predict import = find_predict(name);
  if (import == nullptr) refuse_class(estimator);
  if (!hands_on(name)) refuse_texts(estimator, x);
  mark_refused_values(estimator, x);
  return estimator.value.within(
      [&] { return import({estimator.graph, estimator.value, estimator.name.empty() ? name : estimator.name}, x); });
}

std::optional<std::int64_t> feature_count(const Value& value) {
  const Value model = unwrap(value);
  if (sklearn_class(model) == "Pipeline") {
    const std::vector<SklearnPart> steps = pipeline_steps(model);
    if (steps.empty()) model.refuse("has no steps", "save the fitted pipeline");
    for (const SklearnPart& step : steps)
      if (const auto count = feature_count(step.value)) return count;
    return std::nullopt;
  }
  if (const Booster* const booster = find_booster(model)) return booster->features(model);
  if (const auto count = encoded_features(model)) return count;
  const bool is_elimination = sklearn_class(model).starts_with("RFE");  // whose n_features_ are those that stay
  for (const char* name : {"n_features_in_", "n_features_", "_n_features", "n_features", "n_input_features_"}) {
    if (is_elimination && std::string_view(name) == "n_features_") continue;
    if (const auto found = model.find(name); found && found->is_number()) return found->as_int();
  }
  if (const auto first = model.find("initial_imputer_")) return feature_count(*first);
  if (const auto fitted = model.find("X_fit_"); fitted && sklearn_class(model) == "KernelPCA")
    return Points(*fitted).width;
  if (const auto tree = model.find("tree_")) return tree->arguments().at(0).as_int();
  for (const char* name :
       {"x_mean_", "location_", "coef_", "mean_", "scale_", "std_", "center_", "statistics_", "theta_",
        "feature_log_prob_", "components_", "lambdas_", "quantiles_", "K_fit_rows_"})
    if (const auto found = model.find(name); found && !found->is_none()) {
      const Array array = dense_array(*found);
      return array.shape().empty() ? 1 : array.shape().back();
    }
  for (const char* name : {"means_", "X_train_", "X_fit_", "X_", "cluster_centers_", "subcluster_centers_",
                           "support_vectors_", "centroids_"})
    if (const auto found = model.find(name)) return Points(*found).width;
  if (const auto weights = model.find("random_weights_")) return weights->as_array().shape().front();
  if (const auto edges = model.find("bin_edges_")) return static_cast<std::int64_t>(edges->size());
  for (const char* name : {"_n_features", "scores_", "support_", "variances_"})
    if (const auto found = model.find(name); found && found->is_array())
      return static_cast<std::int64_t>(found->as_array().size());
  if (const auto fitted = model.find("_fit_X"); fitted && !fitted->is_none()) return Points(*fitted).width;
  if (const auto list = model.find("transformer_list"); list && list->size() > 0)
    for (std::size_t i = 0; i < list->size(); ++i)
      if (list->at(i).at(1).is_object()) return feature_count(list->at(i).at(1));
  if (sklearn_class(model) == "IsotonicRegression") return 1;
  if (const auto inner = inner_model(model)) return feature_count(*inner);
  if (const auto layers = model.find("coefs_")) {
    const Array first = layers->at(0).as_array();
    return first.shape().empty() ? 1 : first.shape().front();
  }
  if (takes_any_width(model)) return std::nullopt;
  Graph unused;
  const Estimator estimator{unused, model, ""};
  const std::string name = sklearn_class(model);
  if (find_predict(name) != nullptr || find_transform(name) != nullptr)
    estimator.refuse("is not fitted", "save the model after it has been fitted");
  refuse_class(estimator);
}

}  // namespace nacre::tools
