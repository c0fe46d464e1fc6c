#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// Output type of operators that keep shape and type of their first input.
TensorType same_as_input(const Node& node, const std::vector<TensorType>& inputs);

/// NumPy broadcasting of two shapes; refuses those that do not fit.
Dimensions broadcast(const Dimensions& a, const Dimensions& b, const Node& node);

/// Index of the element of a tensor of `shape`, broadcast to `output`, that element `index` of the
/// output reads.
std::size_t broadcast_index(std::size_t index, const Dimensions& output, const Dimensions& shape);

/// Coordinates of element `index` of a row-major tensor, and back.
Dimensions coordinates(std::size_t index, const Dimensions& shape);
std::size_t flat_index(const Dimensions& coordinates, const Dimensions& shape);

/// Length of a window's output along one axis.
inline std::int64_t window_output(std::int64_t input, std::int64_t before, std::int64_t after,
                                  std::int64_t kernel, std::int64_t dilation, std::int64_t stride) {
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  const std::int64_t padded = input + before + after;
  return stride <= 0 || padded < reach ? 0 : (padded - reach) / stride + 1;
}

/// A sum of integers modulo 2^32; as it is where it is too large to be exact.
inline double wrapped_to_int32(double sum) {
  constexpr double kExact = 0x1p53;
  if (!(sum > -kExact && sum < kExact)) return sum;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(sum)));
}

/// An output tensor of zeros.
inline Tensor64 zeros(const TensorType& type) {
  return {type, std::vector<double>(type.type == DataType::string ? 0 : type.size()), {}};
}

/// `f` applied to every element of `x`.
template <typename Function>
Tensor64 map(const Tensor64& x, const TensorType& output, Function f) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = f(x.values[i]);
  return y;
}

}  // namespace nacre::tools
