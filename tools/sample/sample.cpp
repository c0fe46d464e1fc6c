#include "tools/sample/sample.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/sample/path.hpp"
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

/// An element of a constant that the device holds as int32, without widening all the others.
std::int32_t element(const Array& array, std::size_t i) {
  if (array.type() != ElementType::int32) return static_cast<std::int32_t>(array.to<std::int64_t>()[i]);
  std::int32_t result = 0;
  std::memcpy(&result, array.bytes().data() + i * sizeof result, sizeof result);
  return result;
}

/// Values on which trees decide: thresholds, or the float to either side; now and then none at all where
/// a node says where a missing value goes. Thresholds behind a scaler are moved before it.
void sample_thresholds(const Graph& graph, const SamplePath& path, const std::vector<ColumnPath>& columns,
                       const Port& input, Random& random, Tensor64& x) {
  const Array& nodes = *graph.values[path.last->inputs[1]].constant;
  const auto count = static_cast<std::uint32_t>(nodes.size() / 3);
  for (std::size_t tries = 0; tries < 4 * x.values.size(); ++tries) {
    const std::size_t node = random.below(count);
    const std::int32_t word = element(nodes, 3 * node);
    const auto feature = static_cast<std::size_t>(word & kFeature);
    if (word < 0 || feature >= columns.size()) continue;
    const ColumnPath& column = columns[feature];
    if (column.source != input.value || column.element >= x.values.size()) continue;
    const std::int32_t second = element(nodes, 3 * node + 1);
    if ((word & kCategory) != 0) {
      const auto set = static_cast<std::size_t>(second);
      const auto words = static_cast<std::uint32_t>(-1 - element(nodes, 3 * set));
      x.values[column.element] = random.below(32 * words + 2);
      continue;
    }
    float threshold = std::bit_cast<float>(second);
    if (!column.operations.empty())
      threshold = device_threshold(moved_threshold(column, threshold), graph.input_precision);
    if (!std::isfinite(threshold)) continue;
    const std::uint32_t choice = random.below(3);
    x.values[column.element] = choice == 0 ? threshold : std::nextafter(threshold, choice == 1 ? INFINITY : -INFINITY);
    if ((word & kZeroIsMissing) != 0 && random.below(8) == 0) x.values[column.element] = 0;
    if ((word & kMissingLeft) != 0 && random.below(8) == 0 && !input.refuses_missing) x.values[column.element] = NAN;
  }
}

double held_as(DataType type, double x) { return type == DataType::float32 ? static_cast<float>(x) : x; }

/// Two spreads to either side of a scaler's centre.
void sample_spread(const Graph& graph, const SamplePath& path, Tensor64& x) {
  const auto center = constant_value(graph.values[path.scaler->inputs[1]]).values;
  const auto scale = constant_value(graph.values[path.scaler->inputs[3]]).values;
  std::vector<bool> done(x.values.size());
  for (std::size_t i = 0; i < path.elements(x.values.size()); ++i) {
    const std::size_t c = i % center.size(), at = path.element(i);
    if (done[at]) continue;
    done[at] = true;
    const double spread = scale[c] != 0 && std::isfinite(1 / scale[c]) ? 2 / scale[c] : 1;
    x.values[at] = held_as(x.type.type, center[c] + spread * x.values[at]);
  }
}

/// Two spreads along each direction of a projection, taken back through the scalers before it: among the
/// training rows. Anywhere else, columns that follow from others would not.
void sample_projection(const Graph& graph, const SamplePath& path, Random& random, Tensor64& x) {
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
  for (double& value : x.values) value = held_as(x.type.type, value);
}

/// All of int8, and its ends more often than by chance.
double sample_byte(Random& random) {
  return random.below(8) == 0 ? (random.below(2) == 0 ? -128 : 127) : static_cast<double>(random.below(256)) - 128;
}

/// Indices of a vocabulary, its ends more often than by chance.
void sample_indices(std::uint32_t vocabulary, Random& random, Tensor64& x) {
  for (double& value : x.values)
    value = random.below(4) != 0 ? random.below(vocabulary) : random.below(2) == 0 ? 0 : vocabulary - 1;
}

/// Text `i` of a constant: its offsets are one value, its bytes another.
std::string constant_text(const Numbers& offsets, const Numbers& bytes, std::uint32_t i) {
  std::string text;
  for (auto b = static_cast<std::size_t>(offsets[i]); b < static_cast<std::size_t>(offsets[i + 1]); ++b)
    text.push_back(static_cast<char>(static_cast<unsigned char>(bytes[b])));  // UTF-8
  return text;
}

/// So few that the layer has room for all of their terms.
std::uint32_t most_words(const Graph& graph, const Node& reader) {
  constexpr std::uint32_t kMost = 16;
  constexpr std::int64_t kTermsOfWord = 64;
  const std::int64_t entries = graph.type(reader.outputs[0]).last();
  if (reader.op() == Operator::count_terms) {
    const auto& p = reader.as<parameters::CountTerms>();
    const std::int64_t terms = graph.type(reader.inputs[5]).size() - 1 + (p.counts_others ? 1 : 0);
    if (p.in_order || entries >= terms) return kMost;
  }
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(entries / kTermsOfWord, 1, kMost));
}

/// Terms that the layer looks for, and others, in any case.
std::string sample_document(const Graph& graph, const Node& reader, Random& random) {
  constexpr const char* kOthers[] = {"The", "unseen", "\u00c9t\u00e9", "NA\u00cfVE", "x", "42,", "don't", "\u4f60!"};
  const bool has_vocabulary = reader.op() == Operator::count_terms;
  const Numbers offsets = has_vocabulary ? constant_value(graph.values[reader.inputs[5]]).values : Numbers{},
                bytes = has_vocabulary ? constant_value(graph.values[reader.inputs[6]]).values : Numbers{};
  std::string text;
  for (std::uint32_t words = random.below(most_words(graph, reader)); words > 0; --words) {
    text += has_vocabulary && random.below(4) != 0
                ? constant_text(offsets, bytes, random.below(static_cast<std::uint32_t>(offsets.size() - 1)))
                : kOthers[random.below(std::size(kOthers))];
    text += random.below(8) == 0 ? "  " : " ";
  }
  return text;
}

/// A row without terms is among them: what a model says then are its intercepts, which may tie but for their last bit.
void sample_documents(const Graph& graph, const Node& reader, unsigned row, Random& random, Tensor64& x) {
  constexpr unsigned kEmpty = 1;
  for (std::int64_t i = 0; i < x.type.size(); ++i)
    x.strings.push_back(row == kEmpty ? "" : sample_document(graph, reader, random));
}

bool reads_documents(const Node* reader) {
  return reader != nullptr && (reader->op() == Operator::count_terms || reader->op() == Operator::hash_terms);
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
    x.strings.push_back(constant_text(first, bytes, label));
  }
}

/// By value, the length of the shortest axis that it is looked up in, as it is or moved; 0: in none.
std::vector<std::uint32_t> smallest_vocabularies(const Graph& graph) {
  constexpr Operator kMovers[] = {Operator::reshape, Operator::permute,   Operator::concatenate, Operator::slice,
                                  Operator::copy,    Operator::broadcast, Operator::gather};
  std::vector<std::uint32_t> result(graph.values.size());
  const auto note = [&](ValueId value, std::uint32_t length) {
    if (length != 0) result[value] = result[value] == 0 ? length : std::min(result[value], length);
  };
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (std::find(std::begin(kMovers), std::end(kMovers), node->op()) == std::end(kMovers)) continue;
    const bool looks_up = node->op() == Operator::gather;
    const std::size_t moved = looks_up ? 1 : node->inputs.size();
    for (std::size_t i = 0; i < moved; ++i) note(node->inputs[i], result[node->outputs[0]]);
    if (!looks_up) continue;
    const Dimensions& table = graph.shape(node->inputs[0]);
    note(node->inputs[1], static_cast<std::uint32_t>(table[table.size() - 1 - node->as<parameters::Gather>().behind]));
  }
  return result;
}

/// Makes the inputs of one row.
class Sampler {
 public:
  Sampler(const Graph& graph, unsigned row)
      : graph_(graph), row_(row), index_(graph), columns_(graph, index_), vocabularies_(smallest_vocabularies(graph)) {}

  Tensor64 sample(const Port& port, std::uint64_t seed) {
    const TensorType& type = graph_.type(port.value);
    Random random(seed);
    Tensor64 x{
        type, std::vector<double>(type.type == DataType::string ? 0 : static_cast<std::size_t>(type.size())), {}};
    const SamplePath path(graph_, index_, port.value, row_);
    if (type.type == DataType::float32 || type.type == DataType::float64) sample_reals(path, port, random, x);
    else if (!port.samples.empty() && type.type == DataType::string)
      x.strings.resize(static_cast<std::size_t>(type.size()));
    else if (vocabularies_[port.value] != 0) sample_indices(vocabularies_[port.value], random, x);
    else if (type.type == DataType::int8 || type.type == DataType::uint8)
      for (double& value : x.values) value = sample_byte(random) + (type.type == DataType::uint8 ? 128 : 0);
    else if (reads_documents(path.last))
      sample_documents(graph_, *path.last, row_, random, x);
    else
      sample_labels(graph_, path.last, random, x);
    take_samples(port, random, x);
    return x;
  }

 private:
  /// What a reader knows of single columns.
  static void take_samples(const Port& port, Random& random, Tensor64& x) {
    for (const auto& [element, samples] : port.samples) {
      const auto at = static_cast<std::size_t>(element);
      const auto any_of = [&](const auto& list) {
        return list[random.below(static_cast<std::uint32_t>(list.size()))];
      };
      if (!samples.texts.empty()) x.strings.at(at) = any_of(samples.texts);
      if (!samples.numbers.empty() && at < x.values.size())
        x.values[at] = held_as(x.type.type, any_of(samples.numbers));
    }
  }

  void sample_reals(const SamplePath& path, const Port& input, Random& random, Tensor64& x) {
    for (double& value : x.values) value = random.unit();
    if (path.columns.empty() && path.ends_in_projection(graph_)) sample_projection(graph_, path, random, x);
    else if (path.scaler != nullptr) sample_spread(graph_, path, x);
    if (path.ends_in(Operator::tree_ensemble))
      sample_thresholds(graph_, path, columns_of(path.last->inputs[0]), input, random, x);
    if (path.ends_in(Operator::quantize) && path.scaler == nullptr) {
      const auto& table = path.last->as<parameters::Quantize>();
      for (double& value : x.values) value = static_cast<float>(table.scale * (sample_byte(random) - table.zero_point));
    }
    if (path.imputer != nullptr)
      for (double& value : x.values)
        if (random.below(4) == 0) value = path.imputer->as<parameters::Impute>().missing_value;
    keep_above(input, x);
  }

  /// What the library takes lies above a limit: others change sides with it.
  static void keep_above(const Port& input, Tensor64& x) {
    for (const auto& [element, limit] : input.above) {
      double& number = x.values[element];
      if (!(number > limit) && !std::isnan(number)) number = held_as(x.type.type, 2 * limit - number);
      if (number <= limit) number = held_as(x.type.type, limit + std::max(1.0, std::abs(limit)));
    }
  }

  /// The paths to what trees ask about; many inputs may lead to the same trees.
  const std::vector<ColumnPath>& columns_of(ValueId value) {
    const auto [found, is_new] = columns_of_.try_emplace(value);
    if (is_new) found->second = columns_.to(value, true);
    return found->second;
  }

  const Graph& graph_;
  const unsigned row_;
  const GraphIndex index_;
  ColumnPaths columns_;
  std::unordered_map<ValueId, std::vector<ColumnPath>> columns_of_;
  const std::vector<std::uint32_t> vocabularies_;
};

}  // namespace

std::vector<Tensor64> sample_inputs(const Graph& graph, unsigned row) {
  std::vector<Tensor64> inputs;
  Sampler sampler(graph, row);
  for (const Port& port : graph.inputs) inputs.push_back(sampler.sample(port, row * 1009 + inputs.size()));
  return inputs;
}

}  // namespace nacre::tools
