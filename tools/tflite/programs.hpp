#pragma once

#include "tools/graph/compositions.hpp"
#include "tools/tflite/importer.hpp"

namespace nacre::tools {

// What operators share that become element-wise programs.

/// Input `i`, of booleans, as int32, 1 or 0.
ValueId condition(const TfliteImporter::Call& call, unsigned i);

/// The numbers that an input stores, whatever integers they are, as int32; and such numbers as integers of another
/// type, limited to its range.
ValueId stored_numbers(const TfliteImporter::Call& call, unsigned i);
ValueId stored_as(Graph& graph, ValueId numbers, DataType type, const std::string& name);

/// The stored numbers of a quantised input less its zero point, and such a sum times `factor` as the call's output,
/// rounded as TensorFlow Lite's kernels round it. `function` limits it.
ValueId centred_numbers(const TfliteImporter::Call& call, unsigned i);
ValueId rescaled_output(const TfliteImporter::Call& call, ValueId sum, double factor,
                        tflite::ActivationFunctionType function = tflite::ActivationFunctionType::NONE);

/// Ends a program with its number rescaled by `factor`.
void rescale_in(Program& program, double factor);

/// x as numbers of another type; itself where it has that.
ValueId cast_to(Graph& graph, ValueId x, DataType type, const std::string& name);

/// b where `chosen` (int32) is not 0, else c: of any numbers, which have one type.
ValueId chosen_of(Graph& graph, ValueId chosen, ValueId b, ValueId c, const std::string& name);

/// Goes on with what a program has given so far in another type; nothing where it has that.
void cast_in(Program& program, DataType from, DataType to, Operand x = kOutputOfProgram);

/// Whether the call gives integers of 64 bits, which the device computes in 32.
bool gives_int64(const TfliteImporter::Call& call);

/// Whole numbers of float64 as int32. One beyond 32 bits is no wrong number, but an error when the layer runs.
ValueId within_32_bits(Graph& graph, ValueId whole, const std::string& name);

}  // namespace nacre::tools
