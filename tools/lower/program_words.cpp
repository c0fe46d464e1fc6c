// Programs as a file holds them: see schema/operators/map.md.

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "runtime/kernels/program.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/kernels.hpp"

namespace nacre::tools {
namespace {

std::uint32_t code(const Operand& operand) {
  if (operand.kind == Operand::Kind::output) return program::kOutput;
  return operand.kind == Operand::Kind::literal ? program::kLiteral + operand.index : operand.index;
}

Operand operand_of(std::uint32_t code) {
  if (code == program::kOutput) return {Operand::Kind::output};
  if (code >= program::kLiteral) return {Operand::Kind::literal, code - program::kLiteral};
  return {Operand::Kind::input, code};
}

std::uint64_t bits_of(const Literal& literal) {
  switch (literal.type) {
    case DataType::float64: return std::bit_cast<std::uint64_t>(literal.value);
    case DataType::float32: return std::bit_cast<std::uint32_t>(static_cast<float>(literal.value));
    default: return static_cast<std::uint32_t>(static_cast<std::int32_t>(literal.value));
  }
}

double number_of(std::uint64_t bits, DataType type) {
  const auto low = static_cast<std::uint32_t>(bits);
  switch (type) {
    case DataType::float64: return std::bit_cast<double>(bits);
    case DataType::float32: return std::bit_cast<float>(low);
    default: return static_cast<std::int32_t>(low);
  }
}

}  // namespace

std::vector<std::int32_t> encode(const Program& program, std::span<const KernelName> kernels) {
  std::vector<std::int32_t> words;
  const auto add = [&](std::uint64_t word) {
    words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(word)));
  };
  for (const Instruction& instruction : program.instructions) {
    const auto known = std::ranges::find_if(
        kernels, [name = instruction.kernel()](const KernelName& kernel) { return is_same(kernel, name); });
    if (known == kernels.end()) throw std::logic_error("a program calls a function that the model does not name");
    add(static_cast<std::uint64_t>(known - kernels.begin()));
    std::uint32_t operands = 0;
    for (std::size_t i = 0; i < 4; ++i)
      operands |= (i < instruction.operands.size() ? code(instruction.operands[i]) : program::kNone) << (8 * i);
    add(operands);
  }
  for (const Literal& literal : program.literals) {
    add(bits_of(literal));
    add(bits_of(literal) >> 32);
  }
  return words;
}

Program decode(std::span<const std::int32_t> words, std::size_t instructions, std::span<const KernelName> kernels) {
  Program program;
  program.literals.resize(words.size() / 2 - instructions);
  const auto word = [&](std::size_t i) { return static_cast<std::uint32_t>(words[i]); };
  for (std::size_t n = 0; n < instructions; ++n) {
    const KernelName& name = kernels[word(2 * n)];
    Instruction instruction{static_cast<MapFunction>(name.function), name.activations, name.weights, {}};
    for (std::size_t i = 0; i < operands_of(instruction.function); ++i) {
      instruction.operands.push_back(operand_of(word(2 * n + 1) >> (8 * i) & 0xff));
      const Operand& operand = instruction.operands.back();
      if (operand.kind != Operand::Kind::literal) continue;
      const std::size_t at = 2 * (instructions + operand.index);
      const std::uint64_t bits = word(at) | std::uint64_t{word(at + 1)} << 32;
      program.literals[operand.index] = {number_of(bits, instruction.from), instruction.from};
    }
    program.instructions.push_back(std::move(instruction));
  }
  return program;
}

}  // namespace nacre::tools
