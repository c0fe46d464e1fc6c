#pragma once

#include "tools/graph/compositions.hpp"
#include "tools/tflite/importer.hpp"

namespace nacre::tools {

// What operators share that become element-wise programs.

/// Input `i`, of booleans, as int32, 1 or 0; refuses one that the caller gives.
ValueId condition(const TfliteImporter::Call& call, unsigned i);

/// The numbers that an int8 input stores, as float32; and such numbers as the call's int8 output.
ValueId stored_numbers(const TfliteImporter::Call& call, unsigned i);
ValueId stored_as_int8(const TfliteImporter::Call& call, ValueId numbers);

/// x as numbers of another type; itself where it has that.
ValueId cast_to(Graph& graph, ValueId x, DataType type, const std::string& name);

/// Goes on with what a program has given so far in another type; nothing where it has that.
void cast_in(Program& program, DataType from, DataType to, Operand x = kOutputOfProgram);

/// Refuses integers of 64 bits, which the device computes in 32.
void refuse_int64(const TfliteImporter::Call& call);

}  // namespace nacre::tools
