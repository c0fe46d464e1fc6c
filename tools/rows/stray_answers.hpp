#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/operators/definition.hpp"
#include "tools/session/row.hpp"

namespace nacre::tools {

/// What an output is the sum of.
struct Summands {
  double largest;   ///< of them
  double rounding;  ///< how far the weights, rounded to float32, are likely to move the sum
};

/// The terms of the last layer, if that is a weighted sum; else the largest number on the way stands for them. Rounding
/// is the root of the sum of their squares, times a quarter of a float32's last place (which is how far rounding moves
/// a number in the mean, about); zero where the graph knows more of the weights than float32 holds. `values` by
/// ValueId, as evaluate() gives them.
Summands summands_of(const Graph& graph, const std::vector<Tensor64>& values, ValueId output);

/// Real answers that are further from the library's than the check of a conversion allows: 1e-3 of the largest answer.
/// Which answer is the largest shows when all rows have run. Of each output the one that is furthest off counts.
class StrayAnswers {
 public:
  struct Stray {
    std::uint64_t row;
    RowProblem problem;
    std::uint64_t rows = 0;  ///< how many there are
  };

  /// Takes an answer of a row into account, given the largest of its terms.
  void see(unsigned output, double answer, double largest_term);
  /// One that is `off` from the library's, and why. `may_be_noise`: it is, where all answers are zero but for
  /// what float64 leaves of the largest term.
  void keep(unsigned output, double off, bool may_be_noise, std::uint64_t row, RowProblem problem);
  /// Whether what an answer is off is less than 1e-3 of it, so that it is no stray whatever follows.
  static bool is_near(double off, double answer);

  /// The one that is furthest off by the measure of all rows, of the first output that has one; none where all are near
  /// enough.
  std::optional<Stray> furthest() const;

 private:
  struct Output {
    double largest = 0, largest_term = 0, off = 0;
    bool may_be_noise = false;
    Stray stray{};
    std::vector<std::pair<std::uint64_t, double>> kept = {};  // rows, and how far they are off
  };

  Output& at(unsigned output);

  std::vector<Output> outputs_;
};

}  // namespace nacre::tools
