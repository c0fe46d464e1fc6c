// Shapes, constants and what computes with them: known before the model runs.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/onnx/places.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

void import_shape(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto within = [&](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + rank : i, 0, rank); };
  const std::int64_t start = within(call.integer("start", 0)), end = within(call.integer("end", rank));
  call.define_integers(start < end ? Integers(shape.begin() + start, shape.begin() + end) : Integers());
}

void import_size(const OnnxCall& call) {
  const Integers size{static_cast<std::int64_t>(elements_of(call.shape(0)))};
  call.define_known(Array::of(ElementType::int64, {}, size), OnnxType::int64);
}

/// The value in whichever attribute holds it.
void import_constant(const OnnxCall& call) {
  using Kind = OnnxAttribute::Kind;
  if (call.has_attribute("value")) {
    const OnnxAttribute* const attribute = call.attribute("value", Kind::tensor);
    if (attribute == nullptr) call.refuse("lacks its value");
    return call.define_known(*call.tensor("value"), attribute->tensors.at(0).type);
  }
  if (call.has_attribute("value_float"))
    return call.define_known(Array::of(ElementType::float32, {}, std::vector<float>{call.real("value_float", 0)}),
                             OnnxType::float32);
  if (call.has_attribute("value_int"))
    return call.define_known(Array::of(ElementType::int64, {}, Integers{call.integer("value_int", 0)}),
                             OnnxType::int64);
  if (const auto reals = call.reals("value_floats"))
    return call.define_known(Array::of(ElementType::float32, {std::ssize(*reals)}, *reals), OnnxType::float32);
  if (const auto integers = call.integers("value_ints")) return call.define_integers(*integers);
  if (call.has_attribute("value_string"))
    return call.define_known(Array(Dimensions{}, {call.text("value_string", "")}), OnnxType::string);
  if (const auto texts = call.texts("value_strings"))
    return call.define_known(Array({std::ssize(*texts)}, *texts), OnnxType::string);
  call.refuse("holds a constant in a form that Nacre does not support", "export it as a dense tensor");
}

void import_constant_of_shape(const OnnxCall& call) {
  const Integers shape = call.known_integers(0);
  const OnnxAttribute* const value = call.attribute("value", OnnxAttribute::Kind::tensor);
  const std::vector<std::size_t> places(elements_of(shape), 0);
  if (value == nullptr)
    return call.define_known(picked(Array::of(ElementType::float32, {1}, std::vector<float>{0}), shape, places),
                             OnnxType::float32);
  call.define_known(picked(*call.tensor("value"), shape, places), value->tensors.at(0).type);
}

void import_range(const OnnxCall& call) {
  const OnnxType type = call.type(0);
  std::vector<double> numbers;
  const double start = call.known_reals(0).at(0), limit = call.known_reals(1).at(0), delta = call.known_reals(2).at(0);
  const double count = std::ceil((limit - start) / delta);
  if (!(std::abs(count) < 1 << 24)) call.refuse("makes a range without end");
  for (double i = 0; i < count; ++i) numbers.push_back(start + i * delta);
  call.define_known(Array::of(*onnx_element(type), {std::ssize(numbers)}, numbers), type);
}

/// One row for each place in the first axis: 1 on a diagonal.
void import_eye_like(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  if (shape.size() != 2) call.refuse("needs a matrix");
  const auto type = static_cast<OnnxType>(call.integer("dtype", static_cast<std::int64_t>(call.type(0))));
  const std::int64_t diagonal = call.integer("k", 0);
  if (!onnx_element(type) || type == OnnxType::string) call.refuse("makes elements of " + onnx_type_name(type));
  Integers numbers(elements_of(shape), 0);
  for (std::int64_t row = 0; row < shape[0]; ++row)
    if (row + diagonal >= 0 && row + diagonal < shape[1])
      numbers[static_cast<std::size_t>(row * shape[1] + row + diagonal)] = 1;
  call.define_known(Array::of(*onnx_element(type), shape, numbers), type);
}

/// A branch that is chosen before the model runs.
}  // namespace

std::vector<OnnxOperator> onnx_shape_operators() {
  return {
      {"Shape", 7, import_shape, import_shape},
      {"Size", 7, import_size, import_size},
      {"Constant", 7, import_constant},
      {"ConstantOfShape", 9, import_constant_of_shape, import_constant_of_shape},
      {"Range", 11, import_range, import_range},
      {"EyeLike", 9, import_eye_like, import_eye_like},
  };
}

}  // namespace nacre::tools
