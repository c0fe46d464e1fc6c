#include "tools/sample/sample.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "tools/evaluate/evaluate.hpp"
#include "tools/trees/thresholds.hpp"

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

bool passes_through(const Node& node) {
  return node.op() == Operator::reshape || node.op() == Operator::copy || node.op() == Operator::impute ||
         node.op() == Operator::select || node.op() == Operator::affine;
}

std::vector<const Node*> readers_of(const Graph& graph, ValueId value) {
  std::vector<const Node*> readers;
  for (const Node& node : graph.nodes)
    if (!node.inputs.empty() && node.inputs[0] == value) readers.push_back(&node);
  return readers;
}

/// A matrix over whole rows whose columns are directions at right angles, along which the training rows spread as
/// far as the saved model says: a PCA.
bool is_projection(const Graph& graph, const Node& node) {
  return node.op() == Operator::fully_connected && graph.shape(node.inputs[0]).size() == 2 &&
         graph.values[node.outputs[0]].spread.size() == static_cast<std::size_t>(graph.type(node.outputs[0]).last());
}

/// What decides the domain of an input: the layers that read it, one after the other, up to the first
/// that computes. Where several read it, each row follows another.
struct Path {
  const Node* imputer = nullptr;
  const Node* scaler = nullptr;
  const Node* last = nullptr;  ///< tree_ensemble, quantize, label_encode or another
  std::vector<const Node*> affines;  ///< all in a row, the scaler first, where a projection is last
  std::vector<std::int64_t> columns;  ///< of the input, those that a selection passes on; empty: all
  std::size_t width = 1;              ///< columns of the input, where some are selected

  Path(const Graph& graph, ValueId value, unsigned row) {
    for (auto readers = readers_of(graph, value); !readers.empty(); readers = readers_of(graph, value)) {
      const Node* reader = readers[row % readers.size()];
      if (reader->op() == Operator::impute) imputer = reader;
      if (reader->op() == Operator::select && columns.empty() && scaler == nullptr) {
        columns = graph.values[reader->inputs[1]].constant.value().to<std::int64_t>();
        width = static_cast<std::size_t>(graph.type(value).last());
        value = reader->outputs[0];
        continue;
      }
      if (reader->op() == Operator::affine) affines.push_back(reader);
      if (reader->op() == Operator::affine && scaler == nullptr) scaler = reader;
      if (!passes_through(*reader)) {
        last = reader;
        return;
      }
      value = reader->outputs[0];
    }
  }
  /// The element of an input of `size` elements that element i behind the selection is, and how many of those there
  /// are.
  std::size_t element(std::size_t i) const {
    return columns.empty() ? i : i / columns.size() * width + static_cast<std::size_t>(columns[i % columns.size()]);
  }
  std::size_t elements(std::size_t size) const { return columns.empty() ? size : size / width * columns.size(); }
  bool ends_in(Operator op) const { return last != nullptr && last->op() == op; }
};

/// An element of a constant that the device holds as int32, without widening all the others.
std::int32_t element(const Array& array, std::size_t i) {
  if (array.type() != ElementType::int32) return static_cast<std::int32_t>(array.to<std::int64_t>()[i]);
  std::int32_t result = 0;
  std::memcpy(&result, array.bytes().data() + i * sizeof result, sizeof result);
  return result;
}

/// Values on which trees decide: thresholds, or the float to either side; now and then none at all where
/// a node says where a missing value goes. Thresholds behind a scaler are moved before it.
void sample_thresholds(const Graph& graph, const Path& path, const Port& input, Random& random, Tensor64& x) {
  constexpr std::int32_t kMissingLeft = 1 << 30;
  const Array& nodes = *graph.values[path.last->inputs[1]].constant;
  const std::vector<ColumnPath> columns = column_paths(graph, path.last->inputs[0], true);
  const auto count = static_cast<std::uint32_t>(nodes.size() / 3);
  for (std::size_t tries = 0; tries < 4 * x.values.size(); ++tries) {
    const std::size_t node = random.below(count);
    const std::int32_t word = element(nodes, 3 * node);
    const auto feature = static_cast<std::size_t>(word & ~kMissingLeft);
    if (word < 0 || feature >= columns.size()) continue;
    const ColumnPath& column = columns[feature];
    if (column.source != input.value || column.element >= x.values.size()) continue;
    float threshold = std::bit_cast<float>(element(nodes, 3 * node + 1));
    if (!column.operations.empty())
      threshold = device_threshold(moved_threshold(column, threshold), graph.input_precision);
    if (!std::isfinite(threshold)) continue;
    const std::uint32_t choice = random.below(3);
    x.values[column.element] = choice == 0 ? threshold : std::nextafter(threshold, choice == 1 ? INFINITY : -INFINITY);
    if ((word & kMissingLeft) != 0 && random.below(8) == 0 && !input.refuses_missing) x.values[column.element] = NAN;
  }
}

/// Two spreads to either side of a scaler's centre.
void sample_spread(const Graph& graph, const Path& path, Tensor64& x) {
  const auto center = constant_value(graph.values[path.scaler->inputs[1]]).values;
  const auto scale = constant_value(graph.values[path.scaler->inputs[3]]).values;
  std::vector<bool> done(x.values.size());
  for (std::size_t i = 0; i < path.elements(x.values.size()); ++i) {
    const std::size_t c = i % center.size(), at = path.element(i);
    if (done[at]) continue;
    done[at] = true;
    const double spread = scale[c] != 0 && std::isfinite(1 / scale[c]) ? 2 / scale[c] : 1;
    x.values[at] = static_cast<float>(center[c] + spread * x.values[at]);
  }
}

/// Two spreads along each direction of a projection, taken back through the scalers before it: among the
/// training rows. Anywhere else, columns that follow from others would not.
void sample_projection(const Graph& graph, const Path& path, Random& random, Tensor64& x) {
  const auto weights = constant_value(graph.values[path.last->inputs[1]]).values;
  const std::vector<double>& spread = graph.values[path.last->outputs[0]].spread;
  std::fill(x.values.begin(), x.values.end(), 0.0);
  for (std::size_t k = 0; k < spread.size(); ++k) {
    double square = 0;
    for (std::size_t i = 0; i < x.values.size(); ++i)
      square += weights[i * spread.size() + k] * weights[i * spread.size() + k];
    const double along = 2 * spread[k] * random.unit() / square;
    if (!std::isfinite(along)) continue;
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] += along * weights[i * spread.size() + k];
  }
  for (auto affine = path.affines.rbegin(); affine != path.affines.rend(); ++affine) {
    const auto parameter = [&](std::size_t i) { return constant_value(graph.values[(*affine)->inputs[i]]).values; };
    const auto center = parameter(1), rest = parameter(2), scale = parameter(3), offset = parameter(4);
    for (std::size_t i = 0; i < x.values.size(); ++i)
      x.values[i] = center[i] + rest[i] + (scale[i] != 0 ? (x.values[i] - offset[i]) / scale[i] : 0);
  }
  for (double& value : x.values) value = static_cast<float>(value);
}

/// All of int8, and its ends more often than by chance.
double sample_byte(Random& random) {
  return random.below(8) == 0 ? (random.below(2) == 0 ? -128 : 127) : static_cast<double>(random.below(256)) - 128;
}

void sample_reals(const Graph& graph, const Path& path, const Port& input, Random& random, Tensor64& x) {
  for (double& value : x.values) value = random.unit();
  if (path.columns.empty() && path.last != nullptr && is_projection(graph, *path.last))
    sample_projection(graph, path, random, x);
  else if (path.scaler != nullptr) sample_spread(graph, path, x);
  if (path.ends_in(Operator::tree_ensemble)) sample_thresholds(graph, path, input, random, x);
  if (path.ends_in(Operator::quantize) && path.scaler == nullptr) {
    const auto& table = path.last->as<schema::QuantizeT>();
    for (double& value : x.values) value = static_cast<float>(table.scale * (sample_byte(random) - table.zero_point));
  }
  if (path.imputer != nullptr)
    for (double& value : x.values)
      if (random.below(4) == 0) value = path.imputer->as<schema::ImputeT>().missing_value;
}

/// Rows of the smallest table that an input is looked up in, as it is or moved; 0: of none.
std::uint32_t smallest_vocabulary(const Graph& graph, ValueId input) {
  constexpr Operator kMovers[] = {Operator::reshape, Operator::permute, Operator::concatenate, Operator::slice,
                                  Operator::copy};
  std::set<ValueId> moved{input};
  std::uint32_t smallest = 0;
  for (const Node& node : graph.nodes) {  // in execution order
    if (std::none_of(node.inputs.begin(), node.inputs.end(), [&](ValueId value) { return moved.count(value) != 0; }))
      continue;
    if (std::find(std::begin(kMovers), std::end(kMovers), node.op()) != std::end(kMovers))
      moved.insert(node.outputs.begin(), node.outputs.end());
    if (node.op() != Operator::embedding) continue;
    const auto rows = static_cast<std::uint32_t>(graph.shape(node.inputs[1])[0]);
    smallest = smallest == 0 ? rows : std::min(smallest, rows);
  }
  return smallest;
}

/// Indices of a vocabulary, its ends more often than by chance.
void sample_indices(std::uint32_t vocabulary, Random& random, Tensor64& x) {
  for (double& value : x.values)
    value = random.below(4) != 0 ? random.below(vocabulary) : random.below(2) == 0 ? 0 : vocabulary - 1;
}

void sample_labels(const Graph& graph, const Node* reader, Random& random, Tensor64& x) {
  if (reader == nullptr || reader->op() != Operator::label_encode) {
    if (x.type.type == DataType::string) x.strings.assign(static_cast<std::size_t>(x.type.size()), "text");
    else for (double& value : x.values) value = random.below(2);
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
      word.push_back(static_cast<char>(static_cast<unsigned char>(bytes[b])));  // UTF-8
    x.strings.push_back(word);
  }
}

}  // namespace

std::vector<Tensor64> sample_inputs(const Graph& graph, unsigned row) {
  std::vector<Tensor64> inputs;
  for (const Port& port : graph.inputs) {
    const TensorType& type = graph.type(port.value);
    Random random(row * 1009 + inputs.size());
    Tensor64 x{
        type, std::vector<double>(type.type == DataType::string ? 0 : static_cast<std::size_t>(type.size())), {}};
    const Path path(graph, port.value, row);
    if (type.type == DataType::float32) sample_reals(graph, path, port, random, x);
    else if (const std::uint32_t vocabulary = smallest_vocabulary(graph, port.value); vocabulary != 0)
      sample_indices(vocabulary, random, x);
    else if (type.type == DataType::int8 || type.type == DataType::uint8)
      for (double& value : x.values) value = sample_byte(random) + (type.type == DataType::uint8 ? 128 : 0);
    else
      sample_labels(graph, path.last, random, x);
    inputs.push_back(std::move(x));
  }
  return inputs;
}

}  // namespace nacre::tools
