#include "tools/evaluate/scan.hpp"

#include <algorithm>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/scan.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

/// The rows of a batch of which step `time` consists begin so many elements apart, and have so many.
struct Rows {
  Rows(const Dimensions& sequence, std::int64_t time)
      : batch(static_cast<std::size_t>(sequence[0])),
        width(static_cast<std::size_t>(TensorType{DataType::float32, sequence}.size() / (sequence[0] * sequence[1]))),
        stride(width * static_cast<std::size_t>(sequence[1])),
        first(width * static_cast<std::size_t>(time)) {}
  std::size_t batch, width, stride, first;
};

Tensor64 step_of(const Tensor64& sequence, const TensorType& type, std::int64_t time) {
  const Rows rows(sequence.type.shape, time);
  Tensor64 step{type, {}, {}};
  std::vector<double> values;
  for (std::size_t n = 0; n < rows.batch; ++n)
    for (std::size_t i = 0; i < rows.width; ++i) {
      const std::size_t at = n * rows.stride + rows.first + i;
      values.push_back(sequence.values[at]);
      if (!sequence.errors.empty()) step.errors.push_back(sequence.errors[at]);
    }
  step.values = std::move(values);
  return step;
}

void put_step(const Tensor64& step, std::int64_t time, Tensor64& sequence) {
  const Rows rows(sequence.type.shape, time);
  if (!step.errors.empty()) sequence.errors.resize(sequence.values.size());
  for (std::size_t n = 0; n < rows.batch; ++n)
    for (std::size_t i = 0; i < rows.width; ++i) {
      const std::size_t at = n * rows.stride + rows.first + i;
      sequence.values[at] = step.values[n * rows.width + i];
      if (!step.errors.empty()) sequence.errors[at] = step.errors[n * rows.width + i];
    }
}

}  // namespace

std::vector<Tensor64> evaluate_scan(const Node& node, const std::vector<Tensor64>& inputs, Errors errors) {
  const auto& table = node.as<parameters::Scan>();
  const ScanShape shape(node);
  const Graph& body = *node.body;
  const std::int64_t time = inputs[0].type.shape[1];
  std::vector<Tensor64> outputs, given(body.inputs.size());
  for (std::size_t i = 0; i < shape.states; ++i)
    given[shape.sequences + i] = inputs.size() > shape.sequences
                                     ? inputs[shape.sequences + i]
                                     : zeros(body.type(body.inputs[shape.sequences + i].value));
  for (std::size_t i = 0; i < shape.results; ++i) {
    TensorType type = body.type(body.outputs[shape.states + i].value);
    if (i < table.whole) type.shape.insert(type.shape.begin() + 1, time);
    outputs.push_back(zeros(type));
  }
  const std::int64_t steps =
      table.counted ? std::clamp<std::int64_t>(static_cast<std::int64_t>(inputs.back().values[0]), 0, time) : time;
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t at = table.go_backwards ? time - 1 - step : step;
    for (std::size_t i = 0; i < shape.sequences; ++i)
      given[i] = step_of(inputs[i], body.type(body.inputs[i].value), at);
    const std::vector<Tensor64> values = evaluate(body, given, errors);
    for (std::size_t i = 0; i < shape.results; ++i) {
      const Tensor64& result = values[body.outputs[shape.states + i].value];
      if (i < table.whole) put_step(result, step, outputs[i]);
      else outputs[i] = result;
    }
    for (std::size_t i = 0; i < shape.states; ++i) given[shape.sequences + i] = values[body.outputs[i].value];
  }
  for (std::size_t i = 0; table.counted && i < shape.results; ++i) {
    outputs[i] = given[shape.sequences + i];
    if (!is_exact({inputs.back()}))  // where another number of steps may run, nothing is known
      outputs[i].errors.assign(outputs[i].values.size(), std::numeric_limits<double>::infinity());
  }
  return outputs;
}

}  // namespace nacre::tools
