#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/unit.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status gather(const Layer& layer) {
  const Shape from = layer.input_shape(0);
  const unsigned axis = from.rank() - 1u - layer.parameters<parameters::Gather>().behind;
  const std::uint32_t blocks = from.product(0, axis), length = from[axis], count = layer.input_shape(1).size();
  const std::uint32_t run =
      from.product(axis + 1, from.rank()) * element_bytes(layer.input_type(0)) / static_cast<std::uint32_t>(sizeof(T));
  const T* x = layer.input<T>(0);
  const std::int32_t* const indices = layer.input<std::int32_t>(1);
  T* y = layer.output<T>(0);
  for (std::uint32_t block = 0; block < blocks; ++block, x += length * run)
    for (std::uint32_t i = 0; i < count; ++i, y += run) {
      if (static_cast<std::uint32_t>(indices[i]) >= length) return Status::index_out_of_range;
      const T* const found = x + static_cast<std::uint32_t>(indices[i]) * run;
      for (std::uint32_t unit = 0; unit < run; ++unit) y[unit] = found[unit];
    }
  return Status::ok;
}

}  // namespace

Status gather_i8(const Layer& layer) { return gather<Unit<std::uint8_t>>(layer); }
Status gather_i16(const Layer& layer) { return gather<Unit<std::uint16_t>>(layer); }
Status gather_i32(const Layer& layer) { return gather<Unit<std::uint32_t>>(layer); }
Status gather_i64(const Layer& layer) { return gather<Unit<std::uint64_t>>(layer); }

}  // namespace nacre::reference
