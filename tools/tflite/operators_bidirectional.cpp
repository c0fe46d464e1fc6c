// Recurrent operators of two directions: each is the operator of one direction, over inputs of its own.

#include <vector>

#include "tools/graph/moves.hpp"
#include "tools/tflite/operators_cells.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// x [batch, time, depth] from its last step to its first.
ValueId turned_round(const Call& call, ValueId x) {
  parameters::Slice table = slice_of_all(call.graph().shape(x));
  table.begin[1] = table.size[1] - 1, table.stride[1] = -1;
  return call.graph().add(table, {x}, call.name + "_turned");
}

/// An operator of one direction as a file would have it.
class OneWay {
 public:
  /// `places`: which inputs of the call are those of the operator, after the first.
  template <typename Options>
  OneWay(const Call& call, const std::vector<unsigned>& places, tflite::BuiltinOptions kind,
         flatbuffers::Offset<Options> (*pack)(const Call&, flatbuffers::FlatBufferBuilder&)) {
    std::vector<std::int32_t> inputs{call.input(0)};
    for (const unsigned place : places) inputs.push_back(call.has_input(place) ? call.input(place) : -1);
    const auto listed = builder_.CreateVector(inputs);
    builder_.Finish(tflite::CreateOperator(builder_, 0, listed, 0, kind, pack(call, builder_).Union()));
  }

  /// What it makes of x.
  ValueId of(const Call& call, const char* suffix, ValueId x, ValueId (*import)(const Call&, ValueId)) const {
    const auto* const op = flatbuffers::GetRoot<tflite::Operator>(builder_.GetBufferPointer());
    return import(Call{call.importer, *op, call.row, call.name + suffix}, x);
  }

 private:
  flatbuffers::FlatBufferBuilder builder_;
};

/// Both directions side by side, or as two outputs.
void import_both(const Call& call, const OneWay& forward, const OneWay& backward, bool time_major, bool merges,
                 ValueId (*import)(const Call&, ValueId)) {
  require_fixed_steps(call, time_major);
  const ValueId x = time_major ? exchanged(call, call.value(0)) : call.value(0);
  ValueId first = forward.of(call, "_forward", x, import),
          second = turned_round(call, backward.of(call, "_backward", turned_round(call, x), import));
  if (time_major) first = exchanged(call, first), second = exchanged(call, second);
  if (merges)
    return call.define(call.graph().add(parameters::Concatenate{.axis = 2}, {first, second}, call.name + "_both"));
  call.define(first);
  call.define(second, 1);
}

void require_none(const Call& call, unsigned first, unsigned end) {
  for (unsigned i = first; i < end; ++i)
    if (call.has_input(i)) call.refuse("reads an auxiliary input", "concatenate it with the input");
}

flatbuffers::Offset<tflite::SequenceRNNOptions> rnn_options(const Call& call, flatbuffers::FlatBufferBuilder& builder) {
  const auto& own = call.options<tflite::BidirectionalSequenceRNNOptions>();
  return tflite::CreateSequenceRNNOptions(builder, false, own.fused_activation_function(),
                                          own.asymmetric_quantize_inputs());
}

flatbuffers::Offset<tflite::UnidirectionalSequenceLSTMOptions> lstm_options(const Call& call,
                                                                            flatbuffers::FlatBufferBuilder& builder) {
  const auto& own = call.options<tflite::BidirectionalSequenceLSTMOptions>();
  return tflite::CreateUnidirectionalSequenceLSTMOptions(builder, own.fused_activation_function(), own.cell_clip(),
                                                         own.proj_clip(), false, own.asymmetric_quantize_inputs());
}

std::vector<unsigned> from(unsigned first, unsigned count, std::vector<unsigned> states = {}) {
  std::vector<unsigned> places(count);
  for (unsigned i = 0; i < count; ++i) places[i] = first + i;
  places.insert(places.end(), states.begin(), states.end());
  return places;
}

}  // namespace

void import_bidirectional_rnn(const Call& call) {
  constexpr unsigned kForward = 1, kBackward = 5, kOwn = 4, kAuxiliary = 9, kEnd = 12;
  const auto& options = call.options<tflite::BidirectionalSequenceRNNOptions>();
  require_none(call, kAuxiliary, kEnd);
  const auto one_way = [&](unsigned first) {
    return OneWay(call, from(first, kOwn), tflite::BuiltinOptions::SequenceRNNOptions, rnn_options);
  };
  import_both(call, one_way(kForward), one_way(kBackward), options.time_major(), options.merge_outputs(),
              sequence_rnn);
}

void import_bidirectional_lstm(const Call& call) {
  constexpr unsigned kForward = 1, kBackward = 18, kOwn = 17, kStates = 35, kAuxiliary = 39, kEnd = 48;
  const auto& options = call.options<tflite::BidirectionalSequenceLSTMOptions>();
  require_none(call, kAuxiliary, kEnd);
  const auto one_way = [&](unsigned first, unsigned state) {
    return OneWay(call, from(first, kOwn, {state, state + 1}),
                  tflite::BuiltinOptions::UnidirectionalSequenceLSTMOptions, lstm_options);
  };
  import_both(call, one_way(kForward, kStates), one_way(kBackward, kStates + 2), options.time_major(),
              options.merge_outputs(), sequence_lstm);
}

}  // namespace nacre::tools
