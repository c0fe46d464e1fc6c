#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 4 && inputs[0].shape == inputs[1].shape && inputs[1].type == DataType::int32 &&
                     inputs[2].shape.size() == 2 && inputs[3].shape == Dimensions{inputs[2].shape[1]},
                 node, "needs entries of rows, a matrix and a bias");
  TensorType output{inputs[0].type, inputs[0].shape};
  output.shape.back() = inputs[2].shape[1];
  return output;
}

/// Calls `term(y, x, w)` for the places in y, the values and the weights of every product.
template <typename Term>
void for_each_product(const Node& node, const std::vector<Tensor64>& inputs, Term term) {
  const auto entries = static_cast<std::size_t>(inputs[0].type.last()),
             depth = static_cast<std::size_t>(inputs[2].type.shape[0]),
             units = static_cast<std::size_t>(inputs[2].type.shape[1]);
  for (std::size_t e = 0; e < inputs[0].values.size(); ++e) {
    if (inputs[0].values[e] == 0) continue;
    const auto place = static_cast<std::size_t>(inputs[1].values[e]);
    require_shapes(place < depth, node, "reads an index outside its weights");
    for (std::size_t u = 0; u < units; ++u) term(e / entries * units + u, e, place * units + u);
  }
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  double* const sum = y.values.data();
  for_each_product(node, inputs, [&](std::size_t i, std::size_t x, std::size_t w) {
    sum[i] += inputs[0].values[x] * inputs[2].values[w];
  });
  const auto units = static_cast<std::size_t>(output.last());
  for (std::size_t i = 0; i < y.values.size(); ++i) sum[i] += inputs[3].values[i % units];
  return y;
}

/// As of a dense layer, with as many terms as there are entries.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const DataType type = output.type.type;
  const auto units = static_cast<std::size_t>(output.type.last());
  std::vector<double> squares(output.values.size()), magnitudes(squares.size()), terms(squares.size(), 1.0);
  for_each_product(node, inputs, [&](std::size_t i, std::size_t x, std::size_t w) {
    const double value = inputs[0].values[x], weight = inputs[2].values[w];
    const double carried = error_of(inputs[0], x) * std::abs(weight) + storing(weight, type) * std::abs(value);
    squares[i] += carried * carried;
    magnitudes[i] += std::abs(value * weight);
    ++terms[i];
  });
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double bias = inputs[3].values[i % units];
    if (!std::isfinite(bias)) {
      squares[i] = 0;
      continue;
    }
    squares[i] = std::min(kConfidence, std::sqrt(terms[i])) * std::sqrt(squares[i]) + storing(bias, type) +
                 chain(terms[i] + 1, type) * (magnitudes[i] + std::abs(bias)) + smallest_of(type);
  }
  return squares;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  return output.size() * inputs[0].last();
}

}  // namespace

const Definition definitions::sparse_matmul = {
    .name = "sparse_matmul", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"indices", "weights", "bias"}};

}  // namespace nacre::tools
