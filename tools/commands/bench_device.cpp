// What a board takes for a row of made-up numbers.

#include <fmt/format.h>

#include "tools/commands/bench.hpp"
#include "tools/commands/device_rows.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

nlohmann::ordered_json report_of_device(const BenchOptions& options, const ModelFile& model) {
  const auto device = DeviceRows::open(options.device, model);
  const Network& network = model.network();
  fill(network);
  const DeviceProfile profile = device->board().profile(network);
  const DeviceFacts& facts = device->board().facts();
  if (!facts.has_ticks)
    throw Refusal("", "the firmware has no counter", "set `ticks` of its nacre_line").in_file(options.device.port);
  return {{"model", options.models[0]},
          {"device", {{"port", options.device.port},
                      {"architecture", facts.architecture},
                      {"release", facts.release},
                      {"packets_repeated", device->board().repeated()},
                      {"packets_damaged", device->board().damaged()}}},
          {"ticks", device->board().ticks()},
          {"ticks_per_second", facts.ticks_per_second},
          {"layers", counted_layers(model, {profile.layers.begin(), profile.layers.end()}, "ticks")}};
}

void print_device(const nlohmann::ordered_json& report) {
  print_counted_layers(report["layers"], "ticks");
  const auto ticks = report["ticks"].get<std::uint32_t>(), rate = report["ticks_per_second"].get<std::uint32_t>();
  fmt::print("one run on {} ({}): {} ticks{}\n", printable(report["device"]["port"].get<std::string>()),
             printable(report["device"]["architecture"].get<std::string>()), ticks,
             rate > 0 ? fmt::format(", {:.3f} ms at {} ticks in a second", 1e3 * ticks / rate, rate) : std::string());
}

}  // namespace

void bench_on_device(const BenchOptions& options, const ModelFile& model) {
  const nlohmann::ordered_json report = report_of_device(options, model);
  if (options.json) print_json("bench-device", report);
  else print_device(report);
}

}  // namespace nacre::tools
