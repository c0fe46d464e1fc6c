#include "runtime/kernels/slice.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {

void slice(LayerCheck& layer) {
  const auto* table = layer.table_with_vectors<schema::Slice>(1);
  if (table == nullptr) return;
  const Shape x = layer.input(0), y = layer.output();
  const auto *begin = table->begin(), *stride = table->stride(), *size = table->size();
  layer.require_argument(layer.output_type() == layer.type() && y.rank() == x.rank(), 1);
  layer.require_argument(x.size() <= 0x7fffffff, 0);
  if (!layer.require_parameter(begin->size() == x.rank() && stride->size() == x.rank() && size->size() == x.rank(),
                               schema::Slice::VT_BEGIN) || !layer.ok()) return;
  Slice result{};
  for (unsigned axis = 0; axis < x.rank(); ++axis) {
    const std::int64_t length = x[axis], count = size->Get(axis), first = begin->Get(axis), step = stride->Get(axis);
    const std::int64_t last = first + (count - 1) * step;
    const bool inside = count == y[axis] && first >= 0 && first < length && last >= 0 && last < length;
    if (!layer.require_parameter(inside, schema::Slice::VT_SIZE)) return;
    const std::int64_t below = x.product(axis + 1, x.rank());
    result.start += static_cast<std::int32_t>(first * below);
    result.stride[axis] = count == 1 ? 0 : static_cast<std::int32_t>(step * below);
  }
  if (auto* parameters = layer.parameters<Slice>()) *parameters = result;
}

}  // namespace nacre::checks
