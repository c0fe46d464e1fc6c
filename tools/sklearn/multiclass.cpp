// Several binary models for several classes: one against the rest, one against one, output codes.

#include <algorithm>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// What the library puts in the place of a model where all rows were of one class.
bool is_constant(const Value& member) { return member.class_name().ends_with("._ConstantPredictor"); }

/// Its answers: [1 - y, y] and y, whatever the row.
Predictions constant_answers(const Estimator& estimator, const Value& member, ValueId x) {
  const double y = member.attribute("y_").as_doubles().at(0);
  const auto width = static_cast<std::size_t>(estimator.graph.type(x).last());
  const Algebra algebra(estimator);
  Predictions result;
  result.labels = {"0", "1"};
  result.predict_proba = algebra.product(x, std::vector<double>(2 * width), {1 - y, y});
  result.decision_function = algebra.product(x, std::vector<double>(width), {y});
  result.predict = result.decision_function;
  return result;
}

std::vector<Predictions> ask_all(const Estimator& estimator, ValueId x) {
  std::vector<Predictions> answers;
  for (const Value& member : members_of(estimator))
    answers.push_back(is_constant(member) ? constant_answers(estimator, member, x)
                                          : ask_member(estimator, member, std::to_string(answers.size()), x));
  return answers;
}

ValueId join_beliefs(const Estimator& estimator, const std::vector<Predictions>& answers) {
  std::vector<ValueId> scores;
  for (const Predictions& each : answers) scores.push_back(belief_of(estimator, each).score);
  return Algebra(estimator).join(scores);
}

/// Each class for itself: 1 where its score exceeds the threshold.
ValueId indicated(const Estimator& estimator, ValueId scores, double threshold) {
  return indicate(estimator, threshold == 0 ? scores : Algebra(estimator).scaled(scores, 1, -threshold));
}

/// Probabilities of the second classes. Those of several classes are divided by their sum, which may be 0: then
/// releases before 1.6 divide zero by zero.
std::optional<ValueId> one_vs_rest_shares(const Estimator& estimator, const std::vector<Predictions>& answers,
                                          bool is_multilabel) {
  const Algebra algebra(estimator);
  std::vector<ValueId> columns;
  for (const Predictions& each : answers) {
    if (!each.predict_proba || estimator.graph.type(*each.predict_proba).last() != 2) return std::nullopt;
    columns.push_back(algebra.column(*each.predict_proba, 1));
  }
  const ValueId shares = algebra.join(columns);
  if (answers.size() == 1) return algebra.join({algebra.scaled(shares, -1, 1), shares});
  if (is_multilabel) return shares;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const ValueId normalized =
      saved_before(estimator.value, 1, 6) ? algebra.normalized(shares, nan) : algebra.normalized(shares);
  decide_in_float64(estimator);
  return normalized;
}

Predictions predict_one_vs_rest(const Estimator& estimator, ValueId x) {
  const Value binarizer = estimator.value.attribute("label_binarizer_");
  const std::string kind = text_of(binarizer, "y_type_");
  const Array classes = binarizer.attribute("classes_").as_array();
  const bool is_multilabel = kind.starts_with("multilabel");
  const std::vector<Predictions> answers = ask_all(estimator, x);
  if (!is_multilabel && classes.size() < 2) estimator.refuse("knows one class", "train it on two or more");
  const ValueId scores = join_beliefs(estimator, answers);
  const bool decides = std::all_of(answers.begin(), answers.end(), [](const Predictions& each) {
    return !is_regressor(each) && each.decision_function;
  });
  const double threshold = belief_of(estimator, answers.front()).threshold;
  Predictions result;
  result.labels = label_texts(classes);
  if (is_multilabel) {
    result.predict = indicated(estimator, scores, threshold);
  } else if (answers.size() == 1) {
    result.predict = predict_from_scores(estimator, classes, scores, threshold);
  } else {  // of equal scores the first class wins, before 1.7 the last
    const bool is_backwards = saved_before(estimator.value, 1, 7);
    std::vector<std::int64_t> order(classes.size());
    for (std::size_t i = 0; i < order.size(); ++i)
      order[i] = static_cast<std::int64_t>(is_backwards ? order.size() - 1 - i : i);
    const Algebra algebra(estimator);
    const ValueId in_order = algebra.columns(scores, order);
    const ValueId index = decides ? algebra.arg_max(in_order) : largest_share(estimator, in_order);
    result.predict = decode_labels(estimator, classes,
                                   is_backwards ? counted_down(estimator, index, order.front()) : index);
  }
  result.predict_proba = one_vs_rest_shares(estimator, answers, is_multilabel);
  if (decides) result.decision_function = answers.size() == 1 ? as_vector(estimator, scores) : scores;
  return result;
}

/// Votes and the sum of confidences, which orders equal votes: sum / (3 (|sum| + 1)). Releases before 0.21 divide by
/// the largest sum of all rows that are asked at once, which changes no order.
Predictions predict_one_vs_one(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const std::vector<Predictions> answers = ask_all(estimator, x);
  const std::size_t count = classes.size(), pairs = answers.size();
  if (pairs != count * (count - 1) / 2) estimator.refuse("lacks some of its models", "save the model again");
  if (const auto indices = estimator.value.find("pairwise_indices_"); indices && !indices->is_none())
    estimator.refuse("takes kernels that are computed before", "use a kernel that the model computes");
  const Algebra algebra(estimator);
  std::vector<double> sum(pairs * count), votes(pairs * count), first_votes(count);
  std::vector<ValueId> chosen;
  std::size_t pair = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j, ++pair) {
      sum[pair * count + i] = -1, sum[pair * count + j] = 1;
      votes[pair * count + i] = -1, votes[pair * count + j] = 1;
      first_votes[i] += 1;
      if (is_regressor(answers[pair])) estimator.refuse("holds regressors", "use classifiers in it");
      const Labels labels = labels_of(estimator, answers[pair]);
      chosen.push_back(algebra.lookup({0, 1}, {2, 1}, labels.index));
    }
  const ValueId confidence = algebra.product(join_beliefs(estimator, answers), sum, std::vector<double>(count));
  const ValueId voted = algebra.product(algebra.join(chosen), votes, first_votes);
  const ValueId size = algebra.scaled(algebra.apply(ActivationFunction::abs, confidence), 3, 3);
  const ValueId scores = algebra.add(voted, algebra.divide(confidence, size));
  Predictions result;
  result.labels = label_texts(classes);
  if (count == 2) {
    const ValueId second = algebra.column(scores, 1);
    const double threshold = belief_of(estimator, answers.front()).threshold;
    result.predict = predict_from_scores(estimator, classes, second, threshold);
    if (!saved_before(estimator.value, 0, 21)) result.decision_function = as_vector(estimator, second);
    return result;
  }
  result.predict = decode_labels(estimator, classes, largest_share(estimator, scores));
  if (!saved_before(estimator.value, 0, 21)) result.decision_function = scores;
  return result;
}

Predictions predict_output_code(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const ValueId scores = join_beliefs(estimator, ask_all(estimator, x));
  const ValueId distances = squared_distances(estimator, scores, Points(estimator.value.attribute("code_book_")));
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId nearness = Algebra(estimator).apply(ActivationFunction::negative, distances);
  result.predict = decode_labels(estimator, classes, largest_share(estimator, nearness));
  return result;
}

}  // namespace

std::span<const SklearnClass> multiclass_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("OneVsRestClassifier", predict_one_vs_rest, "estimator n_jobs verbose"),
      predictor("OneVsOneClassifier", predict_one_vs_one, "estimator n_jobs"),
      predictor("OutputCodeClassifier", predict_output_code, "code_size estimator n_jobs random_state"),
  };
  return kRows;
}

}  // namespace nacre::tools
