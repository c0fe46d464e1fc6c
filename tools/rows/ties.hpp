#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// Forests whose labels hang on a last bit: where two classes have the same share of votes, scikit-learn takes the one
/// whose sum of float64 came out larger, and a device has exact sums. Shares of whole trees are exact there too.
class Ties {
 public:
  /// `device` is the graph of a Nacre file, as rebuild() gives it.
  explicit Ties(const Graph& device);

  /// Whether the model gives shares, and labels that are the class with the largest one.
  bool any() const { return !forests_.empty(); }

  struct Tie {
    std::size_t forest, first, other;  ///< the classes that tie, of which the device takes the first
    bool is_whole;                     ///< each has a whole number of votes
  };
  /// The tie in what `network` has just answered; none where the label is certain.
  std::optional<Tie> find(const Network& network) const;

  /// Whether the library's sums, made tree by tree as with one job, lead to the same class. `values` are what
  /// evaluate() gave for `library`, another graph of the same file. Unknown where leaves are no fractions of small
  /// counts: false, unless the votes are whole.
  bool library_agrees(const Tie& tie, const Graph& library, const std::vector<Tensor64>& values);

 private:
  struct Shares {
    unsigned output;
    double trees;
    ValueId made;  ///< by the trees
    std::optional<std::vector<double>> leaves = {};  ///< as the library has them; empty where they are not known
  };
  std::vector<Shares> forests_;
};

}  // namespace nacre::tools
