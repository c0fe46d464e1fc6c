#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nacre::tools {

/// A board, or a chip on its own, as tools/codegen/boards/boards.txt lists it.
struct Board {
  std::string name;         ///< "stm32f411"
  std::string core;         ///< a target of convert, or a processor for which there are no figures: "xtensa"
  std::uint64_t flash = 0;  ///< bytes
  std::uint64_t ram = 0;    ///< bytes, in one range of addresses
  double mhz = 0;           ///< 0: not known
  std::string source;       ///< where the figures are from
};

/// All, in the order of their names.
const std::vector<Board>& boards();

/// By its name, large letters or small. Null where there is none.
const Board* find_board(const std::string& name);

/// The name that was most likely meant, as few letters away as possible; "" where none is near.
std::string nearest_board(const std::string& name);

/// Bytes of "512K", "2M", "65536" or "128KB"; 0 where the text is no size.
std::uint64_t size_of_text(const std::string& text);

}  // namespace nacre::tools
