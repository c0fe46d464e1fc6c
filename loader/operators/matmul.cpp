#include "runtime/strict_float.hpp"  // first

#include "loader/broadcast_check.hpp"
#include "loader/layer_check.hpp"

namespace nacre::checks {

void matmul(LayerCheck& layer) {
  const bool transposed = layer.parameters<parameters::MatMul>().transposed;
  const Shape a = layer.input(0), b = layer.input(1), y = layer.output();
  const auto batch = [](const Shape& shape) { return Shape(shape.data(), shape.rank() - 2); };
  if (!layer.require_argument(y.rank() >= 2, layer.inputs())) return;
  const std::uint32_t rows = y[y.rank() - 2], columns = y.last();
  const bool fits = a.rank() >= 2 && a[a.rank() - 2] == rows && broadcasts(batch(a), batch(y));
  if (!layer.require_argument(fits, 0)) return;
  if (!layer.require_argument(b.rank() >= 2 && broadcasts(batch(b), batch(y)), 1)) return;
  const std::uint32_t first = b[b.rank() - 2], last = b.last();
  layer.require_argument((transposed ? last : first) == a.last() && (transposed ? first : last) == columns, 1);
  if (layer.has_input(2)) layer.require_argument(layer.input(2).size() == a.product(0, a.rank() - 1), 2);
}

}  // namespace nacre::checks
