#include "runtime/kernels/pad.hpp"

#include "loader/int8_check.hpp"

namespace nacre::checks {

void pad(LayerCheck& layer) {
  const auto* table = layer.table_with_vectors<schema::Pad>(1);
  if (table == nullptr) return;
  const Shape x = layer.input(0), y = layer.output();
  const auto *before = table->before(), *after = table->after();
  layer.require_argument(layer.output_type() == layer.type() && y.rank() == x.rank(), 1);
  layer.require_parameter(is_int8(table->zero_point()), schema::Pad::VT_ZERO_POINT);
  if (!layer.require_parameter(before->size() == x.rank() && after->size() == x.rank(), schema::Pad::VT_BEFORE)) return;
  Pad result{};
  for (unsigned axis = 0; axis < x.rank(); ++axis) {
    const bool fits = std::uint64_t{x[axis]} + before->Get(axis) + after->Get(axis) == y[axis];
    if (!layer.require_parameter(fits, schema::Pad::VT_AFTER)) return;
    result.stride[axis] = y.product(axis + 1, y.rank());
    result.start += before->Get(axis) * result.stride[axis];
  }
  result.value = table->value();
  result.zero_point = table->zero_point();
  if (auto* parameters = layer.parameters<Pad>()) *parameters = result;
}

}  // namespace nacre::checks
