#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

using parameters::Move;

/// The units of an argument; 0 and a failure where they would not be whole.
std::uint32_t units_of(LayerCheck& layer, unsigned argument) {
  const std::uint32_t width = element_bytes(layer.type());
  const std::uint32_t bytes = layer.elements(argument) * element_bytes(layer.record(argument).type);
  return layer.require_argument(bytes % width == 0, argument) ? bytes / width : 0;
}

/// All of one type, of which a unit holds whole elements.
void check_types(LayerCheck& layer) {
  constexpr DataType kText = DataType::string;
  const unsigned y = layer.inputs();
  const DataType type = layer.record(y).type;
  for (unsigned i = 0; i < y; ++i) layer.require_argument(layer.has_type(i, type), i);
  layer.require_argument(element_bytes(type) <= element_bytes(layer.type()), y);
  layer.require_argument((type == kText) == (layer.type() == kText), y);  // a part of a pointer is none
}

/// The product of the lengths of the first `axes`, which fits into 31 bits; 0 and a failure otherwise.
std::uint32_t product(LayerCheck& layer, unsigned axes) {
  std::uint64_t result = 1;
  for (unsigned axis = 0; axis < axes; ++axis) {
    const std::int32_t length = layer.parameters<Move>().length[axis];
    result *= static_cast<std::uint32_t>(length);
    if (!layer.require_parameter(length > 0 && result <= INT32_MAX, offsetof(Move, length))) return 0;
  }
  return static_cast<std::uint32_t>(result);
}

/// Whether a box whose last axis has `last` units lies inside `units` others. Its lengths have been verified.
bool is_inside(const Move& p, std::int64_t start, std::uint32_t last, std::uint32_t units) {
  std::int64_t low = start, high = start;
  for (unsigned axis = 0; axis < p.rank; ++axis) {
    const std::uint32_t length = axis + 1u == p.rank ? last : static_cast<std::uint32_t>(p.length[axis]);
    const std::int64_t reach = std::int64_t{length - 1} * p.stride[axis];
    (reach < 0 ? low : high) += reach;
  }
  return low >= 0 && high < units;
}

void check_take(LayerCheck& layer) {
  const auto& p = layer.parameters<Move>();
  layer.require_argument(layer.inputs() == 1, 0);
  layer.require_parameter(!p.fills, offsetof(Move, fills));
  const std::uint32_t units = product(layer, p.rank), x = units_of(layer, 0);
  layer.require_parameter(units == units_of(layer, layer.inputs()), offsetof(Move, length));
  const auto last = static_cast<std::uint32_t>(p.length[p.rank - 1]);
  if (layer.ok()) layer.require_parameter(is_inside(p, p.start, last, x), offsetof(Move, start));
}

void check_put(LayerCheck& layer) {
  const auto& p = layer.parameters<Move>();
  const unsigned last = p.rank - 1u;
  const std::uint32_t runs = product(layer, last), y = units_of(layer, layer.inputs());
  if (!p.fills) {  // blocks of y that follow each other
    layer.require_parameter(p.start == 0, offsetof(Move, start));
    layer.require_parameter(p.rank == 2 && p.stride[1] == 1, offsetof(Move, stride));
  }
  std::int64_t start = p.start;
  for (unsigned i = 0; i < layer.inputs() && layer.ok(); ++i) {
    const std::uint32_t x = units_of(layer, i);
    if (!layer.ok() || !layer.require_argument(x <= INT32_MAX && x % runs == 0, i)) return;
    if (p.fills) layer.require_parameter(is_inside(p, start, x / runs, y), offsetof(Move, start));
    start += std::int64_t{x / runs} * p.stride[last];
  }
  // They make up what the first axis steps over, and its steps all of y.
  if (layer.ok() && !p.fills) layer.require_argument(start == p.stride[0] && start * runs == y, layer.inputs());
}

}  // namespace

void move(LayerCheck& layer) {
  check_types(layer);
  if (!layer.ok()) return;
  if (layer.parameters<Move>().function == MoveFunction::take) check_take(layer);
  else check_put(layer);
}

}  // namespace nacre::checks
