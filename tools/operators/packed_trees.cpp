#include <bit>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

DataType sum_type(DataType leaves) { return leaves == DataType::int32 ? DataType::float32 : leaves; }

TensorType infer_packed(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() >= 12 && inputs[0].shape.size() == 2 && inputs[8].shape.size() == 2 &&
                     inputs[10].shape.size() == 2,
                 node, "needs rows of features and its trees");
  return {sum_type(inputs[10].type), {inputs[0].shape[0], inputs[11].size()}};
}

/// A number that rises with x, as the file has it.
double key_of(double x) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
  return bits >> 31 == 0 ? 0x1p31 + bits : 0x1p32 - 1 - bits;
}

class Walker {
 public:
  Walker(const Node& node, const std::vector<Tensor64>& inputs, std::size_t row)
      : inputs_(inputs), table_(node.as<parameters::PackedTrees>()) {
    const auto features = static_cast<std::size_t>(inputs[0].type.last());
    for (std::size_t i = 0; i < inputs[1].values.size(); ++i) {
      const auto ask = static_cast<std::uint32_t>(static_cast<std::int32_t>(inputs[1].values[i]));
      const double x = inputs[0].values[row * features + (ask & 0xfffffff)];
      const bool is_missing = std::isnan(x) || ((ask >> 28 & 1) != 0 && std::abs(static_cast<float>(x)) <= 1e-35f);
      const double missing = (ask >> 30 & 1) != 0 ? 0 : 0x1p32 - 2;
      keys_.push_back(is_missing ? missing : key_of(x));
    }
  }

  /// The row of leaves of tree `t`.
  std::size_t leaf(std::size_t t) const {
    std::size_t group = 0, of_group = t, inner = 0, last = 0, exits = 0, entries = 0;  // of the groups before
    for (; of_group >= whole(8, 3 * group); ++group) {
      of_group -= whole(8, 3 * group), exits += whole(8, 3 * group) << table_.levels;
      inner += whole(8, 3 * group + 1), last += whole(8, 3 * group + 2);
      entries = exits - (t - of_group) + inner + last;
    }
    const std::size_t own = whole(8, 3 * group), tops = own << table_.levels;
    std::size_t i = own + of_group;
    for (unsigned level = 0; level < table_.levels; ++level) i = 2 * i + answer(entries + i - own);
    i = whole(4, exits + i - tops);
    for (unsigned step = 0; step < table_.steps; ++step)
      i = whole(step + 1u == table_.steps ? 6 : 5, inner + i - tops) + answer(entries + i - own);
    return whole(7, 2 * (last + i - tops - whole(8, 3 * group + 1)) + answer(entries + i - own));
  }
  std::size_t target(std::size_t t) const { return whole(9, t); }
  /// An element of the leaves; of shares they are unsigned.
  double stored(std::size_t i) const {
    return inputs_[10].type.type == DataType::int32 ? static_cast<double>(whole(10, i)) : inputs_[10].values[i];
  }

 private:
  /// An element as the unsigned number that it is.
  std::size_t whole(std::size_t input, std::size_t i) const {
    const double value = inputs_[input].values.at(i);
    const double values = inputs_[input].type.type == DataType::int16 ? 0x1p16 : 0x1p32;
    return static_cast<std::size_t>(value < 0 ? value + values : value);
  }
  std::size_t answer(std::size_t entry) const {
    const std::size_t slot = whole(3, entry);
    return (slot < keys_.size() ? keys_[slot] : 0) >= static_cast<double>(whole(2, entry)) ? 1 : 0;
  }

  const std::vector<Tensor64>& inputs_;
  const parameters::PackedTrees& table_;
  std::vector<double> keys_;
};

Tensor64 evaluate_packed(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& table = node.as<parameters::PackedTrees>();
  const auto outputs = static_cast<std::size_t>(output.last()),
             width = static_cast<std::size_t>(inputs[10].type.last()),
             trees = static_cast<std::size_t>(inputs[9].type.size());
  const bool rounds = table.function == TreeSum::plain && output.type == DataType::float32;
  const double unit = table.function == TreeSum::shares ? 0x1p-31 : 1;
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row * outputs < y.values.size(); ++row) {
    const Walker walker(node, inputs, row);
    double* sums = y.values.data() + row * outputs;
    for (std::size_t j = 0; j < outputs; ++j) sums[j] = inputs[11].values[j];
    for (std::size_t t = 0; t < trees; ++t) {
      const std::size_t leaf = walker.leaf(t), target = walker.target(t);
      for (std::size_t j = 0; j < width; ++j) {
        double& sum = sums[target + j];
        sum += walker.stored(leaf * width + j);
        if (rounds) sum = static_cast<float>(sum);
      }
    }
    if (table.rest) {
      sums[width] = static_cast<double>(trees) / unit;
      for (std::size_t j = 0; j < width; ++j) sums[width] -= sums[j];
    }
    for (std::size_t j = 0; j < outputs; ++j) sums[j] = sums[j] * unit / static_cast<double>(table.divisor);
  }
  return y;
}

/// The sum and the division; where x may fall on either side of a threshold, nothing can be said.
std::vector<double> packed_errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  std::vector<double> result(output.values.size(), std::numeric_limits<double>::infinity());
  if (!is_exact(inputs)) return result;
  const bool is_plain = node.as<parameters::PackedTrees>().function == TreeSum::plain;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = (is_plain ? 1 : 3) * rounding(output.values[i], output.type.type);
  return result;
}

std::int64_t packed_macs(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  const auto& table = node.as<parameters::PackedTrees>();
  return inputs[9].size() * (table.levels + table.steps + 1);
}

std::vector<Temporary> packed_temporaries(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  const auto asked = static_cast<std::uint64_t>(inputs[1].size());
  return {{{DataType::int32, {static_cast<std::int64_t>(std::bit_ceil(asked))}}}};
}

}  // namespace

const Definition definitions::packed_trees = {
    .name = "packed_trees", .infer = infer_packed, .evaluate = evaluate_packed, .errors = packed_errors,
    .macs = packed_macs, .temporaries = packed_temporaries,
    .parameters = {"asks", "thresholds", "slots", "exits", "children"}, .device_inputs = 12};

}  // namespace nacre::tools
