#pragma once

#include <string>

namespace nacre::tools {

/// The release that saved a model. TensorFlow had a Keras of its own until both became one with 2.4.
struct KerasVersion {
  int major = 1, minor = 0;
  bool is_tensorflows = false;

  /// Of keras_version as saved: "2.2.4-tf"; empty: Keras 1, which did not say.
  static KerasVersion of(const std::string& text);
  bool is_since(int wanted_major, int wanted_minor) const {
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
  }
};

}  // namespace nacre::tools
