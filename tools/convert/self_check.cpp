#include "tools/convert/self_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/sample.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kGoldenRows = 2;
constexpr unsigned kRows = 4;
constexpr std::int64_t kManyMacs = 30'000'000;  // beyond this the float64 evaluation takes seconds a row
constexpr double kNoiseFactor = 64;             // float32 steps of noise on the inputs that are allowed for

std::int64_t macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes)
    if (const auto count = definition_of(node.op()).macs)
      sum += count(node, graph.input_types(node), graph.type(node.outputs[0]));
  return sum;
}

/// The inputs with every real moved to a neighbouring float: all upwards, or in either direction.
std::vector<Tensor64> with_noise(std::vector<Tensor64> inputs, bool upwards) {
  std::uint32_t bits = 1;
  for (Tensor64& x : inputs)
    for (std::size_t i = 0; i < x.values.size() && x.type.type == DataType::float32; ++i) {
      bits = bits * 1664525 + 1013904223;
      const bool up = upwards || (bits & 0x10000) != 0;
      x.values[i] = std::nextafter(static_cast<float>(x.values[i]), up ? INFINITY : -INFINITY);
    }
  return inputs;
}

std::vector<double> values_from_device(const TensorData& data, DataType type) {
  const std::size_t size = element_bytes(type);
  std::vector<double> values(data.bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::byte* at = data.bytes.data() + i * size;
    const auto load = [&](auto element) {
      std::memcpy(&element, at, sizeof element);
      return static_cast<double>(element);
    };
    switch (type) {
      case DataType::float32: values[i] = load(float{}); break;
      case DataType::float64: values[i] = load(double{}); break;
      case DataType::int64: values[i] = load(std::int64_t{}); break;
      case DataType::int32: values[i] = load(std::int32_t{}); break;
      case DataType::int8: values[i] = load(std::int8_t{}); break;
      default: values[i] = load(std::uint8_t{}); break;
    }
  }
  return values;
}

double largest_magnitude(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    const double difference = std::abs(a[i] - b[i]);
    largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
  }
  return largest;
}

[[noreturn]] void refuse(const Port& port, const std::string& what) {
  throw Refusal("output " + port.name, "the converted model would differ from the saved one: " + what,
                "report this model, it must not be used");
}

void compare(const Port& port, const Tensor64& expected, const std::vector<const Tensor64*>& noisy,
             const TensorData& actual, double tolerance, SelfCheck& result) {
  if (expected.type.type == DataType::string) {
    if (actual.text != expected.strings) refuse(port, "labels differ");
    return;
  }
  const std::vector<double> values = values_from_device(actual, expected.type.type);
  const double error = largest_difference(values, expected.values);
  double noise = 0;
  for (const Tensor64* other : noisy) noise = std::max(noise, largest_difference(other->values, expected.values));
  if (expected.type.type != DataType::float32) {
    if (error != 0 && noise == 0)
      refuse(port, fmt::format("an integer is off by {}", error));
    return;
  }
  const double scale = std::max(largest_magnitude(expected.values), 1e-30);
  const double bound = tolerance * scale + kNoiseFactor * noise;
  if (!(error <= bound)) refuse(port, fmt::format("error {:.3g} of {:.3g}, bound {:.3g}", error, scale, bound));
  if (error / scale >= result.largest_error) {
    result.largest_error = error / scale;
    result.bound = bound / scale;
  }
}

}  // namespace

TensorData to_device(const Tensor64& tensor) {
  if (tensor.type.type == DataType::string) return {{}, tensor.strings};
  return {encode(Array::of<double>(ElementType::float64, tensor.type.shape, tensor.values), tensor.type.type), {}};
}

Tensor64 from_device(const TensorData& data, const TensorType& type) {
  if (type.type == DataType::string) return {type, {}, data.text};
  return {type, values_from_device(data, type.type), {}};
}

SelfCheck self_check(const Graph& graph, std::span<const std::byte> model, const std::vector<std::vector<Tensor64>>& given,
                     std::vector<GoldenCase>* golden) {
  Session session(model, reference_kernels(), Digest::decline);
  const double bound = tolerance(graph);
  SelfCheck result;
  const auto given_rows = static_cast<unsigned>(given.size());
  const unsigned golden_rows = given.empty() ? kGoldenRows : given_rows;
  result.rows = given_rows + (macs(graph) > kManyMacs ? kGoldenRows : kRows);
  for (unsigned row = 0; row < result.rows; ++row) {
    const std::vector<Tensor64> inputs = row < given_rows ? given[row] : sample_inputs(graph, row - given_rows);
    GoldenCase made;
    for (const Tensor64& input : inputs) made.inputs.push_back(to_device(input));
    session.network().reset_state();
    made.outputs = session.run(made.inputs);
    const std::vector<Tensor64> expected = evaluate(graph, inputs);
    const std::vector<Tensor64> up = evaluate(graph, with_noise(inputs, true)), around = evaluate(graph, with_noise(inputs, false));
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const ValueId value = graph.outputs[i].value;
      compare(graph.outputs[i], expected[value], {&up[value], &around[value]}, made.outputs[i], bound, result);
    }
    if (row < golden_rows) golden->push_back(std::move(made));
  }
  return result;
}

}  // namespace nacre::tools
