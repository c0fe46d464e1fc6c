#pragma once

#include <cstddef>
#include <vector>

#include "tools/onnx/operators.hpp"

namespace nacre::tools {

/// What a slice takes along each axis. A size may be 0.
struct OnnxSlice {
  Dimensions begin, stride, size;
};

/// The elements of an array that stand at `places`, in that order, under a shape.
Array picked(const Array& from, const Dimensions& shape, const std::vector<std::size_t>& places);

/// For each element of a slice, where it stands in a tensor of `shape`.
std::vector<std::size_t> places_of_slice(const OnnxSlice& slice, const Dimensions& shape);
/// For each element of a tensor of `to`, which one of a tensor of `from` it is by broadcasting.
std::vector<std::size_t> places_of_broadcast(const Dimensions& from, const Dimensions& to);
/// For each element of the permuted tensor, where it stands in one of `shape`.
std::vector<std::size_t> places_of_permutation(const std::vector<std::size_t>& order, const Dimensions& shape);

/// How many elements a shape has; it may be 0.
std::size_t elements_of(const Dimensions& shape);

/// Both shapes broadcast to each other; refuses those that do not fit.
Dimensions broadcast_shape(const OnnxCall& call, const Dimensions& a, const Dimensions& b);

}  // namespace nacre::tools
