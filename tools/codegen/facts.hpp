#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// What generated code says of an input or output.
struct PortFacts {
  std::string name;       ///< as the saved model has it
  std::string word;       ///< the same as a parameter of a function
  std::string macro;      ///< "SINE_INPUT_0"
  std::string suffix;     ///< "input", "input_1": behind sine_quantize_
  DataType type;
  std::vector<std::uint32_t> shape;
  std::uint32_t elements = 1;
  std::uint16_t flags = 0;  ///< of PortRecord
  float scale = 0;          ///< of a quantised one; else 0
  std::int32_t zero_point = 0;
  int labels = -1;          ///< index in ModelFacts::labels; -1: it has none

  bool is_quantised() const { return scale != 0; }
  /// Whether it is one text out of its labels, so that the number of the label says as much.
  bool is_label() const { return type == DataType::string && elements == 1 && labels >= 0; }
};

/// Classes that elements of outputs stand for.
struct ClassNames {
  std::vector<std::string> texts;
  std::string array;                     ///< "iris_labels"
  std::vector<std::string> enumerators;  ///< "IRIS_SETOSA"
  bool are_other_numbers = false;        ///< than their indices
};

/// What generated code says of a model.
struct ModelFacts {
  std::string word;   ///< "sine": names begin with it
  std::string macro;  ///< "SINE"
  std::string name, version, digest;
  std::uint32_t model_bytes = 0;
  MemoryNeeds needs;
  std::vector<PortFacts> inputs, outputs;
  std::vector<ClassNames> labels;
};

/// Of a model that generated code calls `name`.
ModelFacts facts_of(const ModelFile& model, const std::string& name);

}  // namespace nacre::tools
