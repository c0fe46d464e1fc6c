#pragma once

#include <string>
#include <vector>

#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

/// What one kernel does in a run of the model.
struct Work {
  unsigned layer = 0;       ///< the layer that the network runs; of a body, the layer that runs it
  std::string kernel;       ///< "dsp::conv_2d_i8"; of a map's program, each of its functions
  double products = 0;      ///< multiply-accumulates; of trees, comparisons
  double reads = 0;         ///< elements that all windows hold: products for each channel of the output
  double elements = 0;      ///< that it writes
  double runs = 0;          ///< how often
};

/// All work of one run, in the order of layers. Layers that are fused count the rows that they share once, although
/// they compute some of them again.
std::vector<Work> work_of(const ModelFile& model, const std::vector<KernelRow>& rows);

/// How long a run takes, by a table that benchmarks/layers has measured.
struct Estimate {
  std::string measured_on;        ///< the target of the table; empty where none suits the processor
  double instructions = 0;
  double cycles = 0;
  double most_instructions = 0;   ///< were each kernel as dear as in the dearest layer that was measured
  std::vector<double> layers;     ///< cycles, by layer; 0 of those that others run
  std::vector<std::string> unknown;  ///< kernels that the table lacks: what they cost is not in the sums
  // Errors of the table's own estimates, as parts of the cycles.
  double error = 0;               ///< the largest of the MLPerf Tiny models, which the table knows
  double unseen = 0, unseen_most = 0;  ///< of models that it did not know: the median, the largest
};

/// For a processor ("cortex-m7": as on a Cortex-M4, whose instructions it has, without what makes it faster).
Estimate estimate_of(const std::vector<Work>& work, unsigned layers, const std::string& target);

}  // namespace nacre::tools
