#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/model_builder.hpp"
#include "tests/support/spec.hpp"

namespace nacre::test {

/// A sound layer of each kind that there is: of every operator, element type and form, several where
/// one alone cannot show all that is legal. Those that no condition makes special come from their descriptions.
struct SampleLayer {
  std::string table;   ///< struct of its operator
  ModelBuilder model;
  Names names;         ///< numbers that the ranges of its description name, beside the struct's fields
  /// Gives the output the shape that the parameters ask for, where they ask for one.
  std::function<void(ModelBuilder&)> fit = [](ModelBuilder&) {};
  /// Names that depend on the parameters.
  std::function<void(const ModelBuilder&, Names*)> name = [](const ModelBuilder&, Names*) {};
};

const std::vector<SampleLayer>& sample_layers();

}  // namespace nacre::test
