#include <cstring>
#include <stdexcept>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using parameters::Move;

[[noreturn]] TensorType infer(const Node& node, const std::vector<TensorType>&) {
  throw std::logic_error("layer " + node.name + " knows no shape: it is made where its output has one");
}

/// Calls `visit(place in y, input, place in x)` for each element that is moved.
template <typename Visit>
void for_each_moved(const Move& p, const std::vector<Tensor64>& inputs, const TensorType& output, Visit visit) {
  const std::int64_t in_unit = element_bytes(p.unit) / element_bytes(output.type);
  std::int64_t start = p.start;
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    Dimensions box(p.length, p.length + p.rank);
    if (p.function == MoveFunction::put) {
      box.back() = inputs[input].type.size() / in_unit;
      for (std::size_t axis = 0; axis + 1 < box.size(); ++axis) box.back() /= p.length[axis];
    }
    std::int64_t units = 1;
    for (const std::int64_t length : box) units *= length;
    for (std::int64_t unit = 0; unit < units; ++unit) {
      const Dimensions at = coordinates(static_cast<std::size_t>(unit), box);
      std::int64_t place = start;
      for (std::size_t axis = 0; axis < at.size(); ++axis) place += at[axis] * p.stride[axis];
      for (std::int64_t i = 0; i < in_unit; ++i) {
        const auto ordered = static_cast<std::size_t>(unit * in_unit + i);
        const auto strided = static_cast<std::size_t>(place * in_unit + i);
        if (p.function == MoveFunction::put) visit(strided, input, ordered);
        else visit(ordered, input, strided);
      }
    }
    start += box.back() * p.stride[p.rank - 1];
  }
}

template <typename T>
double lowest_of(const Move& p) {
  const std::uint64_t bits = p.fill[0] | std::uint64_t{p.fill[1]} << 32;
  T value;  // its bits are the lowest, whatever the order of bytes here
  if constexpr (sizeof(T) == 8) std::memcpy(&value, &bits, 8);
  else if constexpr (sizeof(T) == 4) std::memcpy(&value, &p.fill[0], 4);
  else value = static_cast<T>(bits);
  return static_cast<double>(value);
}

/// What each element is before it is moved over.
double fill_of(const Move& p, DataType type) {
  switch (type) {
    case DataType::float32: return lowest_of<float>(p);
    case DataType::float64: return lowest_of<double>(p);
    case DataType::int64: return lowest_of<std::int64_t>(p);
    case DataType::int32: return lowest_of<std::int32_t>(p);
    case DataType::int16: return lowest_of<std::int16_t>(p);
    case DataType::int8: return lowest_of<std::int8_t>(p);
    case DataType::uint8:
    case DataType::boolean: return lowest_of<std::uint8_t>(p);
    case DataType::string: break;
  }
  return 0;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& p = node.as<Move>();
  Tensor64 y = zeros(output);
  if (output.type == DataType::string) {
    y.strings.resize(static_cast<std::size_t>(output.size()));
    for_each_moved(p, inputs, output, [&](std::size_t to, std::size_t input, std::size_t from) {
      y.strings[to] = inputs[input].strings[from];
    });
    return y;
  }
  for (double& value : y.values) value = fill_of(p, output.type);
  for_each_moved(p, inputs, output, [&](std::size_t to, std::size_t input, std::size_t from) {
    y.values[to] = inputs[input].values[from];
  });
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  Node zeros = node;
  for (std::uint32_t& fill : zeros.as<Move>().fill) fill = 0;
  return moved_errors(zeros, inputs, output);
}

}  // namespace

const Definition definitions::move = {.name = "move", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
