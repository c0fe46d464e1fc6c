#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

using parameters::Gather;

/// Whether y has the dimensions of x with those of the indices in the place of one axis.
bool fits(const Shape& x, const Shape& indices, const Shape& y, unsigned axis) {
  if (y.rank() + 1 != x.rank() + indices.rank()) return false;
  bool same = true;
  for (unsigned i = 0; i < y.rank(); ++i) {
    const std::uint32_t length =
        i < axis ? x[i] : i < axis + indices.rank() ? indices[i - axis] : x[i + 1 - indices.rank()];
    same &= y[i] == length;
  }
  return same;
}

}  // namespace

void gather(LayerCheck& layer) {
  const Shape x = layer.input(0), indices = layer.input(1);
  const unsigned behind = layer.parameters<Gather>().behind;
  if (!layer.require_parameter(behind < x.rank(), offsetof(Gather, behind))) return;
  const unsigned axis = x.rank() - 1 - behind;
  const DataType type = layer.input_type(0);
  layer.require_argument(layer.has_type(2, type), 2);
  layer.require_argument(type != DataType::string && element_bytes(type) <= element_bytes(layer.type()), 0);
  const std::uint32_t run = x.product(axis + 1, x.rank()) * element_bytes(type);
  layer.require_argument(run % element_bytes(layer.type()) == 0, 0);
  layer.require_argument(fits(x, indices, layer.output(), axis), 2);
  if (!layer.ok() || !layer.is_constant(1)) return;
  const std::int32_t* const places = layer.constant<std::int32_t>(1);
  bool holds = true;
  for (std::uint32_t i = 0, count = indices.size(); i < count; ++i)
    holds &= static_cast<std::uint32_t>(places[i]) < x[axis];
  layer.require_weights(holds, 1);
}

}  // namespace nacre::checks
