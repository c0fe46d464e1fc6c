// The program of each element-wise layer.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "tools/graph/constants.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

constexpr Operand kOutput{Operand::Kind::output};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Builds a program whose functions have one type, from the layer's first input on.
class Composer {
 public:
  Composer(Graph& graph, const Node& node) : graph_(graph), node_(node), type_(graph.type(node.inputs[0]).type) {}

  Composition compose() {
    switch (node_.op()) {
      case Operator::activation: activation(); break;
      case Operator::affine: affine(); break;
      case Operator::binary: binary(); break;
      case Operator::binarize: binarize(); break;
      case Operator::cast: cast(); break;
      case Operator::clip: clip(); break;
      case Operator::impute: impute(); break;
      case Operator::prelu: prelu(); break;
      default: break;
    }
    const bool known = std::ranges::all_of(result_.program.instructions, [](const Instruction& instruction) {
      return has_function(instruction.function, instruction.from, instruction.to);
    });
    return known ? std::move(result_) : Composition{};
  }

 private:
  void then(F function, std::vector<Operand> operands) {
    result_.program.then(function, type_, std::move(operands));
    last_ = kOutput;
  }

  Operand literal(double value) { return result_.program.literal(value, type_); }

  Operand input(ValueId value) {
    const auto known = std::ranges::find(result_.inputs, value);
    if (known == result_.inputs.end()) {
      result_.inputs.push_back(value);
      return {Operand::Kind::input, static_cast<std::uint32_t>(result_.inputs.size() - 1)};
    }
    return {Operand::Kind::input, static_cast<std::uint32_t>(known - result_.inputs.begin())};
  }

  /// What the device will read of a number.
  double stored(double number) const { return type_ == DataType::float32 ? static_cast<float>(number) : number; }

  /// The number that all elements of a constant are, to the bit; none of other values. It has all its digits where they
  /// are the same too: what the device rounds of a program is known.
  std::optional<double> uniform(ValueId value) const {
    if (!graph_.values[value].constant) return std::nullopt;
    const std::vector<double> numbers = graph_.values[value].constant->to<double>();
    const auto all_are = [&](auto bits) {
      return std::ranges::all_of(numbers, [&](double number) { return bits(number) == bits(numbers[0]); });
    };
    if (!all_are([this](double number) { return std::bit_cast<std::uint64_t>(stored(number)); })) return std::nullopt;
    const bool same = all_are([](double number) { return std::bit_cast<std::uint64_t>(number); });
    return same ? numbers[0] : stored(numbers[0]);
  }
  bool is_all(std::size_t i, double number) const {
    const auto found = uniform(node_.inputs[i]);
    return found && std::bit_cast<std::uint64_t>(stored(*found)) == std::bit_cast<std::uint64_t>(number);
  }

  /// Input `i` of the layer: a literal where that does, else a tensor, of `shape` where it is a constant.
  Operand operand(std::size_t i, const Dimensions* shape = nullptr) {
    const ValueId value = node_.inputs[i];
    if (const auto number = uniform(value)) return literal(*number);
    if (shape == nullptr || !graph_.values[value].constant || graph_.shape(value) == *shape) return input(value);
    return input(graph_.add_constant(graph_.values[value].constant->reshaped(*shape), graph_.type(value).type));
  }
  /// The same of numbers for each element of the last axis.
  Operand per_feature(std::size_t i) {
    const Dimensions shape{graph_.type(node_.inputs[0]).last()};
    return operand(i, &shape);
  }

  void limit(double least, double most) {
    if (least == -kInfinity && most == kInfinity) return;
    if (least == 0 && most == kInfinity) then(F::relu, {last_});
    else then(F::clamp, {last_, literal(least), literal(most)});
  }

  void activation() {
    const auto& p = node_.as<parameters::Activation>();
    last_ = input(node_.inputs[0]);
    const std::optional<F> function = function_of(p.function);
    if (!function) return;
    std::vector<Operand> operands{last_};
    if (function == F::elu) operands.push_back(literal(p.alpha));
    if (function == F::hard_sigmoid) operands.insert(operands.end(), {literal(p.alpha), literal(p.beta)});
    if (function == F::relu && (p.alpha != 0 || p.threshold != 0 || p.maximum != kInfinity))
      return then(F::leaky_relu, {last_, literal(p.alpha), literal(p.threshold), literal(p.maximum)});
    then(*function, std::move(operands));
  }

  /// In float64 each step of the library rounds as it does there.
  void steps() {
    const Dimensions shape{graph_.type(node_.inputs[0]).last()};
    for (const ScalerStep& step : node_.steps) {
      const bool one = std::ranges::count(step.operands, step.operands[0]) == std::ssize(step.operands);
      const Operand operand =
          one ? literal(step.operands[0])
              : input(graph_.add_constant(Array::from(shape, step.operands), DataType::float64));
      switch (step.kind) {
        case ScalerStep::Kind::subtract: then(F::subtract, {last_, operand}); break;
        case ScalerStep::Kind::divide: then(F::divide, {last_, operand}); break;
        case ScalerStep::Kind::multiply: then(F::multiply, {last_, operand}); break;
        case ScalerStep::Kind::add: then(F::add, {last_, operand}); break;
        case ScalerStep::Kind::at_least: then(F::clamp, {last_, operand, literal(kInfinity)}); break;
        case ScalerStep::Kind::at_most: then(F::clamp, {last_, literal(-kInfinity), operand}); break;
      }
    }
  }

  /// Steps that change no bit are left out: x - 0, and a product with 1 before a sum.
  void affine() {
    const auto& p = node_.as<parameters::Affine>();
    last_ = input(node_.inputs[0]);
    if (type_ == DataType::float64 && !node_.steps.empty()) return steps();
    for (const std::size_t center : {1, 2})
      if (!is_all(center, 0)) then(F::subtract, {last_, per_feature(center)});
    if (is_all(3, 1)) then(F::add, {last_, per_feature(4)});
    else then(F::multiply_add, {last_, per_feature(3), per_feature(4)});
    limit(p.minimum, p.maximum);
  }

  void binary() {
    const auto& p = node_.as<parameters::Binary>();
    const bool both = uniform(node_.inputs[0]) && uniform(node_.inputs[1]);
    const Operand a = both ? input(node_.inputs[0]) : operand(0), b = operand(1);
    then(function_of(p.function), {a, b});
    limit(p.minimum, p.maximum);
  }

  void binarize() {
    last_ = input(node_.inputs[0]);
    if (type_ == DataType::float32) then(F::greater, {last_, literal(node_.as<parameters::Binarize>().threshold)});
    result_.program.instructions.push_back({F::cast, type_, DataType::int32, {last_}});  // 1 or 0, of float64 already
  }

  void cast() {
    const DataType to = node_.as<parameters::Cast>().type;
    result_.program.instructions.push_back({F::cast, type_, to, {input(node_.inputs[0])}});
  }

  /// Where minimum exceeds maximum, everything becomes maximum; a bound that is no number limits nothing.
  void clip() {
    const auto& p = node_.as<parameters::Clip>();
    const double most = std::isnan(p.maximum) ? kInfinity : p.maximum;
    const double least = std::isnan(p.minimum) ? -kInfinity : std::min<double>(p.minimum, most);
    then(F::clamp, {input(node_.inputs[0]), literal(least), literal(most)});
  }

  void impute() {
    then(F::impute, {input(node_.inputs[0]), literal(node_.as<parameters::Impute>().missing_value), per_feature(1)});
  }

  void prelu() {
    const Dimensions& x = graph_.shape(node_.inputs[0]);
    const Dimensions row(x.begin() + 1, x.end());
    then(F::prelu, {input(node_.inputs[0]), operand(1, &row)});
  }

  Graph& graph_;
  const Node& node_;
  const DataType type_;
  Composition result_;
  Operand last_ = kOutput;
};

}  // namespace

Composition compose(Graph& graph, const Node& node) {
  if (!is_composed(node.op(), graph.type(node.inputs.at(0)).type)) return {};
  return Composer(graph, node).compose();
}

}  // namespace nacre::tools
