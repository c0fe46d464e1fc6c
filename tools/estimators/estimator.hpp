#pragma once

#include <optional>
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
  std::optional<ValueId> distances{}, indices{};  ///< of the neighbours that a search finds
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

// ---- Shared by the importers of scikit-learn and of libraries with its interface --------------------

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
