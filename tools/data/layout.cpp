#include "tools/data/layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "tools/common/refusal.hpp"
#include "tools/common/suggest.hpp"
#include "tools/data/number.hpp"

namespace nacre::tools {
namespace {

using Names = std::vector<std::string>;

[[noreturn]] void refuse_header(const std::string& what, const Names& names, const std::string& advice) {
  Names quoted;
  for (const std::string& name : names) quoted.push_back(csv_field(name));
  throw Refusal("header", fmt::format("{} {}", what, fmt::join(quoted, ", ")), advice);
}

/// Those of `header` with which `name` begins: "sepal_length" of "sepal length (cm)".
Names beginnings(const std::string& name, const Names& header) {
  Names found;
  for (const std::string& one : header)
    if (const Names longer = nearest(one, {name}); !longer.empty()) found.push_back(one);
  return found;
}

/// Whether each field is a number or missing, and one is a number.
bool are_numbers(const Names& fields) {
  return std::ranges::any_of(fields, [](const std::string& text) { return number_of(text).has_value(); }) &&
         std::ranges::all_of(fields, [](const std::string& text) {
           return text.empty() || is_missing(text) || number_of(text).has_value();
         });
}

/// What the file has instead of columns that are missing, and what to do about it.
std::string missing_advice(const Names& header, const Names& missing, const TableUse& use) {
  constexpr std::size_t kMost = 12;
  if (are_numbers(header))
    return "its first line holds numbers: put one with the names of the columns above it, or say --no-header if they "
           "are in the model's order";
  if (header.size() == 1 && use.csv.separator != 0)
    return fmt::format("--separator '{}' finds one column alone: leave it out, or name the one that the first line has",
                       use.csv.separator == '\t' ? "tab" : std::string(1, use.csv.separator));
  Names there, meant;
  for (const std::string& name : header)
    if (there.size() < kMost) there.push_back(csv_field(name));
  if (header.size() > kMost) there.push_back(fmt::format("{} more", header.size() - kMost));
  for (const std::string& name : missing) {
    Names one = nearest(name, header);
    if (one.empty()) one = beginnings(name, header);
    if (one.size() == 1 && meant.size() < kMost) meant.push_back(csv_field(one[0]));
  }
  if (!meant.empty())
    return fmt::format("did you mean {}? name the columns as the model does", fmt::join(meant, ", "));
  return fmt::format("the file has {}: name the columns as the model does", fmt::join(there, ", "));
}

/// Columns by position: all of them, as many as the model takes.
std::vector<std::size_t> count_columns(const Names& header, std::size_t wanted) {
  if (wanted != 0 && header.size() != wanted)  // which of them is too many, or missing, nothing here can tell
    throw Refusal("header", fmt::format("the model takes {} columns, and the file has {}", wanted, header.size()),
                  header.size() < wanted ? "add those that are missing"
                                         : "leave out those that the model was not trained with, by --drop COLUMN");
  std::vector<std::size_t> columns(header.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

/// How many columns a file without names has: those of this input alone, or all of the table that it shares.
std::size_t columns_wanted(const TableUse& use, std::size_t there) {
  if (!use.table.empty()) return there == use.places.size() ? there : use.table.size();
  return use.features.empty() ? use.columns : use.features.size();
}

std::vector<std::size_t> match_positions(const Names& header, const TableUse& use) {
  const std::vector<std::size_t> all = count_columns(header, columns_wanted(use, header.size()));
  return use.table.empty() || header.size() == use.places.size() ? all : use.places;
}

std::unordered_set<std::string> known_names(const TableUse& use) {
  std::unordered_set<std::string> known(use.features.begin(), use.features.end());
  known.insert(use.table.begin(), use.table.end());
  return known;
}

/// For each feature the column that has its name. A file may leave out what the model does not read, as scikit-learn
/// allows.
std::vector<std::size_t> match_names(const Names& header, const TableUse& use) {
  const Names& features = use.features;
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
  if (!missing.empty()) refuse_header("there is no column", missing, missing_advice(header, missing, use));
  const auto known = known_names(use);
  std::ranges::copy_if(header, std::back_inserter(extra), [&](const auto& name) { return !known.contains(name); });
  if (!extra.empty() && !use.csv.ignores_extra)
    refuse_header("the model does not take", extra,
                  "leave these columns out: --drop COLUMN, or --ignore-extra for all of them");
  return columns;
}

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
         std::all_of(first.begin(), first.end(), [](const Field& f) { return is_missing(f) || is_number(f); });
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
    return takes_text && (without_blanks(*field).find_first_of(" \t") != std::string::npos ||
                          std::ranges::any_of(use.texts, knows));
  });
}

/// The names of the first line, without blanks around them unless the model or the user has those; or 1, 2, 3….
Names names_of(const std::vector<Field>& first, bool has_header, const TableUse& use) {
  auto known = known_names(use);
  known.insert(use.csv.drop.begin(), use.csv.drop.end());
  Names names;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::string name = has_header ? first[i].value_or("") : std::to_string(i + 1);
    names.push_back(known.contains(name) ? name : std::string(without_blanks(name)));
  }
  return names;
}

/// Whether the first of these columns can be the index of pandas: it has no name, and is one too many.
bool may_be_index(const Names& header, const TableUse& use) {
  if (header.size() < 2 || use.csv.ignores_extra || !(header[0].empty() || header[0] == "Unnamed: 0")) return false;
  if (!use.features.empty()) return !known_names(use).contains(header[0]);
  return header.size() == columns_wanted(use, header.size() - 1) + 1;
}

/// The layout with one separator.
Layout layout_with(char separator, std::string_view csv, const TableUse& use) {
  std::vector<Field> first;
  CsvReader(csv, separator).read(&first);
  Layout layout;
  layout.separator = separator;
  layout.has_header = !use.csv.no_header && !is_data(first, use);
  layout.is_doubtful = layout.has_header && may_be_data(first, use);
  layout.names = names_of(first, layout.has_header, use);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::ranges::find(use.csv.drop, layout.names[i]) == use.csv.drop.end()) kept.push_back(i);
    else layout.dropped.push_back(layout.names[i]);
  }
  const auto header = [&] {
    Names names;
    for (const std::size_t column : kept) names.push_back(layout.names[column]);
    return names;
  };
  layout.has_index = layout.has_header && !kept.empty() && kept[0] == 0 && may_be_index(header(), use);
  if (layout.has_index) kept.erase(kept.begin());
  const bool by_name = layout.has_header && !use.features.empty();
  layout.columns = by_name ? match_names(header(), use) : match_positions(header(), use);
  for (std::size_t& column : layout.columns)
    if (column != kNoColumn) column = kept[column];
  return layout;
}

/// Whether one column is all that commas find, in a file of which nothing is known and that has another separator.
bool is_one_of_many(const Layout& layout, const TableUse& use) {
  return layout.names.size() == 1 && use.columns == 0 && use.features.empty() && use.table.empty() &&
         layout.names[0].find_first_of(";\t") != std::string::npos;
}

}  // namespace

bool is_unread(const TableUse& use, std::size_t feature) {
  const auto texts = use.texts.find(feature);
  return texts != use.texts.end() && texts->second.texts.empty();
}

Layout layout_of(std::string_view csv, const TableUse& use) {
  if (use.csv.separator != 0) return layout_with(use.csv.separator, csv, use);
  std::optional<Refusal> refusal;  // of the separator that finds the most fields
  std::size_t most = 0;
  for (const char separator : {',', ';', '\t'}) {
    std::vector<Field> first;
    try {
      CsvReader(csv, separator).read(&first);
      Layout layout = layout_with(separator, csv, use);
      if (!is_one_of_many(layout, use)) return layout;
    } catch (const Refusal& found) {
      if (!refusal || first.size() > most) refusal = found, most = first.size();
    }
  }
  throw refusal.value();
}

}  // namespace nacre::tools
