#include "runtime/kernels/select.hpp"

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status select(const Layer& layer) {
  const auto& p = layer.parameters<Select>();
  const std::int32_t* indices = layer.input<std::int32_t>(1);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.from)
    for (std::uint32_t i = 0; i < p.to; ++i) *y++ = x[indices[i]];
  return Status::ok;
}

}  // namespace

Status select_f32(const Layer& layer) { return select<float>(layer); }
Status select_i32(const Layer& layer) { return select<std::int32_t>(layer); }
Status select_i8(const Layer& layer) { return select<std::int8_t>(layer); }

}  // namespace nacre::reference
