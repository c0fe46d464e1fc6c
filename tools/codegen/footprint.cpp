#include "tools/codegen/footprint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "loader/stack_bounds.hpp"
#include "nacre/nacre.h"
#include "tools/codegen/embedded.hpp"
#include "tools/common/text_stream.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kRowBytes = 16;  // of a kernel's row on a processor of 32 bits

}  // namespace

std::uint32_t code_bytes(const std::string& table, const std::vector<KernelRow>& rows,
                         std::vector<std::string>* unknown, bool serves) {
  std::set<std::string> kernels = {"base"}, known;
  if (serves) kernels.insert("serve");
  for (const KernelRow& row : rows) kernels.insert(row.name());
  std::uint32_t sum = kRowBytes * static_cast<std::uint32_t>(rows.size()), bytes = 0;
  std::istringstream lines = text_stream(table);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words = text_stream(line);
    for (std::string word; words >> word;) {
      if (word[0] >= '0' && word[0] <= '9') {
        bytes = static_cast<std::uint32_t>(std::stoul(word));
      } else if (kernels.contains(word)) {
        known.insert(word);
        sum += std::exchange(bytes, 0);  // once, however many of its kernels there are
      }
    }
  }
  std::ranges::set_difference(kernels, known, std::back_inserter(*unknown));
  return sum;
}

namespace {

/// How many layers with a body stand in each other at most.
unsigned deepest_body(const Network& network) {
  unsigned deepest = 0;
  std::vector<unsigned> ends;
  for (unsigned layer = 0; layer < network.layers(); ++layer) {
    std::erase_if(ends, [&](unsigned end) { return end <= layer; });
    if (network.body(layer) > 0) ends.push_back(layer + 1 + network.body(layer));
    deepest = std::max(deepest, static_cast<unsigned>(ends.size()));
  }
  return deepest;
}

/// The processors on which the stack was measured.
const std::map<std::string, stack::Bounds> kStacks = {{"cortex-m0", stack::kCortexM0},
                                                      {"cortex-m3", stack::kCortexM3},
                                                      {"cortex-m4", stack::kCortexM4},
                                                      {"cortex-m55", stack::kCortexM55}};

/// The deepest of the calls, for one model.
std::uint32_t stack_bytes(const Network& network, const std::vector<KernelRow>& rows, const stack::Bounds& bounds) {
  bool fuses = false, searches = false;
  for (const KernelRow& row : rows) {
    fuses |= row.function.starts_with("rows_");
    searches |= row.function.starts_with("neighbors") || row.function.ends_with("_terms");
  }
  const std::uint32_t run = bounds.run + stack::kOfLoop * deepest_body(network) + (fuses ? stack::kOfFused : 0) +
                            (searches ? stack::kOfSearch : 0);
  return std::max(bounds.nacre_load, run);
}

std::string path_of_sizes(const std::string& target) { return "sizes/" + target + ".txt"; }

/// Of code; empty where there is none.
std::string sizes_for(const std::string& target) {
  return measured_for(target, [](const std::string& name) { return is_embedded(path_of_sizes(name)); });
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  return bytes < 1024 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
}

bool has_footprint(const std::string& target) { return !sizes_for(target).empty(); }

std::string footprint_target(const ModelFile& model, const std::vector<KernelRow>& rows) {
  const auto* target = model.description() == nullptr ? nullptr : model.description()->target();
  if (target != nullptr && has_footprint(target->str())) return target->str();
  const bool is_mve = std::any_of(rows.begin(), rows.end(), [](const KernelRow& row) { return row.space == "mve"; });
  return is_mve ? "cortex-m55" : "cortex-m4";
}

Footprint footprint_of(const ModelFile& model, const std::vector<KernelRow>& rows, const std::string& target,
                       bool serves) {
  Footprint footprint;
  footprint.target = target;
  footprint.code_bytes =
      code_bytes(embedded_text(path_of_sizes(sizes_for(target))), rows, &footprint.unknown, serves);
  footprint.model_bytes = static_cast<std::uint32_t>(model.bytes().size());
  footprint.memory_bytes = sizeof(nacre_network);
  for (unsigned i = 0; i < model.needs().blocks; ++i) footprint.memory_bytes += model.needs().block_bytes[i];
  footprint.stack_of = measured_for(target, [](const std::string& name) { return kStacks.contains(name); });
  footprint.stack_bytes = stack_bytes(model.network(), rows, kStacks.at(footprint.stack_of));
  return footprint;
}

std::string footprint_text(const Footprint& footprint) {
  std::string text = fmt::format(
      "flash {} (code {:.1f} + model {:.1f}), RAM {} + stack {} on {} at -Os",
      size_text(footprint.code_bytes + footprint.model_bytes), footprint.code_bytes / 1024.0,
      footprint.model_bytes / 1024.0, size_text(footprint.memory_bytes), size_text(footprint.stack_bytes),
      footprint.target);
  if (footprint.stack_of != footprint.target) text += fmt::format("; stack as on {}", footprint.stack_of);
  if (!footprint.unknown.empty())
    text += fmt::format("; flash without {}, whose size nobody measured", fmt::join(footprint.unknown, ", "));
  return text;
}

}  // namespace nacre::tools
