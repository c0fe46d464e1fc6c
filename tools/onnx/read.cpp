#include "tools/onnx/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>

#include "tools/common/line_ends.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/onnx/importer.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kNewestVersion = 14;  // of the format

void require_understood(const OnnxModel& model) {
  if (model.ir_version > kNewestVersion)
    throw Refusal("", fmt::format("it is of version {} of the ONNX format, and {} is the newest that Nacre knows",
                                  model.ir_version, kNewestVersion),
                  "save it with an earlier release of onnx, or use a newer release of Nacre");
  if (model.graph.has_sparse_initializers)
    throw Refusal("", "it holds sparse initializers, which Nacre does not support",
                  "export the model with dense weights");
  if (model.graph.nodes.empty() && model.graph.outputs.empty())
    throw Refusal("", "it holds no graph", "export the model again");
}

/// Products of one run, as far as operators count them.
std::int64_t products_of(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes)
    if (const auto macs = definition_of(node.op()).macs)
      sum += macs(node, graph.input_types(node), graph.output_types(node).front());
  return sum;
}

/// Some numbers for an input, others for each row; of integers 0 and 1.
Tensor64 some_numbers(const TensorType& type, std::size_t first) {
  std::vector<double> numbers(static_cast<std::size_t>(type.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double turn = std::sin(static_cast<double>((first + i) * 37 + 11));
    numbers[i] = type.type == DataType::float32 || type.type == DataType::float64 ? static_cast<float>(turn) : turn > 0;
  }
  return {type, std::move(numbers), {}};
}

std::vector<Tensor64> outputs_of(const Graph& graph, std::size_t row) {
  std::vector<Tensor64> inputs, outputs;
  for (const Port& port : graph.inputs) {
    const TensorType& type = graph.type(port.value);
    inputs.push_back(some_numbers(type, row * static_cast<std::size_t>(type.size())));
  }
  const std::vector<Tensor64> values = evaluate(graph, inputs);
  for (const Port& port : graph.outputs) outputs.push_back(values[port.value]);
  return outputs;
}

bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) < 1e-6; }

/// Whether a tensor of two rows is one of each row, along whichever axis; or that of the first, where the model goes on
/// with one row alone.
bool is_of_rows(const Tensor64& first, const Tensor64& second, const Tensor64& together) {
  const Dimensions &one = first.type.shape, &both = together.type.shape;
  std::size_t axis = 0, inner = 1;
  while (axis < one.size() && axis < both.size() && one[axis] == both[axis]) ++axis;
  for (std::size_t i = axis; i < one.size(); ++i) inner *= static_cast<std::size_t>(one[i]);
  const std::size_t size = first.values.size(), rows = together.values.size() / std::max<std::size_t>(size, 1);
  if (rows < 1 || rows > 2 || together.values.size() != rows * size) return false;
  for (std::size_t k = 0; k < size; ++k) {
    const std::size_t at = rows == 1 ? k : k / inner * 2 * inner + k % inner;
    if (!is_same(first.values[k], together.values[at])) return false;
    if (rows == 2 && !is_same(second.values[k], together.values[at + inner])) return false;
  }
  return true;
}

/// Nacre runs row by row what has an open first dimension. That is the model only where no row heeds the others: a
/// recurrent layer along that dimension, a mean over it, would answer otherwise. So two rows together must give what
/// they give alone.
void require_independent_rows(const Graph& one, const Graph& both) {
  constexpr std::int64_t kMost = 100'000'000;
  if (products_of(both) > kMost) return;
  std::vector<Tensor64> first, second, together;
  try {
    first = outputs_of(one, 0), second = outputs_of(one, 1), together = outputs_of(both, 0);
  } catch (const std::exception&) {  // these numbers have no answer: an index without a row, say
    return;
  }
  for (std::size_t i = 0; i < together.size(); ++i)
    if (first[i].strings.empty() && !is_of_rows(first[i], second[i], together[i]))
      throw Refusal(fmt::format("output {}", one.outputs[i].name),
                    "depends on all places of a first dimension that is open, so that this is no batch of rows",
                    "fix its length, as in --shape NAME=10,3");
}

/// Nothing where the model takes one row alone.
std::optional<Graph> read_two_rows(const Buffer& file, const OnnxModel& model, const std::string& folder,
                                   std::deque<InputShape> shapes) {
  try {
    return OnnxImporter(file, model, folder, shapes, 2).run();
  } catch (const Refusal&) {
    return std::nullopt;
  }
}

}  // namespace

Graph read_onnx(const Buffer& file, const std::string& folder, std::deque<InputShape>& shapes) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  OnnxModel model;
  try {
    model = parse_onnx(bytes);
  } catch (const Refusal&) {
    if (has_text_line_ends(file)) throw changed_line_ends();
    throw;
  }
  require_understood(model);
  const std::deque<InputShape> given = shapes;
  OnnxImporter importer(file, model, folder, shapes);
  Graph graph = importer.run();
  if (!importer.has_open_batch()) return graph;
  if (const auto both = read_two_rows(file, model, folder, given)) require_independent_rows(graph, *both);
  return graph;
}

Graph read_onnx(const Buffer& file) {
  std::deque<InputShape> none;
  return read_onnx(file, "", none);
}

}  // namespace nacre::tools
