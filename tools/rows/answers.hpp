#pragma once

#include <map>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

constexpr double kTolerance = 1e-3;  ///< of the largest answer, as the check of a conversion has it

/// Whether an output is numbers that may be a little off, and no labels.
bool is_real(const Graph& graph, ValueId value);

/// The largest magnitude, of what is finite.
double largest_of(const std::vector<double>& numbers);

/// Whether two answers are one: labels equal, reals within 1e-3 of the largest.
bool same_answer(const Tensor64& a, const Tensor64& b, bool is_real);

/// The same of all outputs; `a` and `b` by ValueId.
bool same_answers(const Graph& graph, const std::vector<Tensor64>& a, const std::vector<Tensor64>& b);
/// The same where `b` has only the values that are not those of `a`.
bool same_answers(const Graph& graph, const std::vector<Tensor64>& a, const std::map<ValueId, Tensor64>& b);

}  // namespace nacre::tools
