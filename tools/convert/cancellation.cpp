#include "tools/convert/cancellation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/evaluate/evaluate.hpp"
#include "tools/operators/errors.hpp"
#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

/// Float32 holds 7.2 digits: beyond this factor fewer than 3 are left, which is the self-check's limit. Float64 holds
/// 29 bits more.
double limit_of(DataType type) { return type == DataType::float64 ? 1e4 * 0x1p29 : 1e4; }

/// Sums of |w x| and |y| of one node on one row; empty for other nodes.
struct Terms {
  std::vector<double> magnitudes;
  Numbers sums;
};

Terms terms_of_sum(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Node plain = node;
  Terms terms;
  with_linear_table(plain, [&](auto& table) {
    plain = without_clamp<std::decay_t<decltype(table)>>(node);
    terms = {sums_of_magnitudes(plain, inputs, output),
             definition_of(node.op()).evaluate(plain, inputs, output).values};
    return true;
  });
  return terms;
}

/// An affine layer loses nothing of an exact x; what it takes from the outcome of another layer counts.
Terms terms_of_shift(const std::vector<Tensor64>& inputs, const Tensor64& output) {
  Terms terms{std::vector<double>(output.values.size()), output.values};
  for (std::size_t i = 0; i < terms.magnitudes.size(); ++i) {
    const std::size_t c = i % static_cast<std::size_t>(output.type.last());
    terms.magnitudes[i] = error_of(inputs[0], i) == 0 ? 0 : std::abs(inputs[0].values[i] * inputs[3].values[c]);
  }
  return terms;
}

/// The largest of each output column over the rows.
struct Columns {
  std::vector<double> magnitudes, sums;

  void add(const Terms& terms, std::size_t width) {
    magnitudes.resize(width);
    sums.resize(width);
    for (std::size_t i = 0; i < terms.magnitudes.size(); ++i) {
      magnitudes[i % width] = std::max(magnitudes[i % width], terms.magnitudes[i]);
      sums[i % width] = std::max(sums[i % width], std::abs(terms.sums[i]));
    }
  }
  double factor() const {
    double largest = 0;
    for (std::size_t c = 0; c < sums.size(); ++c)
      if (sums[c] > 0) largest = std::max(largest, magnitudes[c] / sums[c]);
    return largest;
  }
};

std::vector<Tensor64> arguments_of(const Graph& graph, const Node& node, const std::vector<Tensor64>& values) {
  std::vector<Tensor64> arguments;
  for (const ValueId input : node.inputs)
    arguments.push_back(graph.values[input].constant ? constant_value(graph.values[input]) : values[input]);
  return arguments;
}

}  // namespace

const char* const kAgainstCancellation =
    "leave out columns that follow from others, train with a penalty (Ridge with alpha above 0), or keep fewer "
    "components of a PCA";

std::string Cancellation::describe() const {
  return fmt::format(
      "the terms that it adds up are {:.2g} times as large as their sum, which costs {:.0f} digits where {}",
      factor, std::floor(std::log10(factor)), type == DataType::float64 ? "float64 has 16" : "float32 has 7");
}

std::vector<Cancellation> find_cancellations(const Graph& graph, const std::vector<std::vector<Tensor64>>& rows) {
  std::vector<Columns> columns(graph.nodes.size());
  for (const std::vector<Tensor64>& row : rows) {
    const std::vector<Tensor64> values = evaluate(graph, row, Errors::bound);
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      const Node& node = graph.nodes[n];
      const Tensor64& output = values[node.outputs[0]];
      if (output.type.type != DataType::float32 && output.type.type != DataType::float64) continue;
      const bool shifts = node.op() == Operator::affine;
      const std::vector<Tensor64> arguments = arguments_of(graph, node, values);
      columns[n].add(shifts ? terms_of_shift(arguments, output) : terms_of_sum(node, arguments, output.type),
                     static_cast<std::size_t>(output.type.last()));
    }
  }
  std::vector<Cancellation> found;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    if (const DataType type = graph.type(graph.nodes[n].outputs[0]).type; columns[n].factor() > limit_of(type))
      found.push_back({graph.nodes[n].name, graph.nodes[n].outputs[0], type, columns[n].factor()});
  std::sort(found.begin(), found.end(), [](const Cancellation& a, const Cancellation& b) {
    return a.factor / limit_of(a.type) > b.factor / limit_of(b.type);
  });
  return found;
}

}  // namespace nacre::tools
