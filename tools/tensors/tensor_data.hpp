#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// The elements of one tensor as the file and the runtime hold them; strings apart.
struct TensorData {
  std::vector<std::byte> bytes;
  std::vector<std::string> text;
  bool operator==(const TensorData&) const = default;
};

/// Inputs and the outputs that they must give.
struct GoldenCase {
  std::vector<TensorData> inputs;
  std::vector<TensorData> outputs;
};

/// Elements of a float64 tensor as the device holds them, and back.
TensorData to_device(const Tensor64& tensor);
Tensor64 from_device(const TensorData& data, const TensorType& type);

}  // namespace nacre::tools
