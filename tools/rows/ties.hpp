#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
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

  /// The two classes that tie in what `network` has just answered, as words; none where the label is certain.
  std::optional<std::string> find(const Network& network) const;

 private:
  struct Shares {
    unsigned output;
    double trees;
  };
  std::vector<Shares> forests_;
};

}  // namespace nacre::tools
