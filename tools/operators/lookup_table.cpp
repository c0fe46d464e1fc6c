#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[1].size() == 256, node, "needs a table of 256 entries");
  return inputs[0];
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  return map(inputs[0], output, [&](double x) { return inputs[1].values[static_cast<std::size_t>(x + 128)]; });
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

}  // namespace

const Definition definitions::lookup_table = {
    .name = "lookup_table", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
