// Operators that run graphs: branches that are known to be taken, and loops that are known to end, step after step.

#include <fmt/format.h>

#include <algorithm>

#include "tools/onnx/operators.hpp"
#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kMostSteps = 4096;

/// A node gives some of what its graph gives, and never more.
void require_outputs(const OnnxCall& call, std::size_t given) {
  if (call.outputs() > given) call.refuse("has more outputs than its graph");
}

void import_if(const OnnxCall& call) {
  const bool holds = call.known_integers(0).at(0) != 0;
  (void)call.attribute(holds ? "else_branch" : "then_branch", OnnxAttribute::Kind::graph);
  std::vector<OnnxTensor> results = call.run(call.body(holds ? "then_branch" : "else_branch"), {});
  require_outputs(call, results.size());
  for (std::size_t i = 0; i < call.outputs(); ++i) call.define_tensor(std::move(results[i]), i);
}

/// What an output of every step becomes: one tensor, the steps along a new axis.
ValueId stacked(const OnnxCall& call, const std::vector<OnnxTensor>& steps, std::size_t axis) {
  std::vector<ValueId> parts;
  for (const OnnxTensor& step : steps) {
    if (step.shape != steps.front().shape) call.refuse("gives another shape in each step");
    Dimensions shape = step.shape;
    shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    parts.push_back(reshaped_to(call, call.value_of(step), shape));
  }
  return concatenated(call, parts, axis);
}

/// What each step gave beside its states: of each output, by step.
using Collected = std::vector<std::vector<OnnxTensor>>;

void require_steps(const OnnxCall& call, std::int64_t steps) {
  if (steps < 1) call.refuse("makes no step");
  if (steps > kMostSteps)
    call.refuse(fmt::format("makes {} steps, and {} is the most that Nacre puts one after the other", steps,
                            kMostSteps));
}

/// Number `t` along an axis, which goes.
OnnxTensor part_of(const OnnxCall& call, std::size_t input, std::size_t axis, std::int64_t t) {
  Dimensions shape = call.shape(input);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  const ValueId part = reshaped_to(call, sliced(call, call.value(input), axis, t, 1), shape);
  return {call.type(input), shape, std::nullopt, part};
}

/// One of the lists that say something of each input or output that is scanned; zeros where it is absent.
std::vector<std::int64_t> each_scanned(const OnnxCall& call, const char* attribute, std::size_t count) {
  const auto stated = call.integers(attribute).value_or(std::vector<std::int64_t>(count, 0));
  if (stated.size() != count) call.refuse(fmt::format("has {} of another number of tensors", attribute));
  return stated;
}

void import_scan(const OnnxCall& call) {
  const OnnxBody body = call.body("body");
  const std::int64_t stated = call.integer("num_scan_inputs", 0);
  if (stated < 1 || stated > static_cast<std::int64_t>(call.inputs())) call.refuse("scans none of its inputs");
  const auto scanned = static_cast<std::size_t>(stated), states = call.inputs() - scanned;
  if (body.graph.outputs.size() < states) call.refuse("loses a state");
  const std::size_t collected = body.graph.outputs.size() - states;
  require_outputs(call, body.graph.outputs.size());
  const auto axes = each_scanned(call, "scan_input_axes", scanned),
             directions = each_scanned(call, "scan_input_directions", scanned),
             output_axes = each_scanned(call, "scan_output_axes", collected),
             output_directions = each_scanned(call, "scan_output_directions", collected);
  std::vector<OnnxTensor> given;
  for (std::size_t i = 0; i < states; ++i) given.push_back(call.tensor_of(i));
  std::vector<std::size_t> along;
  for (std::size_t i = 0; i < scanned; ++i) along.push_back(call.axis(axes[i], call.shape(states + i).size()));
  const std::int64_t steps = call.shape(states)[along[0]];
  require_steps(call, steps);
  Collected outputs(collected);
  for (std::int64_t t = 0; t < steps; ++t) {
    given.resize(states);
    for (std::size_t i = 0; i < scanned; ++i) {
      if (call.shape(states + i)[along[i]] != steps) call.refuse("scans inputs of different lengths");
      given.push_back(part_of(call, states + i, along[i], directions[i] != 0 ? steps - 1 - t : t));
    }
    std::vector<OnnxTensor> results = call.run(body, given);
    std::ranges::move(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(states), given.begin());
    for (std::size_t k = 0; k < collected; ++k) outputs[k].push_back(std::move(results[states + k]));
  }
  for (std::size_t i = 0; i < states; ++i) call.define_tensor(given[i], i);
  for (std::size_t k = 0; k < collected; ++k) {
    if (!call.has_output(states + k)) continue;
    if (output_directions[k] != 0) std::ranges::reverse(outputs[k]);
    const std::size_t axis = call.axis(output_axes[k], outputs[k][0].shape.size() + 1);
    call.define(stacked(call, outputs[k], axis), outputs[k][0].type, states + k);
  }
}

bool is_true(const OnnxCall& call, const OnnxTensor& condition) {
  if (!condition.known || condition.known->size() != 1)
    call.refuse("goes on as long as a computed condition holds", "export it with a number of steps that is known");
  return condition.known->to<std::int64_t>()[0] != 0;
}

OnnxTensor known_scalar(std::int64_t number, OnnxType type) {
  return {type, {}, Array::of(type == OnnxType::boolean ? ElementType::boolean : ElementType::int64, {},
                              std::vector<std::int64_t>{number}), std::nullopt};
}

void import_loop(const OnnxCall& call) {
  const OnnxBody body = call.body("body");
  const std::size_t states = call.inputs() < 2 ? 0 : call.inputs() - 2;
  if (body.graph.outputs.size() < states + 1) call.refuse("loses a state");
  const std::size_t collected = body.graph.outputs.size() - states - 1;
  require_outputs(call, states + collected);
  const std::int64_t most = call.has_input(0) ? call.known_integers(0).at(0) : kMostSteps + 1;
  bool goes_on = !call.has_input(1) || is_true(call, call.tensor_of(1));
  std::vector<OnnxTensor> given{known_scalar(0, OnnxType::int64), known_scalar(1, OnnxType::boolean)};
  for (std::size_t i = 0; i < states; ++i) given.push_back(call.tensor_of(i + 2));
  Collected outputs(collected);
  std::int64_t step = 0;
  for (; goes_on && step < most; ++step) {
    require_steps(call, step + 1);
    given[0] = known_scalar(step, OnnxType::int64);
    std::vector<OnnxTensor> results = call.run(body, given);
    goes_on = is_true(call, results[0]);
    std::ranges::move(results.begin() + 1, results.begin() + 1 + static_cast<std::ptrdiff_t>(states),
                      given.begin() + 2);
    for (std::size_t k = 0; k < collected; ++k) outputs[k].push_back(std::move(results[1 + states + k]));
  }
  for (std::size_t i = 0; i < states; ++i) call.define_tensor(given[i + 2], i);
  for (std::size_t k = 0; k < collected; ++k) {
    if (!call.has_output(states + k)) continue;
    require_steps(call, step);
    call.define(stacked(call, outputs[k], 0), outputs[k][0].type, states + k);
  }
}

}  // namespace

std::vector<OnnxOperator> onnx_control_operators() {
  return {  // a graph may read what the device computes, whatever its node knows: it is never folded as a whole
      {"If", 7, import_if, import_if},
      {"Scan", 9, import_scan, import_scan},
      {"Loop", 7, import_loop, import_loop},
  };
}

}  // namespace nacre::tools
