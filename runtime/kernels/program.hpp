#pragma once

#include <cstdint>

namespace nacre::program {

// What an operand of an instruction of `map` stands for: below kMaxInputs an input, from kLiteral on a literal.
constexpr std::uint32_t kMaxInputs = 32, kOutput = 64, kLiteral = 128, kNone = 255, kMaxLiterals = kNone - kLiteral;

}  // namespace nacre::program
