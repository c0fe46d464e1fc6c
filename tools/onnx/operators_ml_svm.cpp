// Support vector machines of ai.onnx.ml, with the answers of ONNX Runtime.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/onnx/ml.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/kernels.hpp"
#include "tools/sklearn/pairs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Numbers = std::vector<double>;
using Integers = std::vector<std::int64_t>;

Numbers numbers_of(const OnnxCall& call, const char* name) {
  const std::vector<float> stated = call.reals(name).value_or(std::vector<float>());
  return {stated.begin(), stated.end()};
}

/// The node for functions that scikit-learn's machines are made of, of which they ask the graph and a name alone.
Estimator as_estimator(const OnnxCall& call) {
  static const Document kNothing((Buffer()));
  return {call.graph(), Value(kNothing, kNone, call.name()), call.name()};
}

KernelOf kernel_of(const OnnxCall& call) {
  const std::string type = call.text("kernel_type", "LINEAR");
  const Numbers numbers = numbers_of(call, "kernel_params");  // gamma, coef0, degree
  KernelOf kernel{"", 0, 0, 0};
  if (numbers.size() == 3) kernel.gamma = numbers[0], kernel.coef0 = numbers[1], kernel.degree = numbers[2];
  else if (type != "LINEAR") call.refuse("lacks the three numbers of its kernel");
  if (type == "LINEAR") kernel.name = "linear";
  else if (type == "POLY") kernel.name = "poly";
  else if (type == "RBF") kernel.name = "rbf";
  else if (type == "SIGMOID") kernel.name = "sigmoid";
  else call.refuse("has the kernel " + type + ", which ONNX does not define");
  if (type == "POLY" && (!(kernel.degree >= 0) || kernel.degree > 64 || kernel.degree != std::floor(kernel.degree)))
    call.refuse("has a degree that is no whole number from 0 to 64", "train it with a smaller whole degree");
  return kernel;
}

/// Kernels of a row with `count` vectors, times weights [count, units], plus the intercepts.
ValueId weighted_kernels(const OnnxCall& call, std::int64_t count, const Numbers& weights, const Numbers& intercepts) {
  const ValueId x = ml_rows(call);
  Numbers vectors = numbers_of(call, "support_vectors");
  if (std::ssize(vectors) != count * call.graph().type(x).last())
    call.refuse("has support vectors that do not fit its rows");
  const Estimator estimator = as_estimator(call);
  const ValueId kernels = kernel_values(estimator, x, Points(std::move(vectors), count), kernel_of(call));
  return Algebra(estimator).product(kernels, weights, intercepts);
}

void require_no_transform(const OnnxCall& call) {
  if (const std::string transform = call.text("post_transform", "NONE"); transform != "NONE")
    call.refuse("has the post_transform " + transform + ", which Nacre does not support of a support vector machine");
}

void import_svm_regressor(const OnnxCall& call) {
  require_no_transform(call);
  const Numbers coefficients = numbers_of(call, "coefficients"), rho = numbers_of(call, "rho");
  const std::int64_t count = call.integer("n_supports", 0);
  const bool is_one_class = call.flag("one_class");
  if (rho.size() != 1) call.refuse(fmt::format("has {} intercepts for one score", rho.size()));
  if (count <= 0 || std::ssize(coefficients) != count) call.refuse("has other coefficients than support vectors");
  const ValueId score = weighted_kernels(call, count, coefficients, rho);
  if (!is_one_class) return call.define(score, OnnxType::float32);
  const Algebra algebra(as_estimator(call));
  call.define(algebra.scaled(algebra.exceeds(score, 0), 2, -1), OnnxType::float32);
}

/// Which class each vector speaks for, by how many each class has: `count` in all.
std::vector<std::size_t> classes_of_vectors(const OnnxCall& call, const Integers& each, std::size_t count) {
  std::vector<std::size_t> classes;
  for (std::size_t c = 0; c < each.size(); ++c) {
    if (each[c] < 0 || each[c] > static_cast<std::int64_t>(count - classes.size()))
      call.refuse("has other coefficients than its classes need");
    classes.insert(classes.end(), static_cast<std::size_t>(each[c]), c);
  }
  if (classes.size() != count) call.refuse("has other coefficients than its classes need");
  return classes;
}

void import_svm_classifier(const OnnxCall& call) {
  require_no_transform(call);
  const MlLabels labels = ml_labels(call, "classlabels_strings", "classlabels_ints");
  const Integers each = call.integers("vectors_per_class").value_or(Integers());
  const Numbers rho = numbers_of(call, "rho"), a = numbers_of(call, "prob_a"), b = numbers_of(call, "prob_b");
  const std::size_t classes = each.size();
  if (each.empty())
    call.refuse("has coefficients without support vectors, of which ONNX Runtime makes scores as of a linear model",
                "export it as a LinearClassifier");
  if (classes < 2 || labels.labels.size() != classes || rho.size() != classes * (classes - 1) / 2)
    call.refuse("has other intercepts or support vectors than its labels need");
  const Numbers coefficients = numbers_of(call, "coefficients");
  const std::vector<std::size_t> of_vectors = classes_of_vectors(call, each, coefficients.size() / (classes - 1));
  if (a.size() != b.size() || (!a.empty() && a.size() != rho.size()))
    call.refuse("has other sigmoids than pairs of classes");
  const Estimator estimator = as_estimator(call);
  const Numbers weights = pair_weights(estimator, coefficients, of_vectors, classes);
  const ValueId pairs = weighted_kernels(call, std::ssize(of_vectors), weights, rho);
  call.define(ml_decoded(call, labels, most_voted(estimator, pairs, classes)), labels.type, 0);
  if (!a.empty())
    return call.define(platt_probabilities(estimator, pairs, classes, a, b), OnnxType::float32, 1);
  const Algebra algebra(estimator);
  call.define(classes == 2 ? algebra.join({algebra.scaled(pairs, -1), pairs}) : pairs, OnnxType::float32, 1);
}

}  // namespace

std::vector<OnnxOperator> onnx_ml_svm_operators() {
  return {
      {"SVMClassifier", 1, import_svm_classifier, nullptr, 0, kOnnxMl},
      {"SVMRegressor", 1, import_svm_regressor, nullptr, 0, kOnnxMl},
  };
}

}  // namespace nacre::tools
