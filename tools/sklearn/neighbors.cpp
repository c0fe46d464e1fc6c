// Nearest neighbours and neighbours within a radius: classifiers, regressors, searches and graphs.

#include <algorithm>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/neighbor_search.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

bool weighs_by_distance(const Estimator& estimator) {
  const Value weights = estimator.value.attribute("weights");
  if (weights.is_none() || (weights.is_string() && weights.as_string() == "uniform")) return false;
  if (weights.is_string() && weights.as_string() == "distance") return true;
  estimator.refuse("weighs neighbours by code", "use uniform or distance");
}

/// 1 / distance; where some are 0 these count 1, and the others nothing.
ValueId inverse_distances(const Estimator& estimator, ValueId distance) {
  const Algebra algebra(estimator);
  const ValueId is_same = algebra.equals(distance, 0);
  const ValueId any = algebra.reshaped(algebra.reduce(ReduceFunction::maximum, is_same, 1), {1});
  const ValueId one = algebra.constant({1}, {1});
  return algebra.where(any, is_same, algebra.divide(one, algebra.where(is_same, one, distance)));
}

/// The rows of a neighbourhood, with their weights: what answers are added up from.
class Neighborhood {
 public:
  Neighborhood(const Estimator& estimator, ValueId x, bool in_radius) : estimator_(estimator), search_(estimator) {
    const bool by_distance = weighs_by_distance(estimator);
    if (in_radius) {
      const auto [is_near, distance] = search_.within(x, estimator.value.attribute("radius").as_double());
      any_ = algebra_.reshaped(algebra_.reduce(ReduceFunction::maximum, is_near, 1), {1});
      weight_ = is_near;
      if (by_distance) weight_ = inverse_of_near(is_near, distance);
    } else {
      const auto [place, ordering] = search_.nearest(x, neighbor_count(estimator, search_));
      place_ = place;
      if (by_distance) weight_ = inverse_distances(estimator, distances_from(estimator, ordering, search_.metric()));
    }
  }

  /// 1 where there is a row at all, else 0: [1, 1]. None where there always is.
  const std::optional<ValueId>& any() const { return any_; }

  /// Rows of a table [rows of training, width], weighed and added up: [1, width].
  ValueId sum(const std::vector<double>& of_rows, std::size_t width) const {
    std::vector<double> table = search_.arranged(of_rows, width);
    const auto columns = static_cast<std::int64_t>(width);
    if (!place_) return doubted(algebra_.product(*weight_, table, std::vector<double>(width)));
    ValueId found = algebra_.lookup(std::move(table), {search_.count(), columns}, *place_);  // [1, k, width]
    if (!weight_) return algebra_.sum(found, 1);
    const std::int64_t k = estimator_.graph.type(*weight_).last();
    return doubted(algebra_.sum(algebra_.multiply(found, algebra_.reshaped(*weight_, {k, 1})), 1));
  }

  /// The sum of the weights: [1, 1].
  ValueId total() const {
    if (!weight_) return algebra_.constant({1}, {*number_of(estimator_.value, "n_neighbors")});
    return algebra_.reshaped(algebra_.sum(*weight_, 1), {1});
  }

 private:
  /// The same as inverse_distances() of those within the radius; 0 for the others.
  ValueId inverse_of_near(ValueId is_near, ValueId distance) const {
    const ValueId one = algebra_.constant({1}, {1});
    const ValueId is_same = algebra_.multiply(is_near, algebra_.equals(distance, 0));
    const ValueId same = algebra_.reshaped(algebra_.reduce(ReduceFunction::maximum, is_same, 1), {1});
    const ValueId inverse = algebra_.divide(is_near, algebra_.where(algebra_.equals(distance, 0), one, distance));
    return algebra_.where(same, is_same, inverse);
  }
  /// Sums of two classes may be equal.
  ValueId doubted(ValueId sum) const {
    doubt_neighbors(estimator_, sum);
    return sum;
  }

  const Estimator& estimator_;
  const Algebra algebra_{estimator_};
  const NeighborSearch search_;
  std::optional<ValueId> place_, weight_, any_;
};

template <bool kInRadius>
Predictions predict_regressor(const Estimator& estimator, ValueId x) {
  const Array targets = estimator.value.attribute("_y").as_array();
  const std::size_t width = targets.shape().size() > 1 ? static_cast<std::size_t>(targets.shape()[1]) : 1;
  const Neighborhood neighborhood(estimator, x, kInRadius);
  const Algebra algebra(estimator);
  ValueId mean = algebra.divide(neighborhood.sum(targets.to<double>(), width), neighborhood.total());
  const bool is_whole = targets.type() != ElementType::float64 && targets.type() != ElementType::float32;
  if (neighborhood.any() && is_whole)  // without a neighbour NaN, but of whole targets what NumPy makes of it
    mean = algebra.where(*neighborhood.any(), mean, algebra.constant({1}, {-0x1p63}));
  return {targets.shape().size() > 1 ? mean : as_vector(estimator, mean), {}, {}, {}};
}

/// What a classifier was trained on: classes of each target, and which of them each row has.
struct Targets {
  std::vector<Array> classes;
  std::vector<std::int64_t> labels;  ///< [rows, targets]

  explicit Targets(const Estimator& estimator) {
    const Value listed = estimator.value.attribute("classes_");
    labels = estimator.value.attribute("_y").as_array().to<std::int64_t>();
    if (number_of(estimator.value, "outputs_2d_").value_or(0) == 0) classes.push_back(listed.as_array());
    else for (std::size_t t = 0; t < listed.size(); ++t) classes.push_back(listed.at(t).as_array());
  }
  /// [rows, classes of the target]: 1 for the row's.
  std::vector<double> indicators(std::size_t target) const {
    const std::size_t rows = labels.size() / classes.size(), width = classes[target].size();
    std::vector<double> table(rows * width);
    for (std::size_t row = 0; row < rows; ++row)
      table.at(row * width + static_cast<std::size_t>(labels[row * classes.size() + target])) = 1;
    return table;
  }
};

/// The classes of a target with the label of rows that have no neighbour, and where it stands: behind the others where
/// no row of training has it, or where there is none. Such a row is refused then, as the library does.
struct Outlier {
  Array classes;
  std::size_t place;
};

Outlier outlier_of(const Estimator& estimator, const Array& classes, std::size_t target) {
  const auto fitted = estimator.value.find("outlier_label_");
  const Value label = fitted ? *fitted : estimator.value.attribute("outlier_label");
  if (label.is_none()) return {classes, classes.size()};
  const Array one = label.is_string()   ? Array({1}, std::vector<std::string>{label.as_string()})
                    : label.is_number() ? Array::of(ElementType::int64, {1}, std::vector{label.as_int()})
                                        : chosen_classes(label.as_array(), {static_cast<std::int64_t>(target)});
  const std::vector<std::string> texts = label_texts(classes);
  const auto found = std::find(texts.begin(), texts.end(), label_texts(one).at(0));
  if (found != texts.end()) return {classes, static_cast<std::size_t>(found - texts.begin())};
  return {join_classes(estimator, {classes, one}), classes.size()};
}

/// Votes for the classes, and where the outlier stands one vote for it if nobody else votes.
ValueId with_outlier(const Estimator& estimator, ValueId votes, const Neighborhood& neighborhood, std::size_t place) {
  const Algebra algebra(estimator);
  const auto count = static_cast<std::size_t>(estimator.graph.type(votes).last());
  const ValueId none = algebra.scaled(*neighborhood.any(), -1, 1);
  if (place == count) return algebra.join({votes, algebra.reshaped(none, {1})});
  std::vector<double> own(count);
  own[place] = 1;
  return algebra.add(votes, algebra.multiply(none, algebra.constant({static_cast<std::int64_t>(count)}, own)));
}

template <bool kInRadius>
Predictions predict_classifier(const Estimator& estimator, ValueId x) {
  const Targets targets(estimator);
  const Neighborhood neighborhood(estimator, x, kInRadius);
  const Algebra algebra(estimator);
  std::vector<Labels> labels;
  std::vector<TargetProbabilities> shares;
  for (std::size_t t = 0; t < targets.classes.size(); ++t) {
    const Array& classes = targets.classes[t];
    ValueId votes = neighborhood.sum(targets.indicators(t), classes.size()), all = votes;
    Outlier outlier{classes, 0};
    if (neighborhood.any()) {
      outlier = outlier_of(estimator, classes, t);
      all = with_outlier(estimator, votes, neighborhood, outlier.place);
      doubt_neighbors(estimator, all);
      if (outlier.place < classes.size()) votes = all;
    }
    labels.push_back({algebra.arg_max(all), outlier.classes});
    const std::string name = estimator.name + ".normalize" + (t > 0 ? "_" + std::to_string(t) : "");
    shares.push_back({estimator.graph.add(parameters::Normalize{}, {votes}, name), label_texts(classes)});
  }
  Predictions result;
  const bool has_shares = !kInRadius || !saved_before(estimator.value, 0, 22);
  if (labels.size() == 1) {
    result.labels = shares[0].labels;
    result.predict = decode_labels(estimator, labels[0].classes, labels[0].index);
    if (has_shares) result.predict_proba = shares[0].value;
    return result;
  }
  result.predict = join_labels(estimator, labels);
  if (has_shares) result.targets = std::move(shares);
  return result;
}

}  // namespace

std::span<const SklearnClass> neighbors_classes() {
  static constexpr const char* kNearest =
      "algorithm leaf_size metric metric_params n_jobs n_neighbors p weights";
  static constexpr const char* kRadius =
      "algorithm leaf_size metric metric_params n_jobs outlier_label p radius weights";
  static constexpr SklearnClass kRows[] = {
      predictor("KNeighborsClassifier", predict_classifier<false>, kNearest),
      predictor("KNeighborsRegressor", predict_regressor<false>, kNearest),
      predictor("RadiusNeighborsClassifier", predict_classifier<true>, kRadius),
      predictor("RadiusNeighborsRegressor", predict_regressor<true>, kRadius),
  };
  return kRows;
}

}  // namespace nacre::tools
