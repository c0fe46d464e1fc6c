#include "tools/describe/table.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace nacre::describe {
namespace {

std::string trimmed(std::string text) {
  std::erase(text, '`');
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(separator, start)) != std::string::npos; start = end + separator.size())
    parts.push_back(trimmed(text.substr(start, end - start)));
  parts.push_back(trimmed(text.substr(start)));
  return parts;
}

std::vector<std::string> cells(const std::string& line) {
  const std::vector<std::string> parts = split(line, "|");
  if (parts.size() < 3) throw std::runtime_error("no row of a table: " + line);
  return {parts.begin() + 1, parts.end() - 1};
}

bool Table::has(const std::string& column) const {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

const std::string& Table::cell(const std::vector<std::string>& row, const std::string& column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end() || row.size() != columns.size())
    throw std::runtime_error("a table lacks the column " + column + ", or a row has another number of cells");
  return row[static_cast<std::size_t>(found - columns.begin())];
}

std::vector<Block> read_blocks(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + ": cannot be read");
  std::vector<Block> blocks;
  bool goes_on = false;  // whether this line belongs to the block of the last
  for (std::string line; std::getline(stream, line); goes_on = !line.empty()) {
    if (line.empty()) continue;
    const Block::Kind kind = line[0] == '#'   ? Block::Kind::heading
                             : line[0] == '|' ? Block::Kind::table
                                              : Block::Kind::paragraph;
    if (!goes_on || blocks.back().kind != kind) blocks.push_back({kind, "", {}});
    Block& block = blocks.back();
    if (kind == Block::Kind::heading) block.text = trimmed(line.substr(line.find_first_not_of('#')));
    if (kind == Block::Kind::paragraph) block.text += (block.text.empty() ? "" : " ") + line;
    if (kind != Block::Kind::table || line.starts_with("|---")) continue;
    if (block.table.columns.empty()) block.table.columns = cells(line);
    else block.table.rows.push_back(cells(line));
  }
  return blocks;
}

}  // namespace nacre::describe
