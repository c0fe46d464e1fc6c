#include "tools/convert/self_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/sample.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/operators/errors.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kGoldenRows = 2;
constexpr unsigned kRows = 8;
// The float64 evaluation of a million multiply-accumulates takes some hundredths of a second a row.
constexpr std::int64_t kSomeMacs = 1'000'000, kManyMacs = 30'000'000;

std::int64_t macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes)
    if (const auto count = definition_of(node.op()).macs)
      sum += count(node, graph.input_types(node), graph.type(node.outputs[0]));
  return sum;
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

[[noreturn]] void refuse(const Port& port, const std::string& what) {
  throw Refusal("output " + port.name, "the converted model would differ from the saved one: " + what,
                "report this model, it must not be used");
}

void compare_labels(const Port& port, const Tensor64& expected, const std::vector<std::string>& actual, SelfCheck& result) {
  for (std::size_t i = 0; i < expected.strings.size(); ++i) {
    if (actual[i] == expected.strings[i]) continue;
    if (error_of(expected, i) == 0) refuse(port, fmt::format("label {} for {}", actual[i], expected.strings[i]));
    ++result.undecided;
  }
}

void compare(const Port& port, const Tensor64& expected, const TensorData& actual, SelfCheck& result) {
  if (expected.type.type == DataType::string) return compare_labels(port, expected, actual.text, result);
  const std::vector<double> values = values_from_device(actual, expected.type.type);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == expected.values[i] || (std::isnan(values[i]) && std::isnan(expected.values[i]))) continue;
    const double error = std::abs(values[i] - expected.values[i]), bound = error_of(expected, i);
    if (std::isinf(bound)) {
      ++result.undecided;
      continue;
    }
    if (!(error <= bound)) refuse(port, fmt::format("{:.9g} for {:.9g} at element {}, bound {:.3g}", values[i], expected.values[i], i, bound));
    if (expected.type.type != DataType::float32) continue;
    result.of_bound = std::max(result.of_bound, error / bound);
    if (error <= result.largest_error) continue;
    result.largest_error = error;
    result.bound = bound;
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
  SelfCheck result;
  const auto given_rows = static_cast<unsigned>(given.size());
  const unsigned golden_rows = given.empty() ? kGoldenRows : given_rows;
  const std::int64_t work = macs(graph);
  result.rows = given_rows + (work > kManyMacs ? kGoldenRows : work > kSomeMacs ? kRows / 2 : kRows);
  for (unsigned row = 0; row < result.rows; ++row) {
    const std::vector<Tensor64> inputs = row < given_rows ? given[row] : sample_inputs(graph, row - given_rows);
    GoldenCase made;
    for (const Tensor64& input : inputs) made.inputs.push_back(to_device(input));
    session.network().reset_state();
    made.outputs = session.run(made.inputs);
    const std::vector<Tensor64> expected = evaluate(graph, inputs, Errors::bound);
    for (std::size_t i = 0; i < graph.outputs.size(); ++i)
      compare(graph.outputs[i], expected[graph.outputs[i].value], made.outputs[i], result);
    if (row < golden_rows) golden->push_back(std::move(made));
  }
  return result;
}

}  // namespace nacre::tools
