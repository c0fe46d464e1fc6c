// UNIDIRECTIONAL_SEQUENCE_LSTM, and the rows of all recurrent operators.

#include <cmath>

#include "tools/common/refusal.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators_cells.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

using namespace lstm_inputs;

constexpr unsigned kGates = 4;

void require_plain(const Call& call) {
  const auto& options = call.options<tflite::UnidirectionalSequenceLSTMOptions>();
  if (options.fused_activation_function() != tflite::ActivationFunctionType::TANH)
    call.refuse("has another activation than tanh");
  for (unsigned state = kStates; state < kNorms; ++state)
    if (call.importer.is_constant(call.input(state)) || !call.importer.tensor(call.input(state)).is_variable())
      call.refuse("starts from a state that the model gives");
  const auto is_more = [&](unsigned i) { return i < kBiases || i == kProjection || i == kProjectionBias; };
  for (unsigned i = kPeepholes; i < kEnd; ++i)
    if (call.has_input(i) && (i >= kNorms || (call.is_int8() && is_more(i))))
      call.refuse(call.is_int8() ? "has peepholes, a projection or normalised gates in int8" : "has normalised gates");
}

/// The matrices [units, depth] of the gates side by side, transposed: [depth, 4 units].
ValueId joined(const Call& call, unsigned first) {
  const Dimensions shape = call.type(first).shape;
  if (shape.size() != 2) call.refuse("has weights that are no matrix");
  const auto units = static_cast<std::size_t>(shape[0]), depth = static_cast<std::size_t>(shape[1]);
  std::vector<double> values;  // as long as the shape says, once the file has proved to hold so many
  for (unsigned gate = 0; gate < kGates; ++gate) {
    if (call.type(first + gate).shape != shape) call.refuse("has gates of different sizes");
    const std::vector<double> own = call.importer.real_constant(call.input(first + gate));
    values.resize(depth * kGates * units);
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

/// The layer in float32, from x [batch, time, depth] to every step's hidden state.
ValueId real_lstm(const Call& call, ValueId x) {
  const float clip = call.options<tflite::UnidirectionalSequenceLSTMOptions>().cell_clip();
  parameters::LSTM table;
  table.return_sequences = true;
  if (clip > 0) table.cell_clip = clip;
  const std::int64_t units = call.type(kRecurrent).last();
  return call.graph().add(table,
                          {x, joined(call, kWeights), joined(call, kRecurrent), joined_bias(call, units)}, call.name);
}

float scale_of(const Call& call, const Quantization& q) {
  if (q.scale.size() != 1) call.refuse("lacks quantisation parameters");
  return q.scale[0];
}

/// The stored matrices [units, depth] of the gates below each other: [4 units, depth].
Array stacked(const Call& call, unsigned first, std::int64_t units) {
  const TensorType type = call.type(first);
  if (type.type != DataType::int8 || type.shape.size() != 2) call.refuse("has weights that are no int8 matrix");
  if (type.shape[0] != units) call.refuse("has gates of different sizes");
  std::vector<std::int64_t> values;
  for (unsigned gate = 0; gate < kGates; ++gate) {
    if (call.type(first + gate) != type) call.refuse("has gates of different sizes");
    const std::vector<std::int64_t> own = call.importer.integer_constant(call.input(first + gate));
    values.insert(values.end(), own.begin(), own.end());
  }
  return Array::of(ElementType::int8, {kGates * units, type.shape[1]}, values);
}

/// Less the zero point times each row of weights, which the sums of stored numbers have too much.
std::vector<std::int64_t> folded(const Call& call, std::vector<std::int64_t> bias, const Array& weights,
                                 std::int64_t zero_point) {
  const std::vector<std::int64_t> values = weights.to<std::int64_t>();
  const std::size_t depth = values.size() / bias.size();
  for (std::size_t i = 0; i < values.size(); ++i) bias[i / depth] -= zero_point * values[i];
  for (const std::int64_t sum : bias)
    if (sum != static_cast<std::int32_t>(sum)) call.refuse("has a bias beyond 32 bits");
  return bias;
}

std::vector<std::int64_t> stored_bias(const Call& call, std::size_t units) {
  std::vector<std::int64_t> values;
  for (unsigned gate = 0; gate < kGates; ++gate) {
    const std::vector<std::int64_t> own = call.importer.integer_constant(call.input(kBiases + gate));
    if (call.type(kBiases + gate).type != DataType::int32 || own.size() != units)
      call.refuse("has a bias of another type or length");
    values.insert(values.end(), own.begin(), own.end());
  }
  return values;
}

/// Integer bits of the cell, which is stored in 16 bits with a scale that is a power of two.
std::uint8_t cell_integer_bits(const Call& call) {
  constexpr int kLargest = 6, kBits = 15;
  const unsigned cell = kStates + 1;
  if (call.importer.tensor(call.input(cell)).type() != tflite::TensorType::INT16)
    call.refuse("has a cell of another type than int16");
  int exponent = 0;
  const float half = std::frexp(scale_of(call, call.quantization(cell)), &exponent);
  const int integer_bits = kBits + exponent - 1;
  if (half != 0.5f || integer_bits < 0 || integer_bits > kLargest)
    call.refuse("has a cell whose scale is no power of two from 2^-15 to 2^-9");
  return static_cast<std::uint8_t>(integer_bits);
}

parameters::QuantizedLSTM quantized_table(const Call& call) {
  constexpr unsigned kHidden = 4;  // the intermediate that states what the hidden state is written with
  const Quantization &hidden = call.intermediate_quantization(kHidden), &state = call.quantization(kStates);
  const float clip = call.options<tflite::UnidirectionalSequenceLSTMOptions>().cell_clip();
  const auto fraction = std::ldexp(1.0, -15);  // of the output gate, and of tanh(cell)
  parameters::QuantizedLSTM table;
  table.return_sequences = true;
  table.cell_integer_bits = cell_integer_bits(call);
  if (clip > 0)
    table.cell_clip =
        static_cast<std::int32_t>(std::fmin(clip / scale_of(call, call.quantization(kStates + 1)), 32767.0f));
  quantize_multiplier(static_cast<float>(fraction / scale_of(call, hidden) * fraction), &table.output_multiplier,
                      &table.output_shift);
  table.output_zero_point = hidden.zero_point.at(0);
  // Where directions are concatenated, the converter lets a layer read its hidden state with another scale than it
  // writes it with, and the interpreter follows it: the first state is the zero of what is read.
  table.initial_hidden = state.zero_point.at(0);
  return table;
}

/// The same in integers.
ValueId quantized_lstm(const Call& call, ValueId x) {
  constexpr float kGateScale = 1.0f / 4096;  // Q3.12
  parameters::QuantizedLSTM table = quantized_table(call);
  const std::int64_t units = call.type(kRecurrent).last(), width = kGates * units;
  const Array kernel = stacked(call, kWeights, units), recurrent = stacked(call, kRecurrent, units);
  std::vector<std::int64_t> rescale, bias = folded(call, stored_bias(call, static_cast<std::size_t>(units)), kernel,
                                                   call.quantization(0).zero_point.at(0));
  const std::vector<std::int64_t> recurrent_bias =
      folded(call, std::vector<std::int64_t>(bias.size()), recurrent, table.initial_hidden);
  bias.insert(bias.end(), recurrent_bias.begin(), recurrent_bias.end());
  for (const auto& [input, first] : {std::pair{0u, kWeights}, std::pair{kStates, kRecurrent}})
    for (unsigned gate = 0; gate < kGates; ++gate) {
      std::int32_t multiplier = 0, shift = 0;
      quantize_multiplier(
          scale_of(call, call.quantization(first + gate)) * scale_of(call, call.quantization(input)) / kGateScale,
          &multiplier, &shift);
      rescale.insert(rescale.end(), {multiplier, shift});
    }
  Graph& graph = call.graph();
  return graph.add(table,
                   {x, graph.add_constant(kernel, DataType::int8), graph.add_constant(recurrent, DataType::int8),
                    graph.add_constant(Array::of(ElementType::int32, {2, width}, bias), DataType::int32),
                    graph.add_constant(Array::of(ElementType::int32, {2 * kGates, 2}, rescale), DataType::int32)},
                   call.name);
}

template <typename Options>
void import_sequence(const Call& call, ValueId (*import)(const Call&, ValueId)) {
  const bool time_major = call.options<Options>().time_major();
  require_fixed_steps(call, time_major);
  const ValueId y = import(call, time_major ? exchanged(call, call.value(0)) : call.value(0));
  call.define(time_major ? exchanged(call, y) : y);
}

void import_rnn(const Call& call) { import_sequence<tflite::SequenceRNNOptions>(call, sequence_rnn); }
void import_lstm(const Call& call) {
  import_sequence<tflite::UnidirectionalSequenceLSTMOptions>(call, sequence_lstm);
}

}  // namespace

/// TensorFlow Lite's interpreter keeps the state from one run to the next until it is reset; the Keras layer
/// that becomes this operator starts anew, and so does this one (docs/decisions.md).
ValueId sequence_lstm(const Call& call, ValueId x) {
  require_plain(call);
  return call.is_int8()              ? quantized_lstm(call, x)
         : is_more_than_lstm(call) ? lstm_of_layers(call, x)
                                   : real_lstm(call, x);
}

std::vector<TfliteOperator> recurrent_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::UNIDIRECTIONAL_SEQUENCE_LSTM, import_lstm, nullptr, {O::lstm, O::quantized_lstm}},
      {B::UNIDIRECTIONAL_SEQUENCE_RNN, import_rnn, nullptr, {O::scan}},
      {B::BIDIRECTIONAL_SEQUENCE_LSTM, import_bidirectional_lstm, nullptr, {O::lstm}},
      {B::BIDIRECTIONAL_SEQUENCE_RNN, import_bidirectional_rnn, nullptr, {O::scan}},
  };
}

}  // namespace nacre::tools
