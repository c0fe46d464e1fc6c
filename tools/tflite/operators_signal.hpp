#pragma once

#include "tools/tflite/chain.hpp"
#include "tools/tflite/custom_options.hpp"

namespace nacre::tools {

// Signal operators of TensorFlow Lite Micro, which compute in integers. Those of 32 and 64 bits without a sign are
// float64 in the graph, which holds them as long as they are below 2^53.

constexpr double kWord = 4294967296;  // 2^32

/// Whole numbers of float64 from 0 on as 32 bits hold them.
ValueId within_a_word(const TfliteImporter::Call& call, ValueId x);

void import_signal_delay(const TfliteImporter::Call& call);
void import_signal_framer(const TfliteImporter::Call& call);
void import_signal_stacker(const TfliteImporter::Call& call);
void import_signal_overlap_add(const TfliteImporter::Call& call);
void import_signal_rfft(const TfliteImporter::Call& call);
void import_signal_filter_bank(const TfliteImporter::Call& call);
void import_signal_square_root(const TfliteImporter::Call& call);
void import_signal_subtraction(const TfliteImporter::Call& call);
void import_signal_pcan(const TfliteImporter::Call& call);
void import_signal_log(const TfliteImporter::Call& call);

}  // namespace nacre::tools
