#pragma once

#include "tools/tflite/operators.hpp"

namespace nacre::tools {

/// Where the inputs of an LSTM stand: four each for the gates input, forget, cell and output, but three peepholes.
namespace lstm_inputs {
constexpr unsigned kWeights = 1, kRecurrent = 5, kPeepholes = 9, kBiases = 12, kProjection = 16, kProjectionBias = 17,
                   kStates = 18, kNorms = 20, kEnd = 24;
}

/// Whether an LSTM of float32 has what the operator lstm has not: peepholes, a projection, int8 weights, or no input
/// gate.
bool is_more_than_lstm(const TfliteImporter::Call& call);

/// Such an LSTM as a scan, from x [batch, time, depth] to every step's output.
ValueId lstm_of_layers(const TfliteImporter::Call& call, ValueId x);

/// What UNIDIRECTIONAL_SEQUENCE_RNN and _LSTM make of x [batch, time, depth]: every step's output.
ValueId sequence_rnn(const TfliteImporter::Call& call, ValueId x);
ValueId sequence_lstm(const TfliteImporter::Call& call, ValueId x);

/// BIDIRECTIONAL_SEQUENCE_RNN and _LSTM: two of those, of which one goes from the last step to the first.
void import_bidirectional_rnn(const TfliteImporter::Call& call);
void import_bidirectional_lstm(const TfliteImporter::Call& call);

/// Steps before rows, or rows before steps: each from the other.
ValueId exchanged(const TfliteImporter::Call& call, ValueId x);
/// Refuses a number of steps that the file leaves open, where they stand first.
void require_fixed_steps(const TfliteImporter::Call& call, bool time_major);

}  // namespace nacre::tools
