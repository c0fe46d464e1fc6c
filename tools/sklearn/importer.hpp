#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/estimators/estimator.hpp"

namespace nacre::tools {

/// How a class of another library that has scikit-learn's interface says what it takes.
struct Booster {
  std::int64_t (*features)(const Value& value);
  std::vector<std::string> (*feature_names)(const Value& value);
  SourceFile (*source)(const Value& value);
  std::vector<Categories> (*categories)(const Value& value);  ///< of columns that training had as text
};

/// All that is known of a class: the one list of them is in known_classes.cpp.
struct SklearnClass {
  std::string_view name;
  Transform transform;  ///< null of one that is no transformer
  Predict predict;      ///< null of one that is no predictor
  std::string_view parameters;   ///< with a blank between them, those of all releases
  bool keeps_columns = false;    ///< column i of what it gives is its feature i
  bool takes_any_width = false;  ///< keeps nothing of the rows that it was fitted with, not even their width
  bool takes_texts = false;  ///< its rows may have columns of text (tools/sklearn/table.hpp)
  const Booster* booster = nullptr;  ///< of XGBoost's and LightGBM's classes
};
const std::vector<SklearnClass>& sklearn_classes();
/// By the last part of a name; null where there is none.
const SklearnClass* find_sklearn_class(std::string_view name);

/// The function that imports a transformer or predictor, by the last part of its class name (modules
/// have moved between releases); null where there is none.
Transform find_transform(const std::string& class_name);
Predict find_predict(const std::string& class_name);

/// Every class of scikit-learn that can be imported, by the last part of its name.
std::vector<std::string> imported_classes();

/// "DecisionTreeClassifier" of "sklearn.tree._classes.DecisionTreeClassifier"; empty for classes that
/// are not scikit-learn's. XGBoost's, LightGBM's and CatBoost's keep the name of their library: "xgboost.XGBRegressor".
std::string sklearn_class(const Value& value);

/// Whether an object's class is scikit-learn's or of another library of models, those included that are not read.
bool is_of_model_library(const Value& value);
/// Whether it is a sampler of imbalanced-learn, which a pipeline passes over after training.
bool is_sampler(const Value& value);
/// What is known of a class of a boosting library; null of any other.
const Booster* find_booster(const Value& value);
/// Says why a class is not imported, and what to do.
[[noreturn]] void refuse_class(const Estimator& estimator);
/// Refuses attributes of one object that take the place of a method of its class.
void refuse_shadowed_methods(const Value& value);

/// The estimator that a search (GridSearchCV …) or RANSAC found, or the object itself.
Value unwrap(const Value& value);

/// Imports any transformer or predictor, pipelines included. Throws Refusal naming the class.
ValueId import_transform(const Estimator& estimator, ValueId x);
Predictions import_predict(const Estimator& estimator, ValueId x);
bool is_transformer(const Value& value);
bool is_predictor(const Value& value);
/// Refuses every class in a model that is not imported, all of them at once.
void refuse_unreadable(const Estimator& estimator);

/// Refuses what a release newer than those that Nacre knows saved with a parameter that they did not have.
void refuse_unknown_parameters(const Estimator& estimator);

/// The parameters that a class has had in any known release; empty for classes that no row lists.
std::vector<std::string> known_parameters(const std::string& class_name);

/// Number of features that a fitted object takes; none where it takes rows of any width and does not say of which
/// it has seen.
std::optional<std::int64_t> feature_count(const Value& value);

/// The names of the features that a model was fitted with; none where it was fitted without.
std::vector<std::string> feature_names(const Value& model);
/// The names of the `width` columns that a transformer gives, where each is one of its features; else none.
std::vector<std::string> output_names(const Value& transformer, std::int64_t width);
/// Whether a model may have been trained on what a transformer gives: as many features, and the same names where both
/// have some. True where nobody can tell.
bool fits_before(const Value& transformer, const Value& model);
/// `x`, whose columns are called `given`, with its columns in the order in which the model was fitted with them.
/// Where one of them has no names, they are taken as they stand. Refuses other names.
ValueId in_order_of_names(Graph& graph, ValueId x, const std::vector<std::string>& given, const Value& model);

}  // namespace nacre::tools
