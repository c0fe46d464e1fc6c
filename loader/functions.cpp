#include "runtime/strict_float.hpp"  // first

#include "loader/layer_check.hpp"

namespace nacre {
namespace {

/// Of a layer that names a function as its kernel.
void refuse(LayerCheck& layer) { layer.require_argument(false, 0); }

constexpr OperatorRule function_of_operands(std::uint8_t operands) {
  constexpr std::uint8_t kNone = OperatorRule::kNone;
  return {refuse, 0, 0, operands, 1, 0, false, false, 0, kNone, kNone, kNone};
}

}  // namespace

const OperatorRule rules::function_of_1 = function_of_operands(1);
const OperatorRule rules::function_of_2 = function_of_operands(2);
const OperatorRule rules::function_of_3 = function_of_operands(3);
const OperatorRule rules::function_of_4 = function_of_operands(4);

}  // namespace nacre
