#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/broadcast.hpp"
#include "runtime/kernels/map.hpp"
#include "runtime/kernels/program.hpp"

namespace nacre::reference {
namespace {

using parameters::Map;

/// Runs a program over the output, from one run of elements to the next. Within a run every input either goes along
/// with the output or stays where it is.
class Program {
 public:
  explicit Program(const Layer& layer)
      : layer_(layer),
        to_(layer.output_shape(0)),
        instructions_(layer.parameters<Map>().instructions),
        code_(layer.input<std::uint32_t>(layer.inputs() - 1u)) {
    measure_runs();
    find_whole();
  }

  void run() {
    for (std::uint32_t i = 0; i < instructions_; ++i) compute(code_ + 2 * i);
  }

 private:
  /// Takes axes into the run, from the last on, as long as all inputs do along them what they did before.
  void measure_runs() {
    const std::uint32_t inputs = layer_.inputs() - 1u;
    for (unsigned behind = 1; behind <= to_.rank(); ++behind) {
      const std::uint32_t length = to_[to_.rank() - behind];
      if (length == 1) continue;
      std::uint32_t along = 0;
      for (std::uint32_t i = 0; i < inputs; ++i) {
        const Shape from = layer_.input_shape(i);
        along |= std::uint32_t{behind <= from.rank() && from[from.rank() - behind] != 1} << i;
      }
      if (length_ != 1 && along != along_) return;
      along_ = along;
      length_ *= length;
      axes_ = behind;
    }
  }

  /// Inputs that are not broadcast along the axes before a run: their places need no division.
  void find_whole() {
    for (std::uint32_t i = 0; i + 1 < layer_.inputs(); ++i) {
      const std::uint32_t elements = layer_.input_shape(i).size(), of_a_run = (along_ >> i & 1) != 0 ? length_ : 1;
      whole_ |= std::uint32_t{elements / of_a_run == to_.size() / length_} << i;
    }
  }

  /// One instruction on all elements, run by run: the ones behind it read nothing but what it leaves at their place.
  void compute(const std::uint32_t* instruction) const {
    const Kernel& function = layer_.named_kernel(instruction[0]);
    const std::uint32_t bytes = element_bytes(function.name.activations);
    Strip strip;
    std::uint64_t wide[Strip::kMaxOperands];
    strip.count = length_;
    std::uint32_t operands = instruction[1];
    for (unsigned i = 0; i < Strip::kMaxOperands; ++i, operands >>= 8) {
      const std::uint32_t operand = operands & 0xff;
      if (operand < program::kLiteral) {
        strip.step[i] = operand == program::kOutput ? 1 : along_ >> operand & 1;
      } else if (operand != program::kNone) {
        const std::uint32_t* const literal = code_ + 2 * (instructions_ + operand - program::kLiteral);
        strip.step[i] = 0;
        strip.x[i] = literal;
        if (bytes == 8) {
          wide[i] = literal[0] | std::uint64_t{literal[1]} << 32;
          strip.x[i] = &wide[i];
        }
      }
    }
    constexpr bool kPrefersSpeed = NACRE_VECTORS != 0;
    const bool is_regular = kPrefersSpeed && (inputs_of(instruction[1]) & ~whole_) == 0;
    for (std::uint32_t run = 0, runs = to_.size() / length_; run < runs; ++run) {
      if (run == 0 || !is_regular) place(strip, instruction[1], run, bytes);
      else advance(strip, instruction[1], bytes);
      function.apply(strip);
    }
  }

  /// A bit for each input that is an operand.
  static std::uint32_t inputs_of(std::uint32_t operands) {
    std::uint32_t inputs = 0;
    for (unsigned i = 0; i < Strip::kMaxOperands; ++i, operands >>= 8)
      if ((operands & 0xff) < program::kMaxInputs) inputs |= std::uint32_t{1} << (operands & 0xff);
    return inputs;
  }

  /// From one run to the next, where each has its own part of all inputs.
  void advance(Strip& strip, std::uint32_t operands, std::uint32_t bytes) const {
    strip.y = static_cast<std::byte*>(strip.y) + length_ * element_bytes(layer_.output_type(0));
    for (unsigned i = 0; i < Strip::kMaxOperands; ++i, operands >>= 8) {
      const std::uint32_t operand = operands & 0xff;
      if (operand >= program::kLiteral) continue;
      strip.x[i] = static_cast<const std::byte*>(strip.x[i]) + (strip.step[i] != 0 ? length_ : 1) * bytes;
    }
  }

  /// Where a run finds its operands.
  void place(Strip& strip, std::uint32_t operands, std::uint32_t run, std::uint32_t bytes) const {
    strip.y = layer_.output<std::byte>(0) + run * length_ * element_bytes(layer_.output_type(0));
    for (unsigned i = 0; i < Strip::kMaxOperands; ++i, operands >>= 8) {
      const std::uint32_t operand = operands & 0xff;
      if (operand == program::kNone) break;
      if (operand == program::kOutput) strip.x[i] = strip.y;
      else if (operand < program::kOutput)
        strip.x[i] = layer_.input<std::byte>(operand) + input_start(operand, run) * bytes;
    }
  }

  /// The element of an input with which a run begins.
  std::uint32_t input_start(std::uint32_t input, std::uint32_t run) const {
    const std::uint32_t stride = (along_ >> input & 1) != 0 ? length_ : 1;
    if ((whole_ >> input & 1) != 0) return run * stride;
    return broadcast_place(run, to_, layer_.input_shape(input), axes_, stride);
  }

  const Layer& layer_;
  const Shape to_;
  const std::uint32_t instructions_;
  const std::uint32_t* const code_;
  std::uint32_t length_ = 1;  // of a run
  std::uint32_t whole_ = 0;   // a bit for each input of which every run has its own part
  std::uint32_t along_ = 0;   // a bit for each input that goes along with the output
  unsigned axes_ = 0;         // of the output, the last ones, that make a run
};

Status run(const Layer& layer) {
  Program(layer).run();
  return Status::ok;
}

}  // namespace

Status map_f32(const Layer& layer) { return run(layer); }
Status map_f64(const Layer& layer) { return run(layer); }
Status map_i32(const Layer& layer) { return run(layer); }
Status map_i16(const Layer& layer) { return run(layer); }
Status map_i8(const Layer& layer) { return run(layer); }
Status map_u8(const Layer& layer) { return run(layer); }
Status map_b(const Layer& layer) { return run(layer); }

}  // namespace nacre::reference
