#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "nacre/status.hpp"
#include "tests/support/sample_layers.hpp"

// For every argument that a description lists, the loader takes the stated element types and no other, wants weights
// where weights are stated, and refuses one argument more or less.

namespace nacre::test {
namespace {

using Cells = std::vector<std::string>;

std::string type_name(DataType type) { return schema::EnumNameDataType(static_cast<schema::DataType>(type)); }

/// What the descriptions call the sample's kernel.
struct SampleKernel {
  explicit SampleKernel(const SampleLayer& sample) : name(sample.model.kernel_name()) {}
  std::string activations() const { return type_name(name.activations); }
  std::string weights() const { return type_name(name.weights); }
  bool is_integer() const { return name.activations >= DataType::int64 && name.activations <= DataType::uint8; }
  std::string sums() const { return is_integer() ? "int32" : activations(); }
  std::string part(const std::string& cell) const {
    return part_for(cell, activations(), schema::EnumNameLayout(static_cast<schema::Layout>(name.layout)));
  }

  KernelName name;
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The rows of the description for the arguments of this sample, one per argument; empty where there are none.
std::vector<Cells> rows_for(const SampleLayer& sample, const SpecTable& table) {
  std::vector<Cells> rows;
  for (const bool with_optional : {true, false}) {
    rows.clear();
    for (const Cells& row : table.rows) {
      if (ends_with(row[0], "(optional)") && !with_optional) continue;
      if (ends_with(row[0], "(int8)") && !SampleKernel(sample).is_integer()) continue;
      if (ends_with(row[0], "(packed)") && SampleKernel(sample).name.layout == Layout::portable) continue;
      const std::string role = table.cell(row, "is");
      const unsigned many = role == "input"    ? sample.model.inputs
                            : role == "output" ? sample.model.outputs
                                               : sample.model.temporaries;
      rows.insert(rows.end(), ends_with(row[0], "…") ? many : 1, row);
    }
    if (rows.size() == sample.model.arguments.size()) return rows;
  }
  return {};
}

/// The one type that an argument may have; "any" where the description leaves it open.
std::string type_of(const SampleKernel& kernel, const std::string& cell) {
  if (cell == "activations") return kernel.activations();
  if (cell == "weights") return kernel.weights();
  return cell == "sums" ? kernel.sums() : cell;
}

Status status_under(const KernelName& name, ModelBuilder model) {
  model.rename = [name](KernelName& changed) { changed = name; };
  return model.load_status();
}

void check_argument(const SampleLayer& sample, const std::vector<Cells>& rows, std::size_t i, const SpecTable& table) {
  CAPTURE(rows[i][0]);
  const SampleKernel kernel(sample);
  const std::string type = type_of(kernel, table.cell(rows[i], "type"));
  const Argument& argument = sample.model.arguments[i];
  CHECK((type == "any" || type == type_name(argument.type)));
  for (unsigned number = 0; type != "any" && number <= static_cast<unsigned>(schema::DataType::MAX); ++number) {
    const auto other = static_cast<DataType>(number);
    if (other == argument.type) continue;
    if (other == DataType::string && argument.memory == MemoryKind::weights) continue;  // no tensor at all
    CAPTURE(number);
    ModelBuilder model = sample.model;
    model.argument(static_cast<unsigned>(i)).type = other;
    model.argument(static_cast<unsigned>(i)).bytes.clear();
    CHECK(status_under(kernel.name, model) == Status::bad_arguments);
  }
  ModelBuilder moved = sample.model;
  if (i >= moved.inputs || argument.memory != MemoryKind::weights) return;
  moved.argument(static_cast<unsigned>(i)).memory = MemoryKind::activations;
  // Of text, what the description leaves open are offsets, which are verified.
  const bool is_text = spec_section(sample.table).word.rfind("label_", 0) == 0 && sample.model.inputs == 3;
  // The last input of these is a program or a schedule, which is verified.
  const bool is_program = (sample.table == "Map" || sample.table == "Rows") && i + 1 == moved.inputs;
  const bool must_stay = table.cell(rows[i], "lies in") == "weights" || (is_text && type == "any") || is_program;
  CHECK(moved.load_status() == (must_stay ? Status::bad_arguments : Status::ok));
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

/// What the cell says of dimension `axis` of `rank`: "depth" of "[rows…, depth]" or of "depth elements"; of what is in
/// words all of it, in parentheses.
std::string dimension_text(const std::string& cell, std::size_t axis, std::size_t rank) {
  if (cell == "any") return cell;
  if (ends_with(cell, " elements")) return cell.substr(0, cell.find(" elements"));
  if (cell.empty() || cell[0] != '[') return "(" + cell + ")";
  std::vector<std::string> parts(1);
  for (const char c : cell.substr(1, cell.find(']') - 1)) {
    if (c == ',') parts.emplace_back();
    else if (c != ' ' || !parts.back().empty()) parts.back() += c;
  }
  if (ends_with(parts[0], "…")) return axis + 1 == rank ? parts.back() : parts[0];
  return axis < parts.size() ? parts[axis] : parts.back();
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
  const bool has_free_inputs = sample.table == "Slice" || sample.table == "Reduce" || sample.table == "Binary" ||
                               sample.table == "Map";
  const SampleKernel kernel(sample);
  std::string shapes;
  for (const Cells& row : rows) shapes += kernel.part(table.cell(row, "shape")) + ";";
  const std::vector<std::string> names = shape_names(shapes);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t axis = 0; axis < sample.model.arguments[i].shape.size(); ++axis) {
      const std::string text =
          dimension_text(kernel.part(table.cell(rows[i], "shape")), axis, sample.model.arguments[i].shape.size());
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
  CHECK(status_under(sample.model.kernel_name(), less) == Status::bad_arguments);
}

/// Types of the activations, by struct.
using Types = std::map<std::string, std::set<std::string>>;

TEST_SUITE("the specification") {
  TEST_CASE("the loader takes the stated arguments in the stated types, shapes and memories, and no others") {
    for (const SampleLayer& sample : sample_layers()) {
      CAPTURE(sample.table);
      CAPTURE(type_name(sample.model.arguments[0].type));
      const SpecTable& table = *spec_section(sample.table).table_with("argument");
      const std::vector<Cells> rows = rows_for(sample, table);
      REQUIRE(rows.size() == sample.model.arguments.size());
      for (std::size_t i = 0; i < rows.size(); ++i) check_argument(sample, rows, i, table);
      check_shapes(sample, rows, table);
      check_count(sample, ends_with(rows[sample.model.inputs - 1u][0], "(optional)") || ends_with(rows[0][0], "…"));
    }
  }

  TEST_CASE("there is a sample layer for each type of activations that a kernel of an operator has") {
    Types stated, shown;
    for (const SpecSection& section : spec_sections())
      if (const SpecTable* table = section.table_with("kernel"))
        for (const Cells& row : table->rows) stated[section.name].insert(table->cell(row, "activations"));
    for (const SampleLayer& sample : sample_layers())
      shown[sample.table].insert(type_name(sample.model.arguments[0].type));
    CHECK(stated == shown);
  }
}

}  // namespace
}  // namespace nacre::test
