#include "tools/convert/sample.hpp"

#include <bit>
#include <cmath>

#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools {
namespace {

/// A small generator (PCG's multiplier), fixed for ever: golden vectors are part of the file.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) { bits(); }
  std::uint32_t bits() {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>(state_ >> 32);
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(std::uint64_t{bits()} * limit >> 32); }
  /// Uniform in [-1, 1], a multiple of 2^-16.
  double unit() { return (static_cast<double>(below(131073)) - 65536) / 65536; }

 private:
  std::uint64_t state_;
};

const Node* first_reader(const Graph& graph, ValueId value) {
  for (const Node& node : graph.nodes)
    if (!node.inputs.empty() && node.inputs[0] == value) {
      if (node.op() == Operator::reshape || node.op() == Operator::impute || node.op() == Operator::copy) {
        const Node* next = first_reader(graph, node.outputs[0]);
        if (next != nullptr) return next;
      }
      return &node;
    }
  return nullptr;
}

/// Values on which trees decide, by feature: the threshold itself or the float beside it.
void sample_thresholds(const Graph& graph, const Node& trees, Random& random, Tensor64& x) {
  const Numbers nodes = constant_value(graph.values[trees.inputs[1]]).values;
  const std::size_t count = nodes.size() / 3, width = x.values.size();
  for (std::size_t tries = 0; tries < 4 * width; ++tries) {
    const std::size_t node = random.below(static_cast<std::uint32_t>(count));
    const auto feature = static_cast<std::int32_t>(nodes[3 * node]);
    if (feature < 0) continue;
    const float threshold = std::bit_cast<float>(static_cast<std::int32_t>(nodes[3 * node + 1]));
    const float beside = std::nextafter(threshold, random.bits() & 1 ? INFINITY : -INFINITY);
    x.values[static_cast<std::size_t>(feature & 0x3fffffff)] = random.bits() & 1 ? threshold : beside;
  }
}

void sample_reals(const Graph& graph, const Node* reader, Random& random, Tensor64& x) {
  for (double& value : x.values) value = random.unit();
  if (reader == nullptr) return;
  if (reader->op() == Operator::affine) {
    const auto center = constant_value(graph.values[reader->inputs[1]]).values;
    const auto scale = constant_value(graph.values[reader->inputs[3]]).values;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      const std::size_t c = i % center.size();
      const double spread = scale[c] != 0 && std::isfinite(1 / scale[c]) ? 2 / scale[c] : 1;
      x.values[i] = static_cast<float>(center[c] + spread * x.values[i]);
    }
  }
  if (reader->op() == Operator::tree_ensemble) sample_thresholds(graph, *reader, random, x);
}

void sample_labels(const Graph& graph, const Node* reader, Random& random, Tensor64& x) {
  if (reader == nullptr || reader->op() != Operator::label_encode) {
    x.strings.assign(static_cast<std::size_t>(x.type.size()), "text");
    return;
  }
  const auto first = constant_value(graph.values[reader->inputs[1]]).values;
  const bool text = x.type.type == DataType::string;
  const auto bytes = text ? constant_value(graph.values[reader->inputs[2]]).values : Numbers{};
  const auto classes = static_cast<std::uint32_t>(first.size() - (text ? 1 : 0));
  for (std::int64_t i = 0; i < x.type.size(); ++i) {
    const std::uint32_t label = random.below(classes);
    if (!text) {
      x.values[static_cast<std::size_t>(i)] = first[label];
      continue;
    }
    std::string word;
    for (auto b = static_cast<std::size_t>(first[label]); b < static_cast<std::size_t>(first[label + 1]); ++b)
      word.push_back(static_cast<char>(bytes[b]));
    x.strings.push_back(word);
  }
}

}  // namespace

std::vector<Tensor64> sample_inputs(const Graph& graph, unsigned row) {
  std::vector<Tensor64> inputs;
  for (const Port& port : graph.inputs) {
    const TensorType& type = graph.type(port.value);
    Random random(row * 1009 + inputs.size());
    Tensor64 x{type, std::vector<double>(type.type == DataType::string ? 0 : static_cast<std::size_t>(type.size())), {}};
    const Node* reader = first_reader(graph, port.value);
    if (type.type == DataType::float32) sample_reals(graph, reader, random, x);
    else if (reader != nullptr && reader->op() == Operator::embedding)
      for (double& value : x.values) value = random.below(static_cast<std::uint32_t>(graph.shape(reader->inputs[1])[0]));
    else if (type.type == DataType::int8)
      for (double& value : x.values) value = static_cast<double>(random.below(256)) - 128;
    else if (type.type == DataType::uint8)
      for (double& value : x.values) value = random.below(256);
    else
      sample_labels(graph, reader, random, x);
    inputs.push_back(std::move(x));
  }
  return inputs;
}

}  // namespace nacre::tools
