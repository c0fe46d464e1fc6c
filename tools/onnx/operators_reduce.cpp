// Reductions, softmax, and choices of the largest.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using R = ReduceFunction;

/// Axes as an attribute or, by the version of the operator, as input 1.
struct Reduction {
  std::vector<std::size_t> axes;
  bool keeps;
};

Reduction reduction_of(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const bool by_input = call.opset() >= (call.op() == "ReduceSum" ? 13 : 18);
  Reduction reduction{{}, call.flag("keepdims", true)};
  const bool does_nothing = by_input && call.flag("noop_with_empty_axes");
  std::vector<std::int64_t> stated;
  if (!by_input) stated = call.integers("axes").value_or(std::vector<std::int64_t>());
  else if (call.has_input(1)) stated = call.known_integers(1);
  for (const std::int64_t axis : stated) {
    const std::size_t own = call.axis(axis, rank);
    if (std::ranges::count(reduction.axes, own) == 0) reduction.axes.push_back(own);
  }
  if (stated.empty() && !does_nothing) reduction.axes = axes_from(0, rank);
  return reduction;
}

/// Real numbers, in which integers below 2^24 are exact.
ValueId as_real(const OnnxCall& call, ValueId x) {
  const DataType type = call.graph().type(x).type;
  return type == DataType::int32 ? as_type(call, x, DataType::float64) : x;
}

void define_reduction(const OnnxCall& call, ValueId y, const Reduction& reduction) {
  Dimensions shape;
  for (std::size_t axis = 0; axis < call.shape(0).size(); ++axis) {
    const bool is_reduced = std::ranges::count(reduction.axes, axis) > 0;
    if (!is_reduced) shape.push_back(call.shape(0)[axis]);
    else if (reduction.keeps) shape.push_back(1);
  }
  call.define(reshaped_to(call, as_type(call, y, call.device_type(call.type())), shape));
}

/// Sums of integers are taken in float64, where they are exact, as far as they are of 32 bits.
void import_reduce(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  const auto function = static_cast<R>(call.row().function);
  if (function == R::sum && !is_real(call.type()) && call.type() != OnnxType::int32 && !call.is_folding())
    call.refuse("adds numbers of " + onnx_type_name(call.type()) + ", which Nacre does not support",
                "cast to int32 or float32 before");
  define_reduction(call, reduced(call, as_real(call, call.value()), function, reduction.axes), reduction);
}

ValueId sum_of(const OnnxCall& call, F f, const Reduction& reduction) {
  return reduced(call, apply(call, f, {as_real(call, call.value())}), R::sum, reduction.axes);
}

void import_reduce_l1(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  define_reduction(call, sum_of(call, F::absolute, reduction), reduction);
}
void import_reduce_l2(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  define_reduction(call, apply(call, F::sqrt, {sum_of(call, F::square, reduction)}), reduction);
}
void import_reduce_sum_square(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  define_reduction(call, sum_of(call, F::square, reduction), reduction);
}
void import_reduce_log_sum(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  const ValueId sum = reduced(call, call.value(), R::sum, reduction.axes);
  define_reduction(call, apply(call, F::log, {sum}), reduction);
}

/// log(sum of e^x), less the largest first.
void import_reduce_log_sum_exp(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  if (reduction.axes.empty()) return call.define(call.value());
  const ValueId largest = reduced(call, call.value(), R::maximum, reduction.axes);
  const ValueId powers = apply(call, F::exponential, {apply(call, F::subtract, {call.value(), largest})});
  const ValueId sum = apply(call, F::log, {reduced(call, powers, R::sum, reduction.axes)});
  define_reduction(call, apply(call, F::add, {sum, largest}), reduction);
}

/// Halves of each axis are multiplied until one place is left.
void import_reduce_prod(const OnnxCall& call) {
  const Reduction reduction = reduction_of(call);
  if (!is_real(call.type()) && call.type() != OnnxType::int32 && !call.is_folding())
    call.refuse("multiplies numbers of " + onnx_type_name(call.type()), "cast to float32 before");
  ValueId y = call.value();
  for (const std::size_t axis : reduction.axes)
    for (std::int64_t length = call.graph().shape(y)[axis]; length > 1; length = call.graph().shape(y)[axis]) {
      const std::int64_t half = length / 2;
      const ValueId second = sliced(call, y, axis, half, half);
      const ValueId pairs = apply(call, F::multiply, {sliced(call, y, axis, 0, half), second});
      y = length % 2 == 0 ? pairs : concatenated(call, {pairs, sliced(call, y, axis, length - 1, 1)}, axis);
    }
  define_reduction(call, y, reduction);
}

/// A shape's product is known even where it has no factors.
void fold_reduce_prod(const OnnxCall& call) {
  if (is_real(call.type()) || call.shape(0).size() != 1) call.refuse("multiplies constants that are no shape");
  const Reduction reduction = reduction_of(call);
  std::int64_t product = 1;
  for (const std::int64_t factor : call.known_integers(0))
    if (__builtin_mul_overflow(product, factor, &product)) call.refuse("overflows 64 bits");
  call.define_known(Array::of(*onnx_element(call.type()), reduction.keeps ? Dimensions{1} : Dimensions{},
                              std::vector<std::int64_t>{product}), call.type());
}

enum : std::uint16_t { kSoftmax, kLogSoftmax, kHardmax };

/// 1 for the first largest of the last axis, else 0.
ValueId hardmax(const OnnxCall& call, ValueId x) {
  Graph& graph = call.graph();
  Dimensions shape = graph.shape(x), places(shape.size(), 1);
  const std::int64_t width = shape.back();
  shape.back() = 1, places.back() = width;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < width; ++i) numbers.push_back(i);
  const ValueId largest = reshaped_to(call, graph.add(parameters::ArgMax{}, {x}, call.name()), shape);
  const ValueId is_there = apply(call, F::equal, {largest, int_constant(call, places, numbers)});
  return as_type(call, is_there, graph.type(x).type);
}

ValueId of_last_axis(const OnnxCall& call, ValueId x) {
  if (call.row().function == kHardmax) return hardmax(call, x);
  if (call.row().function == kSoftmax) return call.graph().add(parameters::Softmax{}, {x}, call.name());
  return add_log_softmax(call.graph(), x, call.name());
}

/// From operator set 13 on along one axis.
void import_softmax(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  const std::size_t axis = call.axis(call.integer("axis", -1), rank);
  const ValueId last = move_axis(call.graph(), call.value(), axis, rank - 1);
  call.define(move_axis(call.graph(), of_last_axis(call, last), rank - 1, axis));
}

/// Before, over all axes from one on, as one.
void import_softmax_1(const OnnxCall& call) {
  const Dimensions shape = call.shape(0);
  const std::size_t axis = call.axis(call.integer("axis", 1), shape.size());
  Dimensions flat{1, 1};
  for (std::size_t i = 0; i < shape.size(); ++i) flat[i < axis ? 0 : 1] *= shape[i];
  call.define(reshaped_to(call, of_last_axis(call, reshaped_to(call, call.value(), flat)), shape));
}

/// Index of the first largest, or smallest; of the last one by looking from the other end.
void import_arg(const OnnxCall& call) {
  Graph& graph = call.graph();
  const bool is_least = call.op() == "ArgMin";
  Dimensions shape = call.shape(0);
  const std::size_t axis = call.axis(call.integer("axis", 0), shape.size());
  const bool keeps = call.flag("keepdims", true), is_last = call.opset() >= 12 && call.flag("select_last_index");
  ValueId x = call.value();
  if (graph.type(x).type == DataType::int32) x = as_type(call, x, DataType::float64);
  if (is_least) x = apply(call, F::negative, {x});
  const std::int64_t length = shape[axis];
  if (is_last) x = sliced(call, x, axis, length - 1, length, -1);
  ValueId y = graph.add(parameters::ArgMax{}, {move_axis(graph, x, axis, shape.size() - 1)}, call.name());
  if (is_last) y = from_number(call, static_cast<double>(length - 1), y);
  if (keeps) shape[axis] = 1;
  else shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  call.define(reshaped_to(call, as_type(call, y, call.device_type(OnnxType::int64)), shape), OnnxType::int64);
}

/// The k largest, or smallest: sorted, as the order is open where `sorted` is 0.
void import_top_k(const OnnxCall& call) {
  Graph& graph = call.graph();
  const std::size_t rank = call.shape(0).size();
  const std::size_t axis = call.axis(call.integer("axis", -1), rank);
  const std::int64_t k = call.opset() < 10 ? call.integer("k", 0) : call.known_integers(1).at(0);
  const bool is_largest = call.opset() < 11 || call.flag("largest", true);
  if (call.opset() >= 11) (void)call.flag("sorted", true);
  if (call.is_folding()) call.refuse("sorts a constant");
  if (k < 1 || k > call.shape(0)[axis]) call.refuse(fmt::format("takes {} elements of {}", k, call.shape(0)[axis]));
  ValueId x = move_axis(graph, call.value(), axis, rank - 1);
  if (!is_largest) x = apply(call, F::negative, {x});
  parameters::TopK table;
  table.k = static_cast<std::int32_t>(k);
  graph.add(table, {x}, call.name());
  const std::vector<ValueId> both = graph.nodes.back().outputs;
  const ValueId values = is_largest ? both[0] : apply(call, F::negative, {both[0]});
  call.define(move_axis(graph, values, rank - 1, axis));
  if (call.has_output(1)) call.define(move_axis(graph, both[1], rank - 1, axis), OnnxType::int64, 1);
}

OnnxOperator of_reduction(std::string_view name, R function) {
  return {name, 7, import_reduce, nullptr, static_cast<std::uint16_t>(function)};
}

}  // namespace

std::vector<OnnxOperator> onnx_reduce_operators() {
  return {
      of_reduction("ReduceSum", R::sum),
      of_reduction("ReduceMean", R::mean),
      of_reduction("ReduceMax", R::maximum),
      of_reduction("ReduceMin", R::minimum),
      {"ReduceL1", 7, import_reduce_l1},
      {"ReduceL2", 7, import_reduce_l2},
      {"ReduceSumSquare", 7, import_reduce_sum_square},
      {"ReduceLogSum", 7, import_reduce_log_sum},
      {"ReduceLogSumExp", 7, import_reduce_log_sum_exp},
      {"ReduceProd", 7, import_reduce_prod, fold_reduce_prod},
      {"Softmax", 7, import_softmax_1, nullptr, kSoftmax},
      {"Softmax", 13, import_softmax, nullptr, kSoftmax},
      {"LogSoftmax", 7, import_softmax_1, nullptr, kLogSoftmax},
      {"LogSoftmax", 13, import_softmax, nullptr, kLogSoftmax},
      {"Hardmax", 7, import_softmax_1, nullptr, kHardmax},
      {"Hardmax", 13, import_softmax, nullptr, kHardmax},
      {"ArgMax", 7, import_arg},
      {"ArgMin", 7, import_arg},
      {"TopK", 7, import_top_k},
  };
}

}  // namespace nacre::tools
