// Operations along axes: sums and the like, the largest, running sums, sorting.

#include <algorithm>
#include <limits>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using M = MapFunction;
using R = ReduceFunction;
using Axes = std::vector<std::size_t>;

std::vector<std::int64_t> as_integers(const Axes& axes) { return {axes.begin(), axes.end()}; }

/// x without the axes, or with them of length 1.
ValueId shaped(Op op, ValueId x, const Axes& axes, bool keeps) {
  if (keeps) return x;
  Dimensions rest;
  for (std::size_t axis = 1; axis < op.graph().shape(x).size(); ++axis)
    if (std::ranges::count(axes, axis) == 0) rest.push_back(op.graph().shape(x)[axis]);
  return add_reshape(op.graph(), x, rest, "");
}

ValueId over(Op op, ValueId x, R function, const Axes& axes) {
  unsigned bits = 0;
  for (const std::size_t axis : axes) bits |= 1u << axis;
  return axes.empty() ? x : add_reduced(op.graph(), x, function, bits, op.name());
}

/// Arguments: x, axis, keepdims.
Axes axes_of(Op op, ValueId x) { return op.axes(1, op.graph().shape(x).size()); }

Ids import_reduction(Op op, int function) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  if (op.has(3)) op.refuse("begins with a number of its own (initial)", "build the model without it");
  return {shaped(op, over(op, x, static_cast<R>(function), axes), axes, op.flag(2, false))};
}

/// The largest less the smallest.
Ids import_span(Op op, int) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  const ValueId y = add_functions(op.graph(), {M::subtract},
                                  {over(op, x, R::maximum, axes), over(op, x, R::minimum, axes)}, op.name());
  return {shaped(op, y, axes, op.flag(2, false))};
}

/// Half the sum of each two neighbours. Arguments: y, places, the distance of two, axis.
Ids import_trapezoid(Op op, int) {
  const ValueId y = op.real(0);
  if (op.has(1)) op.refuse("has places of its own", "build the model with dx");
  const Dimensions shape = op.graph().shape(y);
  const std::size_t axis = op.axis(op.integer(3, -1), shape.size());
  const auto part = [&](std::int32_t begin) {
    parameters::Slice table = slice_of_all(shape);
    table.begin[axis] = begin, --table.size[axis];
    return op.graph().add(table, {y}, op.name());
  };
  if (shape[axis] < 2) op.refuse("adds up one number");
  const ValueId pairs = add_functions(op.graph(), {M::add}, {part(0), part(1)}, op.name());
  const ValueId areas = add_function_with(op.graph(), M::multiply, pairs, op.number(2, 1) / 2, op.name());
  return {shaped(op, over(op, areas, R::sum, {axis}), {axis}, false)};
}

/// Without regard to NaN: those are 0.
Ids import_known_sum(Op op, int) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  Program program;
  program.then(M::impute, DataType::float32,
               {input_of_program(0), program.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32),
                program.literal(0, DataType::float32)});
  const ValueId known = op.graph().add_map(program, {x}, op.name() + ".known");
  return {shaped(op, over(op, known, R::sum, axes), axes, op.flag(2, false))};
}

/// -sum(labels * log_softmax(logits)) along the last axis. Arguments: labels, logits, axis.
Ids import_cross_entropy(Op op, int) {
  const ValueId labels = op.real(0), logits = op.real(1);
  const std::size_t last = op.graph().shape(logits).size() - 1;
  if (op.axis(op.integer(2, -1), last + 1) != last || op.graph().shape(labels) != op.graph().shape(logits))
    op.refuse("compares tensors of other shapes, or along another axis than the last");
  const ValueId logs = add_log_softmax(op.graph(), logits, op.name() + ".logs");
  const ValueId terms = add_functions(op.graph(), {M::multiply, M::negative}, {logs, labels}, op.name() + ".terms");
  return {shaped(op, over(op, terms, R::sum, {last}), {last}, false)};
}

/// Whether all, or any, of conditions hold.
Ids import_quantifier(Op op, int function) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  const ValueId truths = op.as_real(op.as_integer(add_functions(
      op.graph(), {M::sign, M::absolute}, {x}, op.name() + ".truth")));
  return {op.as_integer(shaped(op, over(op, truths, static_cast<R>(function), axes), axes, op.flag(2, false)))};
}

Ids import_count(Op op, int) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  const ValueId ones = add_functions(op.graph(), {M::sign, M::absolute}, {x}, op.name() + ".ones");
  return {op.as_integer(shaped(op, over(op, ones, R::sum, axes), axes, op.flag(2, false)))};
}

/// The mean of squares of what is left without the mean, or its root.
Ids import_variance(Op op, int is_root) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  const ValueId rest = add_functions(op.graph(), {M::subtract, M::square}, {x, over(op, x, R::mean, axes)},
                                     op.name() + ".squares");
  ValueId y = over(op, rest, R::mean, axes);
  if (is_root != 0) y = add_functions(op.graph(), {M::sqrt}, {y}, op.name());
  return {shaped(op, y, axes, op.flag(2, false))};
}

/// One that the importer of ONNX composes.
Ids import_onnx_reduction(Op op, int is_product) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add(is_product != 0 ? "ReduceProd" : "ReduceLogSumExp",
                                       {fragment.tensor(x), fragment.integers(as_integers(axes))},
                                       {{"keepdims", std::int64_t{op.flag(2, false)}}})});
}

/// Arguments: x, ord, axis, keepdims.
Ids import_norm(Op op, int) {
  const ValueId x = op.real(0);
  const Axes axes = op.axes(2, op.graph().shape(x).size());
  const bool is_euclidean = !op.has(1) || op.text(1, "") == "euclidean" || (op.is_number(1) && op.number(1, 2) == 2);
  const bool is_sum = op.is_number(1) && op.number(1, 0) == 1;
  if ((!is_euclidean && !is_sum) || (axes.size() != 1 && op.has(1) && op.text(1, "") != "euclidean"))
    op.refuse("has the norm " + op.argument(1).dump() + ", which Nacre does not read", "build the model with 1 or 2");
  ValueId y = add_functions(op.graph(), {is_sum ? M::absolute : M::square}, {x}, op.name() + ".parts");
  y = over(op, y, R::sum, axes);
  if (is_euclidean) y = add_functions(op.graph(), {M::sqrt}, {y}, op.name());
  return {shaped(op, y, axes, op.flag(3, false))};
}

/// x / sqrt(max(sum of squares, least)). Arguments: x, axis, epsilon, order.
Ids import_unit_length(Op op, int is_keras_3) {
  const ValueId x = op.real(0);
  const double order = op.number(3, 2);
  if (order != 1 && order != 2) op.refuse("has an order other than 1 or 2", "build the model with the order 2");
  const Axes axes = op.has(1) || is_keras_3 == 0 ? axes_of(op, x) : Axes{op.graph().shape(x).size() - 1};
  const double least = op.number(2, is_keras_3 != 0 ? 1e-7 : 1e-12);
  const M part = order == 1 ? M::absolute : M::square;
  const ValueId sum = over(op, add_functions(op.graph(), {part}, {x}, op.name() + ".parts"), R::sum, axes);
  if (order == 1) {
    const ValueId length = add_function_with(op.graph(), M::maximum, sum, least, op.name() + ".length");
    return {add_functions(op.graph(), {M::divide}, {x, length}, op.name())};
  }
  Program program;
  program.then(M::maximum, DataType::float32,
               {input_of_program(0), program.literal(is_keras_3 != 0 ? least * least : least, DataType::float32)});
  program.then(M::sqrt, DataType::float32, {kOutputOfProgram});
  return {add_functions(op.graph(), {M::divide}, {x, op.graph().add_map(program, {sum}, op.name() + ".length")},
                        op.name())};
}

/// Arguments: x, axis, keepdims.
Ids import_arg(Op op, int is_least) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  if (axes.size() != 1) op.refuse("looks for a place along several axes", "build the model with one axis");
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add(is_least != 0 ? "ArgMin" : "ArgMax", {fragment.tensor(x)},
                                       {{"axis", static_cast<std::int64_t>(axes[0])},
                                        {"keepdims", std::int64_t{op.flag(2, false)}}})});
}

/// Arguments: x, axis, exclusive, reverse.
Ids import_cumulative(Op op, int is_product) {
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  if (axes.size() != 1) op.refuse("runs along several axes", "build the model with one axis");
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add(is_product != 0 ? "CumProd" : "CumSum",
                                       {fragment.tensor(x), fragment.integer(static_cast<std::int64_t>(axes[0]))},
                                       {{"exclusive", std::int64_t{op.flag(2, false)}},
                                        {"reverse", std::int64_t{op.flag(3, false)}}})});
}

/// The k largest, or all in order, along an axis: values and places.
Ids sorted(Op op, ValueId x, std::size_t axis, std::int64_t k, bool is_ascending) {
  OnnxFragment fragment(op.graph(), op.name());
  const std::string values = fragment.add(
      "TopK", {fragment.tensor(x), fragment.integers({k})},
      {{"axis", static_cast<std::int64_t>(axis)}, {"largest", std::int64_t{!is_ascending}}}, 2);
  return fragment.finish({values, values + ":1"});
}

/// Arguments: x, k, sorted.
Ids import_top_k(Op op, int) {
  const ValueId x = op.real(0);
  return sorted(op, x, op.graph().shape(x).size() - 1, op.integer(1, 1), false);
}

/// Arguments: x, axis.
Ids import_sort(Op op, int gives_places) {
  const ValueId x = op.real(0);
  const std::size_t rank = op.graph().shape(x).size(), axis = op.axis(op.integer(1, -1), rank);
  return {sorted(op, x, axis, op.graph().shape(x)[axis], true)[static_cast<std::size_t>(gives_places)]};
}

/// Arguments: x, axis, weights.
Ids import_average(Op op, int) {
  if (op.has(2)) op.refuse("weighs what it averages", "multiply by the weights, and take the mean");
  const ValueId x = op.real(0);
  const Axes axes = axes_of(op, x);
  return {shaped(op, over(op, x, R::mean, axes), axes, false)};
}

/// A layer that does the same. Arguments: x, axis.
Ids import_softmax(Op op, int is_log) {
  const ValueId x = op.real(0);
  const std::size_t rank = op.graph().shape(x).size();
  if (op.argument(1).is_array()) op.refuse("has several axes", "use the layer Softmax");
  const std::size_t axis = op.axis(op.integer(1, -1), rank);
  return {op.layer().with_axis_last(
      x, axis, [&](ValueId moved) { return op.layer().apply(moved, is_log != 0 ? "log_softmax" : "softmax", 1); })};
}

}  // namespace

std::vector<KerasOperationRow> keras_reducing_operations() {
  constexpr auto of = [](R function) { return static_cast<int>(function); };
  return {
      {"Mean", "x axis keepdims", import_reduction, of(R::mean)},
      {"Sum", "x axis keepdims", import_reduction, of(R::sum)},
      {"Max", "x axis keepdims initial", import_reduction, of(R::maximum)},
      {"Min", "x axis keepdims initial", import_reduction, of(R::minimum)},
      {"Amax", "x axis keepdims", import_reduction, of(R::maximum)},
      {"Amin", "x axis keepdims", import_reduction, of(R::minimum)},
      {"Ptp", "x axis keepdims", import_span},
      {"Trapezoid", "y x dx axis", import_trapezoid},
      {"Nansum", "x axis keepdims", import_known_sum},
      {"Prod", "x axis keepdims", import_onnx_reduction, 1},
      {"Logsumexp", "x axis keepdims", import_onnx_reduction, 0},
      {"Var", "x axis keepdims", import_variance, 0},
      {"Std", "x axis keepdims", import_variance, 1},
      {"Any", "x axis keepdims", import_quantifier, of(R::maximum)},
      {"All", "x axis keepdims", import_quantifier, of(R::minimum)},
      {"CountNonzero", "x axis", import_count},
      {"Norm", "x ord axis keepdims", import_norm},
      {"Normalize", "x axis epsilon order", import_unit_length, 1},
      {"Argmax", "x axis keepdims", import_arg, 0},
      {"Argmin", "x axis keepdims", import_arg, 1},
      {"Cumsum", "x axis", import_cumulative, 0},
      {"Cumprod", "x axis", import_cumulative, 1},
      {"TopK", "x k sorted", import_top_k},
      {"Sort", "x axis", import_sort, 0},
      {"Argsort", "x axis", import_sort, 1},
      {"Average", "x axis weights", import_average},
      {"Softmax", "x axis", import_softmax, 0},
      {"LogSoftmax", "x axis", import_softmax, 1},
      {"math.reduce_mean", "input_tensor axis keepdims", import_reduction, of(R::mean)},
      {"math.reduce_sum", "input_tensor axis keepdims", import_reduction, of(R::sum)},
      {"math.reduce_max", "input_tensor axis keepdims", import_reduction, of(R::maximum)},
      {"math.reduce_min", "input_tensor axis keepdims", import_reduction, of(R::minimum)},
      {"math.reduce_prod", "input_tensor axis keepdims", import_onnx_reduction, 1},
      {"math.reduce_logsumexp", "input_tensor axis keepdims", import_onnx_reduction, 0},
      {"math.reduce_variance", "input_tensor axis keepdims", import_variance, 0},
      {"math.reduce_std", "input_tensor axis keepdims", import_variance, 1},
      {"math.reduce_any", "input_tensor axis keepdims", import_quantifier, of(R::maximum)},
      {"math.reduce_all", "input_tensor axis keepdims", import_quantifier, of(R::minimum)},
      {"compat.v1.nn.softmax_cross_entropy_with_logits_v2", "labels logits axis", import_cross_entropy},
      {"math.count_nonzero", "input axis keepdims", import_count},
      {"compat.v1.norm", "tensor ord axis keepdims", import_norm},
      {"norm", "tensor ord axis keepdims", import_norm},
      {"math.l2_normalize", "x axis epsilon", import_unit_length, 0},
      {"math.argmax", "input axis", import_arg, 0},
      {"math.argmin", "input axis", import_arg, 1},
      {"math.cumsum", "x axis exclusive reverse", import_cumulative, 0},
      {"math.cumprod", "x axis exclusive reverse", import_cumulative, 1},
      {"math.top_k", "input k sorted", import_top_k},
      {"nn.softmax", "logits axis", import_softmax, 0},
      {"nn.log_softmax", "logits axis", import_softmax, 1},
  };
}

}  // namespace nacre::tools
