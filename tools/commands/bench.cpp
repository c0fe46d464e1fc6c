// How long a model takes on this machine, layer by layer.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "nacre/kernels.hpp"
#include "tools/commands/bench.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/model_report.hpp"
#include "tools/commands/peak.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

void require_run(Status status) {
  if (status != Status::ok)
    throw Refusal("", fmt::format("a row of made-up numbers is refused ({})", name(status)),
                  "measure the model with rows of your own, by nacre run");
}

/// Times of whole runs and of each layer, in seconds, by turns until both have had enough of them.
struct Times {
  std::vector<double> runs;
  std::vector<double> rows;  ///< of each of 64 rows that follow each other, with copying it into the inputs
  std::vector<std::vector<double>> layers;  ///< by index; of a body none: the layer before it has its time
};

/// So many rows, made up, of all inputs.
class Rows {
 public:
  static constexpr std::size_t kCount = 64;

  explicit Rows(const Network& network) : network_(network) {
    for (unsigned i = 0; i < network.inputs(); ++i) {
      const Span<std::byte> input = network.input_bytes(i);
      rows_.emplace_back(kCount * input.size());
      for (std::size_t row = 0; row < kCount; ++row)
        std::memcpy(rows_[i].data() + row * input.size(), input.data(), input.size());
    }
  }

  /// Predicts them one after the other, and appends what each took, in seconds.
  void run(std::vector<double>& times) const {
    for (std::size_t row = 0; row < kCount; ++row) {
      const auto before = Clock::now();
      for (unsigned i = 0; i < network_.inputs(); ++i) {
        const Span<std::byte> input = network_.input_bytes(i);
        std::memcpy(input.data(), rows_[i].data() + row * input.size(), input.size());
      }
      require_run(network_.run());
      times.push_back(seconds_since(before));
    }
  }

 private:
  const Network& network_;
  std::vector<std::vector<std::byte>> rows_;  // by input
};

/// Measures one network, turn by turn.
class Meter {
 public:
  explicit Meter(const Network& network) : network_(network) {
    times_.layers.resize(network.layers());
    fill(network);
    require_run(network.run());
    fill(network);
    rows_.emplace(network);
  }

  void turn() {
    fill(network_);
    auto before = Clock::now();
    require_run(network_.run());
    times_.runs.push_back(seconds_since(before));
    fill(network_);
    for (unsigned i = 0; i < network_.layers(); i += 1 + network_.body(i)) {
      before = Clock::now();
      require_run(network_.run_layer(i));
      times_.layers[i].push_back(seconds_since(before));
    }
    if (times_.rows.empty() || times_.runs.size() % 16 == 0) rows_->run(times_.rows);
  }

  const Times& times() const { return times_; }

 private:
  const Network& network_;
  Times times_;
  std::optional<Rows> rows_;
};

/// By turns, so that what slows the machine down slows all of them down. `seconds` are for each.
void measure(std::vector<Meter>& meters, double seconds) {
  constexpr std::size_t kFewest = 11, kMost = 100000;
  const auto start = Clock::now();
  const double enough = seconds * static_cast<double>(meters.size());
  for (std::size_t turns = 0; turns < kFewest || (seconds_since(start) < enough && turns < kMost); ++turns)
    for (Meter& meter : meters) meter.turn();
}

/// The peak for the numbers that a layer multiplies; 0 where it is not known. Products with padding count as done, so
/// that a convolution of a small image may seem to be above it.
double peak_of(const Kernel& kernel, const Peak& peak) {
  if (kernel.name.activations == DataType::float32) return peak.float32;
  return kernel.name.activations == DataType::int8 ? peak.int8 : 0;
}

/// What a layer reads of its weights if it reads each once: that bounds a dense layer on one row. A bias counts as one
/// more weight.
double bytes_of_weights(const Json& layer, const Kernel& kernel) {
  return layer["parameters"].is_number() ? layer["parameters"].get<double>() * element_bytes(kernel.name.weights) : 0;
}

Json report(const ModelFile& model, const Times& times, const Peak& peak) {
  const Json layers = model_report(model)["layers"];
  double sum = 0;
  for (const auto& one : times.layers) sum += one.empty() ? 0 : median(one);
  Json result{{"runs", times.runs.size()},
              {"seconds", median(times.runs)},
              {"seconds_a_row_of_64", median(times.rows)},
              {"peak", {{"float32", peak.float32}, {"int8", peak.int8}, {"bytes", peak.bytes}}},
              {"layers", Json::array()}};
  for (std::size_t i = 0; i < times.layers.size(); ++i) {
    if (times.layers[i].empty()) continue;
    const double seconds = median(times.layers[i]);
    const double macs = layers[i]["macs"].is_number() ? layers[i]["macs"].get<double>() : 0;
    const double rate = seconds > 0 ? macs / seconds : 0;
    const Kernel& kernel = model.network().kernel(static_cast<unsigned>(i));
    const double best = peak_of(kernel, peak), bytes = bytes_of_weights(layers[i], kernel);
    result["layers"].push_back({{"name", layers[i]["name"]},
                                {"op", layers[i]["op"]},
                                {"output_shape", layers[i]["output_shape"]},
                                {"seconds", seconds},
                                {"share", sum > 0 ? seconds / sum : 0},
                                {"macs", macs},
                                {"macs_per_second", rate},
                                {"share_of_peak", best > 0 ? rate / best : 0},
                                {"share_of_reads", peak.bytes * seconds > 0 ? bytes / seconds / peak.bytes : 0}});
  }
  return result;
}

void print_times(const Json& report) {
  const double largest = largest_share(report["layers"]);
  const auto percent = [](const Json& share) {
    return share.get<double>() > 0 ? fmt::format("{:.0f}%", 100 * share.get<double>()) : std::string();
  };
  fmt::print("{:<32} {:<20} {:>10} {:>7} {:>9} {:>8} {:>8}\n", "layer", "operator", "µs", "share", "GMAC/s", "of peak",
             "of reads");
  for (const Json& layer : report["layers"])
    fmt::print("{:<32} {:<20} {:>10.2f} {:>6.1f}% {:>9.2f} {:>8} {:>8}  {}\n",
               printable(layer["name"].get<std::string>()), layer["op"].get<std::string>(),
               1e6 * layer["seconds"].get<double>(),
               100 * layer["share"].get<double>(), 1e-9 * layer["macs_per_second"].get<double>(),
               percent(layer["share_of_peak"]), percent(layer["share_of_reads"]),
               bar(layer["share"].get<double>(), largest));
  const Json& peak = report["peak"];
  if (peak["float32"].get<double>() > 0)
    fmt::print("peak of this core: {:.1f} GMAC/s in float32, {:.1f} in int8; it reads {:.0f} GB/s of weights\n",
               1e-9 * peak["float32"].get<double>(), 1e-9 * peak["int8"].get<double>(),
               1e-9 * peak["bytes"].get<double>());
  fmt::print("one run: {:.2f} µs (median of {}); each of 64 rows that follow each other: {:.2f} µs\n",
             1e6 * report["seconds"].get<double>(), report["runs"].get<std::size_t>(),
             1e6 * report["seconds_a_row_of_64"].get<double>());
}

/// Two reports side by side: layers of one name beside each other, in the order of the first.
void print_comparison(const Json& a, const Json& b) {
  const auto micros = [](const Json& of) { return 1e6 * of["seconds"].get<double>(); };
  std::vector<Json> left(b["layers"].begin(), b["layers"].end());
  fmt::print("{:<32} {:<20} {:>10} {:>10} {:>7}\n", "layer", "operator", "A: µs", "B: µs", "B / A");
  for (const Json& layer : a["layers"]) {
    const auto same = std::find_if(left.begin(), left.end(), [&](const Json& l) { return l["name"] == layer["name"]; });
    const std::string name = printable(layer["name"].get<std::string>()), op = layer["op"];
    if (same == left.end()) {
      fmt::print("{:<32} {:<20} {:>10.2f} {:>10} {:>7}\n", name, op, micros(layer), "", "");
      continue;
    }
    fmt::print("{:<32} {:<20} {:>10.2f} {:>10.2f} {:>7.2f}\n", name, op, micros(layer), micros(*same),
               micros(*same) / micros(layer));
    left.erase(same);
  }
  for (const Json& layer : left)
    fmt::print("{:<32} {:<20} {:>10} {:>10.2f} {:>7}\n", printable(layer["name"].get<std::string>()),
               layer["op"].get<std::string>(), "", micros(layer), "");
  for (const auto& [name, report] : {std::pair("A", a), std::pair("B", b)})
    fmt::print("{}: {}, one run: {:.2f} µs (median of {})\n", name, printable(report["model"].get<std::string>()),
               micros(report), report["runs"].get<std::size_t>());
  fmt::print("B takes {:.2f} of the time of A\n", micros(b) / micros(a));
}

ModelFile opened(const std::string& path, Kernels kernels) try {
  return ModelFile(path, kernels);
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

void bench_here(const BenchOptions& options) {
  std::vector<ModelFile> models;
  for (const std::string& path : options.models) models.push_back(opened(path, kernels_named(options.kernels)));
  std::vector<Meter> meters;
  for (const ModelFile& model : models) meters.emplace_back(model.network());
  measure(meters, options.seconds);
  const Peak peak = measured_peak(options.kernels);
  std::vector<Json> reports;
  for (std::size_t i = 0; i < models.size(); ++i) {
    Json one{{"model", options.models[i]}};
    one.update(report(models[i], meters[i].times(), peak));
    reports.push_back(one);
  }
  const bool is_comparison = reports.size() == 2;
  if (!is_comparison) return options.json ? print_json("bench", reports[0]) : print_times(reports[0]);
  if (!options.json) return print_comparison(reports[0], reports[1]);
  print_json("bench-comparison",
             {{"models", reports},
              {"ratio", reports[1]["seconds"].get<double>() / reports[0]["seconds"].get<double>()}});
}

}  // namespace

void bench_model(const BenchOptions& options) try {
  const bool on_device = !options.device.port.empty();
  if (!on_device && options.target.empty()) return bench_here(options);
  if (options.models.size() > 1) throw WrongUsage("two models are compared on this machine alone; name one");
  const ModelFile model = opened(options.models[0], kernels_named(options.kernels));
  return on_device ? bench_on_device(options, model) : bench_on_target(options, model);
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.models[0]);
}

}  // namespace nacre::tools
