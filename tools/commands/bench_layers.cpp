#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "tools/commands/bench.hpp"
#include "tools/commands/model_report.hpp"
#include "tools/common/printable.hpp"

namespace nacre::tools {

void fill(const Network& network) {
  std::mt19937 random(1);
  for (unsigned i = 0; i < network.inputs(); ++i) {
    const Span<std::byte> bytes = network.input_bytes(i);
    std::memset(bytes.data(), 0, bytes.size());
    for (float& x : network.input<float>(i)) x = static_cast<float>(random() >> 8) * 0x1p-24f;
    for (double& x : network.input<double>(i)) x = random() * 0x1p-32;
    for (std::int8_t& x : network.input<std::int8_t>(i)) x = static_cast<std::int8_t>(random());
  }
}

nlohmann::ordered_json counted_layers(const ModelFile& model, const std::vector<std::uint64_t>& counts,
                                      const char* unit) {
  const Network& network = model.network();
  const nlohmann::ordered_json layers = model_report(model)["layers"];
  nlohmann::ordered_json result = nlohmann::ordered_json::array();
  double sum = 0;
  for (const std::uint64_t count : counts) sum += static_cast<double>(count);
  auto count = counts.begin();
  for (unsigned i = 0; i < network.layers() && count != counts.end(); i += 1 + network.body(i), ++count)
    result.push_back({{"name", layers[i]["name"]},
                      {"op", layers[i]["op"]},
                      {"output_shape", layers[i]["output_shape"]},
                      {unit, *count},
                      {"share", sum > 0 ? static_cast<double>(*count) / sum : 0},
                      {"macs", layers[i]["macs"]}});
  return result;
}

void print_counted_layers(const nlohmann::ordered_json& layers, const char* unit) {
  const double largest = largest_share(layers);
  fmt::print("{:<32} {:<20} {:>14} {:>7}\n", "layer", "operator", unit, "share");
  for (const auto& layer : layers)
    fmt::print("{:<32} {:<20} {:>14} {:>6.1f}%  {}\n", printable(layer["name"].get<std::string>()),
               layer["op"].get<std::string>(), layer[unit].get<std::uint64_t>(), 100 * layer["share"].get<double>(),
               bar(layer["share"].get<double>(), largest));
}

double largest_share(const nlohmann::ordered_json& layers) {
  double largest = 0;
  for (const auto& layer : layers) largest = std::max(largest, layer["share"].get<double>());
  return largest;
}

std::string bar(double share, double largest) {
  static const char* const kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<unsigned>(largest > 0 ? 160 * share / largest + 0.5 : 0);
  std::string text;
  for (unsigned i = 0; i < eighths / 8; ++i) text += "█";
  return text + kEighths[eighths % 8];
}

}  // namespace nacre::tools
