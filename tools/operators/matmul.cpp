#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

/// The shape without its last two axes.
Dimensions batch(const Dimensions& shape) { return {shape.begin(), shape.end() - 2}; }

struct Lengths {
  std::int64_t rows, depth, columns;
};

Lengths lengths(const Node& node, const Dimensions& a, const Dimensions& b) {
  const bool transposed = node.as<parameters::MatMul>().transposed;
  return {a[a.size() - 2], a.back(), transposed ? b[b.size() - 2] : b.back()};
}

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const bool is_int8 = inputs[0].type == DataType::int8;
  require_shapes((inputs.size() == 2 || (inputs.size() == 3 && is_int8)) && inputs[0].type == inputs[1].type, node,
                 "needs two matrices of one type");
  const Dimensions &a = inputs[0].shape, &b = inputs[1].shape;
  require_shapes(a.size() >= 2 && b.size() >= 2, node, "multiplies what has fewer than two dimensions");
  const bool transposed = node.as<parameters::MatMul>().transposed;
  require_shapes(a.back() == (transposed ? b.back() : b[b.size() - 2]), node,
                 "multiplies " + to_string(inputs[0]) + " and " + to_string(inputs[1]));
  require_shapes(inputs.size() == 2 || inputs[2].size() * a.back() == inputs[0].size(), node,
                 "has zero points for another number of rows");
  TensorType output{is_int8 ? DataType::int32 : inputs[0].type, broadcast(batch(a), batch(b), node)};
  output.shape.insert(output.shape.end(), {lengths(node, a, b).rows, lengths(node, a, b).columns});
  return output;
}

/// Calls `term(i, a, b)` for the places in a and b of every product of element i of the output.
template <typename Term>
void for_each_product(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output, Term term) {
  const Dimensions &a = inputs[0].type.shape, &b = inputs[1].type.shape, to = batch(output.shape);
  const auto [rows, depth, columns] = lengths(node, a, b);
  const bool transposed = node.as<parameters::MatMul>().transposed;
  for (std::size_t i = 0; i < static_cast<std::size_t>(output.size()); ++i) {
    const auto column = static_cast<std::int64_t>(i) % columns, row = static_cast<std::int64_t>(i) / columns % rows;
    const std::size_t matrix = i / static_cast<std::size_t>(rows * columns);
    const auto first_a = static_cast<std::int64_t>(broadcast_index(matrix, to, batch(a))) * rows * depth,
               first_b = static_cast<std::int64_t>(broadcast_index(matrix, to, batch(b))) * depth * columns;
    for (std::int64_t k = 0; k < depth; ++k)
      term(i, static_cast<std::size_t>(first_a + row * depth + k),
           static_cast<std::size_t>(first_b + (transposed ? column * depth + k : k * columns + column)));
  }
}

/// Element `at` of a, less the zero point of its row.
double left_factor(const std::vector<Tensor64>& inputs, std::size_t at) {
  const double x = inputs[0].values[at];
  return inputs.size() < 3 ? x : x - inputs[2].values[at / static_cast<std::size_t>(inputs[0].type.last())];
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  std::vector<double> sums(static_cast<std::size_t>(output.size()));
  for_each_product(node, inputs, output, [&](std::size_t i, std::size_t a, std::size_t b) {
    sums[i] += left_factor(inputs, a) * inputs[1].values[b];
  });
  if (output.type == DataType::int32)
    for (double& sum : sums) sum = wrapped_to_int32(sum);
  return {output, std::move(sums), {}};
}

/// Errors of both sides carry over, those of different products in squares; the chain rounds each sum of floats.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (output.type.type == DataType::int32) return integer_errors(inputs, output);
  std::vector<double> squares(output.values.size()), magnitudes(output.values.size());
  const auto off = [](const Tensor64& x, std::size_t at) {
    return error_of(x, at) + (x.errors.empty() && x.type.type == DataType::float32 ? storing(x.values[at]) : 0);
  };
  const auto row_off = [&](std::size_t at) {
    return inputs.size() < 3 ? 0 : error_of(inputs[2], at / static_cast<std::size_t>(inputs[0].type.last()));
  };
  for_each_product(node, inputs, output.type, [&](std::size_t i, std::size_t a, std::size_t b) {
    const double x = std::abs(left_factor(inputs, a)), z = std::abs(inputs[1].values[b]);
    const double of_x = off(inputs[0], a) + row_off(a), of_z = off(inputs[1], b);
    const double carried = x * of_z + z * of_x + of_x * of_z;
    squares[i] += carried * carried;
    magnitudes[i] += x * z;
  });
  const double depth = static_cast<double>(inputs[0].type.last());
  const DataType type = output.type.type;
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] = std::min(kConfidence, std::sqrt(depth)) * std::sqrt(squares[i]);
    if (type != DataType::int32) squares[i] += chain(depth + 1, type) * magnitudes[i] + smallest_of(type);
  }
  return squares;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  return output.size() * inputs[0].last();
}

}  // namespace

const Definition definitions::matmul = {
    .name = "matmul", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"second matrix", "zero points"}};

}  // namespace nacre::tools
