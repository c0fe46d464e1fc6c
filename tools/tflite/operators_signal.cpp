// Windows, scales and energies of samples, and the rows of all signal operators.

#include "tools/tflite/operators_signal.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using M = MapFunction;

void require_int16(const Call& call, unsigned i) {
  if (call.importer.tensor(call.input(i)).type() != tflite::TensorType::INT16)
    refuse_type(call, "other than int16");
}

/// x * window / 2^shift, limited to 16 bits.
void import_window(const Call& call) {
  require_int16(call, 0), require_int16(call, 1);
  const std::int64_t shift = CustomOptions(call).integer("shift", 0, 31);
  if (call.type(0).last() != call.type(1).size()) call.refuse("has a window of another length than its input");
  const ValueId y = Flow(call, {stored_numbers(call, 0), stored_numbers(call, 1)})
                        .then_input(M::multiply, 1)
                        .then(M::shift_right, static_cast<double>(shift))
                        .done("_windowed");
  call.define(stored_as(call.graph(), y, DataType::int16, call.name));
}

/// Shifted left as far as the largest sample allows, and how far.
void import_auto_scale(const Call& call) {
  require_int16(call, 0);
  Graph& graph = call.graph();
  const ValueId x = stored_numbers(call, 0);
  if (graph.shape(x).size() != 1) call.refuse("scales another tensor than one row of samples");
  Integers thresholds, shifts, factors;
  for (int bits = 0; bits <= 16; ++bits) {
    if (bits > 0) thresholds.push_back(std::int64_t{1} << (bits - 1));
    shifts.push_back(bits == 0 ? 0 : std::max(15 - bits, 0));
    factors.push_back(std::int64_t{1} << shifts.back());
  }
  const ValueId magnitude = Flow(call, {x}).alone(M::absolute).done("_magnitude");
  const ValueId largest = add_reduced(graph, magnitude, ReduceFunction::maximum, 1, call.name + "_largest");
  const ValueId bits = count_not_below(call, largest, thresholds, "_bits");
  const ValueId y = Flow(call, {x, looked_up_in(call, bits, factors)}).then_input(M::multiply, 1).done("_scaled");
  call.define(stored_as(graph, y, DataType::int16, call.name), 0);
  call.define(reshaped(graph, looked_up_in(call, bits, shifts), call.output_type(1).shape), 1);
}

/// Squares of the absolutes of complex numbers, from one place to another; 0 outside.
void import_energy(const Call& call) {
  require_int16(call, 0);
  Graph& graph = call.graph();
  const CustomOptions options(call);
  const std::int64_t count = call.type(0).size() / 2;
  const std::int64_t end = options.integer("end_index", 0, count), begin = options.integer("start_index", 0, end);
  if (call.type(0).last() != 2 * count) call.refuse("takes another tensor than one row of complex numbers");
  std::vector<double> counts;
  for (std::int64_t i = 0; i < count; ++i) counts.push_back(i >= begin && i < end ? 1 : 0);
  const ValueId pairs =
      reshaped(graph, cast_to(graph, stored_numbers(call, 0), DataType::float64, call.name + "_wide"), {count, 2});
  const ValueId squares = Flow(call, {pairs, pairs}, DataType::float64).then_input(M::multiply, 1).done("_squares");
  const ValueId sum = reshaped(graph, add_reduced(graph, squares, ReduceFunction::sum, 2, call.name + "_sum"), {count});
  const ValueId mask = graph.add_constant(Array::of(ElementType::float64, {count}, counts), DataType::float64);
  call.define(Flow(call, {sum, mask}, DataType::float64).then_input(M::multiply, 1).done(""));
}

TfliteOperator signal(const char* name, void (*import)(const Call&), std::vector<DataType> also) {
  return {tflite::BuiltinOperator::CUSTOM, import, nullptr, {Operator::map}, 0, 0, std::move(also), name};
}

}  // namespace

ValueId within_a_word(const Call& call, ValueId x) {
  const ValueId beyond = Flow(call, {x}, DataType::float64)
                             .then(M::multiply, 1 / kWord)
                             .alone(M::floor)
                             .then(M::multiply, kWord)
                             .done("_beyond");
  return Flow(call, {x, beyond}, DataType::float64).then_input(M::subtract, 1).done("_word");
}

std::vector<TfliteOperator> signal_operators() {
  const std::vector<DataType> samples{DataType::int16}, words{DataType::float64};
  return {
      signal("SignalWindow", import_window, samples),
      signal("SignalFftAutoScale", import_auto_scale, samples),
      signal("SignalRfft", import_signal_rfft, samples),
      signal("SignalDelay", import_signal_delay, samples),
      signal("SignalFramer", import_signal_framer, samples),
      signal("SignalStacker", import_signal_stacker, samples),
      signal("SignalOverlapAdd", import_signal_overlap_add, samples),
      signal("SignalEnergy", import_energy, samples),
      signal("SignalFilterBank", import_signal_filter_bank, words),
      signal("SignalFilterBankSquareRoot", import_signal_square_root, words),
      signal("SignalFilterBankSpectralSubtraction", import_signal_subtraction, words),
      signal("SignalPCAN", import_signal_pcan, words),
      signal("SignalFilterBankLog", import_signal_log, words),
  };
}

}  // namespace nacre::tools
