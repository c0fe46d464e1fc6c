// Recurrent operators that are scans of other layers.

#include "tools/tflite/operators_cells.hpp"

#include "tools/operators/scan.hpp"
#include "tools/tflite/hybrid.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using F = ActivationFunction;

using namespace lstm_inputs;

enum : unsigned { kInput, kForget, kCell, kOutput };

/// A matrix [units, depth] of the file, transposed.
ValueId matrix(const Call& call, Graph& body, unsigned i, std::int64_t units, std::int64_t depth) {
  if (!call.has_input(i) || call.type(i).shape != Dimensions{units, depth})
    call.refuse("has weights that do not fit each other");
  const std::vector<double> own = call.importer.real_constant(call.input(i));
  std::vector<double> values(own.size());
  const auto rows = static_cast<std::size_t>(units), columns = static_cast<std::size_t>(depth);
  for (std::size_t k = 0; k < own.size(); ++k) values[k % columns * rows + k / columns] = own[k];
  return body.add_constant(Array::of(ElementType::float64, {depth, units}, values));
}

/// A vector of the file; zeros where it has none.
ValueId vector(const Call& call, Graph& body, unsigned i, std::int64_t units) {
  std::vector<double> own(static_cast<std::size_t>(units), 0.0);
  if (call.has_input(i)) own = call.importer.real_constant(call.input(i));
  if (own.size() != static_cast<std::size_t>(units)) call.refuse("has weights that do not fit each other");
  return body.add_constant(Array::of(ElementType::float64, {units}, own));
}

/// Rows that several matrices multiply: where those are int8, also quantised, once for all.
struct Factor {
  ValueId rows;
  std::int64_t width;
  std::optional<QuantizedRows> quantized;
};

/// The body of a scan on its way.
class Cell {
 public:
  /// `symmetric`: rows that int8 weights multiply have no zero points.
  Cell(const Call& call, Graph& body, bool symmetric) : call_(call), body_(body), symmetric_(symmetric) {}

  /// `weights` is one of the matrices that will multiply the rows v.
  Factor factor(ValueId v, unsigned weights) const {
    Factor factor{v, body_.type(v).last(), std::nullopt};
    if (is_hybrid(call_, weights)) factor.quantized = quantized_rows(body_, v, symmetric_, call_.name);
    return factor;
  }
  /// rows . the matrix of input `weights` [units, width], plus the bias that is input `bias`; 0: none.
  ValueId product(const Factor& factor, unsigned weights, unsigned bias, std::int64_t units) const {
    const std::string name = call_.name + ".product";
    if (!factor.quantized) {
      const ValueId w = matrix(call_, body_, weights, units, factor.width);
      const ValueId b = bias != 0 ? vector(call_, body_, bias, units)
                                  : body_.add_constant({units}, std::vector<double>(static_cast<std::size_t>(units)));
      return body_.add(parameters::FullyConnected{}, {factor.rows, w, b}, name);
    }
    if (!is_hybrid(call_, weights) || call_.type(weights).shape != Dimensions{units, factor.width})
      call_.refuse("has weights that do not fit each other");
    if (call_.quantization(weights).scale.size() != 1)
      call_.refuse("has a matrix with several scales", "convert it with --exact-weights");
    return hybrid_product(call_, body_, *factor.quantized, weights, hybrid_bias(call_, body_, bias, units),
                          kNoBounds, name);
  }
  ValueId combined(BinaryFunction function, ValueId a, ValueId b) const {
    parameters::Binary table;
    table.function = function;
    return body_.add(table, {a, b}, call_.name + ".step");
  }
  ValueId sum(ValueId a, ValueId b) const { return combined(BinaryFunction::add, a, b); }
  ValueId multiplied(ValueId a, ValueId b) const { return combined(BinaryFunction::multiply, a, b); }
  ValueId activated(F function, ValueId v) const {
    parameters::Activation table;
    table.function = function;
    return body_.add(table, {v}, call_.name + ".step");
  }
  /// Limited to `clip` on both sides; 0 limits nothing.
  ValueId clipped(ValueId v, float clip) const {
    if (clip <= 0) return v;
    parameters::Clip table;
    table.minimum = -clip, table.maximum = clip;
    return body_.add(table, {v}, call_.name + ".step");
  }

 private:
  const Call& call_;
  Graph& body_;
  bool symmetric_;
};

}  // namespace

bool is_more_than_lstm(const Call& call) {
  for (unsigned i = kPeepholes; i < kBiases; ++i)
    if (call.has_input(i)) return true;
  return !call.has_input(kWeights) || call.has_input(kProjection) || is_hybrid(call, kWeights + kForget);
}

ValueId lstm_of_layers(const Call& call, ValueId x) {
  const auto& options = call.options<tflite::UnidirectionalSequenceLSTMOptions>();
  const Dimensions cells = call.type(kWeights + kForget).shape, outputs = call.type(kRecurrent + kForget).shape;
  if (cells.size() != 2 || outputs.size() != 2) call.refuse("has weights that are no matrix");
  const std::int64_t units = cells[0], width = outputs[1], batch = call.graph().shape(x)[0];
  const bool has_input_gate = call.has_input(kWeights), has_peepholes = call.has_input(kPeepholes + kForget);
  if (has_peepholes != call.has_input(kPeepholes + 2) ||
      (has_peepholes && has_input_gate) != call.has_input(kPeepholes))
    call.refuse("has peepholes for some of its gates alone");
  if (call.has_input(kRecurrent) != has_input_gate) call.refuse("has half of an input gate");
  if (!call.has_input(kProjection) && width != units) call.refuse("has weights that do not fit each other");
  Graph body = scan_body(call.graph(), {x}, {{DataType::float32, {batch, width}}, {DataType::float32, {batch, units}}});
  const ValueId step = body.inputs[0].value, hidden = body.inputs[1].value, before = body.inputs[2].value;
  const Cell cell(call, body, !options.asymmetric_quantize_inputs());
  const Factor from_x = cell.factor(step, kWeights + kForget), from_hidden = cell.factor(hidden, kRecurrent + kForget);
  const auto both = [&](unsigned gate) {
    return cell.sum(cell.product(from_x, kWeights + gate, kBiases + gate, units),
                    cell.product(from_hidden, kRecurrent + gate, 0, units));
  };
  const auto gate = [&](unsigned number, ValueId seen) {
    ValueId v = both(number);
    const unsigned peephole = kPeepholes + (number == kOutput ? 2 : number);
    if (has_peepholes) v = cell.sum(v, cell.multiplied(seen, vector(call, body, peephole, units)));
    return cell.activated(F::sigmoid, v);
  };
  const ValueId forget = gate(kForget, before), candidate = cell.activated(F::tanh, both(kCell));
  const ValueId kept = cell.multiplied(forget, before);
  ValueId next = 0;
  if (has_input_gate) {
    next = cell.sum(kept, cell.multiplied(gate(kInput, before), candidate));
  } else {  // what is not forgotten leaves no room: 1 - forget
    const ValueId rest = cell.combined(BinaryFunction::subtract, candidate, cell.multiplied(forget, candidate));
    next = cell.sum(kept, rest);
  }
  next = cell.clipped(next, options.cell_clip());
  ValueId y = cell.multiplied(gate(kOutput, next), cell.activated(F::tanh, next));
  if (call.has_input(kProjection))
    y = cell.clipped(cell.product(cell.factor(y, kProjection), kProjection, kProjectionBias, width),
                     options.proj_clip());
  body.add_output("hidden", y);
  body.add_output("cell", next);
  body.add_output("y", y);
  parameters::Scan scan;
  scan.whole = 1;
  return add_scan(call.graph(), scan, {x}, std::move(body), call.name)[0];
}

ValueId exchanged(const Call& call, ValueId x) {
  return call.graph().add(parameters::Permute{.permutation = {1, 0, 2}}, {x});
}

void require_fixed_steps(const Call& call, bool time_major) {
  const auto* signature = call.importer.tensor(call.input(0)).shape_signature();
  if (time_major && signature != nullptr && signature->size() > 0 && signature->Get(0) < 0)
    call.refuse("leaves the number of its steps open, which is a dimension that the runtime must know",
                "convert the model with a fixed number of steps");
}

ValueId sequence_rnn(const Call& call, ValueId x) {
  constexpr unsigned kKernel = 1, kOwn = 2, kBias = 3, kState = 4;
  const auto& options = call.options<tflite::SequenceRNNOptions>();
  if (call.importer.is_constant(call.input(kState)) || !call.importer.tensor(call.input(kState)).is_variable())
    call.refuse("starts from a state that the model gives");
  const Dimensions shape = call.type(kKernel).shape;
  if (shape.size() != 2 || call.graph().shape(x).size() != 3) call.refuse("has weights that do not fit each other");
  const std::int64_t units = shape[0];
  Graph body = scan_body(call.graph(), {x}, {{DataType::float32, {call.graph().shape(x)[0], units}}});
  const Cell cell(call, body, !options.asymmetric_quantize_inputs());
  const ValueId sum =
      cell.sum(cell.product(cell.factor(body.inputs[0].value, kKernel), kKernel, kBias, units),
               cell.product(cell.factor(body.inputs[1].value, kOwn), kOwn, 0, units));
  using T = tflite::ActivationFunctionType;
  const T function = options.fused_activation_function();
  if (function != T::NONE && function != T::TANH && function != T::RELU)
    call.refuse("has another activation than tanh or ReLU");
  const ValueId y = function == T::NONE ? sum : cell.activated(function == T::TANH ? F::tanh : F::relu, sum);
  body.add_output("hidden", y);
  body.add_output("y", y);
  parameters::Scan scan;
  scan.whole = 1;
  return add_scan(call.graph(), scan, {x}, std::move(body), call.name)[0];
}

}  // namespace nacre::tools
