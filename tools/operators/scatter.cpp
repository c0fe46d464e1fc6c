#include <map>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& p = node.as<parameters::Scatter>();
  require_shapes(inputs.size() >= 2 && inputs[0].shape == inputs[1].shape && inputs[1].type == DataType::int32 &&
                     p.width >= 1 && (inputs.size() == 2 || inputs[2].shape == Dimensions{p.width}),
                 node, "needs entries of rows");
  TensorType output = inputs[0];
  output.shape.back() = p.width;
  return output;
}

/// Calls `term(y, x)` for every entry that counts.
template <typename Term>
void for_each_entry(const Node& node, const std::vector<Tensor64>& inputs, std::size_t width, Term term) {
  std::map<double, std::size_t> columns;
  for (std::size_t i = 0; inputs.size() > 2 && i < width; ++i) columns.emplace(inputs[2].values[i], i);
  const auto entries = static_cast<std::size_t>(inputs[0].type.last());
  for (std::size_t e = 0; e < inputs[0].values.size(); ++e) {
    if (inputs[0].values[e] == 0) continue;
    double place = inputs[1].values[e];
    if (inputs.size() > 2) {
      const auto found = columns.find(place);
      if (found == columns.end()) continue;
      place = static_cast<double>(found->second);
    }
    require_shapes(place < static_cast<double>(width), node, "meets an index outside its row");
    term(e / entries * width + static_cast<std::size_t>(place), e);
  }
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for_each_entry(node, inputs, static_cast<std::size_t>(output.last()),
                 [&, to = y.values.data()](std::size_t i, std::size_t e) { to[i] += inputs[0].values[e]; });
  return y;
}

/// Entries rarely meet; where they do, each sum rounds.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_exact(inputs)) return {};
  std::vector<double> result(output.values.size());
  for_each_entry(node, inputs, static_cast<std::size_t>(output.type.last()), [&](std::size_t i, std::size_t e) {
    result[i] += error_of(inputs[0], e) + (result[i] == 0 ? 0 : rounding(output.values[i], output.type.type));
  });
  return result;
}

}  // namespace

const Definition definitions::scatter = {
    .name = "scatter", .infer = infer, .evaluate = evaluate, .errors = errors, .parameters = {"indices", "columns"}};

}  // namespace nacre::tools
