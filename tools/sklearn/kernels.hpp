#pragma once

#include "tools/sklearn/distances.hpp"

namespace nacre::tools {

/// A kernel as scikit-learn names it, between a row and others.
struct KernelOf {
  std::string name;  ///< linear, poly (polynomial), rbf, sigmoid, laplacian, cosine
  double gamma = 1, coef0 = 1;
  double degree = 3;  ///< a whole number from 0 to 64
};

/// k(x, point) for each point: [1, points]. Refuses other kernels by name.
ValueId kernel_values(const Estimator& estimator, ValueId x, const Points& points, const KernelOf& kernel);

/// gamma, coef0 and degree of an object; gamma is 1 / features where it is None.
KernelOf read_kernel(const Estimator& estimator, std::int64_t features);

}  // namespace nacre::tools
