#pragma once

#include <nlohmann/json.hpp>

#include "tools/commands/commands.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

// What the measurements of nacre bench share: on this machine, on an emulated processor, on a board.

/// Inputs of made-up numbers: reals from 0 to 1, bytes of any value; indices and texts are zeros.
void fill(const Network& network);

/// The layers of a report, one for each count that was measured: name, op and output_shape, the count under `unit`, its
/// share of all, and macs.
nlohmann::ordered_json counted_layers(const ModelFile& model, const std::vector<std::uint64_t>& counts,
                                      const char* unit);

/// Prints what counted_layers made, with a bar for each.
void print_counted_layers(const nlohmann::ordered_json& layers, const char* unit);

double largest_share(const nlohmann::ordered_json& layers);
/// A bar of at most 20 cells for a share of the largest.
std::string bar(double share, double largest);

void bench_on_device(const BenchOptions& options, const ModelFile& model);
void bench_on_target(const BenchOptions& options, const ModelFile& model);

}  // namespace nacre::tools
