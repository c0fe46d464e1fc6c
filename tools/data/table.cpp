#include "tools/data/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "loader/npy/npy.hpp"
#include "tools/common/real.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/utf8.hpp"
#include "tools/data/number.hpp"
#include "tools/format/format.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {
namespace {

/// The rows of data of a CSV file, one at a time: none is kept.
class Rows {
 public:
  Rows(std::string_view csv, const Layout& layout) : layout_(layout), reader_(csv, layout.separator) {
    if (layout.has_header) reader_.read(&fields_);
  }

  bool next() {
    if (reader_.at_end()) return false;
    reader_.read(&fields_);
    if (layout_.has_index && fields_[0] != std::to_string(count_))
      throw Refusal(place(0),
                    fmt::format("the first column has no name, and counts no rows from 0: {} is none",
                                csv_field(fields_[0].value_or(""))),
                    "give it a name, or leave it out with --drop \"\"");
    ++count_;
    return true;
  }

  std::size_t count() const { return count_; }
  std::size_t width() const { return layout_.names.size(); }
  const Field& operator[](std::size_t column) const { return fields_[column]; }
  /// Of a field of this row, for messages.
  std::string place(std::size_t column) const {
    const std::size_t row = count_ + (layout_.has_header ? 1 : 0);
    return fmt::format("row {}, column {}", column == 0 && layout_.has_index ? row + 1 : row,
                       csv_field(layout_.names[column]));
  }

 private:
  const Layout& layout_;
  CsvReader reader_;
  std::vector<Field> fields_;
  std::size_t count_ = 0;
};

/// The number that a truth value is, as pandas writes it.
std::optional<double> truth_of(std::string_view text) {
  if (text == "True") return 1;
  if (text == "False") return 0;
  return std::nullopt;
}

bool says_infinity(std::string_view text) { return text.find_first_of("iI") != text.npos; }

/// NaN for a missing field.
double parse_number(const Rows& rows, std::size_t column, DataType type) {
  const Field& field = rows[column];
  if (!field) return NAN;
  const std::optional<double> parsed = number_of(*field);
  if (!parsed) {
    if (is_missing(field)) return NAN;
    if (field->empty() && rows.width() == 1) return NAN;  // as pandas writes the rows of a single column
    if (const auto truth = truth_of(without_blanks(*field))) return *truth;
    throw Refusal(rows.place(column), csv_field(*field) + " is not a number",
                  field->find(',') == std::string::npos ? "give numbers; leave a missing value empty"
                                                        : "write numbers with decimal points, and without commas");
  }
  if (std::isinf(*parsed) && !says_infinity(*field))
    throw Refusal(rows.place(column), csv_field(*field) + " is larger than any float64",
                  "correct it, or leave it empty if it is missing");
  if (!is_real(type) && std::abs(*parsed) >= 0x1p53)  // neighbouring integers have become one
    throw Refusal(rows.place(column), csv_field(*field) + " is too large an integer for a text file",
                  "give it in a .npy file");
  return *parsed;
}

/// The place of a text among those of its column, blanks around it aside; numbers are compared as numbers. A word for a
/// missing value is one only where it is none of the texts.
double parse_category(const Rows& rows, std::size_t column, const ColumnTexts& known) {
  const Field& field = rows[column];
  if (!field) return NAN;
  const auto place_of = [&](const auto& is_meant) -> std::optional<double> {
    const auto found = std::ranges::find_if(known.texts, is_meant);
    if (found == known.texts.end()) return std::nullopt;
    return static_cast<double>(found - known.texts.begin());
  };
  if (const auto place = place_of([&](const std::string& text) { return text == *field; })) return *place;
  const std::string_view bare = without_blanks(*field);
  const std::optional<double> value = number_of(bare);
  if (const auto place = place_of([&](const std::string& text) {
        return text == bare || (value && number_of(text) == value);
      }))
    return *place;
  if (known.refuses_others && !is_missing(field))
    throw Refusal(rows.place(column), csv_field(*field) + " is none of the categories of training",
                  "leave it empty if it is missing, or leave the row out");
  return NAN;
}

/// How many rows a file may have at most, so that room is made once; memory that is not written to costs nothing.
std::size_t most_rows(std::string_view csv, const Layout& layout) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(csv, '\n')) + 1;
  return std::min(lines, csv.size() / layout.names.size() + 1);
}

/// Completes a .npy file of rows that stand behind the room for its header.
Buffer npy_file(std::vector<std::byte> bytes, DataType type, std::uint32_t width, std::size_t rows,
                std::size_t columns) {
  if (rows == 0)
    throw Refusal("", "the first row is the header, and there is none below it", "add one per prediction");
  const std::uint32_t shape[] = {1, static_cast<std::uint32_t>(columns)};
  npy::write_header(bytes.data(), type, width, rows, {shape, 2});
  return Buffer::from(std::move(bytes));
}

/// Whether a field is a text to the model and a missing value to who reads the file with pandas: a word, as NA.
bool is_word_for_missing(const Field& field) { return field && !without_blanks(*field).empty() && is_missing(field); }

/// A field without anything is NaN, as pandas reads it.
void refuse_missing_text(const std::string& place, std::size_t feature, const TableUse& use) {
  if (use.refuses_missing)
    throw Refusal(place, "the text is missing", "write an empty text as two quotes, or leave the row out");
  if (const auto quoted = use.quoted.find(feature); quoted != use.quoted.end())
    throw Refusal(place, fmt::format("the text is missing, where training had {}, which the library tells from NaN",
                                     quoted->second),
                  fmt::format("write two quotes where {} is meant", quoted->second));
}

/// `warning` says where the first word for a missing value is kept as a text.
Buffer texts(std::string_view csv, const Layout& layout, const TableUse& use, std::string* warning) {
  const std::vector<std::size_t>& columns = layout.columns;
  std::size_t width = 1;
  Rows measured(csv, layout);
  while (measured.next())
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::size_t column = columns[i];
      const Field& field = measured[column];
      if (!field) refuse_missing_text(measured.place(column), i, use);
      if (warning->empty() && is_word_for_missing(field))
        *warning = fmt::format("{}: {} is kept as a text, where pandas reads a missing value; if it is one, leave the "
                               "field empty", measured.place(column), csv_field(*field));
      width = std::max(width, decode_utf8(field.value_or("")).size());
    }
  const std::size_t cells = measured.count() * columns.size();
  constexpr std::size_t kMostBytes = std::size_t{1} << 32;  // one long cell widens all of them
  if (cells * width > kMostBytes / 4)
    throw Refusal("", fmt::format("its texts, {} characters wide, need more than 4 GB", width), "split the file");
  std::vector<std::byte> bytes(npy::kHeaderBytes + cells * width * 4);
  std::byte* to = bytes.data() + npy::kHeaderBytes;
  for (Rows rows(csv, layout); rows.next();)
    for (const std::size_t column : columns) {
      const std::u32string text = decode_utf8(rows[column].value_or(""));
      std::memcpy(to, text.data(), text.size() * 4);
      to += width * 4;
    }
  return npy_file(std::move(bytes), DataType::string, static_cast<std::uint32_t>(width), measured.count(),
                  columns.size());
}

Buffer numbers(std::string_view csv, const Layout& layout, const TableUse& use) {
  const std::vector<std::size_t>& columns = layout.columns;
  std::vector<const ColumnTexts*> texts(columns.size(), nullptr);
  for (const auto& [column, known] : use.texts)
    if (column < texts.size()) texts[column] = &known;
  std::vector<std::byte> bytes;
  bytes.reserve(npy::kHeaderBytes + most_rows(csv, layout) * columns.size() * sizeof(double));
  bytes.resize(npy::kHeaderBytes);
  Rows rows(csv, layout);
  while (rows.next())
    for (std::size_t i = 0; i < columns.size(); ++i) {
      double value = 0;
      if (texts[i] == nullptr) value = parse_number(rows, columns[i], use.type);
      else if (!is_unread(use, i)) value = parse_category(rows, columns[i], *texts[i]);
      const auto* const as_bytes = reinterpret_cast<const std::byte*>(&value);
      bytes.insert(bytes.end(), as_bytes, as_bytes + sizeof value);
    }
  return npy_file(std::move(bytes), DataType::float64, 0, rows.count(), columns.size());
}

/// The only array, or the one that has the name of the input.
Buffer array_of(const ZipArchive& archive, const std::string& input) {
  constexpr std::string_view kNpy = ".npy";
  std::vector<std::string> arrays;
  for (const std::string& name : archive.names())
    if (name.ends_with(kNpy)) arrays.push_back(name.substr(0, name.size() - kNpy.size()));
  if (arrays.size() != 1 && std::ranges::find(arrays, input) == arrays.end())
    throw Refusal("",
                  input.empty() ? fmt::format("it holds {} arrays ({})", arrays.size(), fmt::join(arrays, ", "))
                                : fmt::format("it holds {} arrays, and none is called {} ({})", arrays.size(),
                                              csv_field(input), fmt::join(arrays, ", ")),
                  input.empty() ? "save one array alone"
                                : "save one array alone, or give it the name of the model's input, as nacre inspect "
                                  "lists it");
  return archive.read((arrays.size() == 1 ? arrays[0] : input) + std::string(kNpy));
}

/// Whether text is of another kind than CSV, which then is the better word for what is wrong with it.
bool is_other_text(Format format) {
  return format == Format::json || format == Format::html || format == Format::xml || format == Format::notebook ||
         format == Format::git_lfs_pointer || format == Format::dvc_pointer || is_model(format);
}

}  // namespace

Table read_csv(std::string_view csv, const TableUse& use) {
  if (!is_utf8(csv)) throw Refusal("", "the file is neither .npy nor text in UTF-8", "save it as UTF-8");
  const Layout layout = layout_of(csv, use);
  Table table;
  table.bytes = use.type == DataType::string ? texts(csv, layout, use, &table.warning)
                                             : numbers(csv, layout, use);
  table.lines_above = layout.has_header ? 2 : 1;
  for (std::size_t i = 0; i < layout.columns.size(); ++i)
    table.columns.push_back(layout.columns[i] == kNoColumn ? use.features[i] : layout.names[layout.columns[i]]);
  table.dropped = layout.dropped;
  if (layout.is_doubtful)
    table.warning =
        "header: the first line is taken for names of columns; if it is a row of data, put a row of names above it, or "
        "say --no-header";
  if (layout.has_index)
    table.note = "header: the first column has no name and counts 0, 1, 2…: it is left aside as the index of pandas";
  return table;
}

Table table_of(const Buffer& content, const TableUse& use) {
  const Format format = recognise(content.bytes());
  if (format == Format::npy) return {content};
  if (format == Format::npz) return {array_of(ZipArchive(content), use.name)};
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  const auto refuse = [format] {
    throw Refusal("", fmt::format("this is {}", describe(format)), "save the rows as .npy or .csv");
  };
  if (!is_utf8(text) && format != Format::unknown) refuse();
  try {
    return read_csv(text, use);
  } catch (const Refusal&) {
    if (is_other_text(format)) refuse();
    throw;
  }
}

}  // namespace nacre::tools
