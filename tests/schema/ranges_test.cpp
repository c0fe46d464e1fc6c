#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "nacre/status.hpp"
#include "tests/support/sample_layers.hpp"
#include "tests/support/schema.hpp"

// For every range that a description states for an operator's field, the loader takes values just inside and refuses
// values just outside, with the stated error.

namespace nacre::test {
namespace {

/// One field of an operator's struct, with its "legal" cell.
struct Row {
  const reflection::Object& object;
  const reflection::Field& field;
  std::string legal;

  reflection::BaseType type() const { return scalar_of(*field.type()); }
  bool is_array() const { return count_of(*field.type()) > 1; }
  bool is_reserved() const { return field.name()->str() == "reserved"; }
  Status error() const { return is_reserved() ? Status::feature_unknown : Status::bad_parameter; }
};

/// Where element `index` of a field lies in the layer's struct.
std::uint8_t* place(ModelBuilder& model, const reflection::Field& field, std::uint32_t index = 0) {
  const std::size_t size = flatbuffers::GetTypeSize(scalar_of(*field.type()));
  return reinterpret_cast<std::uint8_t*>(model.bytes.data()) + field.offset() + index * size;
}

double number_in(const ModelBuilder& model, const reflection::Field& field, std::uint32_t index = 0) {
  return flatbuffers::GetAnyValueF(scalar_of(*field.type()), place(const_cast<ModelBuilder&>(model), field, index));
}

void set_number(ModelBuilder& model, const reflection::Field& field, std::uint32_t index, double value) {
  const reflection::BaseType type = scalar_of(*field.type());
  if (is_real(*field.type())) flatbuffers::SetAnyValueF(type, place(model, field, index), value);
  else flatbuffers::SetAnyValueI(type, place(model, field, index), static_cast<std::int64_t>(value));
}

Names enumerators(const reflection::Field& field) {
  Names names;
  if (const reflection::Enum* all = enum_of(*field.type()))
    for (const reflection::EnumVal* value : *all->values())
      names[value->name()->str()] = static_cast<double>(value->value());
  return names;
}

/// All that a range may name: the sample's own names, those of the parameters, the fields themselves.
Names names_of(const SampleLayer& sample, const Row& row) {
  Names names = sample.names;
  for (const reflection::Field* other : *row.object.fields())
    if (count_of(*other->type()) == 1) names[other->name()->str()] = number_in(sample.model, *other);
  sample.name(sample.model, &names);
  for (const auto& [name, value] : enumerators(row.field)) names[name] = value;
  return names;
}

/// What loading ends with where element `index` of the field has another value, under the sample's kernel. Where
/// elements are distinct, the one that had the value takes the other's.
Status status_with(const SampleLayer& sample, const Row& row, std::uint32_t index, double value) {
  ModelBuilder model = sample.model;
  model.rename = [name = sample.model.kernel_name()](KernelName& changed) { changed = name; };
  if (row.legal.find("distinct") != std::string::npos)
    for (std::uint32_t i = 0; i < sample.names.at("rank"); ++i)
      if (number_in(model, row.field, i) == value) set_number(model, row.field, i, number_in(model, row.field, index));
  set_number(model, row.field, index, value);
  sample.fit(model);
  return model.load_status();
}

/// Whether a field of this type can hold the value.
bool is_representable(double value, const Row& row) {
  if (is_real(*row.field.type())) return true;
  switch (row.type()) {
    case reflection::Bool: return value >= 0 && value <= 255;  // a byte all the same
    case reflection::Byte: return value >= -128 && value <= 127;
    case reflection::UByte: return value >= 0 && value <= 255;
    case reflection::UShort: return value >= 0 && value <= 65535;
    default: return value >= -2147483648.0 && value <= 2147483647;
  }
}

/// What the samples have shown of one field.
struct Findings {
  std::vector<bool> accepted;
  unsigned refused = 0;
};

void try_element(const SampleLayer& sample, const Row& row, std::uint32_t index, Findings* findings) {
  const std::string legal = row.type() == reflection::Bool && row.legal == "any" ? "0 … 1" : row.legal;
  const LegalRange range(legal, names_of(sample, row), number_in(sample.model, row.field, index),
                         is_real(*row.field.type()));
  findings->accepted.resize(range.inside.size());
  for (std::size_t i = 0; i < range.inside.size(); ++i)
    if (!is_representable(range.inside[i], row) || status_with(sample, row, index, range.inside[i]) == Status::ok)
      findings->accepted[i] = true;
  for (const double value : range.outside) {
    if (!is_representable(value, row)) continue;
    CAPTURE(index);
    CAPTURE(value);
    CHECK(std::string(name(status_with(sample, row, index, value))) == name(row.error()));
    ++findings->refused;
  }
}

/// Tries the first and the last element that mean something: of an array of eight, one for each dimension.
void try_field(const SampleLayer& sample, const Row& row, Findings* findings) {
  std::uint32_t count = count_of(*row.field.type());
  if (row.is_array() && !row.is_reserved())
    count = std::min(count, static_cast<std::uint32_t>(sample.names.at("rank")));
  try_element(sample, row, 0, findings);
  if (count > 1) try_element(sample, row, count - 1, findings);
}

/// Rows of the table of fields of an operator.
std::vector<Row> rows_of(const std::string& structure) {
  const reflection::Object& object = object_named(structure);
  const SpecTable& table = *spec_section(structure).table_with("initial");
  std::vector<Row> rows;
  for (const auto& row : table.rows)
    rows.push_back({object, field_named(object, table.cell(row, "field")), table.cell(row, "legal")});
  return rows;
}

std::string first_type(const SampleLayer& sample) {
  return schema::EnumNameDataType(static_cast<schema::DataType>(sample.model.arguments[0].type));
}

TEST_SUITE("the specification") {
  TEST_CASE("every sample layer is sound, and every operator of a layer has one") {
    std::map<std::string, unsigned> samples;
    for (const SampleLayer& sample : sample_layers()) {
      CAPTURE(sample.table);
      CAPTURE(first_type(sample));
      CHECK(sample.model.load_status() == Status::ok);
      ++samples[sample.table];
    }
    std::set<Operator> operators;
    for (const Kernel& kernel : reference_kernels()) operators.insert(kernel.name.op);
    CHECK(samples.size() == operators.size());
  }

  TEST_CASE("the loader takes what lies just inside a stated range and refuses what lies just outside") {
    std::map<std::string, Findings> fields;
    for (const SampleLayer& sample : sample_layers())
      for (const Row& row : rows_of(sample.table)) {
        const std::string field =
            sample.table + "." + row.field.name()->str() + " under " + first_type(sample) + ": " + row.legal;
        CAPTURE(field);
        try_field(sample, row, &fields[field]);
      }
    unsigned bounded = 0;
    for (const auto& one : fields) {
      CAPTURE(one.first);
      for (const bool accepted : one.second.accepted) CHECK(accepted);
      bounded += one.second.refused != 0;
    }
    CHECK(bounded > 100);
  }
}

}  // namespace
}  // namespace nacre::test
