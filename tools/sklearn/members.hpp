#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// The fitted models that an ensemble keeps in a list.
std::vector<Value> members_of(const Estimator& estimator, std::string_view attribute = "estimators_");

/// What one of them answers; `name` tells its layers from those of the others.
Predictions ask_member(const Estimator& estimator, const Value& member, const std::string& name, ValueId x);

/// Of a classifier: where its label stands among its classes. Refuses what answers with no single label.
struct Labels {
  ValueId index;  ///< int32 [batch]
  Array classes;
};
Labels labels_of(const Estimator& estimator, const Predictions& predictions);

/// Whether a member answers with a number.
inline bool is_regressor(const Predictions& predictions) { return predictions.labels.empty(); }

/// The labels of several targets in one row: indices into the classes of all, one target after the other.
ValueId join_labels(const Estimator& estimator, const std::vector<Labels>& targets);

/// Where each of a member's classes stands among those of its ensemble, which may have encoded them as 0, 1, ….
std::vector<std::int64_t> places_among(const Estimator& estimator, const Array& own, const Array& all);
/// The same where members were trained on the numbers of the classes.
std::vector<std::int64_t> numbers_of_classes(const Estimator& estimator, const Array& own, std::int64_t count);

/// Classes in the order of `places`.
Array chosen_classes(const Array& classes, const std::vector<std::int64_t>& places);

/// [1, count] with 1 at the place of the member's label, else 0.
ValueId vote(const Estimator& estimator, const Labels& labels, const std::vector<std::int64_t>& places,
             std::int64_t count);

/// The columns of a member's scores at the places of its classes among `count`, 0 elsewhere.
ValueId spread_columns(const Estimator& estimator, ValueId scores, const std::vector<std::int64_t>& places,
                       std::int64_t count);

/// One column that is larger the more a binary member believes in its second class: its decision, else that class'
/// probability, else its number. `threshold`: from which on it predicts that class.
struct Belief {
  ValueId score;
  double threshold;
};
Belief belief_of(const Estimator& estimator, const Predictions& predictions);

/// A regressor's number, or the number that a classifier's label is, as one column.
ValueId number_column(const Estimator& estimator, const Predictions& predictions);

/// last - index, where labels were sought from the last to the first.
ValueId counted_down(const Estimator& estimator, ValueId index, std::int64_t last);

/// The first of the largest shares, where the library compares float64: in float32 shares of 1 - 1e-9 and 1 are equal.
ValueId largest_share(const Estimator& estimator, ValueId shares);
/// The same of whatever the last layer of the graph decides by shares.
void decide_in_float64(const Estimator& estimator);

/// sum of terms, or nothing where there is none.
ValueId sum_of(const Estimator& estimator, const std::vector<ValueId>& terms);

}  // namespace nacre::tools
