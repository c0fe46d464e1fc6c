// A transposed convolution as ordinary ones: one for each phase, whose outputs are put between each other.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/graph/constants.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lower/phases.hpp"
#include "tools/lower/windows.hpp"
#include "tools/operators/conv_transposed.hpp"
#include "tools/operators/filter.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using Phases = std::vector<Phase>;

class Transposed {
 public:
  Transposed(Graph& graph, const Node& node)
      : graph_(graph), node_(node), table_(node.as<parameters::ConvTransposed>()), x_(graph.shape(node.inputs[0])),
        filter_(Filter::of(graph.type(node.inputs[1]))), weights_(constant_input(graph, node, 1)),
        bias_(constant_input(graph, node, 2)) {
    for (std::size_t axis = 0; axis < filter_.kernel.size(); ++axis)
      phases_.push_back(phases_of(table_, axis, x_[axis + 1], filter_.kernel[axis]));
  }

  void add() {
    Phases chosen;
    const ValueId y = outputs(chosen);
    const Dimensions &all = graph_.shape(y), &wanted = graph_.shape(node_.outputs[0]);
    if (all == wanted) return;
    parameters::Slice slice = slice_of_all(all);
    std::copy(wanted.begin(), wanted.end(), slice.size);
    graph_.add(slice, {y});
  }

 private:
  /// All outputs of the phases that are chosen along the first axes.
  ValueId outputs(Phases& chosen) {
    const std::size_t axis = chosen.size();
    const Phases& phases = phases_[axis];
    const bool is_last = axis + 1 == phases_.size();
    std::vector<ValueId> parts;
    for (auto one = phases.begin(); one != phases.end();) {
      const auto is_alike = [&](const Phase& phase) { return phase.reads_like(*one); };
      const auto next = is_last ? std::find_if_not(one, phases.end(), is_alike) : one + 1;
      chosen.push_back(*one);
      parts.push_back(is_last ? convolution(chosen, {one, next}) : outputs(chosen));
      chosen.pop_back();
      one = next;
    }
    return interleave(parts, axis, static_cast<std::int64_t>(phases.size()));
  }

  /// Elements that lie beside each other along the next axis lie in the same memory between each other along this one.
  /// Some phases of the last axis already do, as channels.
  ValueId interleave(const std::vector<ValueId>& parts, std::size_t axis, std::int64_t phases) {
    const std::size_t next = axis + 2;
    if (parts.size() > 255)
      throw Refusal("layer " + node_.name,
                    fmt::format("has a stride of {}, and another window for each output", phases),
                    "build the model with a stride of 255 or less");
    ValueId y = parts[0];
    if (parts.size() > 1) y = graph_.add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(next)}, parts);
    if (phases == 1) return y;
    Dimensions shape = graph_.shape(y);
    shape[axis + 1] *= phases, shape[next] /= phases;
    return graph_.add(reshape_to(shape, node_.name), {y});
  }

  /// Phases `last` of the last axis, whose windows are the same, as channels of one convolution.
  ValueId convolution(const Phases& chosen, const Phases& last) {
    if (std::ranges::any_of(chosen, [](const Phase& phase) { return phase.taps == 0; }))
      return bias_alone(chosen, last.size());
    std::vector<ValueId> inputs{fitted(chosen)};
    add_parameters(inputs, chosen, last);
    const std::string name = fmt::format("{}.{}", node_.name, ++convolutions_);
    return chosen.size() == 2 ? graph_.add(flat(chosen), inputs, name) : graph_.add(deep(chosen), inputs, name);
  }

  parameters::Conv2D flat(const Phases& chosen) const {
    parameters::Conv2D table;
    table.minimum = table_.minimum, table.maximum = table_.maximum;
    table.input_zero_point = table_.input_zero_point, table.output_zero_point = table_.output_zero_point;
    table.output_minimum = table_.output_minimum, table.output_maximum = table_.output_maximum;
    const Phase &rows = chosen[0], &columns = chosen[1];
    table.dilation_h = narrow(rows.dilation), table.dilation_w = narrow(columns.dilation);
    table.pad_top = own_before(rows), table.pad_bottom = own_after(rows);
    table.pad_left = own_before(columns), table.pad_right = own_after(columns);
    return table;
  }

  parameters::Conv3D deep(const Phases& chosen) const {
    parameters::Conv3D table;
    table.minimum = table_.minimum, table.maximum = table_.maximum;
    for (std::size_t axis = 0; axis < chosen.size(); ++axis) {
      table.dilation[axis] = narrow(chosen[axis].dilation);
      table.pad_before[axis] = own_before(chosen[axis]), table.pad_after[axis] = own_after(chosen[axis]);
    }
    return table;
  }

  static std::uint16_t narrow(std::int64_t x) { return static_cast<std::uint16_t>(x); }

  /// What a convolution pads by itself: its first window ends with an element of x, the last begins behind one.
  static std::uint16_t own_before(const Phase& phase) {
    return narrow(std::clamp<std::int64_t>(phase.before, 0, phase.reach()));
  }
  static std::uint16_t own_after(const Phase& phase) {
    return narrow(std::clamp<std::int64_t>(phase.after, 0, phase.reach() + 1));
  }

  /// x without elements that no window meets, and with padding where windows reach further than a convolution's own.
  ValueId fitted(const Phases& chosen) {
    parameters::Slice slice = slice_of_all(x_);
    parameters::Pad pad;
    pad.zero_point = table_.input_zero_point;
    bool pads = false;
    for (std::size_t axis = 1; axis <= chosen.size(); ++axis) {
      const Phase& phase = chosen[axis - 1];
      const std::int64_t cut = std::max<std::int64_t>(-phase.before, 0);
      slice.begin[axis] = static_cast<std::int32_t>(cut);
      slice.size[axis] = static_cast<std::int32_t>(x_[axis] - cut - std::max<std::int64_t>(-phase.after, 0));
      pad.before[axis] = narrow(std::max<std::int64_t>(phase.before, 0) - own_before(phase));
      pad.after[axis] = narrow(std::max<std::int64_t>(phase.after, 0) - own_after(phase));
      pads = pads || pad.before[axis] + pad.after[axis] != 0;
    }
    ValueId x = node_.inputs[0];
    if (!std::equal(x_.begin(), x_.end(), slice.size)) x = graph_.add(slice, {x});
    return pads ? graph_.add(pad, {x}) : x;
  }

  /// Weights, bias and, of int8, factors of such a convolution.
  void add_parameters(std::vector<ValueId>& inputs, Phases chosen, const Phases& last) {
    Dimensions taps;
    for (const Phase& phase : chosen) taps.push_back(phase.taps);
    const Filter part(filter_.is_int8, taps, filter_.channels, filter_.outputs * std::ssize(last));
    std::vector<double> weights(static_cast<std::size_t>(part.taps * part.channels * part.outputs)), bias;
    for (const Phase& phase : last) {
      chosen.back() = phase;
      const std::int64_t first = std::ssize(bias);
      bias.insert(bias.end(), bias_.begin(), bias_.end());
      for (std::int64_t i = 0; i < part.taps; ++i) {
        Dimensions at = coordinates(static_cast<std::size_t>(i), taps);
        for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] = chosen[axis].tap(at[axis]);
        const auto tap = static_cast<std::int64_t>(flat_index(at, filter_.kernel));
        for (std::int64_t c = 0; c < part.channels; ++c)
          for (std::int64_t o = 0; o < filter_.outputs; ++o) {
            const double weight = weights_[filter_.index(tap, c, o)];
            weights[part.index(i, c, first + o)] = weight;
            bias[static_cast<std::size_t>(first + o)] -= table_.input_zero_point * weight;
          }
      }
    }
    inputs.push_back(constant(part.shape(), weights, filter_.is_int8 ? DataType::int8 : DataType::float32));
    inputs.push_back(constant({part.outputs}, bias, filter_.is_int8 ? DataType::int32 : DataType::float32));
    if (filter_.is_int8) inputs.push_back(factors(std::ssize(last)));
  }

  ValueId constant(const Dimensions& shape, const std::vector<double>& values, DataType type) {
    if (type == DataType::float32) return graph_.add_constant(Array::from(shape, values));
    using Limits = std::numeric_limits<std::int32_t>;
    if (type == DataType::int32)
      for (const double value : values)
        if (!(value >= Limits::min() && value <= Limits::max()))
          throw Refusal("layer " + node_.name, "has a bias that overflows 32 bits", "quantise the model again");
    const ElementType stored = type == DataType::int8    ? ElementType::int8
                               : type == DataType::int16 ? ElementType::int16
                                                         : ElementType::int32;
    return graph_.add_constant(Array::of(stored, shape, values), type);
  }

  ValueId factors(std::ptrdiff_t times) {
    const std::vector<double> once = constant_input(graph_, node_, 3);
    std::vector<double> all;
    for (std::ptrdiff_t i = 0; i < times; ++i) all.insert(all.end(), once.begin(), once.end());
    return constant({std::ssize(all) / 2, 2}, all, DataType::int32);
  }

  /// Phases that no element of x comes to.
  ValueId bias_alone(const Phases& chosen, std::size_t times) {
    const DataType type = graph_.type(node_.outputs[0]).type;
    std::vector<Tensor64> inputs(3);
    if (filter_.is_int8) inputs.push_back({{}, constant_input(graph_, node_, 3), {}});
    std::vector<double> values;
    for (std::size_t i = 0; i < times; ++i)
      for (std::size_t o = 0; o < bias_.size(); ++o)
        values.push_back(transposed_output(table_, type, bias_[o], inputs, o));
    Dimensions shape{x_[0]};
    for (const Phase& phase : chosen) shape.push_back(phase.outputs);
    shape.push_back(std::ssize(values));
    const ValueId value = constant({std::ssize(values)}, values, type);
    return add_broadcast(graph_, value, shape, "");
  }

  Graph& graph_;
  const Node& node_;
  const parameters::ConvTransposed& table_;
  const Dimensions x_;
  const Filter filter_;
  const std::vector<double> weights_, bias_;
  std::vector<Phases> phases_;
  int convolutions_ = 0;
};

}  // namespace

void add_conv_transposed(Graph& graph, const Node& node) { Transposed(graph, node).add(); }

}  // namespace nacre::tools
