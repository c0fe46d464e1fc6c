#pragma once

#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

// Support vector machines of libsvm have a score for each two classes (0, 1), (0, 2) … (1, 2) …, positive for the
// first.

/// Weights [vectors, pairs] of the vectors' kernels. Row j - 1 of the coefficients [count - 1, vectors] has those of
/// the vectors of class i against j, row i those of class j against i; `classes` says which each vector speaks for.
/// Refuses more weights than a machine with sense has.
std::vector<double> pair_weights(const Estimator& estimator, const std::vector<double>& coefficients,
                                 const std::vector<std::size_t>& classes, std::size_t count);

/// Index of the class with most votes; a score of 0 is one for the second of its pair.
ValueId most_voted(const Estimator& estimator, ValueId pairs, std::size_t count);

/// Platt's sigmoids 1 / (1 + e^(a score + b)) of the scores, coupled.
ValueId platt_probabilities(const Estimator& estimator, ValueId pairs, std::size_t count, std::vector<double> a,
                            std::vector<double> b);

}  // namespace nacre::tools
