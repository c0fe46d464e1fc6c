// Nodes whose inputs are all known are computed now: what exporters write to compute a shape, and weights that a file
// stores in another form.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/evaluate/evaluate.hpp"
#include "tools/onnx/operators.hpp"

namespace nacre::tools {
namespace {

/// The numbers of an evaluation as elements of a type. Integers beyond it are refused: what the library does with them
/// differs.
Array folded_array(const OnnxCall& call, const Tensor64& from, OnnxType type) {
  std::vector<double> numbers(from.values.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = from.values[i];
    if (!is_real(type) && !(std::abs(numbers[i]) <= 0x1p53)) call.refuse("computes an integer beyond 2^53");
  }
  return Array::of(*onnx_element(type), from.type.shape, numbers);
}

}  // namespace

bool OnnxImporter::fold(const OnnxCall& call) {
  if (call.row().fold != nullptr) {
    call.row().fold(call);
    return true;
  }
  if (folding_) return false;
  bool has_text = false;
  for (std::size_t i = 0; i < call.inputs(); ++i)
    if (call.has_input(i)) has_text = has_text || call.type(i) == OnnxType::string;
  call.taken_.clear();
  if (has_text) return false;
  Graph around = std::exchange(graph_, Graph());
  folding_ = true;
  const auto restore = [&] {
    folding_ = false;
    graph_ = std::move(around);
  };
  try {
    call.row().import(call);
    for (std::size_t i = 0; i < call.outputs(); ++i) {
      if (!call.has_output(i)) continue;
      const std::string name(call.node_.outputs[i]);
      const auto found = call.scope_.tensors.find(name);
      if (found == call.scope_.tensors.end() || found->second.known) continue;
      graph_.add_output(name, *found->second.value);
    }
    const std::vector<Tensor64> values = evaluate(graph_, {});
    for (const Port& port : graph_.outputs) {
      OnnxTensor& tensor = call.scope_.tensors.find(port.name)->second;
      tensor.known = folded_array(call, values[port.value], tensor.type);
      tensor.value.reset();
    }
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return true;
}

}  // namespace nacre::tools
