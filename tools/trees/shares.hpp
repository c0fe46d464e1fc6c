#pragma once

#include <optional>
#include <vector>

#include "nacre/operators.hpp"

namespace nacre::tools {

/// Leaves as multiples of 2^-31.
struct Shares {
  std::vector<double> values;  ///< whole numbers
  std::size_t width;
  bool has_rest;  ///< of two columns the second is what the first leaves
};

/// The shares of classes that a forest's leaves of `width` are, which add up exactly in integers: from 16 trees on,
/// where no leaf is so small that multiples of 2^-31 say less of it than float32 would say of the sum.
std::optional<Shares> shares_of(const parameters::TreeEnsemble& ensemble, const std::vector<double>& leaves,
                                std::size_t width, const std::vector<double>& base,
                                const std::vector<std::int64_t>& targets);

/// Whether a leaf may be one of them, as it is.
bool is_share(double leaf);

}  // namespace nacre::tools
