// Support vector machines of libsvm.

#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/kernels.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/outliers.hpp"
#include "tools/sklearn/pairs.hpp"

namespace nacre::tools {
namespace {

struct Machine {
  Points vectors;
  KernelOf kernel;
  std::vector<double> coefficients;  ///< [rows, vectors]
  std::size_t rows;
  std::vector<double> intercept;
};

Machine read_machine(const Estimator& estimator) {
  const Value kernel = estimator.value.attribute("kernel");
  if (!kernel.is_string() || kernel.as_string() == "precomputed")
    estimator.refuse("takes kernels that are computed before, or by code", "use a kernel that the model computes");
  Machine machine{Points(estimator.value.attribute("support_vectors_")), {}, {}, 0, {}};
  machine.kernel = read_kernel(estimator, machine.vectors.width);
  if (const auto gamma = estimator.value.find("_gamma")) machine.kernel.gamma = gamma->as_double();
  const Array coefficients = dense_array(estimator.value.attribute("dual_coef_"));
  machine.coefficients = coefficients.to<double>();
  machine.rows = coefficients.size() / static_cast<std::size_t>(machine.vectors.count);
  machine.intercept = estimator.value.attribute("intercept_").as_doubles();
  if (machine.coefficients.size() != machine.rows * static_cast<std::size_t>(machine.vectors.count))
    estimator.refuse("has other coefficients than vectors", "save the model again");
  return machine;
}

/// sum over vectors of weights [vectors, units] and kernels, plus the intercepts. Of one score with a linear kernel the
/// sum over vectors is taken before. Of several it is not, and float64 adds up in the library's order: where rows are
/// whole numbers, scores of 0 but for rounding decide votes.
ValueId weighted_kernels(const Estimator& estimator, ValueId x, const Machine& machine,
                         const std::vector<double>& weights) {
  const Algebra algebra(estimator);
  const std::size_t units = machine.intercept.size(), width = static_cast<std::size_t>(machine.vectors.width);
  if (machine.kernel.name != "linear" || units > 1) {
    const ValueId y =
        algebra.product(kernel_values(estimator, x, machine.vectors, machine.kernel), weights, machine.intercept);
    estimator.graph.doubts.push_back({estimator.graph.nodes.back().name,
                                      "the vectors' shares cancel each other in its sum",
                                      "train it with a smaller C", true});
    return y;
  }
  std::vector<double> plane(width * units);
  for (std::size_t v = 0; v < static_cast<std::size_t>(machine.vectors.count); ++v)
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t u = 0; u < units; ++u)
        plane[i * units + u] += machine.vectors.values[v * width + i] * weights[v * units + u];
  return algebra.product(x, plane, machine.intercept);
}

/// The one score of a regressor, of an outlier detector, or of two classes.
ValueId single_score(const Estimator& estimator, ValueId x) {
  if (dense_array(estimator.value.attribute("support_vectors_")).size() == 0) {  // all of training lies in the tube
    const auto width = static_cast<std::size_t>(estimator.graph.type(x).last());
    return Algebra(estimator).product(x, std::vector<double>(width),
                                      estimator.value.attribute("intercept_").as_doubles());
  }
  const Machine machine = read_machine(estimator);
  if (machine.rows != 1 || machine.intercept.size() != 1)
    estimator.refuse("has coefficients of another shape", "save the model again");
  return weighted_kernels(estimator, x, machine, machine.coefficients);
}

/// Which class a vector speaks for.
std::vector<std::size_t> classes_of_vectors(const Estimator& estimator, const Machine& machine, std::size_t count) {
  const std::vector<std::int64_t> each =
      estimator.value.attribute({"_n_support", "n_support_"}).as_array().to<std::int64_t>();
  std::vector<std::size_t> classes;
  for (std::size_t c = 0; c < each.size(); ++c)
    for (std::int64_t i = 0; i < each[c] && classes.size() <= static_cast<std::size_t>(machine.vectors.count); ++i)
      classes.push_back(c);
  if (each.size() != count || classes.size() != static_cast<std::size_t>(machine.vectors.count) ||
      machine.rows != count - 1 || machine.intercept.size() != count * (count - 1) / 2)
    estimator.refuse("has other vectors than its classes need", "save the model again");
  return classes;
}

ValueId pair_scores(const Estimator& estimator, ValueId x, std::size_t count) {
  const Machine machine = read_machine(estimator);
  const std::vector<std::size_t> classes = classes_of_vectors(estimator, machine, count);
  return weighted_kernels(estimator, x, machine, pair_weights(estimator, machine.coefficients, classes, count));
}

struct Votes {
  std::vector<double> sign, first;  ///< [pairs, count]: -1 for i and 1 for j; and pairs in which a class stands first
};

Votes votes_of_pairs(std::size_t count) {
  Votes votes{std::vector<double>(count * (count - 1) / 2 * count), std::vector<double>(count)};
  std::size_t pair = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j, ++pair) {
      votes.sign[pair * count + i] = -1, votes.sign[pair * count + j] = 1;
      votes.first[i] += 1;
    }
  return votes;
}

/// Votes, and in the digits behind the point how sure they are.
ValueId one_vs_rest(const Estimator& estimator, ValueId pairs, std::size_t count) {
  const Algebra algebra(estimator);
  const Votes votes = votes_of_pairs(count);
  const ValueId against = algebra.scaled(pairs, -1);
  const ValueId voted = algebra.product(algebra.exceeds(against, 0), votes.sign, votes.first);
  const ValueId sum = algebra.product(against, votes.sign, std::vector<double>(count));
  const ValueId size = algebra.scaled(algebra.apply(ActivationFunction::abs, sum), 3, 3);
  return algebra.add(voted, algebra.divide(sum, size));
}

/// Of the scores of pairs, positive for the first. None of a machine without Platt's sigmoids.
std::optional<ValueId> fitted_probabilities(const Estimator& estimator, ValueId pairs, std::size_t count) {
  const auto stated_a = estimator.value.find("_probA"), found_a = stated_a ? stated_a : estimator.value.find("probA_");
  if (!found_a || found_a->is_none()) return std::nullopt;
  const std::vector<double> a = found_a->as_doubles();
  if (a.empty()) return std::nullopt;
  const std::vector<double> b = estimator.value.attribute({"_probB", "probB_"}).as_doubles();
  if (a.size() != b.size() || static_cast<std::int64_t>(a.size()) != estimator.graph.type(pairs).last())
    estimator.refuse("has other sigmoids than pairs of classes", "save the model again");
  return platt_probabilities(estimator, pairs, count, a, b);
}

Predictions predict_two_classes(const Estimator& estimator, const Array& classes, ValueId x) {
  const Algebra algebra(estimator);
  const ValueId score = single_score(estimator, x);
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId first = algebra.scaled(score, -1);
  const ValueId is_first = estimator.graph.add(parameters::Binarize{}, {first}, estimator.name + ".predict");
  const ValueId index = counted_down(estimator, as_vector(estimator, is_first), 1);
  result.predict = decode_labels(estimator, classes, index);
  result.decision_function = as_vector(estimator, score);
  result.predict_proba = fitted_probabilities(estimator, first, 2);
  return result;
}

Predictions predict_svc(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const std::size_t count = classes.size();
  if (count < 2) estimator.refuse("knows one class", "train it on two or more");
  if (count == 2) return predict_two_classes(estimator, classes, x);
  const ValueId pairs = pair_scores(estimator, x, count);
  const bool is_one_vs_rest = text_of(estimator.value, "decision_function_shape") == "ovr";
  const bool breaks_ties = number_of(estimator.value, "break_ties").value_or(0) != 0;
  const ValueId rest = one_vs_rest(estimator, pairs, count);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = decode_labels(estimator, classes, breaks_ties && is_one_vs_rest
                                                         ? Algebra(estimator).arg_max(rest)
                                                         : most_voted(estimator, pairs, count));
  // Releases before 0.21 scaled what orders equal votes by the largest of all rows that were asked at once.
  if (!is_one_vs_rest || !saved_before(estimator.value, 0, 21))
    result.decision_function = is_one_vs_rest ? rest : pairs;
  result.decides_pairs = !is_one_vs_rest;
  result.predict_proba = fitted_probabilities(estimator, pairs, count);
  return result;
}

Predictions predict_svr(const Estimator& estimator, ValueId x) {
  return {as_vector(estimator, single_score(estimator, x)), {}, {}, {}};
}

Predictions predict_one_class_svm(const Estimator& estimator, ValueId x) {
  const ValueId score = single_score(estimator, x);
  Predictions result;
  result.predict = inlier_labels(estimator, score, true);
  result.decision_function = as_vector(estimator, score);
  if (const auto offset = estimator.value.find("offset_"))
    result.score_samples = as_vector(estimator, Algebra(estimator).scaled(score, 1, offset->as_doubles().at(0)));
  return result;
}

Predictions predict_sgd_one_class_svm(const Estimator& estimator, ValueId x) {
  const std::vector<double> coefficients = dense_array(estimator.value.attribute("coef_")).to<double>();
  const ValueId score = Algebra(estimator).product(x, coefficients, {0});
  return detect(estimator, score, estimator.value.attribute("offset_").as_doubles().at(0));
}

}  // namespace

std::span<const SklearnClass> svm_classes() {
  static constexpr const char* kClassifier =
      "C break_ties cache_size class_weight coef0 decision_function_shape degree gamma kernel max_iter nu probability "
      "random_state shrinking tol verbose";
  static constexpr const char* kRegressor =
      "C cache_size coef0 degree epsilon gamma kernel max_iter nu shrinking tol verbose";
  static constexpr SklearnClass kRows[] = {
      predictor("SVC", predict_svc, kClassifier),
      predictor("NuSVC", predict_svc, kClassifier),
      predictor("SVR", predict_svr, kRegressor),
      predictor("NuSVR", predict_svr, kRegressor),
      predictor("OneClassSVM", predict_one_class_svm,
                "cache_size coef0 degree gamma kernel max_iter nu random_state shrinking tol verbose"),
      predictor("SGDOneClassSVM", predict_sgd_one_class_svm,
                "average eta0 fit_intercept learning_rate max_iter nu power_t random_state shuffle tol verbose "
                "warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
