#include "tools/onnx/ml.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/estimators/estimator.hpp"

namespace nacre::tools {

using F = MapFunction;

ValueId ml_rows(const OnnxCall& call) {
  if (call.type() == OnnxType::float64 || call.type() == OnnxType::string)
    call.refuse("takes rows of " + onnx_type_name(call.type()) + ", which Nacre does not support",
                "export the model with a FloatTensorType input");
  const ValueId x = as_type(call, call.value(), DataType::float32);
  const Dimensions& shape = call.graph().shape(x);
  if (shape.size() == 1) return reshaped_to(call, x, {1, shape[0]});
  if (shape.size() != 2) call.refuse("takes something else than rows");
  return x;
}

std::string ml_transform_of(const OnnxCall& call) {
  const std::string transform = call.text("post_transform", "NONE");
  if (transform != "NONE" && transform != "LOGISTIC" && transform != "SOFTMAX")
    call.refuse("has the post_transform " + transform + ", which Nacre does not support");
  return transform;
}

ValueId ml_transformed(const OnnxCall& call, ValueId scores, const std::string& transform) {
  if (transform == "LOGISTIC") return apply(call, F::sigmoid, {scores});
  if (transform == "SOFTMAX") return call.graph().add(parameters::Softmax{}, {scores}, call.name());
  return scores;
}

MlLabels ml_labels(const OnnxCall& call, const char* texts, const char* integers) {
  const auto words = call.texts(texts);
  const auto numbers = call.integers(integers);
  if (words && !words->empty()) return {Array({std::ssize(*words)}, *words), OnnxType::string};
  if (!numbers || numbers->empty()) call.refuse("lacks its labels");
  return {Array::of(ElementType::int64, {std::ssize(*numbers)}, *numbers), OnnxType::int64};
}

ValueId ml_decoded(const OnnxCall& call, const MlLabels& labels, ValueId index) {
  Graph& graph = call.graph();
  if (labels.type == OnnxType::string) {
    std::vector<ValueId> inputs{index};
    for (const ValueId value : label_constants(graph, labels.labels)) inputs.push_back(value);
    return graph.add(parameters::LabelDecode{}, inputs, call.name());
  }
  const std::vector<std::int64_t> numbers = labels.labels.to<std::int64_t>();
  for (const std::int64_t number : numbers)
    if (number != static_cast<std::int32_t>(number))
      call.refuse(fmt::format("has the label {}, and Nacre computes with integers of 32 bits", number));
  return graph.add(parameters::Gather{}, {int_constant(call, {std::ssize(numbers)}, numbers), index}, call.name());
}

ValueId ml_largest(const OnnxCall& call, ValueId scores) {
  return call.graph().add(parameters::ArgMax{}, {scores}, call.name());
}

ValueId ml_above(const OnnxCall& call, ValueId score, double threshold) {
  const ValueId above = as_type(call, apply(call, F::greater, score, threshold), DataType::int32);
  return reshaped_to(call, above, {call.graph().shape(score)[0]});
}

}  // namespace nacre::tools
