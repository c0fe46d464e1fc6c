#pragma once

#include "tools/tflite/tflite_generated.h"

namespace nacre::tools {

/// Whether a release of TensorFlow after 2.18 converted a file, as its metadata say. The interpreter of 2.21 computes
/// some layers in other integers than those of 2.15 and 2.18, and who converts with a release mostly runs that one's.
bool is_after_2_18(const tflite::Model& model);

}  // namespace nacre::tools
