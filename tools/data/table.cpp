#include "tools/data/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "loader/npy/npy.hpp"
#include "tools/common/real.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"
#include "tools/data/csv.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);  ///< of a feature that the model does not read

/// Whether the model takes a feature and reads it nowhere, as one that a ColumnTransformer drops.
bool is_unread(const TableUse& use, std::size_t feature) {
  const auto texts = use.texts.find(feature);
  return texts != use.texts.end() && texts->second.texts.empty();
}

[[noreturn]] void refuse_header(const std::string& what, const Names& names, const char* advice) {
  Names quoted;
  for (const std::string& name : names) quoted.push_back(csv_field(name));
  throw Refusal("header", fmt::format("{} {}", what, fmt::join(quoted, ", ")), advice);
}

/// Columns by position: all of them, as many as the model takes.
std::vector<std::size_t> count_columns(const Names& header, std::size_t wanted) {
  const auto refuse = [&](const char* advice) {  // which of them is too many, or missing, nothing here can tell
    throw Refusal("header", fmt::format("the model takes {} columns, and the file has {}", wanted, header.size()),
                  advice);
  };
  if (header.size() < wanted) refuse("add those that are missing");
  if (wanted != 0 && header.size() > wanted)
    refuse(header.front().empty() ? "the first has no name: leave it out if pandas wrote its index there (index=False)"
                                  : "leave out those that the model was not trained with");
  std::vector<std::size_t> columns(header.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

/// For each feature the column that holds it: by name, or by position. A file with names may leave out what the model
/// does not read, as scikit-learn allows.
std::vector<std::size_t> match_columns(const Names& header, const TableUse& use) {
  const Names& features = use.features;
  if (features.empty() && use.table.empty()) return count_columns(header, use.columns);
  if (features.empty()) {
    if (header.size() == use.places.size()) return count_columns(header, use.places.size());  // of this input alone
    (void)count_columns(header, use.table.size());
    return use.places;
  }
  std::unordered_multimap<std::string, std::size_t> places;
  for (std::size_t i = 0; i < header.size(); ++i) places.emplace(header[i], i);
  std::vector<std::size_t> columns;
  Names missing, extra;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const auto [found, end] = places.equal_range(features[i]);
    if (found != end && std::next(found) != end) refuse_header("there are two columns", {features[i]}, "keep one");
    if (found == end && !is_unread(use, i)) missing.push_back(features[i]);
    columns.push_back(found == end ? kNoColumn : found->second);
  }
  if (!missing.empty()) refuse_header("there is no column", missing, "name the columns as the model does");
  std::unordered_set<std::string> known(features.begin(), features.end());
  known.insert(use.table.begin(), use.table.end());
  for (const std::string& name : header)
    if (!known.contains(name)) extra.push_back(name);
  if (!extra.empty()) refuse_header("the model does not take", extra, "leave these columns out");
  return columns;
}

/// What of a CSV file is data.
struct Data {
  std::vector<std::vector<Field>> rows;
  Names names;           ///< of all columns
  unsigned lines_above;  ///< line of the first row, counted from 1

  std::string place(std::size_t row, std::size_t column) const {
    return fmt::format("row {}, column {}", row + lines_above, csv_field(names[column]));
  }
};

/// Whether a number out of double's range is below it, in which from_chars makes no difference.
bool too_small(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr) == 0; }

/// The number that a text is, whatever the locale; infinite where it is larger than a double can be.
std::optional<double> number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return too_small(text) ? 0.0 : std::numeric_limits<double>::infinity();
  return value;
}

bool is_number(const Field& field) { return field && number(*field).has_value(); }

/// Whether the names of the columns count from 0, as pandas does where there are none.
bool counts(const std::vector<Field>& first) {
  for (std::size_t i = 0; i < first.size(); ++i)
    if (first[i] != std::to_string(i)) return false;
  return true;
}

/// Whether the first row is one of the numbers that the model takes, some of which may be missing.
bool is_data(const std::vector<Field>& first, const TableUse& use) {
  if (!use.features.empty() || !use.table.empty() || use.type == DataType::string ||
      (use.columns != 0 && first.size() != use.columns) || counts(first))
    return false;
  return std::any_of(first.begin(), first.end(), is_number) &&
         std::all_of(first.begin(), first.end(), [](const Field& f) { return !f || is_number(f); });
}

/// Whether what is taken for a header may be a row, where the model has no names to tell: it holds a number, words with
/// blanks between them, or a text that the model knows.
bool may_be_data(const std::vector<Field>& first, const TableUse& use) {
  const auto is_named = [](const std::string& name) { return !name.empty(); };
  if (!use.features.empty() || std::ranges::any_of(use.table, is_named)) return false;
  const bool takes_text = use.type == DataType::string || !use.texts.empty();
  return std::ranges::any_of(first, [&](const Field& field) {
    if (!field || is_number(field)) return field.has_value();
    const auto knows = [&](const auto& column) {
      return std::ranges::find(column.second.texts, *field) != column.second.texts.end();
    };
    return takes_text && (field->find_first_of(" \t") != std::string::npos || std::ranges::any_of(use.texts, knows));
  });
}

Data data_of(Csv csv, const TableUse& use) {
  Data data{std::move(csv.rows), {}, is_data(csv.first, use) ? 1u : 2u};
  for (std::size_t i = 0; i < csv.first.size(); ++i)
    data.names.push_back(data.lines_above == 1 ? std::to_string(i + 1) : csv.first[i].value_or(""));
  if (data.lines_above == 1) data.rows.insert(data.rows.begin(), std::move(csv.first));
  return data;
}

/// The number that a truth value is, as pandas writes it.
std::optional<double> truth_of(std::string_view text) {
  if (text == "True") return 1;
  if (text == "False") return 0;
  return std::nullopt;
}

bool says_infinity(std::string_view text) { return text.find_first_of("iI") != text.npos; }

/// NaN for a missing field.
double parse_number(const Data& data, std::size_t row, std::size_t column, DataType type) {
  const Field& field = data.rows[row][column];
  if (!field) return NAN;
  if (field->empty() && data.names.size() == 1) return NAN;  // as pandas writes the rows of a single column
  const std::optional<double> parsed = number(*field);
  if (const auto truth = truth_of(*field); !parsed && truth) return *truth;
  if (!parsed)
    throw Refusal(data.place(row, column), csv_field(*field) + " is not a number",
                  "give numbers; leave a missing value empty");
  if (std::isinf(*parsed) && !says_infinity(*field))
    throw Refusal(data.place(row, column), csv_field(*field) + " is larger than any float64",
                  "correct it, or leave it empty if it is missing");
  if (!is_real(type) && std::abs(*parsed) >= 0x1p53)  // neighbouring integers have become one
    throw Refusal(data.place(row, column), csv_field(*field) + " is too large an integer for a text file",
                  "give it in a .npy file");
  return *parsed;
}

Buffer npy_bytes(DataType type, std::uint32_t width, std::size_t rows, std::size_t columns,
                 std::span<const std::byte> data) {
  const std::uint32_t shape[] = {1, static_cast<std::uint32_t>(columns)};
  std::vector<std::byte> bytes(npy::kHeaderBytes);
  npy::write_header(bytes.data(), type, width, rows, {shape, 2});
  bytes.insert(bytes.end(), data.begin(), data.end());
  return Buffer::from(std::move(bytes));
}

Buffer texts(const Data& data, const std::vector<std::size_t>& columns, bool refuses_missing) {
  std::vector<std::u32string> cells;
  std::size_t width = 1;
  for (std::size_t row = 0; row < data.rows.size(); ++row)
    for (const std::size_t column : columns) {
      const Field& field = data.rows[row][column];
      if (!field && refuses_missing)
        throw Refusal(data.place(row, column), "the text is missing",
                      "write an empty text as two quotes, or leave the row out");
      cells.push_back(decode_utf8(field.value_or("")));
      width = std::max(width, cells.back().size());
    }
  constexpr std::size_t kMostBytes = std::size_t{1} << 32;  // one long cell widens all of them
  if (cells.size() * width > kMostBytes / 4)
    throw Refusal("", fmt::format("its texts, {} characters wide, need more than 4 GB", width), "split the file");
  std::vector<std::byte> bytes(cells.size() * width * 4);
  for (std::size_t i = 0; i < cells.size(); ++i)
    std::memcpy(bytes.data() + i * width * 4, cells[i].data(), cells[i].size() * 4);
  return npy_bytes(DataType::string, static_cast<std::uint32_t>(width), data.rows.size(), columns.size(), bytes);
}

/// The place of a text among those of its column; numbers are compared as numbers.
double parse_category(const Data& data, std::size_t row, std::size_t column, const ColumnTexts& known) {
  const Field& field = data.rows[row][column];
  if (!field) return NAN;
  const std::optional<double> value = number(*field);
  const auto found = std::ranges::find_if(known.texts, [&](const std::string& text) {
    return text == *field || (value && number(text) == value);
  });
  if (found != known.texts.end()) return static_cast<double>(found - known.texts.begin());
  if (known.refuses_others)
    throw Refusal(data.place(row, column), csv_field(*field) + " is none of the categories of training",
                  "leave it empty if it is missing, or leave the row out");
  return NAN;
}

Buffer numbers(const Data& data, const std::vector<std::size_t>& columns, const TableUse& use) {
  std::vector<double> values;
  for (std::size_t row = 0; row < data.rows.size(); ++row)
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto known = use.texts.find(i);
      if (is_unread(use, i)) values.push_back(0);
      else values.push_back(known == use.texts.end() ? parse_number(data, row, columns[i], use.type)
                                                : parse_category(data, row, columns[i], known->second));
    }
  return npy_bytes(DataType::float64, 0, data.rows.size(), columns.size(), std::as_bytes(std::span(values)));
}

/// Refuses a table of several columns of which each line is a single field, because another character separates them.
void require_commas(const Names& header, const TableUse& use) {
  if (header.size() != 1 || std::max({use.columns, use.features.size(), use.table.size()}) < 2) return;
  for (const auto& [separator, name] : {std::pair(';', "semicolons"), std::pair('\t', "tabs")})
    if (header[0].find(separator) != std::string::npos)
      throw Refusal("header", fmt::format("there are {} where commas separate fields", name),
                    "write the file with commas, and numbers with decimal points");
}

}  // namespace

Table read_csv(std::string_view csv, const TableUse& use) {
  if (!is_utf8(csv)) throw Refusal("", "the file is neither .npy nor text in UTF-8", "save it as UTF-8");
  Csv parsed = parse_csv(csv);
  const bool is_doubtful = may_be_data(parsed.first, use);
  const Data data = data_of(std::move(parsed), use);
  require_commas(data.names, use);
  if (data.rows.empty())
    throw Refusal("", "the first row is the header, and there is none below it", "add one per prediction");
  const std::vector<std::size_t> columns = match_columns(data.names, use);
  const bool is_text = use.type == DataType::string;
  Table table{is_text ? texts(data, columns, use.refuses_missing) : numbers(data, columns, use), data.lines_above};
  for (std::size_t i = 0; i < columns.size(); ++i)
    table.columns.push_back(columns[i] == kNoColumn ? use.features[i] : data.names[columns[i]]);
  if (is_doubtful && data.lines_above == 2)
    table.warning =
        "header: the first line is taken for names of columns; if it is a row of data, put a row of names above it";
  return table;
}

Table read_table(const std::string& path, const TableUse& use) try {
  const Buffer file = Buffer::map_file(path);
  const Format format = recognise(file.bytes());
  if (format == Format::npy) return {file};
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!is_utf8(text) && format != Format::unknown)
    throw Refusal("", fmt::format("this is {}", describe(format)), "save the rows as .npy or .csv");
  return read_csv(text, use);
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace nacre::tools
