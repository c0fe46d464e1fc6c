#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "nacre/status.hpp"
#include "tests/support/sample_layers.hpp"

// For every argument that SPEC.md lists, the loader takes the stated element types and no other, wants
// weights where weights are stated, and refuses one argument more or less.

namespace nacre::test {
namespace {

using Cells = std::vector<std::string>;

std::string type_name(DataType type) { return schema::EnumNameDataType(static_cast<schema::DataType>(type)); }

/// The rows of the section that describe the arguments of this sample, one per argument; empty where
/// there are none.
std::vector<Cells> rows_for(const SampleLayer& sample, const SpecTable& table) {
  if (!table.has("argument")) return {};
  const std::size_t count = sample.model.arguments.size();
  std::vector<Cells> rows;
  for (const bool with_optional : {true, false}) {
    rows.clear();
    for (const Cells& row : table.rows) {
      const bool is_optional = row[0].find("(optional)") != std::string::npos;
      if (part_for(table.cell(row, "type"), type_name(sample.model.arguments[0].type)).empty() ||
          (is_optional && !with_optional))
        continue;
      rows.insert(rows.end(), row[0] == "inputs" ? sample.model.inputs : 1, row);
    }
    if (rows.size() == count) return rows;
  }
  return {};
}

/// The types that argument `i` may have: those listed, or that of the argument that "as" names.
std::vector<std::string> types_of(const SampleLayer& sample, const std::vector<Cells>& rows, std::size_t i,
                                  const SpecTable& table) {
  const std::string cell = part_for(table.cell(rows[i], "type"), type_name(sample.model.arguments[0].type));
  if (cell.rfind("as ", 0) == 0)
    for (std::size_t other = 0; other < rows.size(); ++other)
      if (rows[other][0] == cell.substr(3)) return {type_name(sample.model.arguments[other].type)};
  std::vector<std::string> types;
  std::istringstream words(cell);
  for (std::string word; words >> word;) types.push_back(word.back() == ',' ? word.substr(0, word.size() - 1) : word);
  return types;
}

Status status_with_type(const SampleLayer& sample, std::size_t argument, DataType type) {
  ModelBuilder model = sample.model;
  model.argument(static_cast<unsigned>(argument)).type = type;
  model.argument(static_cast<unsigned>(argument)).bytes.clear();
  return model.load_status();
}

void check_argument(const SampleLayer& sample, const std::vector<Cells>& rows, std::size_t i, const SpecTable& table) {
  CAPTURE(rows[i][0]);
  const std::vector<std::string> types = types_of(sample, rows, i, table);
  const auto is_stated = [&types](DataType type) {
    return std::find(types.begin(), types.end(), type_name(type)) != types.end();
  };
  CHECK(is_stated(sample.model.arguments[i].type));
  for (unsigned number = 0; number <= static_cast<unsigned>(schema::DataType::MAX); ++number) {
    const auto type = static_cast<DataType>(number);
    if (type == DataType::string && sample.model.arguments[i].memory == Memory::weights) continue;  // no tensor at all
    CAPTURE(number);
    if (is_stated(type)) continue;
    // The first input's type is the kernel's; that of LabelEncode says which of the two forms it is.
    const bool kernel_exists = i != 0 || sample.table == "LabelEncode";
    const Status status = status_with_type(sample, i, type);
    CHECK((status == Status::kernel_missing ? i == 0 : kernel_exists && status == Status::bad_arguments));
  }
  ModelBuilder moved = sample.model;
  if (i >= moved.inputs || moved.arguments[i].memory != Memory::weights) return;
  moved.argument(static_cast<unsigned>(i)).memory = Memory::activations;
  CHECK(moved.load_status() == (table.cell(rows[i], "lies in") == "weights" ? Status::bad_arguments : Status::ok));
}

bool is_letter(char c) { return c == '_' || (c >= 'a' && c <= 'z'); }

/// The names in the shapes of all arguments.
std::vector<std::string> shape_names(const std::string& shapes) {
  std::vector<std::string> names(1);
  for (const char c : shapes) {
    if (is_letter(c)) names.back() += c;
    else if (!names.back().empty()) names.emplace_back();
  }
  return names;
}

/// What the cell says of dimension `axis` of `rank`: "depth" of "[rows…, depth]", or all of a cell
/// without brackets but the word "elements".
std::string dimension_text(const std::string& cell, std::size_t axis, std::size_t rank) {
  if (cell.empty() || cell[0] != '[') return cell.substr(0, cell.find(" elements"));
  std::vector<std::string> parts(1);
  for (const char c : cell.substr(1, cell.find(']') - 1)) {
    if (c == ',') parts.emplace_back();
    else if (c != ' ' || !parts.back().empty()) parts.back() += c;
  }
  const bool is_open = parts[0].find("…") != std::string::npos;
  return !is_open ? parts.at(axis) : axis + 1 == rank ? parts.back() : parts[0];
}

/// Whether the dimension may be any: its name stands in no other shape.
bool is_free(const std::string& text, const std::vector<std::string>& names) {
  return text == "any" ||
         (std::all_of(text.begin(), text.end(), is_letter) && std::count(names.begin(), names.end(), text) == 1);
}

/// Every dimension that a shape shares with another argument, or that is a number, is the only one.
void check_shapes(const SampleLayer& sample, const std::vector<Cells>& rows, const SpecTable& table) {
  // Inputs of these may be larger or smaller: a slice is part of x, a reduced axis has any length, and
  // 1 broadcasts.
  const bool has_free_inputs = sample.table == "Slice" || sample.table == "Reduce" || sample.table == "Binary";
  const std::string type = type_name(sample.model.arguments[0].type);
  std::string shapes;
  for (const Cells& row : rows) shapes += part_for(table.cell(row, "shape"), type) + ";";
  const std::vector<std::string> names = shape_names(shapes);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t axis = 0; axis < sample.model.arguments[i].shape.size(); ++axis) {
      const std::string text =
          dimension_text(part_for(table.cell(rows[i], "shape"), type), axis, sample.model.arguments[i].shape.size());
      CAPTURE(rows[i][0]);
      CAPTURE(text);
      if (is_free(text, names) || (has_free_inputs && i < sample.model.inputs)) continue;
      ModelBuilder longer = sample.model;
      ++longer.argument(static_cast<unsigned>(i)).shape[axis];
      CHECK(longer.load_status() != Status::ok);
    }
}

void check_count(const SampleLayer& sample, bool may_have_less) {
  ModelBuilder more = sample.model;
  more.arguments.push_back(more.arguments.back());
  ++more.temporaries;
  CHECK(more.load_status() == Status::bad_arguments);
  if (may_have_less || sample.model.inputs == 1) return;
  ModelBuilder less = sample.model;
  less.arguments.erase(less.arguments.begin() + less.inputs - 1);
  --less.inputs;
  CHECK(less.load_status() == Status::bad_arguments);
}

TEST_SUITE("the specification") {
  TEST_CASE("the loader takes the stated arguments in the stated types, shapes and memories, and no others") {
    std::map<std::string, std::set<std::string>> stated, shown;  // types of the first input, by operator
    for (const SampleLayer& sample : sample_layers()) {
      CAPTURE(sample.table);
      CAPTURE(type_name(sample.model.arguments[0].type));
      const std::size_t is_text = sample.table.rfind("Label", 0) == 0 && sample.model.inputs == 3;
      unsigned described = 0;
      std::size_t nth = 0;
      for (const SpecTable& table : spec_section(sample.table).tables) {
        if (!table.has("argument") || (sample.table.rfind("Label", 0) == 0 && nth++ != is_text)) continue;
        const std::vector<Cells> rows = rows_for(sample, table);
        REQUIRE(rows.size() == sample.model.arguments.size());
        ++described;
        for (std::size_t i = 0; i < rows.size(); ++i) check_argument(sample, rows, i, table);
        check_shapes(sample, rows, table);
        for (const std::string& type : types_of(sample, rows, 0, table)) stated[sample.table].insert(type);
        const bool has_optional = rows[sample.model.inputs - 1u][0].find("(optional)") != std::string::npos;
        check_count(sample, has_optional || rows[0][0] == "inputs");
      }
      CHECK(described == 1);
      shown[sample.table].insert(type_name(sample.model.arguments[0].type));
    }
    CHECK(stated == shown);
  }
}

}  // namespace
}  // namespace nacre::test
