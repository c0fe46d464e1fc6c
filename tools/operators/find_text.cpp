#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 4 && inputs[0].type == DataType::string && inputs[0].shape.size() == 2 &&
                     inputs[1].shape.size() == 2,
                 node, "needs rows of texts, and texts to find");
  return {DataType::int32, {inputs[0].shape[0], inputs[1].shape[0]}};
}

/// The texts of a list as their offsets and bytes say.
std::vector<std::string> texts_of(const Numbers& offsets, const Numbers& bytes) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    std::string& text = texts.emplace_back();
    for (auto b = static_cast<std::size_t>(offsets[i]); b < static_cast<std::size_t>(offsets[i + 1]); ++b)
      text.push_back(static_cast<char>(static_cast<unsigned char>(bytes[b])));  // UTF-8
  }
  return texts;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const std::vector<std::string> texts = texts_of(inputs[2].values, inputs[3].values);
  const auto width = static_cast<std::size_t>(inputs[0].type.last()), columns = static_cast<std::size_t>(output.last());
  const bool refuses_others = node.as<parameters::FindText>().refuses_others;
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::size_t row = i / columns, j = i % columns;
    const std::string& text = inputs[0].strings[row * width + static_cast<std::size_t>(inputs[1].values[2 * j])];
    const auto first = j == 0 ? 0 : static_cast<std::ptrdiff_t>(inputs[1].values[2 * j - 1]),
               end = static_cast<std::ptrdiff_t>(inputs[1].values[2 * j + 1]) - (refuses_others ? 0 : 1);
    const auto place = std::find(texts.begin() + first, texts.begin() + end, text) - texts.begin();
    require_shapes(place < end || !refuses_others, node, "meets a text that it does not know");
    y.values[i] = static_cast<double>(place);
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

}  // namespace

const Definition definitions::find_text = {
    .name = "find_text", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
