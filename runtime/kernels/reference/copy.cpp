#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status copy(const Layer& layer) {
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) y[i] = x[i];
  return Status::ok;
}

}  // namespace

Status copy_f32(const Layer& layer) { return copy<float>(layer); }
Status copy_f64(const Layer& layer) { return copy<double>(layer); }
Status copy_i64(const Layer& layer) { return copy<std::int64_t>(layer); }
Status copy_i32(const Layer& layer) { return copy<std::int32_t>(layer); }
Status copy_i8(const Layer& layer) { return copy<std::int8_t>(layer); }
Status copy_u8(const Layer& layer) { return copy<std::uint8_t>(layer); }
Status copy_string(const Layer& layer) { return copy<String>(layer); }

}  // namespace nacre::reference
