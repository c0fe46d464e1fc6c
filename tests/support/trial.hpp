#pragma once

#include <cstring>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"

namespace nacre::test {

// What any program does with a model that it was given: load it and, where it loads, run it. Nothing here
// expects a result; sanitizers and guard pages watch.

/// Inputs at the ends of every type: zeros; infinities, and integers near both ends; NaN, and -1.
constexpr std::uint32_t kExtremes[] = {0, 0x7f800000, 0xffffffff};

/// Writes a word over and over into every input; text gets views of a text of the program.
inline void fill_inputs(const Network& network, std::uint32_t word) {
  static constexpr char kText[4] = {'o', 'x', 'e', 'n'};
  for (unsigned i = 0; i < network.inputs(); ++i) {
    std::uint32_t length = 0;
    for (String& text : network.input<String>(i)) {
      length = word != 0 ? 4 : 2 - length;
      text = {length == 0 ? nullptr : kText, length};
    }
    if (network.input_type(i) == DataType::string) continue;
    const Span<std::byte> bytes = network.input_bytes(i);
    for (std::size_t at = 0; at < bytes.size(); at += sizeof word)
      std::memcpy(bytes.data() + at, &word, bytes.size() - at < sizeof word ? bytes.size() - at : sizeof word);
  }
}

/// Reads every byte of every output, text included.
inline unsigned read_outputs(const Network& network) {
  unsigned sum = 0;
  for (unsigned i = 0; i < network.outputs(); ++i) {
    for (const std::byte byte : network.output_bytes(i)) sum += static_cast<unsigned>(byte);
    for (const String& text : network.output<String>(i))
      for (std::uint32_t at = 0; at < text.size; ++at) sum += static_cast<unsigned char>(text.data[at]);
  }
  return sum;
}

/// Runs with extreme inputs.
inline void run_extremes(const Network& network) {
  for (const std::uint32_t word : kExtremes) {
    fill_inputs(network, word);
    if (network.run() != Status::ok) continue;
    [[maybe_unused]] static volatile unsigned sink;
    sink = read_outputs(network);
  }
}

/// Loads and, where that succeeds, runs. Returns what load() says.
inline Status try_model(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory,
                        Digest digest = Digest::decline) {
  Network network;
  const Status status = load(model, kernels, memory, &network, digest);
  if (status == Status::ok) run_extremes(network);
  return status;
}

}  // namespace nacre::test
