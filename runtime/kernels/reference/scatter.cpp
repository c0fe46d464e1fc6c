#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

/// The place of a number among columns, which ascend; `count` where it is none of them.
std::uint32_t place_of(std::int32_t number, const std::int32_t* columns, std::uint32_t count) {
  std::uint32_t first = 0, end = count;
  while (first < end) {
    const std::uint32_t middle = first + (end - first) / 2;
    if (columns[middle] < number) first = middle + 1;
    else end = middle;
  }
  return first < count && columns[first] == number ? first : count;
}

template <typename T>
Status scatter(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), entries = width_of(layer), width = output_width_of(layer);
  const T* value = layer.input<T>(0);
  const std::int32_t* index = layer.input<std::int32_t>(1);
  const std::int32_t* const columns = layer.has_input(2) ? layer.input<std::int32_t>(2) : nullptr;
  T* y = layer.output<T>(0);
  for (std::uint32_t row = 0; row < rows; ++row, value += entries, index += entries, y += width) {
    for (std::uint32_t i = 0; i < width; ++i) y[i] = 0;
    for (std::uint32_t e = 0; e < entries; ++e) {
      if (value[e] == 0) continue;
      const std::uint32_t place =
          columns != nullptr ? place_of(index[e], columns, width) : static_cast<std::uint32_t>(index[e]);
      if (place < width) y[place] = numerics::plus(y[place], value[e]);
      else if (columns == nullptr) return Status::index_out_of_range;
    }
  }
  return Status::ok;
}

}  // namespace

Status scatter_f32(const Layer& layer) { return scatter<float>(layer); }
Status scatter_f64(const Layer& layer) { return scatter<double>(layer); }

}  // namespace nacre::reference
