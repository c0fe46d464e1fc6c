// The classes of lightgbm that are pickled: a booster, or scikit-learn's interface around one.

#include "tools/lightgbm/estimator.hpp"

#include "tools/graph/moves.hpp"
#include "tools/lightgbm/graph.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;

/// The booster that an object is, or has.
Value booster_of(const Value& value) {
  if (value.class_name() == "lightgbm.basic.Booster") return value;
  const Value booster = value.attribute("_Booster");
  if (booster.is_none()) value.refuse(value.class_name() + " is not fitted", "save the model after it has been fitted");
  return booster;
}

LightgbmModel model_of(const Value& value) {
  const Value booster = booster_of(value);
  const Value handle = booster.attribute({"_handle", "handle"});
  if (!handle.is_string()) handle.refuse("the booster holds no model", "save the model after it was trained");
  return handle.within([&] { return read_lightgbm_text(handle.as_string()); });
}

struct Scores {
  LightgbmModel model;
  ValueId scores, response;
};

Scores scores_of(const Estimator& estimator, ValueId x) {
  LightgbmModel model = model_of(estimator.value);
  if (model.features != estimator.graph.type(x).last())
    estimator.refuse("has a booster for another number of features", "save the model again");
  require_known_parts(model);
  constexpr double kMost = 1 << 30;
  const double best = number_of(booster_of(estimator.value), "best_iteration").value_or(0);
  if (best > 0 && best < kMost) model.keep_rounds(static_cast<std::int64_t>(best));
  const ValueId scores = add_lightgbm_scores(estimator.graph, x, model, estimator.name);
  const ValueId response = add_lightgbm_response(estimator.graph, scores, model, estimator.name);
  return {std::move(model), scores, response};
}

Array classes_of_booster(const Estimator& estimator) {
  if (const auto classes = estimator.value.find("_classes"); classes && !classes->is_none()) return classes->as_array();
  return estimator.value.attribute("_le").attribute("classes_").as_array();
}

/// Label 1 where the score is above the threshold.
ValueId label_above(const Estimator& estimator, const Array& classes, ValueId scores, double threshold) {
  Program program;
  const Operand least = program.literal(threshold, DataType::float64);
  program.then(F::greater, DataType::float64, {{O::input, 0}, least});
  const ValueId above = estimator.graph.add_map(std::move(program), {scores}, estimator.name + ".above");
  Program narrow;
  narrow.instructions.push_back({F::cast, DataType::float64, DataType::int32, {{O::input, 0}}});
  const ValueId index = estimator.graph.add_map(std::move(narrow), {above}, estimator.name + ".predict");
  return decode_labels(estimator, classes, as_vector(estimator, index));
}

}  // namespace

Predictions predict_lightgbm(const Estimator& estimator, ValueId x) {
  Predictions result;
  result.predict = scores_of(estimator, x).response;
  return result;
}

Predictions predict_lightgbm_classifier(const Estimator& estimator, ValueId x) {
  const auto [model, scores, response] = scores_of(estimator, x);
  Predictions result;
  if (has_own_objective(model)) {  // the library gives the scores
    result.predict = response;
    return result;
  }
  const Array classes = classes_of_booster(estimator);
  result.labels = label_texts(classes);
  if (model.trees_per_round == 1) {
    if (classes.size() != 2) estimator.refuse("has one score and other than two classes", "save the model again");
    result.predict = label_above(estimator, classes, scores, lightgbm_label_threshold(model));
    result.predict_proba = beside_complement(estimator, response);
    return result;
  }
  result.predict = predict_from_scores(estimator, classes, scores);
  result.predict_proba = response;
  return result;
}

std::int64_t lightgbm_features(const Value& value) { return model_of(value).features; }

std::vector<std::string> lightgbm_feature_names(const Value& value) { return model_of(value).given_names(); }

std::vector<Categories> lightgbm_categories_of(const Value& value) { return lightgbm_categories(model_of(value)); }

SourceFile lightgbm_source(const Value& value) { return {"", "", "LightGBM", model_of(value).version}; }

}  // namespace nacre::tools
