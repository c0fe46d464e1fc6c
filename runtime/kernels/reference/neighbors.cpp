#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/neighbor_heap.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

/// A part of a row that is still to be walked.
struct Part {
  std::uint32_t node, begin, end;
};

/// Hands the elements of a row to the heap, part by part: of each node first the half with the smaller bound.
template <typename T>
void walk(const T* x, std::uint32_t width, const T* bounds, std::uint32_t nodes, const NeighborHeap<T>& heap) {
  Part waiting[32];  // one for each level of the tree
  std::uint32_t count = 1;
  waiting[0] = {0, 0, width};
  while (count > 0) {
    const Part part = waiting[--count];
    const std::uint32_t left = 2 * part.node + 1, middle = part.begin + (part.end - part.begin) / 2;
    if (left >= nodes) {
      for (std::uint32_t i = part.begin; i < part.end; ++i) heap.push(x[i], static_cast<std::int32_t>(i));
      continue;
    }
    const Part first = {left, part.begin, middle}, second = {left + 1, middle, part.end};
    const bool in_order = bounds[left] <= bounds[left + 1];
    waiting[count++] = in_order ? second : first;
    waiting[count++] = in_order ? first : second;
  }
}

template <typename T>
Status find_neighbors(const Layer& layer) {
  const auto& parameters = layer.parameters<parameters::Neighbors>();
  const std::uint32_t rows = rows_of(layer), width = width_of(layer), nodes = layer.input_shape(1).last();
  const T *x = layer.input<T>(0), *bounds = layer.input<T>(1);
  NeighborHeap<T> heap{layer.output<T>(0), layer.output<std::int32_t>(1), output_width_of(layer)};
  const NeighborHeap<T> first{layer.temporary<T>(0), layer.temporary<std::int32_t>(1), heap.size};
  for (std::uint32_t row = 0; row < rows; ++row, x += width, bounds += nodes) {
    heap.clear(), first.clear();
    walk(x, width, bounds, nodes, parameters.merges ? first : heap);
    for (std::uint32_t i = 0; parameters.merges && i < heap.size; ++i) heap.push(first.values[i], first.indices[i]);
    if (parameters.sort == NeighborSort::quick) heap.sort_quickly();
    else heap.sort_by_insertion();
    heap.values += heap.size, heap.indices += heap.size;
  }
  return Status::ok;
}

}  // namespace

Status neighbors_f32(const Layer& layer) { return find_neighbors<float>(layer); }
Status neighbors_f64(const Layer& layer) { return find_neighbors<double>(layer); }

}  // namespace nacre::reference
