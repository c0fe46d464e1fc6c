// Operators on shapes. Every shape is known at conversion, so that what is computed from shapes is too: the
// products and pieces by which TensorFlow flattens a batch of unknown size, and unflattens it.

#include <fmt/format.h>

#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using Integers = std::vector<std::int64_t>;

bool is_known(const Call& call, unsigned i) {
  return call.importer.computed_integers(call.input(i)) || call.importer.is_constant(call.input(i));
}

/// Whether the operator computes integers from shapes and constants alone.
bool is_of_shapes(const Call& call) {
  const DataType type = call.output_type().type;
  if (type != DataType::int32 && type != DataType::int64) return false;
  for (unsigned i = 0; call.op.inputs() != nullptr && i < call.op.inputs()->size(); ++i)
    if (!call.has_input(i) || !is_known(call, i)) return false;
  return true;
}

Integers concatenated(const Call& call) {
  Integers result;
  for (unsigned i = 0; call.op.inputs() != nullptr && i < call.op.inputs()->size(); ++i) {
    const Integers part = call.importer.integer_constant(call.input(i));
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

Integers gathered(const Call& call) {
  const Integers shape = call.importer.integer_constant(call.input(0)), places = call.importer.integer_constant(call.input(1));
  Integers result;
  for (const std::int64_t place : places) {
    if (place < 0 || place >= static_cast<std::int64_t>(shape.size())) call.refuse(fmt::format("gathers place {} of {}", place, shape.size()));
    result.push_back(shape[static_cast<std::size_t>(place)]);
  }
  return result;
}

Integers product_of(const Call& call) {
  std::int64_t result = 1;
  for (const std::int64_t length : call.importer.integer_constant(call.input(0)))
    if (__builtin_mul_overflow(result, length, &result)) call.refuse("multiplies beyond 64 bits");
  return {result};
}

}  // namespace

bool take_shape(const Call& call, tflite::BuiltinOperator code) {
  using B = tflite::BuiltinOperator;
  const auto compute = code == B::GATHER ? gathered : code == B::REDUCE_PROD ? product_of : code == B::PACK || code == B::CONCATENATION ? concatenated : nullptr;
  if (compute == nullptr || !is_of_shapes(call)) return false;
  call.define_integers(compute(call));
  return true;
}

}  // namespace nacre::tools
