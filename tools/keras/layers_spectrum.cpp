// STFTSpectrogram: what a Fourier transform finds in each window of a signal, by convolution with saved kernels.

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

constexpr double kLeast = 1e-7;  // keras.config.epsilon(), below which nothing is rooted or logarithmised

class Spectrogram {
 public:
  explicit Spectrogram(const KerasLayer& layer) : layer_(layer), mode_(layer.text("mode", "log")) {}

  /// [batch, channels, time, frequencies] of a signal [batch, channels, samples, 1].
  ValueId of(ValueId signal) const {
    if (mode_ == "real" || mode_ == "imag") return convolved(signal, 0);
    const ValueId real = convolved(signal, 0), imaginary = convolved(signal, 1);
    if (mode_ == "stft") return layer_.graph.add(parameters::Concatenate{.axis = 3}, {real, imaginary}, layer_.name);
    if (mode_ != "psd" && mode_ != "magnitude" && mode_ != "log")
      layer_.refuse("has the mode " + mode_ + ", which Nacre does not compute",
                    "build the model with log, magnitude, psd, real, imag or stft");
    const ValueId power = add_functions(layer_.graph, {MapFunction::add}, {squared(real), squared(imaginary)},
                                        layer_.name + ".power");
    return mode_ == "psd" ? both_sides(power) : magnitude(power);
  }

 private:
  ValueId squared(ValueId x) const {
    return add_functions(layer_.graph, {MapFunction::square}, {x}, layer_.name + ".square");
  }

  ValueId convolved(ValueId signal, std::size_t i) const {
    const Array kernel = image_kernel(layer_, i, 1);
    const Dimensions& k = kernel.shape();
    const std::int64_t length = static_cast<std::int64_t>(layer_.number("frame_length", 256)),
                       step = static_cast<std::int64_t>(layer_.number("frame_step", static_cast<double>(length / 2)));
    if (k[1] != length || k[2] != 1) layer_.refuse("has weights of another length than its frames");
    if (step < 1) layer_.refuse("has a frame_step of 0");
    const KerasPadding padding = padding_of(layer_, layer_.graph.shape(signal)[2], length, step, 1);
    parameters::Conv2D table;
    table.stride_w = narrow(step);
    table.pad_left = padding.before, table.pad_right = padding.after;
    const std::vector<double> zeros(static_cast<std::size_t>(k[3]));
    return layer_.graph.add(table, {signal, layer_.constant(kernel), layer_.graph.add_constant({k[3]}, zeros)},
                            layer_.name);
  }

  /// All frequencies but the first and the last stand for a negative one too.
  ValueId both_sides(ValueId power) const {
    const std::int64_t count = layer_.graph.shape(power)[3];
    std::vector<double> sides(static_cast<std::size_t>(count), 2.0);
    sides.front() = sides.back() = 1;
    return add_functions(layer_.graph, {MapFunction::multiply},
                         {power, layer_.graph.add_constant({count}, std::move(sides))}, layer_.name + ".density");
  }

  ValueId magnitude(ValueId power) const {
    Program program;
    const Operand least = program.literal(kLeast, DataType::float32);
    program.then(MapFunction::maximum, DataType::float32, {input_of_program(0), least});
    program.then(MapFunction::sqrt, DataType::float32, {kOutputOfProgram});
    if (mode_ == "log") {
      program.then(MapFunction::maximum, DataType::float32, {kOutputOfProgram, least});
      program.then(MapFunction::log, DataType::float32, {kOutputOfProgram});
    }
    return layer_.graph.add_map(program, {power}, layer_.name + ".magnitude");
  }

  const KerasLayer& layer_;
  std::string mode_;
};

}  // namespace

ValueId import_stft_spectrogram(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  layer.require_rank(inputs[0], 3);
  const bool first = layer.channels_first();
  const ValueId channels = first ? inputs[0] : layer.move_axis(inputs[0], 2, 1);
  const Dimensions signal = layer.graph.shape(channels);
  const ValueId y = Spectrogram(layer).of(add_reshape(layer.graph, channels, {signal[1], signal[2], 1}, ""));
  const Dimensions shape = layer.graph.shape(y);  // [batch, channels, time, frequencies]
  if (layer.flag("expand_dims", false)) return first ? y : layer.move_axis(y, 1, 3);
  if (first)
    return add_reshape(layer.graph, layer.move_axis(y, 2, 3), {shape[1] * shape[3], shape[2]}, "");
  return add_reshape(layer.graph, layer.move_axis(y, 1, 2), {shape[2], shape[1] * shape[3]}, "");
}

}  // namespace nacre::tools
