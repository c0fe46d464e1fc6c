#pragma once

#include <string>
#include <vector>

#include "tools/common/array.hpp"

namespace nacre::tools {

/// Weights of a layer that Theano trained, as TensorFlow takes them: Theano convolves where others correlate, so that
/// Keras mirrors kernels when it loads them.
void mirror_kernels(const std::string& class_name, std::vector<Array>& weights);

}  // namespace nacre::tools
