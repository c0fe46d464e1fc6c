// Activation functions that are composed of others.

#include "tools/keras/activations.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/fragment.hpp"

namespace nacre::tools {
namespace {

using M = MapFunction;

constexpr DataType kType = DataType::float32;

/// Appends a function of what the one before gave and of numbers.
Program& then(Program& program, M function, std::initializer_list<double> numbers, Operand first = kOutputOfProgram) {
  std::vector<Operand> operands{first};
  for (const double number : numbers) operands.push_back(program.literal(number, kType));
  return program.then(function, kType, std::move(operands));
}

ValueId hard_tanh(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  then(program, M::clamp, {-1, 1}, input_of_program(0));
  return graph.add_map(program, {x}, name);
}

/// 0, (x + 1) / 2, 1.
ValueId sparse_sigmoid(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  then(program, M::hard_sigmoid, {0.5, 0.5}, input_of_program(0));
  return graph.add_map(program, {x}, name);
}

ValueId log_sigmoid(Graph& graph, ValueId x, const std::string& name) {
  return add_functions(graph, {M::negative, M::softplus, M::negative}, {x}, name);
}

/// (x + sqrt(x^2 + 4)) / 2
ValueId squareplus(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  program.then(M::multiply_add, kType, {input_of_program(0), input_of_program(0), program.literal(4, kType)});
  then(program, M::sqrt, {});
  program.then(M::add, kType, {kOutputOfProgram, input_of_program(1)});
  then(program, M::multiply, {0.5});
  return graph.add_map(program, {x, x}, name);
}

/// 0 up to -1, (x + 1)^2 / 4 up to 1, and x beyond.
ValueId sparse_plus(Graph& graph, ValueId x, const std::string& name) {
  Program middle, whole;
  then(middle, M::clamp, {-1, 1}, input_of_program(0));
  then(then(then(middle, M::add, {1}), M::square, {}), M::multiply, {0.25});
  const ValueId low = graph.add_map(middle, {x}, name + ".low");
  then(whole, M::greater, {1}, input_of_program(0));
  whole.then(M::where, kType, {kOutputOfProgram, input_of_program(1), input_of_program(2)});
  return graph.add_map(whole, {x, x, low}, name);
}

/// x where it is beyond ±0.5, else 0.
ValueId hard_shrink(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  program.then(M::absolute, kType, {input_of_program(0)});
  then(program, M::greater, {0.5});
  program.then(M::where, kType, {kOutputOfProgram, input_of_program(1), program.literal(0, kType)});
  return graph.add_map(program, {x, x}, name);
}

/// x less what of it lies within ±0.5.
ValueId soft_shrink(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  then(program, M::clamp, {-0.5, 0.5}, input_of_program(0));
  program.then(M::subtract, kType, {input_of_program(1), kOutputOfProgram});
  return graph.add_map(program, {x, x}, name);
}

ValueId tanh_shrink(Graph& graph, ValueId x, const std::string& name) {
  Program program;
  program.then(M::tanh, kType, {input_of_program(0)});
  program.then(M::subtract, kType, {input_of_program(1), kOutputOfProgram});
  return graph.add_map(program, {x, x}, name);
}

/// One half of the last axis times the sigmoid of the other.
ValueId glu(Graph& graph, ValueId x, const std::string& name) {
  const Dimensions shape = graph.shape(x);
  const auto half = [&](std::int32_t i) {
    parameters::Slice table = slice_of_all(shape);
    table.size[shape.size() - 1] = static_cast<std::int32_t>(shape.back() / 2);
    table.begin[shape.size() - 1] = i * table.size[shape.size() - 1];
    return graph.add(table, {x}, name + ".half");
  };
  const ValueId gate = add_functions(graph, {M::sigmoid}, {half(1)}, name + ".gate");
  return add_functions(graph, {M::multiply}, {half(0), gate}, name);
}

/// max(x - t, 0). Of the largest x, in descending order, those count of which x[k] > (s[k] - 1) / k, where s[k] is the
/// sum of the first k. Keras takes t = (sum of those s[k], less 1) / their number; the paper takes the last s[k] alone,
/// so that what comes out sums up to 1.
ValueId sparsemax(Graph& graph, ValueId x, const std::string& name) {
  const Dimensions shape = graph.shape(x);
  const std::int64_t width = shape.back();
  const auto last = static_cast<std::int64_t>(shape.size()) - 1;
  std::vector<double> counts(static_cast<std::size_t>(width));
  std::iota(counts.begin(), counts.end(), 1.0);
  OnnxFragment f(graph, name);
  const std::string z = f.tensor(x), one = f.real(1), axis = f.integers({last});
  const std::string sorted = f.add("TopK", {z, f.integers({width})}, {{"axis", last}}, 2);
  const std::string sums = f.add("CumSum", {sorted, f.integer(last)});
  const std::string bound = f.add("Div", {f.add("Sub", {sums, one}), f.reals({width}, counts)});
  const std::string support = f.add("Cast", {f.add("Greater", {f.add("Sub", {sorted, bound}), f.real(0)})},
                                    {{"to", std::int64_t{1}}});
  const std::string total = f.add("ReduceSum", {f.add("Mul", {sums, support}), axis});
  const std::string threshold = f.add("Div", {f.add("Sub", {total, one}), f.add("ReduceSum", {support, axis})});
  return f.finish({f.add("Relu", {f.add("Sub", {z, threshold})})})[0];
}

constexpr ComposedActivation kComposed[] = {
    {"glu", glu},
    {"hard_shrink", hard_shrink},
    {"hard_tanh", hard_tanh},
    {"log_sigmoid", log_sigmoid},
    {"log_softmax", add_log_softmax},
    {"soft_shrink", soft_shrink},
    {"sparse_plus", sparse_plus},
    {"sparse_sigmoid", sparse_sigmoid},
    {"sparsemax", sparsemax},
    {"squareplus", squareplus},
    {"tanh_shrink", tanh_shrink},
};

}  // namespace

std::span<const ComposedActivation> composed_activations() { return kComposed; }

const ComposedActivation* find_composed_activation(const std::string& word) {
  const auto found = std::ranges::find_if(kComposed, [&](const ComposedActivation& one) { return word == one.word; });
  return found == std::end(kComposed) ? nullptr : found;
}

}  // namespace nacre::tools
