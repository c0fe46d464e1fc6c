#include "tests/support/programs.hpp"

namespace nacre::test {

KernelName Step::kernel() const {
  return {Operator::map, from, to, Layout::portable, static_cast<std::uint16_t>(function), 0, 0};
}

std::vector<std::int32_t> program_words(const std::vector<Step>& steps, std::size_t first_kernel,
                                        const std::vector<std::uint64_t>& literals) {
  std::vector<std::int32_t> words;
  for (const Step& step : steps) {
    words.push_back(static_cast<std::int32_t>(first_kernel++));
    std::uint32_t operands = 0;
    for (unsigned i = 0; i < 4; ++i)
      operands |= static_cast<std::uint32_t>(i < step.operands.size() ? step.operands[i] : kNoOperand) << (8 * i);
    words.push_back(static_cast<std::int32_t>(operands));
  }
  for (const std::uint64_t bits : literals) {
    words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits)));
    words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 32)));
  }
  return words;
}

void add_program(ModelBuilder& model, const std::vector<Step>& steps, const std::vector<std::uint64_t>& literals) {
  model.parameters<parameters::Map>().instructions = static_cast<std::uint16_t>(steps.size());
  for (const Step& step : steps) model.functions.push_back(step.kernel());
  const std::vector<std::int32_t> words = program_words(steps, 1, literals);
  model.constant({static_cast<std::uint32_t>(words.size())}, words);
}

void add_function_layer(ModelParts& parts, MapFunction function, std::vector<std::uint32_t> from, std::uint32_t to) {
  std::vector<std::uint8_t> operands;
  for (std::size_t i = 0; i < from.size(); ++i) operands.push_back(static_cast<std::uint8_t>(i));
  const Step only = step<float>(function, operands);
  const std::vector<std::int32_t> words = program_words({only}, parts.kernels.size(), {});
  std::vector<std::uint8_t>& weights = parts.sections.at(0).bytes;
  const auto start = round_up(static_cast<std::uint32_t>(weights.size()), 64);
  weights.resize(start + 64);
  std::memcpy(weights.data() + start, words.data(), 4 * words.size());
  parts.memories.at(0).mutate_bytes(start + 64);
  parts.add_kernel(only.kernel());
  from.push_back(parts.add_tensor(DataType::int32, 0, start, {static_cast<std::uint32_t>(words.size())}));
  parts.add_layer(parameters::Map{}, from, {to});
}

}  // namespace nacre::test
