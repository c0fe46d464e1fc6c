// IterativeImputer: each missing column is predicted from the others, several times over.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/imputer.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// A limit of predictions: of each feature, or of all.
double limit_of(const Estimator& estimator, const char* attribute, std::size_t feature, double otherwise) {
  const auto limit = estimator.value.find(attribute);
  if (!limit || limit->is_none()) return otherwise;
  if (limit->is_number()) return limit->as_double();
  return limit->as_doubles().at(feature);
}

/// Which features of training had no value at all.
std::vector<bool> empty_features(const Value& initial) {
  std::vector<bool> empty;
  for (const double statistic : initial.attribute("statistics_").as_doubles()) empty.push_back(std::isnan(statistic));
  return empty;
}

/// Row after row of what the steps of training tell: which column to predict, from which others, by which model.
class Rounds {
 public:
  Rounds(const Estimator& estimator, ValueId missing, ValueId row)
      : estimator_(estimator), algebra_(estimator), missing_(missing), row_(row) {}

  void step(std::size_t number, std::size_t feature, const std::vector<std::int64_t>& neighbours, const Value& model) {
    const Predictions made = ask_member(estimator_, model, std::to_string(number), algebra_.columns(row_, neighbours));
    constexpr double kEndless = std::numeric_limits<double>::infinity();
    const double least = limit_of(estimator_, "_min_value", feature, -kEndless),
                 most = limit_of(estimator_, "_max_value", feature, kEndless);
    ValueId value = as_column(estimator_, *made.predict);
    if (most < kEndless) value = algebra_.minimum(value, algebra_.constant({1}, {most}));
    if (least > -kEndless) value = algebra_.maximum(value, algebra_.constant({1}, {least}));
    row_ = algebra_.where(missing_in(feature), value, row_);
  }

  ValueId row() const { return row_; }

 private:
  /// 1 in the column of the feature where it is missing, else 0.
  ValueId missing_in(std::size_t feature) {
    const auto [found, is_new] = missing_in_.try_emplace(feature);
    if (!is_new) return found->second;
    std::vector<double> own(static_cast<std::size_t>(estimator_.graph.type(missing_).last()));
    own.at(feature) = 1;
    return found->second =
               algebra_.multiply(missing_, algebra_.constant({static_cast<std::int64_t>(own.size())}, own));
  }

  const Estimator& estimator_;
  Algebra algebra_;
  ValueId missing_, row_;
  std::map<std::size_t, ValueId> missing_in_;
};

ValueId transform_iterative_imputer(const Estimator& estimator, ValueId x) {
  if (number_of(estimator.value, "sample_posterior").value_or(0) != 0)
    estimator.refuse("draws at random what it fills in", "train it with sample_posterior=False");
  const Value initial = estimator.value.attribute("initial_imputer_");
  const bool keeps_empty = number_of(estimator.value, "keep_empty_features").value_or(0) != 0;
  const std::vector<bool> empty = empty_features(initial);
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < empty.size(); ++i)
    if (keeps_empty || !empty[i]) kept.push_back(static_cast<std::int64_t>(i));
  const Algebra algebra(estimator);
  ValueId missing = missing_mask(estimator, x);
  if (kept.size() != empty.size()) missing = algebra.columns(missing, kept);
  const ValueId filled = import_transform(estimator.with(initial, "initial"), x);
  if (estimator.graph.type(filled).last() != static_cast<std::int64_t>(kept.size()))
    estimator.refuse("has columns without a statistic that its first imputer keeps",
                     "leave out columns without values");
  Rounds rounds(estimator, missing, filled);
  const Value sequence = estimator.value.attribute("imputation_sequence_");
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    const Value step = sequence.at(i).arguments();
    const auto feature = static_cast<std::size_t>(step.at(0).as_int());
    if (feature >= kept.size()) estimator.refuse("predicts a feature that it has not", "save the model again");
    rounds.step(i, feature, step.at(1).as_array().to<std::int64_t>(), step.at(2));
  }
  return with_indicators(estimator, x, rounds.row());
}

}  // namespace

std::span<const SklearnClass> iterative_imputer_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("IterativeImputer", transform_iterative_imputer,
                  "add_indicator estimator fill_value imputation_order initial_strategy keep_empty_features max_iter "
                  "max_value min_value missing_values n_nearest_features random_state sample_posterior "
                  "skip_complete tol verbose"),
  };
  return kRows;
}

}  // namespace nacre::tools
