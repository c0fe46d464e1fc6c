#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {

// Quantised layers in int32 and int64, bit for bit as the device computes them.

/// Zero point and bounds of what a layer gives.
struct Int8Output {
  double zero_point, minimum, maximum;
};

/// Weights [outputs, channels of a group, height, width].
struct ConvWeights {
  std::vector<double> values;
  Dimensions shape;
};

/// Refuses weights in the order of one processor.
void require_portable(OnnxExporter& to, const Node& node, Layout layout);

/// A sum, int64, as int8: rescaled by one pair of multiplier and shift.
std::string rescaled_to_int8(OnnxExporter& to, const std::string& sum, std::pair<double, double> factor,
                             Int8Output output);
std::string clamped_int8(OnnxExporter& to, const std::string& x, int minimum, int maximum);

void write_fully_connected_int8(OnnxExporter& to, const Node& node);
void write_conv_int8(OnnxExporter& to, const Node& node, const parameters::Conv2D& t, const ConvWeights& weights,
                     OnnxAttributes attributes);
void write_conv_int8(OnnxExporter& to, const Node& node, const parameters::DepthwiseConv2D& t,
                     const ConvWeights& weights, OnnxAttributes attributes);
/// The mean of a window, float32, as int8: `window` elements at most.
void write_mean_int8(OnnxExporter& to, const Node& node, const std::string& mean, int minimum, int maximum, int window);
void write_softmax_int8(OnnxExporter& to, const Node& node);

}  // namespace nacre::tools
