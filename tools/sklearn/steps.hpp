#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// A function of one feature that is constant between ascending edges: values[i] where x is at least the first i of
/// them. A missing x is beyond all.
struct StepFunction {
  std::int64_t feature;
  std::vector<double> edges;
  std::vector<std::vector<double>> values;  ///< one row more than edges, all of one length
};

/// What the functions give, one after the other, in float64: [1, functions * length]. They ask as a library that
/// compares float64, also about decimals that float32 does not hold.
ValueId step_values(const Estimator& estimator, ValueId x, const std::vector<StepFunction>& functions);
/// The same, rounded to float32.
ValueId rounded_step_values(const Estimator& estimator, ValueId x, const std::vector<StepFunction>& functions);

/// The least float64 for which `holds`, which holds for all that are larger; `near` is close to it.
double least_that(const std::function<bool(double)>& holds, double near);

/// The place of a number among ascending ones, and -1 for what is none of them.
StepFunction place_function(std::int64_t feature, const std::vector<double>& numbers);

}  // namespace nacre::tools
