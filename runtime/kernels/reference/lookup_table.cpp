#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status lookup_table_i8(const Layer& layer) {
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int8_t* table = layer.input<std::int8_t>(1) + 128;
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) y[i] = table[x[i]];
  return Status::ok;
}

}  // namespace nacre::reference
