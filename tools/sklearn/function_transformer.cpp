// Functions of NumPy by name: FunctionTransformer, and TransformedTargetRegressor, which undoes one.

#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// The name of a function of NumPy: of a global, or of what the library calls to find one by name. Refuses code.
std::string numpy_function(const Estimator& estimator, const Value& function) {
  const std::string name = function.class_name();
  if (name.ends_with("_ufunc_reconstruct") && function.arguments().size() == 2)
    return function.arguments().at(1).as_string();
  if (name.starts_with("numpy.")) return name.substr(name.rfind('.') + 1);
  estimator.refuse("calls the function " + name + ", which is code and cannot be read as data",
                   "do that step outside of the model, or use a function of NumPy");
}

/// log(1 + x), where 1 + x would lose the digits of a small x: that of e^a is softplus, of a = log x.
ValueId log_of_one_more(const Algebra& algebra, ValueId x) {
  return algebra.where(algebra.exceeds(x, 0), algebra.apply(F::softplus, algebra.apply(F::log, x)),
                       algebra.apply(F::log, algebra.scaled(x, 1, 1)));
}

ValueId applied(const Estimator& estimator, const std::string& name, ValueId x) {
  const Algebra algebra(estimator);
  if (name == "exp") return algebra.apply(F::exponential, x);
  if (name == "expm1") return algebra.scaled(algebra.apply(F::exponential, x), 1, -1);
  if (name == "log") return algebra.apply(F::log, x);
  if (name == "log1p") return log_of_one_more(algebra, x);
  if (name == "log2") return algebra.scaled(algebra.apply(F::log, x), 1 / std::log(2.0));
  if (name == "log10") return algebra.scaled(algebra.apply(F::log, x), 1 / std::log(10.0));
  if (name == "sqrt") return algebra.apply(F::sqrt, x);
  if (name == "square") return algebra.apply(F::square, x);
  if (name == "absolute" || name == "abs" || name == "fabs") return algebra.apply(F::abs, x);
  if (name == "negative") return algebra.apply(F::negative, x);
  if (name == "tanh") return algebra.apply(F::tanh, x);
  if (name == "reciprocal") return algebra.divide(algebra.constant({1}, {1}), x);
  estimator.refuse("calls numpy." + name + ", which is not read",
                   "use exp, expm1, log, log1p, log2, log10, sqrt, square, abs, negative, tanh or reciprocal");
}

/// A function that a parameter names, with arguments in another; None: none.
ValueId called(const Estimator& estimator, const Value& owner, const char* parameter, const char* arguments,
               ValueId x) {
  const auto function = owner.find(parameter);
  if (!function || function->is_none()) return x;
  refuse_texts(estimator, x);
  const auto more = owner.find(arguments);
  if (more && !more->is_none() && more->size() != 0)
    estimator.refuse("gives its function arguments", "use a function without any");
  return applied(estimator, numpy_function(estimator, *function), x);
}

ValueId transform_by_function(const Estimator& estimator, ValueId x) {
  return called(estimator, estimator.value, "func", "kw_args", x);
}

/// What a transformer of targets undoes.
ValueId undone(const Estimator& estimator, const Value& transformer, ValueId y) {
  const std::string name = sklearn_class(transformer);
  const Algebra algebra(estimator);
  const auto numbers = [&](const char* attribute, double otherwise) {
    const auto found = transformer.find(attribute);
    return found && !found->is_none() ? found->as_doubles() : std::vector<double>{otherwise};
  };
  if (name == "FunctionTransformer") return called(estimator, transformer, "inverse_func", "inv_kw_args", y);
  if (name == "StandardScaler") return algebra.scaled(y, numbers("scale_", 1), numbers("mean_", 0));
  if (name == "RobustScaler") return algebra.scaled(y, numbers("scale_", 1), numbers("center_", 0));
  if (name == "MaxAbsScaler") return algebra.scaled(y, numbers("scale_", 1), {0});
  if (name == "MinMaxScaler") {
    std::vector<double> scale = numbers("scale_", 1), offset = numbers("min_", 0);
    for (std::size_t i = 0; i < scale.size(); ++i) scale[i] = 1 / scale[i], offset[i] *= -scale[i];
    return algebra.scaled(y, scale, offset);
  }
  estimator.refuse("transforms its targets by " + name + ", which is not undone",
                   "use StandardScaler, RobustScaler, MinMaxScaler, MaxAbsScaler or functions of NumPy");
}

Predictions predict_transformed_target(const Estimator& estimator, ValueId x) {
  const Predictions made = ask_member(estimator, estimator.value.attribute("regressor_"), "regressor", x);
  const ValueId y = undone(estimator, estimator.value.attribute("transformer_"),
                           as_column(estimator, *made.predict));
  const bool is_vector = number_of(estimator.value, "_training_dim").value_or(1) == 1;
  return {is_vector && estimator.graph.type(y).last() == 1 ? as_vector(estimator, y) : y, {}, {}, {}};
}

}  // namespace

std::span<const SklearnClass> function_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("FunctionTransformer", transform_by_function,
                  "accept_sparse check_inverse feature_names_out func inv_kw_args inverse_func kw_args pass_y validate",
                  kKeepsColumns | kTakesAnyWidth | kTakesTexts),
      predictor("TransformedTargetRegressor", predict_transformed_target,
                "check_inverse func inverse_func regressor transformer"),
  };
  return kRows;
}

}  // namespace nacre::tools
