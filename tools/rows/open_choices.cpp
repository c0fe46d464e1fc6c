#include "tools/rows/open_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/evaluate/evaluate.hpp"
#include "tools/rows/alternatives.hpp"
#include "tools/rows/answers.hpp"

namespace nacre::tools {
namespace {

using Replaced = std::map<ValueId, Tensor64>;

/// Values of a graph that a layer might give instead of its own, and what that would mean.
struct Otherwise {
  Replaced values;
  std::string why;
  std::optional<ValueId> only_behind = std::nullopt;  ///< answers that do not follow from this one do not count
};

/// Which places lead to one answer: those with equal rows in all tables that are read at them. Where something else
/// reads the places, each is of its own kind.
std::vector<std::size_t> kinds_of_places(const Graph& graph, ValueId places, std::size_t count) {
  std::vector<std::vector<double>> read(count);
  const auto append_rows = [&](const GraphValue& table) {
    const std::vector<double> values = table.constant->to<double>();
    const std::size_t width = values.size() / count;
    for (std::size_t i = 0; i < values.size(); ++i) read[i / width].push_back(values[i]);
  };
  for (const Node& node : graph.nodes) {
    if (std::ranges::find(node.inputs, places) == node.inputs.end()) continue;
    const GraphValue& table = graph.values[node.inputs[0]];
    const bool looks_up = node.op() == Operator::gather && table.constant && !table.type.shape.empty() &&
                          table.type.shape[0] == static_cast<std::int64_t>(count) &&
                          table.type.type != DataType::string &&
                          node.as<parameters::Gather>().behind + 1u == table.type.shape.size();
    if (looks_up) append_rows(table);
    else for (std::size_t i = 0; i < count; ++i) read[i].push_back(static_cast<double>(i));
  }
  std::map<std::vector<double>, std::size_t> kinds;
  std::vector<std::size_t> result;
  for (const std::vector<double>& rows : read) result.push_back(kinds.try_emplace(rows, kinds.size()).first->second);
  return result;
}

std::string row_at(const Choice& choice, std::size_t place) {
  return std::to_string(place < choice.rows.size() ? choice.rows[place] : static_cast<std::int64_t>(place));
}

/// The first row that is only in `found`, and the first one that is only in `other`; where both hold the same, the two
/// that change places.
std::string difference(const Choice& choice, const std::vector<std::size_t>& found,
                       const std::vector<std::size_t>& other) {
  const auto lacks = [](const std::vector<std::size_t>& places) {
    return [&](std::size_t place) { return std::ranges::find(places, place) == places.end(); };
  };
  const auto own = std::ranges::find_if(found, lacks(other)), others = std::ranges::find_if(other, lacks(found));
  if (own != found.end() && others != other.end())
    return fmt::format("the training rows {} and {} are equally far as far as the library can tell, with room for one "
                       "among {} neighbours; which of them it finds", row_at(choice, *own), row_at(choice, *others),
                       found.size());
  const auto [here, there] = std::ranges::mismatch(found, other);
  return fmt::format("the training rows {} and {} are equally far as far as the library can tell; which of them comes "
                     "first", row_at(choice, *here), row_at(choice, *there));
}

std::vector<double> numbers_of(const Graph& graph, const std::vector<Tensor64>& values, ValueId value) {
  if (const auto& constant = graph.values[value].constant) return constant->to<double>();
  return values[value].values;
}

Tensor64 with_values(const Tensor64& tensor, std::vector<double> values) {
  return {tensor.type, Numbers(std::move(values)), {}};
}

void add_searches(const Graph& graph, const Node& node, const std::vector<Tensor64>& values, std::uint64_t rows,
                  std::vector<Otherwise>& result) {
  constexpr std::uint64_t kMany = 1024;
  const ValueId least = node.outputs[0], places = node.outputs[1];
  const std::vector<double> distances = numbers_of(graph, values, node.inputs[0]);
  if (values[places].values.size() != static_cast<std::size_t>(values[places].type.last())) return;  // one row alone
  const std::vector<double> as_numbers = values[places].values;
  const std::vector<std::size_t> found(as_numbers.begin(), as_numbers.end());
  const Search search{*node.choice, distances, found, kinds_of_places(graph, places, distances.size()),
                      node.as<parameters::Neighbors>().sort, rows > std::min<std::uint64_t>(distances.size(), kMany)};
  for (const std::vector<std::size_t>& other : other_places(search)) {
    std::vector<double> there;
    for (const std::size_t place : other) there.push_back(distances[place]);
    Otherwise otherwise{{}, difference(*node.choice, found, other), std::nullopt};
    otherwise.values[least] = with_values(values[least], std::move(there));
    otherwise.values[places] = with_values(values[places], {other.begin(), other.end()});
    result.push_back(std::move(otherwise));
  }
  for (std::vector<double>& other : other_distances(search))
    result.push_back({{{least, with_values(values[least], std::move(other))}},
                      fmt::format("neighbours from the training row {} to {} outweigh each other by no more than the "
                                  "library rounds; what they weigh", row_at(*node.choice, found.front()),
                                  row_at(*node.choice, found.back())),
                      places});
}

/// A comparison of a limit with distances: each that is as far as the limit may be on its other side.
void add_limits(const Graph& graph, const Node& node, const std::vector<Tensor64>& values,
                std::vector<Otherwise>& result) {
  if (node.inputs.size() < 2) return;
  const std::vector<double> limits = numbers_of(graph, values, node.inputs[0]);
  const std::vector<double> distances = numbers_of(graph, values, node.inputs[1]);
  if (limits.size() != 1 || distances.empty()) return;
  const double limit = limits[0];
  const double apart = rounding_near(*node.choice, distances, limit);
  const Tensor64& is_near = values[node.outputs[0]];
  if (apart == 0 || is_near.values.size() != distances.size()) return;
  for (std::size_t place = 0; place < distances.size(); ++place) {
    if (!(std::abs(distances[place] - limit) <= apart)) continue;
    std::vector<double> other = is_near.values;
    other[place] = 1 - other[place];
    result.push_back({{{node.outputs[0], with_values(is_near, std::move(other))}},
                      fmt::format("the training row {} is as far as the radius as far as the library can tell; "
                                  "whether it is a neighbour", row_at(*node.choice, place)),
                      std::nullopt});
  }
}

/// Distances that weigh: those within the limit, each once nearer than the others by what the library rounds.
void add_weights(const Graph& graph, const Node& node, const std::vector<Tensor64>& values,
                 std::vector<Otherwise>& result) {
  constexpr std::size_t kMost = 32;
  if (node.inputs.size() < 2 || graph.values[node.inputs[1]].constant) return;
  const Tensor64 &given = values[node.inputs[1]], &is_near = values[node.outputs[0]];
  const std::vector<double> distances = given.values;
  std::vector<std::size_t> near;
  for (std::size_t place = 0; place < std::min(distances.size(), is_near.values.size()); ++place)
    if (is_near.values[place] != 0) near.push_back(place);
  if (near.size() < 2 || rounding_near(*node.choice, distances, distances[near[0]]) == 0) return;
  for (std::size_t i = 0; i < std::min(near.size(), kMost); ++i) {
    std::vector<double> other = distances;
    for (const std::size_t place : near) {
      const double off = rounding_near(*node.choice, distances, distances[place]) / 2;
      other[place] = std::max(place == near[i] ? distances[place] - off : distances[place] + off, 0.0);
    }
    result.push_back({{{node.inputs[1], with_values(given, std::move(other))}, {node.outputs[0], is_near}},
                      fmt::format("neighbours outweigh the training row {} by no more than the library rounds; what "
                                  "they weigh", row_at(*node.choice, near[i])),
                      std::nullopt});
  }
}

/// The largest of some numbers: each that may be as large.
void add_largest(const Graph& graph, const Node& node, const std::vector<Tensor64>& values,
                 std::vector<Otherwise>& result) {
  std::vector<double> distances = numbers_of(graph, values, node.inputs[0]);
  for (double& distance : distances) distance = -distance;
  const Tensor64& largest = values[node.outputs[0]];
  if (largest.values.size() != 1) return;
  const auto own = static_cast<std::size_t>(largest.values[0]);
  const double apart = rounding_near(*node.choice, distances, distances[own]);
  for (std::size_t place = 0; apart > 0 && place < distances.size(); ++place)
    if (place != own && std::abs(distances[place] - distances[own]) <= apart)
      result.push_back({{{node.outputs[0], with_values(largest, {static_cast<double>(place)})}},
                        fmt::format("the centres {} and {} are equally far as far as the library can tell; which of "
                                    "them is nearer", own, place),
                        std::nullopt});
}

/// Whether a layer takes the least or largest of some numbers, whatever it does with equal ones.
bool is_choice(const Node& node) { return node.op() == Operator::neighbors || node.choice; }

}  // namespace

bool has_choices(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) { return node.choice.has_value(); });
}

bool chooses(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) { return is_choice(node); });
}

bool chooses_of_infinities(const Graph& graph, const std::vector<Tensor64>& values) {
  return std::ranges::any_of(graph.nodes, [&](const Node& node) {
    return is_choice(node) && std::ranges::any_of(node.inputs, [&](ValueId input) {
      return !graph.values[input].constant &&
             std::ranges::any_of(values[input].values, [](double x) { return std::isinf(x); });
    });
  });
}

std::optional<std::string> find_open_choice(const Graph& graph, const std::vector<Tensor64>& values,
                                            std::uint64_t rows) {
  std::vector<Replaced> together;  // one of each layer: answers may hang on several of them
  std::string first;
  for (const Node& node : graph.nodes) {
    if (!node.choice) continue;
    std::vector<Otherwise> all;
    if (node.op() == Operator::neighbors) add_searches(graph, node, values, rows, all);
    else if (node.op() == Operator::map) add_limits(graph, node, values, all), add_weights(graph, node, values, all);
    else if (node.op() == Operator::arg_max) add_largest(graph, node, values, all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      Replaced other = evaluate_again(graph, values, all[i].values);
      if (const auto behind = all[i].only_behind) {
        const Replaced counted = evaluate_again(graph, values, {{*behind, values[*behind]}});
        std::erase_if(other, [&](const auto& each) { return counted.count(each.first) == 0; });
      }
      if (!same_answers(graph, values, other)) return all[i].why;
      if (all[i].only_behind) continue;
      if (first.empty()) first = all[i].why;
      if (together.size() <= i) together.emplace_back();
      together[i].insert(all[i].values.begin(), all[i].values.end());
    }
  }
  for (const Replaced& replaced : together)
    if (!same_answers(graph, values, evaluate_again(graph, values, replaced))) return first;
  return std::nullopt;
}

}  // namespace nacre::tools
