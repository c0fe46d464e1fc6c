#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

using numerics::is_nan;

template <typename T>
bool comes_before(T a, T b) { return a > b || (is_nan(a) && !is_nan(b)); }

/// Keeps the best so far in order: each element goes before those that it beats, and what falls off the end is gone.
template <typename T>
Status top_k(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), width = width_of(layer), k = output_width_of(layer);
  const T* x = layer.input<T>(0);
  T* values = layer.output<T>(0);
  std::int32_t* indices = layer.output<std::int32_t>(1);
  for (std::uint32_t row = 0; row < rows; ++row, x += width, values += k, indices += k)
    for (std::uint32_t i = 0; i < width; ++i) {
      std::uint32_t place = i < k ? i : k;
      if (place == k && !comes_before(x[i], values[--place])) continue;
      for (; place > 0 && comes_before(x[i], values[place - 1]); --place)
        values[place] = values[place - 1], indices[place] = indices[place - 1];
      values[place] = x[i], indices[place] = static_cast<std::int32_t>(i);
    }
  return Status::ok;
}

}  // namespace

Status top_k_f32(const Layer& layer) { return top_k<float>(layer); }
Status top_k_i32(const Layer& layer) { return top_k<std::int32_t>(layer); }
Status top_k_i8(const Layer& layer) { return top_k<std::int8_t>(layer); }

}  // namespace nacre::reference
