#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "nacre/network.hpp"
#include "runtime/kernels/bias.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

/// Entry by entry, so that a row of weights is read in one go.
template <typename Real>
Status sparse_matmul(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), entries = width_of(layer);
  const std::uint32_t depth = dimensions_of(layer, 2)[0], units = output_width_of(layer);
  const Real *value = layer.input<Real>(0), *weights = layer.input<Real>(2), *bias = layer.input<Real>(3);
  const std::int32_t* index = layer.input<std::int32_t>(1);
  Real* y = layer.output<Real>(0);
  for (std::uint32_t row = 0; row < rows; ++row, value += entries, index += entries, y += units) {
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = first_of_sum(bias[unit]);
    for (std::uint32_t e = 0; e < entries; ++e) {
      if (value[e] == 0) continue;
      const auto place = static_cast<std::uint32_t>(index[e]);
      if (place >= depth) return Status::index_out_of_range;
      const Real* const w = weights + std::size_t{place} * units;
      for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = numerics::multiply_add(value[e], w[unit], y[unit]);
    }
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = with_bias(y[unit], bias[unit]);
  }
  return Status::ok;
}

}  // namespace

Status sparse_matmul_f32(const Layer& layer) { return sparse_matmul<float>(layer); }
Status sparse_matmul_f64(const Layer& layer) { return sparse_matmul<double>(layer); }

}  // namespace nacre::reference
