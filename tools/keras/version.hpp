#pragma once

#include <string>
#include <tuple>

namespace nacre::tools {

/// The release that saved a model. TensorFlow had a Keras of its own until both became one with 2.4.
struct KerasVersion {
  int major = 1, minor = 0, patch = 0;
  bool is_tensorflows = false;
  bool may_be_later = false;  ///< of the same major: the file tells no more than that it is not older

  /// Of keras_version as saved: "2.2.4-tf"; empty: Keras 1, which did not say. "3.9+": that release or a later one.
  static KerasVersion of(const std::string& text);
  bool is_since(int wanted_major, int wanted_minor, int wanted_patch = 0) const {
    return std::tie(major, minor, patch) >= std::tie(wanted_major, wanted_minor, wanted_patch);
  }
  /// Whether it is not known which side of a release it is on.
  bool may_be_before_and_since(int wanted_major, int wanted_minor) const {
    return may_be_later && major == wanted_major && !is_since(wanted_major, wanted_minor);
  }
};

}  // namespace nacre::tools
