#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/pickle/value.hpp"

namespace nacre::tools {

/// Probabilities of one target of a classifier that predicts several.
struct TargetProbabilities {
  ValueId value;
  std::vector<std::string> labels;
};

/// What a predictor gives, under the names of its methods. Absent: it has no such method.
struct Predictions {
  std::optional<ValueId> predict;
  std::optional<ValueId> predict_proba;
  std::optional<ValueId> decision_function;
  std::vector<std::string> labels;           ///< classes, for the columns of the other two
  std::vector<TargetProbabilities> targets{};  ///< where predict_proba is a list, one item per target
  std::optional<ValueId> transform{};          ///< of a predictor that transforms too
  std::optional<ValueId> score_samples{};
  bool decides_pairs = false;                  ///< a column of decision_function is about two classes
};

/// A fitted scikit-learn object on its way into a graph.
struct Estimator {
  Graph& graph;
  Value value;
  std::string name;  ///< of the layers it becomes

  Estimator with(const Value& other, const std::string& suffix) const {
    return {graph, other, name.empty() ? suffix : name + "." + suffix};
  }
  [[noreturn]] void refuse(const std::string& what, const std::string& advice) const;
};

using Transform = ValueId (*)(const Estimator& estimator, ValueId x);
using Predict = Predictions (*)(const Estimator& estimator, ValueId x);

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

// ---- Shared by the importers ----------------------------------------------------------------------

/// Whether a release of scikit-learn before `major`.`minor` saved the object. Releases before 0.18 did
/// not say so.
bool saved_before(const Value& value, int major, int minor);
/// The number or text of a parameter; none, or empty, where it is absent or something else.
std::optional<double> number_of(const Value& value, std::string_view parameter);
std::string text_of(const Value& value, std::string_view parameter);
/// Numbers of an array, also where sparsify() made it a SciPy matrix of compressed sparse rows.
Array dense_array(const Value& value);
/// The classes of a classifier, wherever its release keeps them.
Array classes_of(const Estimator& estimator);
/// The classes of several targets in one array. Refuses text beside numbers.
Array join_classes(const Estimator& estimator, const std::vector<Array>& targets);
/// Label of the class with an index: `index` is int32 [batch].
ValueId decode_labels(const Estimator& estimator, const Array& classes, ValueId index);
/// Classes as text, for descriptions.
std::vector<std::string> label_texts(const Array& classes);
/// Constants of LabelEncode and LabelDecode after their first input.
std::vector<ValueId> label_constants(Graph& graph, const Array& classes);
/// Drops the last axis, of length 1.
ValueId as_vector(const Estimator& estimator, ValueId x);
/// A vector as one column.
ValueId as_column(const Estimator& estimator, ValueId x);
/// Adds predict for scores of one column (label 1 where it exceeds `threshold`) or several (largest).
ValueId predict_from_scores(const Estimator& estimator, const Array& classes, ValueId scores, double threshold = 0);
/// Whether a classifier was trained on an indicator matrix: each class by itself is right or not.
bool predicts_indicators(const Estimator& estimator);
/// predict of such a classifier: 1 where the score of the column is positive, else 0.
ValueId indicate(const Estimator& estimator, ValueId scores);
/// [-x, x] of one column of scores: those of both classes. 1 - p would lose what is left of a p near 1.
ValueId both_signs(const Estimator& estimator, ValueId x);
/// 1 - p beside p, where p is [1]: as libraries compute it that give one probability.
ValueId beside_complement(const Estimator& estimator, ValueId p);
ValueId add_activation(Graph& graph, ValueId x, ActivationFunction function, const std::string& name);
/// Transposes [rows, columns] in row-major order.
std::vector<double> transposed(const std::vector<double>& values, std::size_t rows, std::size_t columns);

}  // namespace nacre::tools
