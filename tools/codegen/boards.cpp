#include "tools/codegen/boards.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "tools/codegen/embedded.hpp"
#include "tools/common/small_letters.hpp"
#include "tools/common/suggest.hpp"
#include "tools/common/text_stream.hpp"

namespace nacre::tools {
namespace {

std::vector<Board> read_boards() {
  std::vector<Board> list;
  std::istringstream lines = text_stream(embedded_text("boards/boards.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words = text_stream(line);
    Board board;
    std::string flash, ram;
    words >> board.name >> board.core >> flash >> ram >> board.mhz >> std::ws;
    std::getline(words, board.source);
    board.flash = size_of_text(flash), board.ram = size_of_text(ram);
    if (board.flash == 0 || board.ram == 0 || board.mhz <= 0 || board.source.empty())
      throw std::logic_error("boards.txt: " + line);
    list.push_back(board);
  }
  return list;
}

}  // namespace

const std::vector<Board>& boards() {
  static const std::vector<Board> list = read_boards();
  return list;
}

const Board* find_board(const std::string& name) {
  const auto found = std::ranges::find(boards(), small_letters(name), &Board::name);
  return found == boards().end() ? nullptr : &*found;
}

std::string nearest_board(const std::string& name) {
  for (const Board& board : boards())  // "stm32f411re" and "pico": a part of the other
    if (name.size() >= 4 && (name.starts_with(board.name) || board.name.find(name) != std::string::npos))
      return board.name;
  std::vector<std::string> names;
  for (const Board& board : boards()) names.push_back(board.name);
  const std::vector<std::string> meant = nearest(name, names);
  return meant.empty() ? "" : meant[0];
}

std::uint64_t size_of_text(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number > (std::uint64_t{1} << 32)) return 0;
  const std::string unit(rest, end);
  if (unit.empty() || unit == "B") return number;
  if (unit == "K" || unit == "KB" || unit == "KiB") return number << 10;
  if (unit == "M" || unit == "MB" || unit == "MiB") return number << 20;
  return 0;
}

}  // namespace nacre::tools
