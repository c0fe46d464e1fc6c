#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

std::size_t axis_of(const Node& node, const Dimensions& x) {
  return x.size() - 1 - std::min<std::size_t>(node.as<parameters::Gather>().behind, x.size() - 1);
}

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[1].type == DataType::int32, node, "needs integer indices");
  const Dimensions &x = inputs[0].shape, &indices = inputs[1].shape;
  require_shapes(node.as<parameters::Gather>().behind < x.size(), node, "gathers along an axis that its input lacks");
  const auto axis = static_cast<std::ptrdiff_t>(axis_of(node, x));
  Dimensions y(x.begin(), x.begin() + axis);
  y.insert(y.end(), indices.begin(), indices.end());
  y.insert(y.end(), x.begin() + axis + 1, x.end());
  return {inputs[0].type, y};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const Dimensions &x = inputs[0].type.shape, &indices = inputs[1].type.shape;
  const std::size_t axis = axis_of(node, x);
  const auto first = static_cast<std::ptrdiff_t>(axis), many = static_cast<std::ptrdiff_t>(indices.size());
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const Dimensions at = coordinates(i, output.shape);
    const double index = inputs[1].values[flat_index({at.begin() + first, at.begin() + first + many}, indices)];
    require_shapes(index >= 0 && index < static_cast<double>(x[axis]), node, "reads an index outside its table");
    Dimensions from(at.begin(), at.begin() + first);
    from.push_back(static_cast<std::int64_t>(index));
    from.insert(from.end(), at.begin() + first + many, at.end());
    y.values[i] = inputs[0].values[flat_index(from, x)];
  }
  return y;
}

/// Indices that are not certain may find anything; else what is found is as wrong as it was where it lay, or rounded as
/// the table is stored.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (!inputs[1].errors.empty()) return integer_errors(inputs, output);
  if (!inputs[0].errors.empty())
    return evaluate(node, {{inputs[0].type, inputs[0].errors, {}}, inputs[1]}, output.type).values;
  std::vector<double> stored(output.values.size());
  std::transform(output.values.begin(), output.values.end(), stored.begin(),
                 [&](double x) { return storing(x, output.type.type); });
  const bool is_exact = std::all_of(stored.begin(), stored.end(), [](double error) { return error == 0; });
  return is_exact ? std::vector<double>{} : stored;
}

}  // namespace

const Definition definitions::gather = {.name = "gather", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
