#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/program.hpp"

#include "loader/broadcast_check.hpp"
#include "loader/layer_check.hpp"

namespace nacre {
namespace {

/// Walks a program as it will be computed.
class Program {
 public:
  explicit Program(LayerCheck& layer) : layer_(layer), program_(layer.inputs() - 1u) {}

  bool fits() {
    const std::uint32_t instructions = layer_.parameters<parameters::Map>().instructions;
    const std::int32_t* code = layer_.values<std::int32_t>(program_);
    const std::uint32_t words = layer_.elements(program_);
    if (words % 2 != 0 || words / 2 < instructions) return false;
    literals_ = words / 2 - instructions;
    if (literals_ > program::kMaxLiterals) return false;
    for (std::uint32_t i = 0; i < instructions; ++i, code += 2)
      if (!has_function(static_cast<std::uint32_t>(code[0])) || !has_operands(static_cast<std::uint32_t>(code[1])))
        return false;
    return left_ == layer_.output_type();
  }

 private:
  bool has_function(std::uint32_t index) {
    const Kernel* const kernel = layer_.named_kernel(index);
    if (kernel == nullptr || kernel->name.op != Operator::map || kernel->name.function == 0) return false;
    function_ = kernel;
    return true;
  }

  bool has_operands(std::uint32_t operands) {
    for (unsigned i = 0; i < Strip::kMaxOperands; ++i, operands >>= 8) {
      const std::uint32_t operand = operands & 0xff;
      if (i < function_->rule->inputs ? !is_operand(operand) : operand != program::kNone) return false;
    }
    left_ = function_->name.weights;
    is_written_ = true;
    return element_bytes(left_) == element_bytes(layer_.output_type());
  }

  bool is_operand(std::uint32_t operand) const {
    const DataType type = function_->name.activations;
    if (operand == program::kOutput) return is_written_ && left_ == type;
    if (operand >= program::kLiteral) return operand - program::kLiteral < literals_;
    return operand < program_ && layer_.input_type(operand) == type && !(operand == 0 && is_written_);
  }

  LayerCheck& layer_;
  const std::uint32_t program_;  // the input that holds it
  std::uint32_t literals_ = 0;
  const Kernel* function_ = nullptr;
  DataType left_ = DataType::string;  // in the output, by the last instruction
  bool is_written_ = false;
};

}  // namespace

namespace checks {

void map(LayerCheck& layer) {
  const unsigned inputs = layer.inputs() - 1u;
  const bool has_inputs = inputs != 0 && inputs <= program::kMaxInputs;
  if (!layer.require_argument(has_inputs && layer.input_type(0) == layer.type(), 0)) return;
  for (unsigned i = 0; i < inputs; ++i) layer.require_argument(broadcasts(layer.input(i), layer.output()), i);
  layer.require_argument(layer.is_constant(inputs) && layer.has_type(inputs, DataType::int32), inputs);
  if (layer.ok()) layer.require_weights(Program(layer).fits(), inputs);
}

}  // namespace checks
}  // namespace nacre
