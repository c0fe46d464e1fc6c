#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nacre::describe {

/// `text` in pieces, without blanks around them.
std::vector<std::string> split(const std::string& text, const std::string& separator);

/// The cells of a line "| a | b |".
std::vector<std::string> cells(const std::string& line);

/// A Markdown table: cells without blanks around them and without `backticks`.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  bool has(const std::string& column) const;
  /// The cell of a row. Throws std::runtime_error where the table has no such column.
  const std::string& cell(const std::vector<std::string>& row, const std::string& column) const;
};

/// What a Markdown file holds, in its order: headings without their #, paragraphs in one line, tables.
struct Block {
  enum class Kind { heading, paragraph, table } kind;
  std::string text;
  Table table = {};
};
std::vector<Block> read_blocks(const std::filesystem::path& file);

}  // namespace nacre::describe
