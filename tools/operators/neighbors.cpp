#include "tools/operators/neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using parameters::Neighbors;

std::vector<TensorType> infer(const Node& node, const std::vector<TensorType>& inputs) {
  const std::int64_t k = node.as<Neighbors>().k;
  require_shapes(inputs.size() == 2 && !inputs[0].shape.empty() && k >= 1 && k <= inputs[0].last(), node,
                 "takes more elements than a row has");
  const std::int64_t nodes = inputs[1].last();
  require_shapes(inputs[1].type == inputs[0].type && (nodes & (nodes + 1)) == 0 &&
                     inputs[1].size() / nodes == inputs[0].size() / inputs[0].last(),
                 node, "has other bounds than nodes of a tree");
  TensorType values = inputs[0];
  values.shape.back() = k;
  return {values, {DataType::int32, values.shape}};
}

std::vector<Temporary> temporaries(const Node& node, const std::vector<TensorType>& inputs, const TensorType&) {
  const std::vector<TensorType> outputs = infer(node, inputs);
  return {{outputs[0]}, {outputs[1]}};
}

/// What a heap of k places holds after these.
std::vector<Neighbor> heap_of(const std::vector<Neighbor>& all, std::size_t k) {
  std::vector<Neighbor> heap(k);
  const std::function<void(std::size_t)> sink = [&](std::size_t place) {
    std::size_t larger = 2 * place + 1;
    if (larger >= k) return;
    if (larger + 1 < k && heap[larger + 1].distance > heap[larger].distance) ++larger;
    if (!(heap[larger].distance > heap[place].distance)) return;
    std::swap(heap[larger], heap[place]);
    sink(larger);
  };
  for (const Neighbor& each : all)
    if (each.distance < heap.front().distance) heap.front() = each, sink(0);
  return heap;
}

/// The order of scikit-learn's quick sort, which is not stable.
void sort_quickly(Neighbor* first, std::size_t size) {
  const auto order = [&](std::size_t a, std::size_t b) {
    if (first[a].distance > first[b].distance) std::swap(first[a], first[b]);
  };
  if (size > 1 && size < 4) order(0, 1);
  if (size == 3 && first[1].distance > first[2].distance) std::swap(first[1], first[2]), order(0, 1);
  if (size < 4) return;
  const std::size_t last = size - 1, middle = size / 2;
  order(0, last);
  if (first[last].distance > first[middle].distance) std::swap(first[last], first[middle]), order(0, last);
  std::size_t less = 0;
  for (std::size_t i = 0; i < last; ++i)
    if (first[i].distance < first[last].distance) std::swap(first[i], first[less++]);
  std::swap(first[less], first[last]);
  sort_quickly(first, less);
  sort_quickly(first + less + 1, last - less);
}

/// The elements of a row as the tree of halves leads to them.
std::vector<Neighbor> walked(const double* x, std::size_t width, const double* bounds, std::size_t nodes) {
  std::vector<Neighbor> result;
  const std::function<void(std::size_t, std::size_t, std::size_t)> visit = [&](std::size_t node, std::size_t begin,
                                                                               std::size_t count) {
    const std::size_t left = 2 * node + 1, half = count / 2;
    if (left >= nodes)
      for (std::size_t i = begin; i < begin + count; ++i) result.push_back({x[i], i});
    else if (bounds[left] <= bounds[left + 1])
      visit(left, begin, half), visit(left + 1, begin + half, count - half);
    else
      visit(left + 1, begin + half, count - half), visit(left, begin, half);
  };
  visit(0, 0, width);
  return result;
}

std::vector<Tensor64> evaluate(const Node& node, const std::vector<Tensor64>& inputs,
                               const std::vector<TensorType>& outputs) {
  const auto& table = node.as<Neighbors>();
  const auto last = [](const TensorType& type) { return static_cast<std::size_t>(type.last()); };
  const std::size_t width = last(inputs[0].type), nodes = last(inputs[1].type), k = last(outputs[0]);
  Tensor64 values = zeros(outputs[0]), indices = zeros(outputs[1]);
  for (std::size_t row = 0; row < values.values.size() / k; ++row) {
    const std::vector<Neighbor> found = find_smallest(
        {walked(inputs[0].values.data() + row * width, width, inputs[1].values.data() + row * nodes, nodes)}, k,
        table.merges, table.sort);
    for (std::size_t i = 0; i < k; ++i) {
      values.values[row * k + i] = found[i].distance;
      indices.values[row * k + i] = static_cast<double>(found[i].place);
    }
  }
  return {std::move(values), std::move(indices)};
}

/// The i-th smallest of numbers that are each off by something is off by the most of these at most. Where it stood is
/// the place of any that may be as small.
std::vector<std::vector<double>> errors(const Node&, const std::vector<Tensor64>& inputs,
                                        const std::vector<Tensor64>& outputs) {
  const Tensor64& x = inputs[0];
  if (is_exact(inputs)) return {{}, {}};
  const auto width = static_cast<std::size_t>(x.type.last()), k = static_cast<std::size_t>(outputs[0].type.last());
  std::vector<double> values(outputs[0].values.size()), indices(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = i / k * width;
    for (std::size_t e = row; e < row + width; ++e) values[i] = std::max(values[i], error_of(x, e));
    for (std::size_t e = 0; e < width; ++e)
      if (!(std::abs(x.values[row + e] - outputs[0].values[i]) > error_of(x, row + e) + values[i]))
        indices[i] = std::max(indices[i], std::abs(static_cast<double>(e) - outputs[1].values[i]));
  }
  return {std::move(values), std::move(indices)};
}

}  // namespace

std::vector<Neighbor> find_smallest(const std::vector<std::vector<Neighbor>>& parts, std::size_t k, bool merges,
                                    NeighborSort sort) {
  std::vector<Neighbor> found;
  for (const std::vector<Neighbor>& part : parts) {
    const std::vector<Neighbor> heap = heap_of(part, k);
    found.insert(found.end(), heap.begin(), heap.end());
  }
  if (merges) found = heap_of(found, k);
  if (sort == NeighborSort::quick) sort_quickly(found.data(), k);
  else std::ranges::stable_sort(found, {}, &Neighbor::distance);
  return found;
}

const Definition definitions::neighbors = {
    .name = "neighbors", .infer = nullptr, .evaluate = nullptr, .errors = nullptr, .temporaries = temporaries,
    .infer_all = infer, .evaluate_all = evaluate, .errors_all = errors};

}  // namespace nacre::tools
