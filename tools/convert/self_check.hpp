#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tools/common/refusal.hpp"
#include "tools/operators/definition.hpp"
#include "tools/tensors/tensor_data.hpp"

namespace nacre::tools {

/// What the comparison of a written model with the float64 evaluation of its graph found.
struct SelfCheck {
  double largest_error = 0;  ///< of all float outputs, absolute
  double bound = 0;          ///< that was allowed of that element
  double of_bound = 0;       ///< the largest part of its bound that any element used up, at most 1
  double of_largest = 0;      ///< the largest error in units of the largest answer of its output
  unsigned rows = 0;
  std::size_t undecided =
      0;  ///< elements whose bound says less: labels of equal scores, sides of a jump, long sums of errors
};

/// Whether the library that a model comes from computes in float64 throughout.
bool computes_in_float64(const Graph& graph);

/// The refusal of a model or a row of which float32 loses the answer.
class LostDigits : public Refusal {
 public:
  /// `values` are what the layers give that lose it; outputs of the graph if no layer alone does.
  LostDigits(const Refusal& refusal, std::vector<ValueId> values) : Refusal(refusal), values(std::move(values)) {}

  std::vector<ValueId> values;
};

/// Runs `model` on sampled rows and compares each output with the evaluation of `graph`, element by
/// element: no farther from it than the operators' bounds add up to, which is 0 for integers and labels
/// (but where float64 too has a tie), and no farther than 1e-3 of the largest answer of that output. Where
/// only the bound is larger than this, because the terms of one linear layer cancel, the layer is named;
/// bounds that merely add up are counted, and so are errors within them where the library itself computes in float32.
/// Throws Refusal beyond that, and where one gives a number and the other none: LostDigits where a wider type may help.
/// `graph` is what was read, before any rewriting, so that a wrong rewrite is found. The rows `given` by the user are
/// compared too, and `golden` receives them, or the first two of those sampled where there are none.
SelfCheck self_check(const Graph& graph, std::span<const std::byte> model,
                     const std::vector<std::vector<Tensor64>>& given, std::vector<GoldenCase>* golden);

}  // namespace nacre::tools
