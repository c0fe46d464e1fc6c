#pragma once

#include <string>
#include <vector>

#include "tests/support/model_builder.hpp"

namespace nacre::test {

/// A layer that is made from nothing but its operator's description.
struct DescribedLayer {
  std::string structure;  ///< struct of its operator
  std::string kernel;     ///< "affine_f32"
  ModelBuilder model;
};

/// One for every reference kernel of the portable layout of which the description says enough: its types are the
/// kernel's, its fields have their initial values, every dimension that has a name has a length of its own (1 to 3
/// where there are three names at most), the first input is the caller's, and other inputs are constants that count
/// from 1. There is none where the shape of an argument is told in words or is any. That the layer loads is not
/// promised: a condition may need more. None at all where no descriptions can be read: on devices.
std::vector<DescribedLayer> described_layers();

}  // namespace nacre::test
