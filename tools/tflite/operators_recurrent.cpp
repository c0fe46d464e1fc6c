// UNIDIRECTIONAL_SEQUENCE_LSTM, and the loops that other recurrent layers become.

#include "tools/common/refusal.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

// Where its inputs stand: four each for the gates input, forget, cell and output.
constexpr unsigned kWeights = 1, kRecurrent = 5, kPeepholes = 9, kBiases = 12, kProjection = 16, kStates = 18, kNorms = 20, kEnd = 24;
constexpr unsigned kGates = 4;

void require_plain(const Call& call) {
  const auto& options = call.options<tflite::UnidirectionalSequenceLSTMOptions>();
  if (call.type(0).type != DataType::float32) call.refuse("is supported for float32 only");
  if (options.fused_activation_function() != tflite::ActivationFunctionType::TANH) call.refuse("has another activation than tanh");
  if (options.proj_clip() > 0) call.refuse("clips its projection");
  for (unsigned state = kStates; state < kNorms; ++state)
    if (call.importer.is_constant(call.input(state)) || !call.importer.tensor(call.input(state)).is_variable())
      call.refuse("starts from a state that the model gives");
  for (unsigned i = kPeepholes; i < kEnd; ++i)
    if (call.has_input(i) && (i < kBiases || i >= kNorms || i == kProjection || i == kProjection + 1))
      call.refuse("has peepholes, a projection or normalised gates");
}

/// The matrices [units, depth] of the gates side by side, transposed: [depth, 4 units].
ValueId joined(const Call& call, unsigned first) {
  const Dimensions shape = call.type(first).shape;
  if (shape.size() != 2) call.refuse("has weights that are no matrix");
  const auto units = static_cast<std::size_t>(shape[0]), depth = static_cast<std::size_t>(shape[1]);
  std::vector<double> values(depth * kGates * units);
  for (unsigned gate = 0; gate < kGates; ++gate) {
    if (call.type(first + gate).shape != shape) call.refuse("has gates of different sizes");
    const std::vector<double> own = call.importer.real_constant(call.input(first + gate));
    for (std::size_t i = 0; i < own.size(); ++i) values[i % depth * kGates * units + gate * units + i / depth] = own[i];
  }
  return call.graph().add_constant(Array::of(ElementType::float64, {shape[1], kGates * shape[0]}, values));
}

ValueId joined_bias(const Call& call, std::int64_t units) {
  std::vector<double> values;
  for (unsigned gate = 0; gate < kGates; ++gate) {
    std::vector<double> own(static_cast<std::size_t>(units), 0.0);
    if (call.has_input(kBiases + gate)) own = call.importer.real_constant(call.input(kBiases + gate));
    if (own.size() != static_cast<std::size_t>(units)) call.refuse("has a bias of another length");
    values.insert(values.end(), own.begin(), own.end());
  }
  return call.graph().add_constant(Array::of(ElementType::float64, {kGates * units}, values));
}

/// Steps before rows, or rows before steps: each from the other.
ValueId exchanged(const Call& call, ValueId x) {
  schema::PermuteT table;
  table.permutation = {1, 0, 2};
  return call.graph().add(std::move(table), {x});
}

}  // namespace

/// TensorFlow Lite's interpreter keeps the state from one run to the next until it is reset; the Keras layer
/// that becomes this operator starts anew, and so does this one (docs/decisions.md).
void import_lstm(const Call& call) {
  require_plain(call);
  const auto& options = call.options<tflite::UnidirectionalSequenceLSTMOptions>();
  schema::LSTMT table;
  table.return_sequences = true;
  if (options.cell_clip() > 0) table.cell_clip = options.cell_clip();
  const std::int64_t units = call.type(kRecurrent).last();
  const ValueId x = options.time_major() ? exchanged(call, call.value(0)) : call.value(0);
  const ValueId y = call.graph().add(std::move(table), {x, joined(call, kWeights), joined(call, kRecurrent), joined_bias(call, units)}, call.name);
  call.define(options.time_major() ? exchanged(call, y) : y);
}

void import_while(const Call& call) {
  throw Refusal("operator " + call.name, "WHILE is not supported: it is a loop, as GRU, SimpleRNN and some LSTM layers become",
                "build the layer with unroll=True and convert the model to TFLite again");
}

}  // namespace nacre::tools
