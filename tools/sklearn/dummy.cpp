// Models that answer with what they saw in training, whatever the row.

#include <algorithm>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// [1, values] for every row, also where a feature is missing.
ValueId always(const Estimator& estimator, ValueId x, const std::vector<double>& values) {
  const Algebra algebra(estimator);
  const ValueId first = algebra.column(x, 0);
  return algebra.product(algebra.greater(first, first), std::vector<double>(values.size()), values);
}

Predictions predict_dummy_regressor(const Estimator& estimator, ValueId x) {
  const std::vector<double> constant = estimator.value.attribute("constant_").as_doubles();
  const ValueId y = always(estimator, x, constant);
  const bool keeps_column = number_of(estimator.value, "output_2d_").value_or(0) != 0;
  return {constant.size() == 1 && !keeps_column ? as_vector(estimator, y) : y, {}, {}, {}};
}

/// What a target gives: shares of its classes, of which the largest is the label.
struct Target {
  Array classes;
  std::vector<double> shares;
};

/// Where the constant stands among the classes.
std::size_t place_of_constant(const Estimator& estimator, const Array& classes, std::size_t target) {
  const Value constant = estimator.value.attribute("constant");
  const Array one = constant.is_string()   ? Array({1}, std::vector<std::string>{constant.as_string()})
                    : constant.is_number() ? Array::of(ElementType::float64, {1}, std::vector{constant.as_double()})
                                           : chosen_classes(constant.as_array(), {static_cast<std::int64_t>(target)});
  if (one.type() == ElementType::string)
    return static_cast<std::size_t>(places_among(estimator, one, classes).at(0));
  const std::vector<double> all = classes.to<double>();
  const auto found = std::find(all.begin(), all.end(), one.to<double>().at(0));
  if (found == all.end()) estimator.refuse("always answers a class that it does not have", "save the model again");
  return static_cast<std::size_t>(found - all.begin());
}

Target read_target(const Estimator& estimator, const Value& classes, const Value& prior, std::size_t number) {
  const std::string strategy =
      text_of(estimator.value, estimator.value.has("_strategy") ? "_strategy" : "strategy");
  Target target{classes.as_array(), prior.as_doubles()};
  if (target.shares.empty() || target.shares.size() != target.classes.size())
    estimator.refuse("has other priors than classes", "save the model again");
  if (strategy == "prior") return target;
  std::size_t place = 0;
  if (strategy == "most_frequent") {
    place = static_cast<std::size_t>(std::max_element(target.shares.begin(), target.shares.end()) -
                                     target.shares.begin());
  } else if (strategy == "constant") {
    place = place_of_constant(estimator, target.classes, number);
  } else {
    estimator.refuse("answers at random (strategy=\"" + strategy + "\")", "use prior, most_frequent or constant");
  }
  std::fill(target.shares.begin(), target.shares.end(), 0.0);
  target.shares[place] = 1;
  return target;
}

Predictions predict_dummy_classifier(const Estimator& estimator, ValueId x) {
  const Value classes = estimator.value.attribute("classes_"), prior = estimator.value.attribute("class_prior_");
  const bool is_one = number_of(estimator.value, "n_outputs_").value_or(1) == 1;
  const Algebra algebra(estimator);
  Predictions result;
  std::vector<Labels> labels;
  for (std::size_t t = 0; t < (is_one ? 1 : classes.size()); ++t) {
    const Target target =
        read_target(estimator, is_one ? classes : classes.at(t), is_one ? prior : prior.at(t), t);
    const ValueId shares = always(estimator, x, target.shares);
    labels.push_back({algebra.arg_max(shares), target.classes});
    result.targets.push_back({shares, label_texts(target.classes)});
  }
  if (!is_one) {
    result.predict = join_labels(estimator, labels);
    return result;
  }
  result.labels = result.targets[0].labels;
  result.predict_proba = result.targets[0].value;
  result.predict = decode_labels(estimator, labels[0].classes, labels[0].index);
  result.targets.clear();
  return result;
}

}  // namespace

std::span<const SklearnClass> dummy_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("DummyClassifier", predict_dummy_classifier, "constant random_state strategy"),
      predictor("DummyRegressor", predict_dummy_regressor, "constant quantile strategy"),
  };
  return kRows;
}

}  // namespace nacre::tools
