#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// Layers that readers compose of programs of the operator map.

constexpr Operand kOutputOfProgram{Operand::Kind::output};
inline Operand input_of_program(std::uint32_t i) { return {Operand::Kind::input, i}; }

/// Functions of one type, one after the other: the first of the inputs, each other of what the one before gave.
ValueId add_functions(Graph& graph, std::initializer_list<MapFunction> functions, std::vector<ValueId> inputs,
                      const std::string& name);

/// A function of x, in its type, and of a number.
ValueId add_function_with(Graph& graph, MapFunction function, ValueId x, double number, const std::string& name);

/// x in another of the types float32, float64 and int32; itself where it has the type.
ValueId add_cast(Graph& graph, ValueId x, DataType type, const std::string& name);

/// x over the axes whose bits are set, which stay with length 1.
ValueId add_reduced(Graph& graph, ValueId x, ReduceFunction function, unsigned axes, const std::string& name);

/// x - log(sum of e^x) along the last axis, less the largest first.
ValueId add_log_softmax(Graph& graph, ValueId x, const std::string& name);

/// first + (second - first) * share of two tensors of one shape, with a share for each place along `axis`.
ValueId add_between(Graph& graph, ValueId first, ValueId second, std::size_t axis, const std::vector<double>& share,
                    const std::string& name);

/// For each place along an axis of an image that is resized bilinearly: two places of the image before, and how far it
/// lies from the first to the second, by TensorFlow's formula in float32.
struct Between {
  std::vector<std::int64_t> first, second;
  std::vector<double> share;
};
Between between(std::int64_t from, std::int64_t to, bool align_corners, bool half_pixel_centers);

/// An image [batch, height, width, channels] of float32, resized bilinearly along one axis.
ValueId add_resized(Graph& graph, ValueId x, std::size_t axis, const Between& places, const std::string& name);

}  // namespace nacre::tools
