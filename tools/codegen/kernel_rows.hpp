#pragma once

#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// The row of nacre/operators.hpp of a kernel that a model needs.
struct KernelRow {
  std::string list;      ///< the list in which it stands: "NACRE_KERNELS_OF_dsp", "NACRE_FUNCTIONS"
  std::string space;     ///< the namespace of its function: "reference", "dsp"
  std::string function;  ///< "fully_connected_f32"
  std::string fields;    ///< what the list has behind the function's name
  std::string rule;      ///< what load() verifies of its layers: "fully_connected_float32_portable"

  /// Its name behind nacre::kernels.
  std::string name() const { return space == "reference" ? function : space + "::" + function; }
};

/// Of every kernel that the model names, in its order. Throws Refusal where this release lacks one.
std::vector<KernelRow> kernel_rows(const ModelFile& model);

/// Of every kernel that a device may have: the image then runs whatever model it is given.
std::vector<KernelRow> all_kernel_rows();

}  // namespace nacre::tools
