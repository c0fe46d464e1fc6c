#include "tools/codegen/boards.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "tools/codegen/embedded.hpp"
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

/// How many letters must be changed, added or left out (Levenshtein's distance).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

const std::vector<Board>& boards() {
  static const std::vector<Board> list = read_boards();
  return list;
}

const Board* find_board(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::ranges::find(boards(), name, &Board::name);
  return found == boards().end() ? nullptr : &*found;
}

std::string nearest_board(const std::string& name) {
  for (const Board& board : boards())  // "stm32f411re" and "pico": a part of the other
    if (name.size() >= 4 && (name.starts_with(board.name) || board.name.find(name) != std::string::npos))
      return board.name;
  const auto nearest =
      std::ranges::min_element(boards(), {}, [&](const Board& board) { return distance(name, board.name); });
  return distance(name, nearest->name) <= 1 + name.size() / 4 ? nearest->name : "";
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
