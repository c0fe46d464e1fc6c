#pragma once

#include "tools/tflite/operators.hpp"

namespace nacre::tools {

// What operators on int16 become: programs of int32.

/// An activation or another function of one element.
void import_unary_int16(const TfliteImporter::Call& call);
void import_softmax_int16(const TfliteImporter::Call& call);

}  // namespace nacre::tools
