#include "tools/data/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "tools/common/refusal.hpp"
#include "tools/data/csv.hpp"
#include "tools/format/format.hpp"
#include "tools/npy/npy.hpp"
#include "tools/pickle/text.hpp"

namespace nacre::tools {
namespace {

/// For each feature the column that holds it: by name, or by position.
std::vector<std::size_t> match_columns(const std::vector<std::string>& header,
                                       const std::vector<std::string>& features) {
  std::vector<std::size_t> columns;
  if (features.empty()) {
    for (std::size_t i = 0; i < header.size(); ++i) columns.push_back(i);
    return columns;
  }
  for (const std::string& feature : features) {
    const auto found = std::find(header.begin(), header.end(), feature);
    if (found == header.end())
      throw Refusal("header", "there is no column " + feature, "name the columns as the model does");
    if (std::find(found + 1, header.end(), feature) != header.end())
      throw Refusal("header", "there are two columns " + feature, "keep one");
    columns.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  std::vector<std::string> extra;
  for (const std::string& name : header)
    if (std::find(features.begin(), features.end(), name) == features.end()) extra.push_back(csv_field(name));
  if (!extra.empty())
    throw Refusal("header", fmt::format("the model does not take {}", fmt::join(extra, ", ")),
                  "leave these columns out");
  return columns;
}

/// NaN for a missing field.
double parse_number(const Field& field, std::size_t row, const std::string& column) {
  if (!field) return NAN;
  std::string_view text = *field;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && !text.empty()) return value;
  throw Refusal(fmt::format("row {}, column {}", row + 2, csv_field(column)),
                csv_field(*field) + " is not a number", "give numbers; leave a missing value empty");
}

Buffer npy_bytes(DataType type, std::uint32_t width, std::size_t rows, std::size_t columns,
                 std::span<const std::byte> data) {
  const std::uint32_t shape[] = {1, static_cast<std::uint32_t>(columns)};
  std::vector<std::byte> bytes(npy::kHeaderBytes);
  npy::write_header(bytes.data(), type, width, rows, {shape, 2});
  bytes.insert(bytes.end(), data.begin(), data.end());
  return Buffer::from(std::move(bytes));
}

Buffer texts(const Csv& csv, const std::vector<std::size_t>& columns) {
  std::vector<std::u32string> cells;
  std::size_t width = 1;
  for (const std::vector<Field>& row : csv.rows)
    for (const std::size_t column : columns) {
      cells.push_back(decode_utf8(row[column].value_or("")));
      width = std::max(width, cells.back().size());
    }
  constexpr std::size_t kMostBytes = std::size_t{1} << 32;  // one long cell widens all of them
  if (cells.size() * width > kMostBytes / 4)
    throw Refusal("", fmt::format("its texts, {} characters wide, need more than 4 GB", width), "split the file");
  std::vector<std::byte> data(cells.size() * width * 4);
  for (std::size_t i = 0; i < cells.size(); ++i)
    std::memcpy(data.data() + i * width * 4, cells[i].data(), cells[i].size() * 4);
  return npy_bytes(DataType::string, static_cast<std::uint32_t>(width), csv.rows.size(), columns.size(), data);
}

Buffer numbers(const Csv& csv, const std::vector<std::size_t>& columns) {
  std::vector<double> values;
  for (std::size_t row = 0; row < csv.rows.size(); ++row)
    for (const std::size_t column : columns)
      values.push_back(parse_number(csv.rows[row][column], row, csv.header[column]));
  return npy_bytes(DataType::float64, 0, csv.rows.size(), columns.size(), std::as_bytes(std::span(values)));
}

}  // namespace

Buffer read_csv(std::string_view csv, const TableUse& use) {
  if (!is_utf8(csv)) throw Refusal("", "the file is neither .npy nor text in UTF-8", "save it as UTF-8");
  const Csv parsed = parse_csv(csv);
  if (parsed.rows.empty()) throw Refusal("", "there is no row below the header", "add one per prediction");
  const std::vector<std::size_t> columns = match_columns(parsed.header, use.features);
  return use.text ? texts(parsed, columns) : numbers(parsed, columns);
}

Buffer read_table(const std::string& path, const TableUse& use) try {
  const Buffer file = Buffer::map_file(path);
  if (recognise(file.bytes()) == Format::npy) return file;
  return read_csv({reinterpret_cast<const char*>(file.data()), file.size()}, use);
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace nacre::tools
