#include <cstring>
#include <vector>

#include "tests/fuzz/mutate/mutate.hpp"
#include "tools/pickle/opcodes.hpp"

namespace nacre::test {
namespace {

using namespace nacre::tools;

/// What follows an opcode: nothing or bytes of a fixed number, one or two lines, or bytes behind their length.
struct Argument {
  enum Form { fixed, lines, counted } form;
  std::size_t size;  ///< bytes of the argument, lines, or bytes of the length
};

Argument argument_of(std::uint8_t opcode) {
  switch (opcode) {
    case BININT1: case BINGET: case BINPUT: case EXT1: case PROTO: return {Argument::fixed, 1};
    case BININT2: case EXT2: return {Argument::fixed, 2};
    case BININT: case LONG_BINGET: case LONG_BINPUT: case EXT4: return {Argument::fixed, 4};
    case BINFLOAT: case FRAME: return {Argument::fixed, 8};
    case FLOAT: case INT: case LONG: case PERSID: case STRING: case UNICODE: case GET: case PUT:
      return {Argument::lines, 1};
    case GLOBAL: case INST: return {Argument::lines, 2};
    case SHORT_BINBYTES: case SHORT_BINSTRING: case SHORT_BINUNICODE: case LONG1: return {Argument::counted, 1};
    case BINBYTES: case BINSTRING: case BINUNICODE: case LONG4: return {Argument::counted, 4};
    case BINBYTES8: case BINUNICODE8: case BYTEARRAY8: return {Argument::counted, 8};
    default: return {Argument::fixed, 0};
  }
}

struct Instruction {
  std::uint8_t opcode;
  std::string argument;  ///< without the length before it
};

struct Program {
  std::vector<Instruction> instructions;
  std::string rest;  ///< behind the first STOP, or behind what is no instruction: joblib writes arrays there
};

/// One instruction from `at`, which moves behind it; false where it is cut short.
bool parse_instruction(const std::string& bytes, std::size_t* at, Instruction* out) {
  out->opcode = static_cast<std::uint8_t>(bytes[*at]);
  std::size_t begin = *at + 1, size = 0;
  const Argument argument = argument_of(out->opcode);
  if (argument.form == Argument::fixed) size = argument.size;
  if (argument.form == Argument::lines)
    for (std::size_t line = 0, from = begin; line < argument.size; ++line) {
      const std::size_t end = bytes.find('\n', from);
      if (end == std::string::npos) return false;
      from = end + 1;
      size = from - begin;
    }
  if (argument.form == Argument::counted) {
    if (argument.size > bytes.size() - begin) return false;
    std::memcpy(&size, bytes.data() + begin, argument.size);
    begin += argument.size;
  }
  if (size > bytes.size() - begin) return false;
  out->argument = bytes.substr(begin, size);
  *at = begin + size;
  return true;
}

/// Frames are left out: their lengths would no longer fit, and nothing needs them.
Program parse(const std::string& bytes) {
  Program program;
  std::size_t at = 0;
  for (Instruction instruction; at < bytes.size() && parse_instruction(bytes, &at, &instruction);) {
    if (instruction.opcode != FRAME) program.instructions.push_back(instruction);
    if (instruction.opcode == STOP) break;
  }
  program.rest = bytes.substr(at);
  return program;
}

std::string serialise(const Program& program) {
  std::string out;
  for (const Instruction& instruction : program.instructions) {
    out += static_cast<char>(instruction.opcode);
    const Argument argument = argument_of(instruction.opcode);
    const std::size_t size = instruction.argument.size();
    if (argument.form == Argument::counted) out.append(reinterpret_cast<const char*>(&size), argument.size);
    out += instruction.argument;
  }
  return out + program.rest;
}

void change(Instruction& instruction, Dice& dice) {
  const Argument argument = argument_of(instruction.opcode);
  if (argument.form == Argument::fixed && argument.size > 0) {
    const std::int64_t number = odd_number(dice);
    std::memcpy(instruction.argument.data(), &number, argument.size);
  } else if (argument.form == Argument::counted) {
    instruction.argument = mutate_bytes(instruction.argument);
    if (argument.size == 1 && instruction.argument.size() > 255) instruction.argument.resize(255);
  } else if (argument.form == Argument::lines) {
    instruction.argument = mutate_bytes(instruction.argument) + "\n";
  } else {
    constexpr std::uint8_t kOthers[] = {NONE, NEWTRUE, EMPTY_TUPLE, EMPTY_LIST, EMPTY_DICT, MARK, POP, DUP, TUPLE1,
                                        TUPLE2, TUPLE, BUILD, REDUCE, APPEND, SETITEM, STACK_GLOBAL, MEMOIZE, STOP};
    instruction.opcode = kOthers[dice.below(std::size(kOthers))];
  }
}

void change_once(std::vector<Instruction>& list, Dice& dice) {
  const auto any = [&] { return list.begin() + static_cast<std::ptrdiff_t>(dice.below(list.size())); };
  const auto at = any();
  switch (dice.below(6)) {
    case 0: list.erase(at); return;
    case 1: {
      const Instruction copy = *any();
      list.insert(at, copy);
      return;
    }
    case 2: *at = Instruction(*any()); return;
    case 3: std::swap(*at, *any()); return;
    default: change(*at, dice);
  }
}

}  // namespace

std::string mutate_pickle(const std::string& bytes, Dice& dice) {
  Program program = parse(bytes);
  do {
    if (program.instructions.empty()) return mutate_bytes(bytes);
    change_once(program.instructions, dice);
  } while (dice.one_in(3));
  return serialise(program);
}

}  // namespace nacre::test
