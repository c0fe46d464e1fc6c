// PowerTransformer: the transformations of Box and Cox, and of Yeo and Johnson.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// ((1 + x)^power - 1) / power of log(1 + x), in which a power of 0 stands for the logarithm.
ValueId grown_by(const Estimator& estimator, ValueId logarithm, const std::vector<double>& powers) {
  const Algebra algebra(estimator);
  constexpr double kNone = 2.220446049250313e-16;
  std::vector<double> power, inverse, is_none;
  for (const double p : powers) {
    const bool none = std::abs(p) < kNone;
    power.push_back(none ? 0 : p);
    inverse.push_back(none ? 0 : 1 / p);
    is_none.push_back(none ? 1 : 0);
  }
  const auto row = [&](const std::vector<double>& values) {
    return algebra.constant({static_cast<std::int64_t>(values.size())}, values);
  };
  const ValueId grown = algebra.expm1(algebra.multiply(logarithm, row(power)));
  const ValueId y = algebra.multiply(grown, row(inverse));
  const bool any = std::any_of(is_none.begin(), is_none.end(), [](double none) { return none != 0; });
  return any ? algebra.add(y, algebra.multiply(logarithm, row(is_none))) : y;
}

/// A power of -3 brings years to 0.29 and less than 1e-14 apart: what standardizing makes of that is the rounding of
/// float64, in the library too.
void refuse_noise(const Estimator& estimator, const Value& scaler) {
  constexpr double kLimit = 1e-3;
  const std::vector<double> means = scaler.attribute("mean_").as_doubles(),
                            deviations = scaler.attribute("scale_").as_doubles();
  for (std::size_t i = 0; i < std::min(means.size(), deviations.size()); ++i)
    if (const double noise = std::abs(means[i]) * 0x1p-53 / deviations[i]; std::isfinite(noise) && noise > kLimit)
      estimator.refuse(fmt::format("brings column {} to {:.6g}, about which it varies by {:.1g}: what scikit-learn "
                                   "makes of that is rounding, by {:.1g} of a deviation",
                                   i, means[i], deviations[i], noise),
                       "take a constant off that column before it (years since 2000), or use a StandardScaler");
}

/// Notes what is not positive there where the library would find it: in the columns of the model's inputs, and in what
/// other steps make of them.
void take_positive_alone(const Estimator& estimator, ValueId x) {
  estimator.graph.values[x].above = 0;
  const GraphIndex index(estimator.graph);
  const std::vector<ColumnPath> paths = ColumnPaths(estimator.graph, index).to(x, true);
  for (Port& input : estimator.graph.inputs)
    for (const ColumnPath& path : paths)
      if (path.source == input.value) {
        const auto [limit, is_new] = input.above.try_emplace(path.element, 0);
        const double last = moved_threshold(path, 0, false).exact;  // the last number that is not positive there
        limit->second = is_new ? last : std::max(limit->second, last);
      }
}

ValueId transform_power(const Estimator& estimator, ValueId x) {
  const std::vector<double> powers = estimator.value.attribute("lambdas_").as_doubles();
  if (static_cast<std::int64_t>(powers.size()) != estimator.graph.type(x).last())
    estimator.refuse("was fitted with another number of features", "save the model again");
  if (!std::all_of(powers.begin(), powers.end(), [](double p) { return std::isfinite(p); }))
    estimator.refuse("has a power that is no number", "leave that column out");
  const Algebra algebra(estimator);
  const std::string method = text_of(estimator.value, "method");
  const ValueId zero = algebra.constant({1}, {0});
  ValueId y = x;
  if (method == "box-cox") {  // of what is not positive scikit-learn raises an error: here it is no number
    take_positive_alone(estimator, x);
    y = grown_by(estimator, algebra.apply(F::log, x), powers);
  } else if (method == "yeo-johnson") {
    std::vector<double> below = powers;
    for (double& power : below) power = 2 - power;
    const ValueId positive = algebra.log1p(algebra.maximum(x, zero)),
                  negative = algebra.log1p(algebra.maximum(algebra.apply(F::negative, x), zero));
    y = algebra.subtract(grown_by(estimator, positive, powers), grown_by(estimator, negative, below));
  } else {
    estimator.refuse("has the unknown method " + method, "use yeo-johnson or box-cox");
  }
  estimator.graph.values[y].power_of = PowerMap{x, method == "box-cox", powers};
  if (number_of(estimator.value, "standardize").value_or(0) == 0) return y;
  const Value scaler = estimator.value.attribute("_scaler");
  refuse_noise(estimator, scaler);
  return import_transform(estimator.with(scaler, "scaler"), y);
}

}  // namespace

std::span<const SklearnClass> power_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("PowerTransformer", transform_power, "copy method standardize", kKeepsColumns),
  };
  return kRows;
}

}  // namespace nacre::tools
