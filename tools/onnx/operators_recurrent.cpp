// LSTM, GRU and RNN: the operator lstm where it has all that they need, else scans of the layers of one step.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/onnx/programs.hpp"
#include "tools/operators/scan.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Ids = std::vector<ValueId>;

/// The parameters of a recurrent node, in one direction.
struct Recurrent {
  const OnnxCall& call;
  std::int64_t gates, units, batch, time;
  std::vector<F> functions;  ///< of this direction
  bool is_backwards;
  ValueId x;                                    ///< [batch, time, depth]
  ValueId weights, recurrent;                   ///< [gates * units, depth], [gates * units, units]
  std::optional<ValueId> bias;                  ///< [2 * gates * units]
  std::optional<ValueId> hidden, cell;          ///< first states [batch, units]
  std::optional<ValueId> peepholes;             ///< [3 * units]
};

/// What one direction gives: hidden after every step, and the last states.
struct Outcome {
  ValueId all, hidden, cell;
};

F function_named(const OnnxCall& call, const std::string& name) {
  if (name == "Tanh") return F::tanh;
  if (name == "Sigmoid") return F::sigmoid;
  if (name == "Relu") return F::relu;
  if (name == "Softsign") return F::softsign;
  if (name == "Softplus") return F::softplus;
  call.refuse("has the activation " + name, "train the layer with tanh, sigmoid or relu");
}

/// A part of a row of gates, in a body.
ValueId gate_of(Graph& body, ValueId row, std::int64_t gate, std::int64_t units) {
  parameters::Slice table = slice_of_all(body.shape(row));
  table.begin[1] = static_cast<std::int32_t>(gate * units), table.size[1] = static_cast<std::int32_t>(units);
  return body.add(table, {row});
}

/// A constant of the graph around, again in a body; a computed value is a state that stays as it is.
class Body {
 public:
  Body(const Recurrent& r, const Ids& sequences, Ids states) : r_(r), first_(std::move(states)) {
    Graph& graph = r_.call.graph();
    Ids all = first_;
    for (const ValueId value : {r_.recurrent, r_.bias.value_or(r_.recurrent), r_.peepholes.value_or(r_.recurrent)})
      if (!graph.values[value].constant && std::ranges::count(kept_, value) == 0) kept_.push_back(value);
    all.insert(all.end(), kept_.begin(), kept_.end());
    std::vector<TensorType> types;
    for (const ValueId value : all) types.push_back(graph.type(value));
    body_ = scan_body(graph, sequences, types);
    own_ = sequences.size();
    sequences_ = sequences;
  }
  Graph& graph() { return body_; }
  ValueId step() const { return body_.inputs[0].value; }
  ValueId state(std::size_t i) const { return body_.inputs[own_ + i].value; }
  ValueId outside(ValueId value) {
    const auto place = std::ranges::find(kept_, value);
    if (place != kept_.end())
      return body_.inputs[own_ + first_.size() + static_cast<std::size_t>(place - kept_.begin())].value;
    const GraphValue& constant = r_.call.graph().values[value];
    return body_.add_constant(*constant.constant, constant.type.type);
  }
  /// Runs it: hidden of every step, and the last states.
  Ids finish(const Ids& next) {
    for (const ValueId value : next) body_.add_output("next", value);
    for (std::size_t i = 0; i < kept_.size(); ++i)
      body_.add_output("next", body_.inputs[own_ + first_.size() + i].value);
    body_.add_output("y", next[0]);
    for (const ValueId value : next) body_.add_output("last", value);
    parameters::Scan table;
    table.whole = 1, table.go_backwards = r_.is_backwards;
    Ids inputs = sequences_;
    inputs.insert(inputs.end(), first_.begin(), first_.end());
    inputs.insert(inputs.end(), kept_.begin(), kept_.end());
    return add_scan(r_.call.graph(), table, inputs, std::move(body_), r_.call.name());
  }

 private:
  const Recurrent& r_;
  Ids first_, kept_, sequences_;
  Graph body_;
  std::size_t own_ = 1;
};

ValueId zeros_of(const OnnxCall& call, const Dimensions& shape) {
  std::int64_t count = 1;
  for (const std::int64_t length : shape) count *= length;
  return real_constant(call, shape, std::vector<double>(static_cast<std::size_t>(count), 0.0), DataType::float32);
}

/// x . weights^T + the biases of the input for all steps at once.
ValueId input_gates(const Recurrent& r) {
  const ValueId turned = permuted(r.call, r.weights, {1, 0});
  Graph& graph = r.call.graph();
  const bool is_known = graph.values[turned].constant.has_value();
  const ValueId gates =
      is_known ? graph.add(parameters::FullyConnected{}, {r.x, turned, zeros_of(r.call, {r.gates * r.units})},
                           r.call.name())
               : graph.add(parameters::MatMul{}, {r.x, turned}, r.call.name());
  if (!r.bias) return gates;
  return apply(r.call, F::add, {gates, sliced(r.call, *r.bias, 0, 0, r.gates * r.units)});
}

/// hidden . recurrent^T + the biases of the state, of all gates, in a body.
ValueId state_gates(Recurrent& r, Body& body, ValueId hidden, ValueId turned, std::optional<ValueId> bias) {
  Graph& graph = body.graph();
  const ValueId product = graph.add(parameters::MatMul{}, {hidden, body.outside(turned)}, r.call.name());
  return bias ? add_functions(graph, {F::add}, {product, body.outside(*bias)}, r.call.name()) : product;
}

Outcome lstm_of_layers(Recurrent r) {
  const OnnxCall& call = r.call;
  const ValueId gates = input_gates(r);
  r.recurrent = permuted(call, r.recurrent, {1, 0});
  if (r.bias) r.bias = sliced(call, *r.bias, 0, 4 * r.units, 4 * r.units);
  const ValueId zero = zeros_of(call, {r.batch, r.units});
  Body body(r, {gates}, {r.hidden.value_or(zero), r.cell.value_or(zero)});
  Graph& graph = body.graph();
  const auto f = [&](F function, Ids inputs) { return add_functions(graph, {function}, inputs, call.name()); };
  const ValueId sum = f(F::add, {body.step(), state_gates(r, body, body.state(0), r.recurrent, r.bias)});
  const auto peephole = [&](ValueId gate, std::int64_t i, ValueId cell) {
    if (!r.peepholes) return gate;
    const ValueId all = body.outside(*r.peepholes);
    parameters::Slice table = slice_of_all(graph.shape(all));
    table.begin[0] = static_cast<std::int32_t>(i * r.units), table.size[0] = static_cast<std::int32_t>(r.units);
    return f(F::add, {gate, f(F::multiply, {cell, graph.add(table, {all})})});
  };
  const ValueId before = body.state(1);  // gates i, o, f, c; peepholes i, o, f
  const ValueId in = f(r.functions[0], {peephole(gate_of(graph, sum, 0, r.units), 0, before)});
  const ValueId forget = f(r.functions[0], {peephole(gate_of(graph, sum, 2, r.units), 2, before)});
  const ValueId candidate = f(r.functions[1], {gate_of(graph, sum, 3, r.units)});
  const ValueId cell = f(F::add, {f(F::multiply, {forget, before}), f(F::multiply, {in, candidate})});
  const ValueId out = f(r.functions[0], {peephole(gate_of(graph, sum, 1, r.units), 1, cell)});
  const Ids given = body.finish({f(F::multiply, {out, f(r.functions[2], {cell})}), cell});
  return {given[0], given[1], given[2]};
}

Outcome gru_of_layers(Recurrent r, bool resets_after) {
  const OnnxCall& call = r.call;
  const ValueId gates = input_gates(r);
  r.recurrent = permuted(call, r.recurrent, {1, 0});
  if (r.bias) r.bias = sliced(call, *r.bias, 0, 3 * r.units, 3 * r.units);
  Body body(r, {gates}, {r.hidden.value_or(zeros_of(call, {r.batch, r.units}))});
  Graph& graph = body.graph();
  const auto f = [&](F function, Ids inputs) { return add_functions(graph, {function}, inputs, call.name()); };
  const auto part = [&](ValueId row, std::int64_t gate) { return gate_of(graph, row, gate, r.units); };
  const ValueId before = body.state(0), from_state = state_gates(r, body, before, r.recurrent, r.bias);
  const auto gate = [&](std::int64_t i) {
    return f(r.functions[0], {f(F::add, {part(body.step(), i), part(from_state, i)})});
  };
  const ValueId update = gate(0), reset = gate(1);  // gates z, r, h
  ValueId seen = 0;
  if (resets_after) {
    seen = f(F::multiply, {reset, part(from_state, 2)});
  } else {
    const ValueId left = f(F::multiply, {reset, before});
    seen = part(state_gates(r, body, left, r.recurrent, r.bias), 2);
  }
  const ValueId candidate = f(r.functions[1], {f(F::add, {part(body.step(), 2), seen})});
  const ValueId change = f(F::multiply, {update, f(F::subtract, {before, candidate})});
  const Ids given = body.finish({f(F::add, {candidate, change})});  // (1 - z) h + z H = h + z (H - h)
  return {given[0], given[1], given[1]};
}

Outcome rnn_of_layers(Recurrent r) {
  const OnnxCall& call = r.call;
  const ValueId gates = input_gates(r);
  r.recurrent = permuted(call, r.recurrent, {1, 0});
  if (r.bias) r.bias = sliced(call, *r.bias, 0, r.units, r.units);
  Body body(r, {gates}, {r.hidden.value_or(zeros_of(call, {r.batch, r.units}))});
  const ValueId from_state = state_gates(r, body, body.state(0), r.recurrent, r.bias);
  Graph& graph = body.graph();
  const ValueId sum = add_functions(graph, {F::add}, {body.step(), from_state}, call.name());
  const Ids given = body.finish({add_functions(graph, {r.functions[0]}, {sum}, call.name())});
  return {given[0], given[1], given[1]};
}

/// Whether the operator lstm computes it: known weights, its own functions, states that begin at 0, and nobody reads
/// the cell.
bool is_plain_lstm(const Recurrent& r) {
  const Graph& graph = r.call.graph();
  const bool is_known = graph.values[r.weights].constant && graph.values[r.recurrent].constant &&
                        (!r.bias || graph.values[*r.bias].constant);
  return is_known && !r.hidden && !r.cell && !r.peepholes && !r.call.has_output(2) &&
         r.functions == std::vector<F>{F::sigmoid, F::tanh, F::tanh};
}

/// Rows of gates in the operator's order i, f, g, o, transposed; ONNX has i, o, f, c.
ValueId in_order(const OnnxCall& call, ValueId v, std::int64_t units) {
  const GraphValue& value = call.graph().values[v];
  const std::vector<double> own = value.constant->to<double>();
  const std::int64_t depth = std::ssize(own) / (4 * units);
  constexpr std::int64_t kFrom[] = {0, 2, 3, 1};
  std::vector<double> turned(own.size());
  for (std::int64_t gate = 0; gate < 4; ++gate)
    for (std::int64_t unit = 0; unit < units; ++unit)
      for (std::int64_t d = 0; d < depth; ++d)
        turned[static_cast<std::size_t>((d * 4 + gate) * units + unit)] =
            own[static_cast<std::size_t>((kFrom[gate] * units + unit) * depth + d)];
  return real_constant(call, {depth, 4 * units}, turned, DataType::float32);
}

Outcome lstm_by_operator(const Recurrent& r) {
  const OnnxCall& call = r.call;
  Graph& graph = call.graph();
  parameters::LSTM table;
  table.return_sequences = true, table.go_backwards = r.is_backwards;
  std::vector<double> bias(static_cast<std::size_t>(4 * r.units), 0.0);
  if (r.bias) {
    const std::vector<double> both = graph.values[*r.bias].constant->to<double>();
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = both.at(i) + both.at(bias.size() + i);
  }
  const ValueId sums = graph.add_constant(Array::from({4 * r.units}, bias));
  const ValueId turned_bias = reshaped_to(call, in_order(call, sums, r.units), {4 * r.units});
  const Ids inputs{r.x, in_order(call, r.weights, r.units), in_order(call, r.recurrent, r.units), turned_bias};
  const ValueId all = graph.add(table, inputs, call.name());  // as it went: backwards from the last step on
  const ValueId last = reshaped_to(call, sliced(call, all, 1, r.time - 1, 1), {r.batch, r.units});
  const ValueId in_time = r.is_backwards ? sliced(call, all, 1, r.time - 1, r.time, -1) : all;
  return {in_time, last, last};
}

/// What scans give backwards begins with the last step, too.
Outcome in_time(const Recurrent& r, Outcome outcome) {
  if (r.is_backwards) outcome.all = sliced(r.call, outcome.all, 1, r.time - 1, r.time, -1);
  return outcome;
}

Outcome one_direction(const Recurrent& r) {
  if (r.call.op() == "GRU") {
    const bool resets_after = r.call.flag("linear_before_reset");
    return in_time(r, gru_of_layers(r, resets_after));
  }
  if (r.call.op() == "RNN") return in_time(r, rnn_of_layers(r));
  return is_plain_lstm(r) ? lstm_by_operator(r) : in_time(r, lstm_of_layers(r));
}

/// What changes answers and is not supported.
void require_plain_recurrence(const OnnxCall& call, std::int64_t time) {
  for (const char* name : {"activation_alpha", "activation_beta"})
    if (const auto numbers = call.reals(name); numbers && !numbers->empty()) call.refuse(fmt::format("has {}", name));
  if (call.real("clip", 0) != 0) call.refuse("clips its gates");
  if (call.op() == "LSTM" && call.flag("input_forget")) call.refuse("couples its input and forget gates");
  if (!call.has_input(4)) return;
  for (const std::int64_t length : call.known_integers(4))
    if (length != time) call.refuse("has sequences of different lengths (sequence_lens)");
}

/// Row `i` of the first axis, which is gone afterwards.
ValueId direction_of(const OnnxCall& call, ValueId v, std::int64_t i) {
  Dimensions shape = call.graph().shape(v);
  const std::int64_t rows = shape.at(0);
  shape.erase(shape.begin());
  const GraphValue& value = call.graph().values[v];
  if (!value.constant || rows == 1) return reshaped_to(call, sliced(call, v, 0, i, 1), shape);
  const std::vector<double> all = value.constant->to<double>();
  const auto each = std::ssize(all) / rows;
  return real_constant(call, shape, {all.begin() + i * each, all.begin() + (i + 1) * each}, DataType::float32);
}

void import_recurrent(const OnnxCall& call) {
  if (call.type() == OnnxType::float64 || call.is_folding()) call.refuse("computes in float64", "export in float32");
  const bool is_lstm = call.op() == "LSTM";
  const std::int64_t gates = is_lstm ? 4 : call.op() == "GRU" ? 3 : 1;
  const std::string direction = call.text("direction", "forward");
  const std::int64_t directions = direction == "bidirectional" ? 2 : 1;
  const bool batch_first = call.opset() >= 14 && call.integer("layout", 0) != 0;
  if (call.shape(0).size() != 3 || call.shape(1).size() != 3 || call.shape(2).size() != 3 ||
      call.shape(1)[0] != directions || call.shape(2)[0] != directions)
    call.refuse("has weights that do not fit its input");
  const std::int64_t units = call.shape(2)[2];
  if (call.integer("hidden_size", units) != units || call.shape(1)[1] != gates * units)
    call.refuse("has weights for another hidden_size");
  const ValueId x = batch_first ? call.value(0) : permuted(call, call.value(0), {1, 0, 2});
  const Dimensions shape = call.graph().shape(x);
  require_plain_recurrence(call, shape[1]);
  std::vector<std::string> names = call.texts("activations").value_or(std::vector<std::string>());
  const std::size_t count = is_lstm ? 3 : call.op() == "GRU" ? 2 : 1;
  if (names.empty())
    for (std::int64_t i = 0; i < directions; ++i) {
      if (count > 1) names.emplace_back("Sigmoid");
      for (std::size_t k = count > 1 ? 1 : 0; k < count; ++k) names.emplace_back("Tanh");
    }
  if (names.size() != count * static_cast<std::size_t>(directions)) call.refuse("has another number of activations");
  std::vector<ValueId> all, hidden, cell;
  for (std::int64_t i = 0; i < directions; ++i) {
    std::vector<F> functions;
    for (std::size_t k = 0; k < count; ++k)
      functions.push_back(function_named(call, names[static_cast<std::size_t>(i) * count + k]));
    const auto own = [&](std::size_t input) { return direction_of(call, call.value(input), i); };
    const auto state = [&](std::size_t input) -> std::optional<ValueId> {
      if (!call.has_input(input)) return std::nullopt;
      const ValueId given = batch_first ? permuted(call, call.value(input), {1, 0, 2}) : call.value(input);
      return direction_of(call, given, i);
    };
    Recurrent r{call, gates, units, shape[0], shape[1], functions, direction == "reverse" || i == 1, x,
                own(1), own(2), call.has_input(3) ? std::optional(own(3)) : std::nullopt, state(5),
                is_lstm ? state(6) : std::nullopt,
                is_lstm && call.has_input(7) ? std::optional(own(7)) : std::nullopt};
    const Outcome outcome = one_direction(r);
    all.push_back(reshaped_to(call, outcome.all, {shape[0], shape[1], 1, units}));
    hidden.push_back(reshaped_to(call, outcome.hidden, {shape[0], 1, units}));
    cell.push_back(reshaped_to(call, outcome.cell, {shape[0], 1, units}));
  }
  const auto turned = [&](ValueId v, const std::vector<std::size_t>& order) {
    return batch_first ? v : permuted(call, v, order);
  };
  call.define(turned(concatenated(call, all, 2), {1, 2, 0, 3}), 0);
  call.define(turned(concatenated(call, hidden, 1), {1, 0, 2}), 1);
  if (is_lstm && call.has_output(2)) call.define(turned(concatenated(call, cell, 1), {1, 0, 2}), 2);
}

}  // namespace

std::vector<OnnxOperator> onnx_recurrent_operators() {
  return {{"LSTM", 7, import_recurrent}, {"GRU", 7, import_recurrent}, {"RNN", 7, import_recurrent}};
}

}  // namespace nacre::tools
