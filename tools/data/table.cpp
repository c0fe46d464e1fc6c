#include "tools/data/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"
#include "tools/pickle/text.hpp"

namespace nacre::tools {
namespace {

/// A field; nothing between the commas is missing, "" is an empty text.
using Field = std::optional<std::string>;
using Rows = std::vector<std::vector<Field>>;

Rows parse_csv(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Rows rows;
  std::vector<Field> row;
  std::size_t at = 0;
  while (at < text.size()) {
    Field field;
    if (text[at] == '"') {
      field.emplace();
      for (++at;; ++at) {
        if (at >= text.size()) throw Refusal(fmt::format("row {}", rows.size() + 1), "a quoted field is not closed", "close it with a quote");
        if (text[at] == '"' && (at + 1 >= text.size() || text[at + 1] != '"')) break;
        if (text[at] == '"') ++at;
        field->push_back(text[at]);
      }
      ++at;
    } else {
      const std::size_t end = std::min(text.find_first_of(",\r\n", at), text.size());
      if (end > at) field = std::string(text.substr(at, end - at));
      at = end;
    }
    row.push_back(std::move(field));
    if (at < text.size() && text[at] == ',') {
      if (++at == text.size()) row.emplace_back();
      continue;
    }
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    rows.push_back(std::move(row));
    row.clear();
  }
  return rows;
}

/// For each feature the column that holds it: by name, or by position.
std::vector<std::size_t> match_columns(const std::vector<Field>& header, const std::vector<std::string>& features) {
  std::vector<std::size_t> columns;
  if (features.empty()) {
    for (std::size_t i = 0; i < header.size(); ++i) columns.push_back(i);
    return columns;
  }
  std::string extra;
  for (const std::string& feature : features) {
    const auto found = std::find(header.begin(), header.end(), Field(feature));
    if (found == header.end()) throw Refusal("header", "there is no column " + feature, "name the columns as the model does");
    columns.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  for (const Field& name : header)
    if (std::find(features.begin(), features.end(), name.value_or("")) == features.end()) extra += " " + name.value_or("(empty)");
  if (!extra.empty()) throw Refusal("header", "the model does not take the columns" + extra, "leave them out");
  return columns;
}

bool parse_number(const Field& field, double* value) {
  if (!field) {
    *value = NAN;
    return true;
  }
  const char* begin = field->data();
  const char* end = begin + field->size();
  while (begin < end && *begin == ' ') ++begin;
  const auto result = std::from_chars(begin, end, *value);
  return result.ec == std::errc{} && result.ptr == end;
}

Buffer npy_bytes(const std::string& descr, std::size_t rows, std::size_t columns, const std::vector<std::byte>& data) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}", descr, rows, columns);
  header.resize(118, ' ');
  std::vector<std::byte> bytes(128 + data.size());
  std::memcpy(bytes.data(), "\x93NUMPY\x01\x00\x76\x00", 10);
  std::memcpy(bytes.data() + 10, header.data(), header.size());
  std::memcpy(bytes.data() + 128, data.data(), data.size());
  return Buffer::from(std::move(bytes));
}

Buffer text_table(const Rows& rows, const std::vector<std::size_t>& columns) {
  std::vector<std::u32string> cells;
  std::size_t width = 1;
  for (std::size_t r = 1; r < rows.size(); ++r)
    for (const std::size_t c : columns) {
      cells.push_back(decode_utf8(rows[r][c].value_or("")));
      width = std::max(width, cells.back().size());
    }
  std::vector<std::byte> data(cells.size() * width * 4);
  for (std::size_t i = 0; i < cells.size(); ++i) std::memcpy(data.data() + i * width * 4, cells[i].data(), cells[i].size() * 4);
  return npy_bytes(fmt::format("<U{}", width), rows.size() - 1, columns.size(), data);
}

Buffer read_csv(std::string_view text, const std::vector<std::string>& features) {
  if (!is_utf8(text)) throw Refusal("", "the file is not UTF-8", "save it as UTF-8");
  const Rows rows = parse_csv(text);
  if (rows.size() < 2) throw Refusal("", "the file needs a header row and at least one row", "add them");
  const std::vector<std::size_t> columns = match_columns(rows[0], features);
  std::vector<double> numbers;
  bool numeric = true;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    if (rows[r].size() != rows[0].size())
      throw Refusal(fmt::format("row {}", r + 1), fmt::format("has {} fields, the header has {}", rows[r].size(), rows[0].size()), "give every row the same fields");
    for (const std::size_t c : columns) {
      double value = 0;
      numeric = numeric && parse_number(rows[r][c], &value);
      numbers.push_back(value);
    }
  }
  if (!numeric) return text_table(rows, columns);
  std::vector<std::byte> data(numbers.size() * sizeof(double));
  std::memcpy(data.data(), numbers.data(), data.size());
  return npy_bytes("<f8", rows.size() - 1, columns.size(), data);
}

}  // namespace

Buffer read_table(const std::string& path, const std::vector<std::string>& features) try {
  const Buffer file = Buffer::map_file(path);
  if (recognise(file.bytes()) == Format::npy) return file;
  return read_csv({reinterpret_cast<const char*>(file.data()), file.size()}, features);
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace nacre::tools
