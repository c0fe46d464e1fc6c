#pragma once

#include <string>
#include <vector>

#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// What the exhaustive tests are split by, so that they run side by side.
enum class Family : std::uint8_t { matrix, window, row, function, binary, mover, label, sequence, integer };

/// One of the smallest models that ask for a kernel.
struct SmallModel {
  std::string name;  ///< the kernel's, and what is special about the model
  Family family;
  ModelBuilder layer;

  Operator op() const { return layer.op; }
  DataType type() const { return layer.arguments[0].type; }
  bool asks_for(const KernelName& kernel) const;
  /// The lists of kernels that run it differently: the reference, and this machine's where it has its own.
  std::vector<Kernels> kernel_lists() const;
};

/// A valid model for every kernel of every description, and more than one where a kernel has several forms (padding and
/// groups, missing values, state, text). Dimensions are 1 to 3, so that every edge is near; no two lengths of a model
/// agree by accident. A kernel for which none is written by hand has the one that its description gives, where
/// descriptions can be read: tests/support/described_layers.hpp.
const std::vector<SmallModel>& every_operator();

/// The layer of the model of this name. Throws std::out_of_range where there is none.
const ModelBuilder& small_layer(const std::string& name);

/// Calls `visit(model)` for the models of a family.
template <typename Visit>
void for_each_in(Family family, Visit visit) {
  for (const SmallModel& model : every_operator())
    if (model.family == family) visit(model);
}

}  // namespace nacre::test
