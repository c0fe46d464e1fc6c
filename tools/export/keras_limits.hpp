#pragma once

#include "tools/export/keras_exporter.hpp"

namespace nacre::tools {

/// An activation by Keras's name: part of the layer that gives `before`, or a layer of its own. Returns the layer.
std::string activated(KerasExporter& to, const Node& node, const std::string& layer, ValueId before,
                      const std::string& activation);
/// Says that `layer` gives the output of a node once it is limited: as relu, or as a ReLU with a greatest value. Throws
/// Refusal for other limits.
void define_limited(KerasExporter& to, const Node& node, const std::string& layer, float minimum, float maximum);

}  // namespace nacre::tools
