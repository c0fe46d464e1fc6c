// MelSpectrogram: the powers of a signal's frequencies, in bands that lie as an ear hears them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/fragment.hpp"
#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kLongestFrame = 1 << 14;

/// Frames, and how far apart they lie.
struct Frames {
  std::int64_t fft, step, length;
  std::int64_t bins() const { return fft / 2 + 1; }
};

Frames frames_of(const KerasLayer& layer) {
  const auto number = [&](const char* key, double otherwise) {
    return static_cast<std::int64_t>(layer.number(key, otherwise));
  };
  const std::int64_t fft = number("fft_length", 2048);
  const Frames frames{fft, number("sequence_stride", 512), number("sequence_length", static_cast<double>(fft))};
  if (frames.step < 1 || frames.length < 1 || frames.length > fft || fft > kLongestFrame)
    layer.refuse(fmt::format("has frames of {} samples, every {}, more than Nacre computes", fft, frames.step),
                 "build the model with shorter ones");
  return frames;
}

/// The window, in the middle of a frame.
std::vector<double> window_of(const KerasLayer& layer, const Frames& frames) {
  std::vector<double> window(static_cast<std::size_t>(frames.fft));
  const auto stated = layer.config.find("window");
  const bool has_none = stated != layer.config.end() && stated->is_null();
  const std::string name = has_none ? "" : layer.text("window", "hann");
  if (!has_none && name != "hann" && name != "hamming") layer.refuse("has the window " + name, "build it with hann");
  if (has_none) {
    std::ranges::fill(window, 1.0);
    return window;
  }
  const std::int64_t before = (frames.fft - frames.length) / 2;
  const double mean = name == "hann" ? 0.5 : 0.54;
  for (std::int64_t i = 0; i < frames.length; ++i)
    window[static_cast<std::size_t>(before + i)] =
        mean - (1 - mean) * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                     static_cast<double>(frames.length));
  return window;
}

/// Squared cosines or sines of all frequencies in each frame: [batch, 1, frames, bins] of [batch, 1, samples, 1].
ValueId power_of(const KerasLayer& layer, ValueId signal, const Frames& frames, bool is_sine) {
  const std::vector<double> window = window_of(layer, frames);
  const std::int64_t bins = frames.bins();
  std::vector<double> kernel(static_cast<std::size_t>(frames.fft * bins));
  for (std::int64_t i = 0; i < frames.fft; ++i)
    for (std::int64_t k = 0; k < bins; ++k) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i * k % frames.fft) /
                           static_cast<double>(frames.fft);
      kernel[static_cast<std::size_t>(i * bins + k)] =
          window[static_cast<std::size_t>(i)] * (is_sine ? std::sin(angle) : std::cos(angle));
    }
  parameters::Conv2D table;
  table.stride_w = narrow(frames.step);
  const std::vector<double> zeros(static_cast<std::size_t>(bins));
  const ValueId y = layer.graph.add(table, {signal, layer.graph.add_constant({1, frames.fft, 1, bins}, kernel),
                                            layer.graph.add_constant({bins}, zeros)}, layer.name);
  return add_functions(layer.graph, {MapFunction::square}, {y}, layer.name + ".square");
}

/// [bins, bands]: triangles between equal steps of the scale of mels, computed in float32 as Keras does.
std::vector<double> bands_of(const KerasLayer& layer, std::int64_t bins, std::int64_t bands) {
  const auto mel = [](float hertz) { return 1127.0f * std::log(1.0f + hertz / 700.0f); };
  const auto rate = static_cast<float>(layer.number("sampling_rate", 16000));
  const float low = mel(static_cast<float>(layer.number("min_freq", 20))),
              high = mel(static_cast<float>(layer.number("max_freq", std::floor(rate / 2))));
  const auto edge = [&](std::int64_t i) {
    return low + (high - low) / static_cast<float>(bands + 1) * static_cast<float>(i);
  };
  std::vector<double> matrix(static_cast<std::size_t>(bins * bands), 0);
  for (std::int64_t bin = 1; bin < bins; ++bin) {
    const float at = mel(rate / 2 / static_cast<float>(bins - 1) * static_cast<float>(bin));
    for (std::int64_t band = 0; band < bands; ++band) {
      const float rise = (at - edge(band)) / (edge(band + 1) - edge(band)),
                  fall = (edge(band + 2) - at) / (edge(band + 2) - edge(band + 1));
      matrix[static_cast<std::size_t>(bin * bands + band)] = std::max(0.0f, std::min(rise, fall));
    }
  }
  return matrix;
}

/// In decibels, not more than top_db below the loudest of the row.
ValueId decibels(const KerasLayer& layer, ValueId x) {
  Graph& graph = layer.graph;
  const double least = layer.number("min_power", 1e-10), factor = 10 / std::log(10.0);
  const double reference = factor * std::log(std::max(std::abs(layer.number("ref_power", 1)), least));
  Program program;
  const auto literal = [&](double number) { return program.literal(number, DataType::float32); };
  program.then(MapFunction::maximum, DataType::float32, {input_of_program(0), literal(least)});
  program.then(MapFunction::log, DataType::float32, {kOutputOfProgram});
  program.then(MapFunction::multiply, DataType::float32, {kOutputOfProgram, literal(factor)});
  program.then(MapFunction::subtract, DataType::float32, {kOutputOfProgram, literal(reference)});
  const ValueId levels = graph.add_map(program, {x}, layer.name + ".decibels");
  const ValueId loudest = add_reduced(graph, levels, ReduceFunction::maximum, 0b110, layer.name + ".loudest");
  const ValueId limit = add_function_with(graph, MapFunction::subtract, loudest, layer.number("top_db", 80),
                                          layer.name + ".limit");
  return add_functions(graph, {MapFunction::maximum}, {levels, limit}, layer.name + ".limited");
}

}  // namespace

/// [batch, bands, frames] of [batch, samples], as of a batch of one row: Keras takes the loudest of all rows.
ValueId import_mel_spectrogram(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  Graph& graph = layer.graph;
  layer.require_rank(inputs[0], 2);
  const Frames frames = frames_of(layer);
  const std::int64_t samples = graph.shape(inputs[0])[1], bands = layer.integers("num_mel_bins", 1, 128)[0];
  if (samples <= frames.fft / 2)
    layer.refuse(fmt::format("mirrors {} samples of {}", frames.fft / 2, samples), "check the shapes of the model");
  if (bands < 1) layer.refuse("has no bands");
  OnnxFragment fragment(graph, layer.name);
  const ValueId mirrored = fragment.finish({fragment.add(
      "Pad", {fragment.tensor(inputs[0]), fragment.integers({0, frames.fft / 2, 0, frames.fft / 2})},
      {{"mode", std::string("reflect")}})})[0];
  const ValueId signal = add_reshape(graph, mirrored, {1, graph.shape(mirrored)[1], 1}, "");
  ValueId y = add_functions(graph, {MapFunction::add},
                            {power_of(layer, signal, frames, false), power_of(layer, signal, frames, true)},
                            layer.name + ".power");
  if (const double exponent = layer.number("mag_exp", 2); exponent == 1)
    y = add_functions(graph, {MapFunction::sqrt}, {y}, layer.name + ".magnitude");
  else if (exponent != 2)
    y = add_function_with(graph, MapFunction::power, y, exponent / 2, layer.name + ".magnitude");
  const Dimensions shape = graph.shape(y);
  y = add_reshape(graph, y, {shape[2], shape[3]}, "");
  const std::vector<double> zeros(static_cast<std::size_t>(bands));
  y = graph.add(parameters::FullyConnected{},
                {y, graph.add_constant({frames.bins(), bands}, bands_of(layer, frames.bins(), bands)),
                 graph.add_constant({bands}, zeros)},
                layer.name + ".bands");
  if (layer.flag("power_to_db", true)) y = decibels(layer, y);
  return layer.move_axis(y, 1, 2);
}

}  // namespace nacre::tools
