#pragma once

#include <string>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

struct ReadOptions {
  std::vector<std::string> select;  ///< keys of containers that hold several models, in the order in which they are met
  std::vector<std::string> signatures;  ///< of TensorFlow Lite files, likewise
  std::vector<std::string> shapes;      ///< [NAME=]1,224,224,3: of their inputs that leave dimensions open
  bool exact_weights = false;            ///< of TensorFlow Lite files: TfliteChoices::exact_weights
  std::int32_t most_terms = kMostTerms;  ///< different terms of a text that a row has room for
};

/// Base name and digest of a file; what saved it is left open.
SourceFile identify(const std::string& path, const Buffer& file);

/// Reads saved models of any format and chains them: each takes the outcome of the one before.
/// `warnings` receives what was left aside. Throws Refusal that names the file.
Graph read_model(const std::vector<std::string>& files, const ReadOptions& options,
                 std::vector<std::string>* warnings);

}  // namespace nacre::tools
