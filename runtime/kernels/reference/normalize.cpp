#include "runtime/kernels/normalize.hpp"

#include "nacre/network.hpp"
#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

float norm_of(const Normalize& p, const float* x) {
  float norm = 0;
  for (std::uint32_t i = 0; i < p.width; ++i) {
    const float magnitude = numerics::absolute(x[i]);
    if (p.norm == 0) norm += magnitude;
    else if (p.norm == 1) norm = numerics::fma(x[i], x[i], norm);
    else norm = magnitude > norm || magnitude != magnitude ? magnitude : norm;
  }
  return p.norm == 1 ? numerics::sqrt(norm) : norm;
}

}  // namespace

Status normalize_f32(const Layer& layer) {
  const auto& p = layer.parameters<Normalize>();
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.width, y += p.width) {
    const float norm = norm_of(p, x);
    for (std::uint32_t i = 0; i < p.width; ++i)
      y[i] = norm != 0 ? x[i] / norm : (p.uniform ? 1 / static_cast<float>(p.width) : x[i]);
  }
  return Status::ok;
}

}  // namespace nacre::reference
