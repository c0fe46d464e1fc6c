// What operators ask of the call in hand.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {

tflite::BuiltinOperator TfliteImporter::Call::code() const { return row.code; }

bool TfliteImporter::Call::is_int8() const { return type(row.data).type == DataType::int8; }

bool TfliteImporter::Call::is_quantised() const { return is_int8() || type(row.data).type == DataType::int16; }

int TfliteImporter::Call::input(unsigned i) const {
  if (!has_input(i)) refuse(fmt::format("lacks input {}", i));
  const int index = op.inputs()->Get(i);
  (void)importer.tensor(index);
  return index;
}

bool TfliteImporter::Call::has_input(unsigned i) const {
  return i < inputs() && op.inputs()->Get(i) >= 0;
}

int TfliteImporter::Call::output(unsigned i) const {
  if (i >= outputs()) refuse(fmt::format("lacks output {}", i));
  const int index = op.outputs()->Get(i);
  (void)importer.tensor(index);
  return index;
}

const Quantization& TfliteImporter::Call::intermediate_quantization(unsigned i) const {
  if (op.intermediates() == nullptr || i >= op.intermediates()->size()) refuse(fmt::format("lacks intermediate {}", i));
  const int index = op.intermediates()->Get(i);
  (void)importer.tensor(index);
  return importer.quantization_[static_cast<std::size_t>(index)];
}

void TfliteImporter::Call::define_integers(std::vector<std::int64_t> numbers, unsigned i) const {
  if (static_cast<std::int64_t>(numbers.size()) != output_type(i).size())
    refuse(fmt::format("gives {} numbers where the file says {}", numbers.size(), to_string(output_type(i))));
  importer.integers_[static_cast<std::size_t>(output(i))] = std::move(numbers);
}

void TfliteImporter::Call::refuse(const std::string& what) const {
  refuse(what, "change the model, or end it before this operator");
}

void TfliteImporter::Call::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal("operator " + name, what, advice);
}

FusedBounds fused_bounds(const TfliteImporter::Call& call, tflite::ActivationFunctionType function) {
  const float infinity = std::numeric_limits<float>::infinity();
  switch (function) {
    case tflite::ActivationFunctionType::NONE: return {-infinity, infinity};
    case tflite::ActivationFunctionType::RELU: return {0, infinity};
    case tflite::ActivationFunctionType::RELU_N1_TO_1: return {-1, 1};
    case tflite::ActivationFunctionType::RELU6: return {0, 6};
    default: {
      const std::string word = tflite::EnumNameActivationFunctionType(function);
      call.refuse(
          "fuses " + (word.empty() ? fmt::format("the unknown activation {}", static_cast<int>(function)) : word),
          "make this activation a layer of its own");
    }
  }
}

StoredRange stored_range(const TfliteImporter::Call& call, tflite::ActivationFunctionType function) {
  const DataType type = call.output_type().type;
  StoredRange range = type == DataType::int16   ? StoredRange{-32768, 32767}
                      : type == DataType::uint8 ? StoredRange{0, 255}
                                                : StoredRange{-128, 127};
  const FusedBounds bounds = fused_bounds(call, function);
  const Quantization& q = call.output_quantization();
  if (q.scale.empty()) return range;
  const auto stored = [&](float real) {
    const float steps = std::round(real / q.scale.at(0));
    if (std::abs(steps) > 1e6f) call.refuse("has an output scale too small for the activation that it fuses");
    return q.zero_point.at(0) + static_cast<int>(steps);
  };
  if (std::isfinite(bounds.minimum)) range.minimum = std::max(range.minimum, stored(bounds.minimum));
  if (std::isfinite(bounds.maximum)) range.maximum = std::min(range.maximum, stored(bounds.maximum));
  return range;
}

AxisPadding tflite_padding(tflite::Padding padding, std::int64_t input, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation) {
  if (padding != tflite::Padding::SAME && padding != tflite::Padding::VALID)
    throw std::out_of_range(fmt::format("the unknown padding {}", static_cast<int>(padding)));
  if (padding == tflite::Padding::VALID || stride <= 0) return {0, 0};
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t total =
      std::max<std::int64_t>(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input);
  if (total > 0xffff) throw std::out_of_range("a padding beyond 65535");
  return {static_cast<std::uint16_t>(total / 2), static_cast<std::uint16_t>(total - total / 2)};
}

ValueId reshaped(Graph& graph, ValueId x, const Dimensions& shape) {
  if (graph.shape(x) == shape) return x;
  return graph.add(reshape_to(shape, graph.values[x].name), {x});
}

}  // namespace nacre::tools
