#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/graph/graph.hpp"
#include "tools/keras/weights.hpp"

namespace nacre::tools {

/// Reads the weights of a model, which is given in the words of Keras 2 or 3.
using ReadKerasWeights = std::function<KerasWeights(const nlohmann::json& model, const KerasVersion& version)>;

/// The graph of a Keras model from its configuration ({class_name, config}). `version` is keras_version as saved;
/// empty: Keras 1. Theano convolves where others correlate, so that the kernels of a model that it trained are
/// mirrored. Throws Refusal, of all layers whose class or options Nacre lacks.
Graph import_keras(nlohmann::json model, const std::string& version, const ReadKerasWeights& read_weights,
                   bool has_mirrored_kernels = false);

}  // namespace nacre::tools
