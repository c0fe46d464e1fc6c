// A scaler before trees: f(x) <= t where f rises is x <= the largest x with f(x) <= t. That x is found among the
// float64 by bisection, through all that the library does with a column, so that every row, missing values too, takes
// the path that it takes there. The device compares with the largest float32 that stands for no more.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/graph/constants.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/trees/column_path.hpp"
#include "tools/trees/fills.hpp"
#include "tools/trees/forest.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

bool has_arithmetic(const std::vector<ColumnPath>& paths) {
  return std::any_of(paths.begin(), paths.end(), [](const ColumnPath& path) { return !path.operations.empty(); });
}

/// Where columns come from, one beside the other: what trees ask when their questions have moved.
struct Sources {
  std::vector<ValueId> values;
  std::map<ValueId, std::size_t> first;  ///< the element at which each begins

  Sources(const Graph& graph, const std::vector<ColumnPath>& paths) {
    for (const ColumnPath& path : paths) {
      if (!first.try_emplace(path.source, width).second) continue;
      values.push_back(path.source);
      width += static_cast<std::size_t>(graph.type(path.source).last());
    }
  }
  std::size_t element(const ColumnPath& path) const { return first.at(path.source) + path.element; }
  /// Whether all are rows of float32.
  bool are_tables(const Graph& graph) const {
    return std::ranges::all_of(values, [&](ValueId value) {
      return graph.type(value).type == DataType::float32 && graph.shape(value).size() == 2;
    });
  }

  std::size_t width = 0;
};

/// Whether the library compares float64 numbers: its thresholds stand beside those of the device.
bool compares_float64(const Node& trees) { return trees.inputs.size() == 7; }

/// Whether the trees ask something else than a threshold of a column that something computes.
bool asks_what_cannot_move(const Graph& graph, const Node& trees, const std::vector<ColumnPath>& paths) {
  if (trees.as<parameters::TreeEnsemble>().function != TreeSum::categories) return false;
  const std::vector<std::int64_t> words = graph.values[trees.inputs[1]].constant->to<std::int64_t>();
  for (std::size_t i = 0; i < words.size(); i += 3)
    if (words[i] >= 0 && (words[i] & (kCategory | kZeroIsMissing)) != 0 &&
        !paths[static_cast<std::size_t>(words[i] & kFeature)].operations.empty())
      return true;
  return false;
}

/// The nodes of one ensemble as questions about the source of its columns.
class Mover {
 public:
  /// `tables`: by value, whether it holds numbers of the table itself.
  Mover(Graph& graph, const GraphIndex& index, std::vector<ColumnPath> paths, const std::vector<bool>& tables)
      : graph_(graph), index_(index), paths_(std::move(paths)), sources_(graph, paths_), tables_(tables) {}

  /// Gives a node that must stand before the trees where they ask several sources.
  std::optional<Node> move(Node& trees) {
    std::vector<std::int64_t> words = graph_.values[trees.inputs[1]].constant->to<std::int64_t>();
    const bool rounds = !compares_float64(trees);
    const std::vector<double> given = rounds ? std::vector<double>{} : constant_input(graph_, trees, 6);
    const std::size_t given_width = rounds ? 0 : static_cast<std::size_t>(graph_.type(trees.inputs[6]).last());
    const bool has_doubts = std::ranges::any_of(paths_, [](const ColumnPath& path) { return path.has_powers(); });
    std::vector<double> exact;
    const auto add = [&](const MovedThreshold& moved, double of_float32) {
      exact.insert(exact.end(), {moved.exact, of_float32});
      if (has_doubts)
        exact.insert(exact.end(), {moved.in_doubt[0], moved.in_doubt[1], moved.float32_in_doubt[0],
                                   moved.float32_in_doubt[1]});
    };
    std::map<ValueId, std::vector<Question>> questions;
    for (std::size_t i = 0; i < words.size(); i += 3) {
      if (words[i] < 0) {  // a leaf
        add({}, 0);
        continue;
      }
      const auto column = static_cast<std::size_t>(words[i] & kFeature);
      const ColumnPath& path = paths_[column];
      const std::int64_t flags = words[i] & (kCategory | kZeroIsMissing);
      if ((flags & kCategory) != 0) {
        words[i] = static_cast<std::int64_t>(sources_.element(path)) | (words[i] & ~kFeature);
        add({}, 0);
        continue;
      }
      const double threshold_before =
          rounds ? std::bit_cast<float>(static_cast<std::int32_t>(words[i + 1])) : given[i / 3 * given_width];
      const MovedThreshold& moved = moved_of(column, threshold_before, rounds);
      const bool keeps_missing = std::isnan(path.of(std::numeric_limits<double>::quiet_NaN()));
      const bool missing_left = keeps_missing ? (words[i] & kMissingLeft) != 0 : moved.fills_left;
      words[i] = static_cast<std::int64_t>(sources_.element(path)) | flags | (missing_left ? kMissingLeft : 0);
      const bool from_table = tables_[path.source];
      const float threshold = from_table ? device_threshold(moved, graph_.input_precision) : round_down(moved.exact);
      questions[path.source].push_back({path.element, moved.exact, threshold});
      words[i + 1] = std::bit_cast<std::int32_t>(threshold);
      add(moved, from_table ? moved.of_float32 : threshold);
    }
    const Dimensions shape = graph_.shape(trees.inputs[1]);
    trees.inputs[1] = graph_.add_constant(Array::of(ElementType::int32, shape, words), DataType::int32);
    trees.inputs.resize(6);
    trees.inputs.push_back(graph_.add_constant({shape[0], has_doubts ? 6 : 2}, std::move(exact)));
    for (const auto& [source, asked] : questions) settle_fills(graph_, index_, source, asked);
    trees.inputs[0] = sources_.values.front();
    if (sources_.values.size() == 1) return std::nullopt;
    Node join{trees.name + ".columns", {}, sources_.values, {static_cast<ValueId>(graph_.values.size())}};
    parameters::Concatenate table;
    table.axis = 1;
    join.parameters.Set(table);
    const std::int64_t rows = graph_.shape(trees.inputs[0])[0];
    const auto width = static_cast<std::int64_t>(sources_.width);
    graph_.values.push_back({join.name, {DataType::float32, {rows, width}}, std::nullopt, {}});
    trees.inputs[0] = join.outputs[0];
    return join;
  }

 private:
  /// Forests ask the same questions again and again.
  const MovedThreshold& moved_of(std::size_t column, double threshold, bool rounds) {
    const auto [found, is_new] = moved_.try_emplace({column, std::bit_cast<std::int64_t>(threshold)});
    if (is_new) found->second = moved_threshold(paths_[column], threshold, rounds);
    return found->second;
  }

  Graph& graph_;
  const GraphIndex& index_;
  std::vector<ColumnPath> paths_;
  Sources sources_;
  const std::vector<bool>& tables_;
  std::map<std::pair<std::size_t, std::int64_t>, MovedThreshold> moved_;  // by column, and the threshold's bits
};

}  // namespace

void move_thresholds(Graph& graph) {
  const GraphIndex index(graph);  // trees are given other inputs, and none of what these stand for moves
  ColumnPaths columns(graph, index);
  std::vector<bool> tables;  // by value, found where it is first asked for
  std::vector<std::pair<std::size_t, Node>> joins;  // and the node that each stands before
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& trees = graph.nodes[n];
    if (trees.op() != Operator::tree_ensemble) continue;
    std::vector<ColumnPath> paths = columns.to(trees.inputs[0], true);
    if (!Sources(graph, paths).are_tables(graph)) paths = columns.to(trees.inputs[0], false);
    if (!Sources(graph, paths).are_tables(graph) || (!has_arithmetic(paths) && !compares_float64(trees))) continue;
    if (asks_what_cannot_move(graph, trees, paths)) continue;
    if (tables.empty()) tables = of_table(graph);
    if (auto join = Mover(graph, index, std::move(paths), tables).move(trees)) joins.emplace_back(n, std::move(*join));
  }
  for (auto join = joins.rbegin(); join != joins.rend(); ++join)
    graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(join->first), std::move(join->second));
  remove_dead_nodes(graph);
}

}  // namespace nacre::tools
