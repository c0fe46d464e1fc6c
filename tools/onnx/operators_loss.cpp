// Losses, which exported training graphs end with.

#include <fmt/format.h>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/onnx/places.hpp"
#include "tools/onnx/programs.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using R = ReduceFunction;

/// -weight[target] * x[n, target, …], of the targets that count: each, their sum, or their mean by weight.
ValueId likelihood_loss(const OnnxCall& call, ValueId x) {
  if (call.is_folding() || call.graph().type(x).type != DataType::float32) call.refuse("computes in float64");
  const Dimensions shape = call.graph().shape(x), of_targets = call.shape(1);
  const std::string reduction = call.text("reduction", "mean");
  if (reduction != "mean" && reduction != "sum" && reduction != "none") call.refuse("has the reduction " + reduction);
  Dimensions expected = shape;
  if (expected.size() < 2) call.refuse("has scores without classes");
  expected.erase(expected.begin() + 1);
  if (of_targets != expected) call.refuse("has targets that do not fit its scores");
  const bool ignores = call.has_attribute("ignore_index");
  const auto ignored = static_cast<double>(call.integer("ignore_index", 0));
  const ValueId zero = int_constant(call, {}, {0}), given = call.value(1);
  const ValueId is_ignored = ignores ? apply(call, F::equal, given, ignored) : zero;
  const ValueId target = ignores ? choose(call, is_ignored, zero, given) : given;
  std::int64_t behind = 1;
  for (std::size_t axis = 2; axis < shape.size(); ++axis) behind *= shape[axis];
  std::vector<std::int64_t> begins;  // of each target's row of classes
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(elements_of(of_targets)); ++i)
    begins.push_back(i / behind * shape[1] * behind + i % behind);
  const ValueId places = apply(call, F::add, {apply(call, F::multiply, target, static_cast<double>(behind)),
                                              int_constant(call, of_targets, begins)});
  const ValueId flat = reshaped_to(call, x, {static_cast<std::int64_t>(elements_of(shape))});
  const ValueId chosen = call.graph().add(parameters::Gather{}, {flat, places}, call.name());
  ValueId weight = call.has_input(2)
                       ? call.graph().add(parameters::Gather{}, {call.value(2), target}, call.name())
                       : real_constant(call, of_targets, std::vector<double>(elements_of(of_targets), 1.0),
                                       DataType::float32);
  if (ignores) weight = choose(call, is_ignored, scalar(call, 0, DataType::float32), weight);
  const ValueId loss = apply(call, F::negative, {apply(call, F::multiply, {chosen, weight})});
  if (reduction == "none") return loss;
  const std::vector<std::size_t> axes = axes_from(0, of_targets.size());
  const ValueId sum = reshaped_to(call, reduced(call, loss, R::sum, axes), {});
  if (reduction == "sum") return sum;
  return apply(call, F::divide, {sum, reshaped_to(call, reduced(call, weight, R::sum, axes), {})});
}

void import_likelihood_loss(const OnnxCall& call) { call.define(likelihood_loss(call, call.value())); }

void import_cross_entropy_loss(const OnnxCall& call) {
  const std::size_t last = call.shape(0).size() - 1;
  if (last < 1) call.refuse("has scores without classes");
  const ValueId moved = move_axis(call.graph(), call.value(), 1, last);
  const ValueId logs = move_axis(call.graph(), add_log_softmax(call.graph(), moved, call.name()), last, 1);
  call.define(likelihood_loss(call, logs), 0);
  call.define(logs, 1);
}

}  // namespace

std::vector<OnnxOperator> onnx_loss_operators() {
  return {{"NegativeLogLikelihoodLoss", 12, import_likelihood_loss},
          {"SoftmaxCrossEntropyLoss", 12, import_cross_entropy_loss}};
}

}  // namespace nacre::tools
