#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == (inputs.at(0).type == DataType::string ? 3u : 2u), node, "needs its classes");
  return {DataType::int64, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    std::size_t found = 0, classes = inputs[1].values.size();
    if (inputs[0].type.type == DataType::string) {
      --classes;
      const auto is = [&](std::size_t c) {
        const auto begin = inputs[2].values.begin() + static_cast<std::ptrdiff_t>(inputs[1].values[c]);
        const auto end = inputs[2].values.begin() + static_cast<std::ptrdiff_t>(inputs[1].values[c + 1]);
        return std::equal(begin, end, inputs[0].strings[i].begin(), inputs[0].strings[i].end(),
                          [](double byte, char c) { return static_cast<unsigned char>(c) == byte; });
      };
      while (found < classes && !is(found)) ++found;
    } else {
      while (found < classes && inputs[1].values[found] != inputs[0].values[i]) ++found;
    }
    require_shapes(found < classes, node, "meets a label that it does not know");
    y.values[i] = static_cast<double>(found);
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

}  // namespace

const Definition definitions::label_encode = {
    .name = "label_encode", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
