#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// How much each feature matters to a fitted model: the norm of its coefficients, or what its trees' questions win.
struct Importances {
  std::vector<double> scores;
  bool are_exact;  ///< read as they are, not summed up anew
};

/// `order`: of the norm of several coefficients, 0 for the largest. Refuses models that have neither.
Importances importances_of(const Estimator& estimator, double order);

/// The mean as NumPy sums up.
double numpy_mean(const std::vector<double>& values);

}  // namespace nacre::tools
