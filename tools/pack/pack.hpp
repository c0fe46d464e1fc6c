#pragma once

#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Brings weights into the order in which the kernels of `target` (tools/pack/target.hpp) read them, and names that
/// order in the nodes: that of the dsp kernels for layers of which is_packed_for_dsp() says so, of the mve kernels for
/// those of has_mve_kernel(), whose weights keep their order. The graph can be planned and emitted then, but no longer
/// evaluated. Throws Refusal for a target that there is not.
void pack(Graph& graph, const std::string& target);

/// Which kernel a layer gets on a Cortex-M55: one of runtime/kernels/mve, or the reference.
bool has_mve_kernel(const Graph& graph, const Node& node);

/// Which kernel a layer gets on a Cortex-M4: one of runtime/kernels/dsp, or the reference.
bool is_packed_for_dsp(const Graph& graph, const Node& node);

/// How weights a and b of two rows share half a word: the bytes a + 128 and b, or the number a + 256 b.
enum class SharedHalf : std::uint8_t { bytes, number };

/// int8 weights [rows, columns] as the dsp kernels read them, by blocks of an even number of rows, and what is left by
/// pairs: int32 [ceil(rows / 2), 2 ceil(columns / 4)], whose words schema/operators/fully_connected.md and conv_2d.md
/// describe.
Array pack_rows_for_dsp(const Array& weights, std::int64_t rows, std::int64_t columns, std::int64_t block,
                        SharedHalf half);

/// int8 weights [kernel_h, kernel_w, channels] of a depthwise convolution as the dsp kernel reads them: int32
/// [ceil(channels / 4), kernel_h, kernel_w], whose words schema/operators/depthwise_conv_2d.md describes.
Array pack_channels_for_dsp(const Array& weights);

}  // namespace nacre::tools
