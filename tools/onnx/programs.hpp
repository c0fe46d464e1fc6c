#pragma once

#include <vector>

#include "tools/graph/compositions.hpp"
#include "tools/onnx/operators.hpp"

namespace nacre::tools {

// What operators share that become element-wise programs. Neighbours become one program later.

/// f of these values, in their type; they broadcast.
ValueId apply(const OnnxCall& call, MapFunction f, std::vector<ValueId> inputs);
/// f of a value and a number.
ValueId apply(const OnnxCall& call, MapFunction f, ValueId x, double number);
/// A number as a tensor of rank 0.
ValueId scalar(const OnnxCall& call, double number, DataType type);
/// A number - x.
ValueId from_number(const OnnxCall& call, double number, ValueId x);

/// x as elements of another type of the device.
ValueId as_type(const OnnxCall& call, ValueId x, DataType type);
/// A condition, 1 or 0, of what a function of a real type gave.
ValueId as_condition(const OnnxCall& call, ValueId x);
/// a where the condition holds, else b.
ValueId choose(const OnnxCall& call, ValueId condition, ValueId a, ValueId b);
/// 1 where a condition does not hold, else 0.
ValueId negated(const OnnxCall& call, ValueId condition);

/// x modulo n, with the sign of n, in the type of x.
ValueId modulo(const OnnxCall& call, ValueId x, ValueId n);
/// a / b towards 0, of integers.
ValueId quotient(const OnnxCall& call, ValueId a, ValueId b);
/// An integer that was computed modulo 2^32, as one of a type: refuses those of which 32 bits are too few.
ValueId wrapped(const OnnxCall& call, ValueId x, OnnxType type);

/// x over axes, which stay with length 1.
ValueId reduced(const OnnxCall& call, ValueId x, ReduceFunction f, const std::vector<std::size_t>& axes);
ValueId reshaped_to(const OnnxCall& call, ValueId x, const Dimensions& shape);
ValueId permuted(const OnnxCall& call, ValueId x, const std::vector<std::size_t>& order);
/// `size` places of x along an axis, from `begin` on by `stride`.
ValueId sliced(const OnnxCall& call, ValueId x, std::size_t axis, std::int64_t begin, std::int64_t size,
               std::int64_t stride = 1);
ValueId concatenated(const OnnxCall& call, const std::vector<ValueId>& parts, std::size_t axis);
ValueId int_constant(const OnnxCall& call, const Dimensions& shape, const std::vector<std::int64_t>& numbers);
ValueId real_constant(const OnnxCall& call, const Dimensions& shape, const std::vector<double>& numbers, DataType type);
/// y as the integers that a scale and a zero point, which are inputs, make of it.
ValueId quantized_output(const OnnxCall& call, ValueId y, std::size_t scale, std::size_t zero);
/// A number as tables of int32 hold it, towards 0: the nearest that they hold, 0 for a NaN.
std::int32_t as_int32(double number);
/// All axes of a rank.
std::vector<std::size_t> axes_from(std::size_t first, std::size_t rank);

}  // namespace nacre::tools
