// The classes of xgboost that are pickled: a booster, or scikit-learn's interface around one.

#include "tools/xgboost/estimator.hpp"

#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/graph/sparse.hpp"
#include "tools/xgboost/graph.hpp"
#include "tools/xgboost/objective.hpp"
#include "tools/xgboost/read.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;

/// The booster that an object is, or has.
XgboostModel booster_of(const Value& value) {
  const Value booster = value.has("handle") ? value : value.attribute("_Booster");
  if (booster.is_none()) value.refuse(value.class_name() + " is not fitted", "save the model after it has been fitted");
  const Value handle = booster.attribute("handle");
  if (handle.kind() != Kind::bytes) handle.refuse("the booster holds no model", "save the model after it was trained");
  return handle.within([&] { return read_xgboost_state(value.document().buffer(handle.node()).bytes()); });
}

/// scikit-learn's interface predicts with the rounds up to the best one; what stopped early says which.
void keep_best(const Value& value, XgboostModel& model) {
  constexpr double kMost = 1 << 30;
  const auto count = [&](const char* name) {
    const double number = number_of(value, name).value_or(-1);
    return number >= 0 && number < kMost ? static_cast<std::int64_t>(number) : -1;
  };
  if (const std::int64_t trees = count("best_ntree_limit"); trees >= 0)
    return model.keep_trees(trees * (model.leaf_width > 1 ? 1 : model.outputs()));
  const std::int64_t best = count("best_iteration");
  model.keep_rounds((best >= 0 ? best : model.best_iteration) + 1);
}

ValueId without_number(const Estimator& estimator, ValueId x, double missing, const char* suffix) {
  Program program;
  const Operand number = program.literal(static_cast<float>(missing), DataType::float32),
                nan = program.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32);
  program.then(F::impute, DataType::float32, {{O::input, 0}, number, nan});
  return estimator.graph.add_map(std::move(program), {x}, estimator.name + suffix);
}

/// XGBoost takes what a sparse matrix leaves out for missing. Zeros that it holds, which hashed terms that cancel leave
/// behind, are zeros.
ValueId with_absent(const Estimator& estimator, ValueId x) {
  if (!is_sparse_in_library(estimator.graph, x)) return x;
  for (const Node& node : estimator.graph.nodes)
    if (node.op() == Operator::hash_terms && node.as<parameters::HashTerms>().alternate)
      estimator.refuse("tells hashed terms that cancel from terms that are not there",
                       "train it behind HashingVectorizer(alternate_sign=False)");
  return without_number(estimator, x, 0, ".absent");
}

/// A number that stands for a missing value becomes one.
ValueId with_missing(const Estimator& estimator, ValueId x) {
  x = with_absent(estimator, x);
  const auto missing = number_of(estimator.value, "missing");
  if (!missing || std::isnan(*missing)) return x;
  return without_number(estimator, x, *missing, ".missing");
}

struct Scores {
  XgboostModel model;
  ValueId margins, response;
};

Scores scores_of(const Estimator& estimator, ValueId x) {
  XgboostModel model = booster_of(estimator.value);
  if (model.features != estimator.graph.type(x).last())
    estimator.refuse("has a booster for another number of features", "save the model again");
  if (estimator.value.has("_Booster")) keep_best(estimator.value, model);
  const ValueId margins = add_xgboost_margins(estimator.graph, with_missing(estimator, x), model, estimator.name);
  const ValueId response = add_xgboost_response(estimator.graph, margins, model, estimator.name);
  return {std::move(model), margins, response};
}

/// The labels of a classifier: until 1.5 an encoder of its own has them; without one they count from 0.
Array classes_of_booster(const Estimator& estimator, std::size_t count) {
  if (const auto encoder = estimator.value.find("_le"); encoder && encoder->is_object())
    return encoder->attribute("classes_").as_array();
  if (const auto classes = estimator.value.find("classes_"); classes && !classes->is_none()) {
    const Array labels = classes->as_array();
    if (labels.size() == count) return labels;
  }
  std::vector<std::int64_t> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::int64_t>(i);
  return Array::of(ElementType::int64, {static_cast<std::int64_t>(count)}, labels);
}

/// Labels where each output is a question of its own: 1 where its answer is above one half.
ValueId indicated(const Estimator& estimator, ValueId margins, float threshold) {
  Program program;
  const Operand least = program.literal(threshold, DataType::float32);
  program.then(F::greater, DataType::float32, {{O::input, 0}, least});
  return estimator.graph.add_map(std::move(program), {margins}, estimator.name + ".predict");
}

}  // namespace

Predictions predict_xgboost(const Estimator& estimator, ValueId x) {
  Predictions result;
  result.predict = scores_of(estimator, x).response;
  return result;
}

Predictions predict_xgboost_classifier(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const auto [model, margins, response] = scores_of(estimator, x);
  const XgboostLink link = xgboost_link(model);
  const float threshold = xgboost_label_threshold(link);
  Predictions result;
  if (model.classes < 2 && model.outputs() > 1) {
    result.predict = indicated(estimator, margins, threshold);
    result.predict_proba = response;
    return result;
  }
  const Array classes = classes_of_booster(estimator, model.classes < 2 ? 2 : static_cast<std::size_t>(model.classes));
  result.labels = label_texts(classes);
  if (model.classes < 2) {
    result.predict = predict_from_scores(estimator, classes, margins, threshold);
    result.predict_proba = beside_complement(estimator, response);
    return result;
  }
  // Probabilities may tie where margins do not.
  const ValueId probabilities = link == XgboostLink::largest
                                    ? graph.add(parameters::Softmax{}, {margins}, estimator.name + ".softmax")
                                    : response;
  result.predict = predict_from_scores(estimator, classes, link == XgboostLink::largest ? margins : response);
  result.predict_proba = probabilities;
  return result;
}

std::int64_t xgboost_features(const Value& value) { return booster_of(value).features; }

std::vector<std::string> xgboost_feature_names(const Value& value) { return booster_of(value).feature_names; }

std::vector<Categories> xgboost_categories(const Value& value) { return booster_of(value).categories; }

SourceFile xgboost_source(const Value& value) { return {"", "", "XGBoost", xgboost_release(booster_of(value))}; }

}  // namespace nacre::tools
