#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Whether `from` broadcasts to `to`.
bool fits(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (unsigned i = 1; i <= from.rank(); ++i) {
    const std::uint32_t length = from[from.rank() - i];
    if (length != 1 && length != to[to.rank() - i]) return false;
  }
  return true;
}

}  // namespace

void binary(LayerCheck& layer) {
  for (unsigned i = 0; i < 2; ++i) layer.require_argument(fits(layer.input(i), layer.output()), i);
}

}  // namespace nacre::checks
