#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "nacre/status.hpp"
#include "tests/support/sample_layers.hpp"
#include "tests/support/schema.hpp"

// For every range that SPEC.md states for an operator's field, the loader takes values just inside and
// refuses values just outside, with the stated error.

namespace nacre::test {
namespace {

Names enumerators(const reflection::Field& field) {
  Names names;
  if (const reflection::Enum* all = enum_of(*field.type()))
    for (const reflection::EnumVal* value : *all->values())
      names[value->name()->str()] = static_cast<double>(value->value());
  return names;
}

/// The operator's table as a FlatBuffer in which every field is present, to be changed by reflection.
class OpenTable {
 public:
  OpenTable(const ModelBuilder& model, const reflection::Object& object) : object_(object) {
    flatbuffers::FlatBufferBuilder builder;
    builder.ForceDefaults(true);
    builder.Finish(flatbuffers::Offset<flatbuffers::Table>(model.op.Pack(builder).o));
    bytes_.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  }
  flatbuffers::Table* table() { return flatbuffers::GetMutableRoot<flatbuffers::Table>(bytes_.data()); }
  flatbuffers::VectorOfAny* vector(const reflection::Field& field) {
    return table()->GetPointer<flatbuffers::VectorOfAny*>(field.offset());
  }
  void resize(const reflection::Field& field, std::uint32_t size) {
    const auto element = field.type()->element();
    flatbuffers::ResizeAnyVector(schema_reflection(), size, vector(field), vector(field)->size(),
                                 static_cast<std::uint32_t>(flatbuffers::GetTypeSize(element)), &bytes_, &object_);
  }
  /// Gives the changed parameters to `model`.
  void close(ModelBuilder* model) {
    const schema::Operator type = model->op.type;
    model->op.Reset();
    model->op.type = type;
    model->op.value = schema::OperatorUnion::UnPack(table(), type, nullptr);
  }

 private:
  const reflection::Object& object_;
  std::vector<std::uint8_t> bytes_;
};

double number_in(const ModelBuilder& model, const reflection::Object& object, const reflection::Field& field) {
  OpenTable open(model, object);
  if (is_real(*field.type())) return flatbuffers::GetAnyFieldF(*open.table(), field);
  return static_cast<double>(flatbuffers::GetAnyFieldI(*open.table(), field));
}

double number_in_vector(const SampleLayer& sample, const reflection::Object& object, const reflection::Field& field,
                        std::uint32_t index) {
  OpenTable open(sample.model, object);
  return static_cast<double>(flatbuffers::GetAnyVectorElemI(open.vector(field), field.type()->element(), index));
}

bool is_vector(const reflection::Field& field) { return field.type()->base_type() == reflection::Vector; }

/// All that a range may name: the sample's own names, those of the parameters, the fields themselves.
Names names_of(const SampleLayer& sample, const reflection::Object& object, const reflection::Field& field) {
  Names names = sample.names;
  for (const reflection::Field* other : *object.fields())
    if (!is_vector(*other)) names[other->name()->str()] = number_in(sample.model, object, *other);
  sample.name(sample.model, &names);
  for (const auto& [name, value] : enumerators(field)) names[name] = value;
  return names;
}

ModelBuilder with_number(const SampleLayer& sample, const reflection::Object& object, const reflection::Field& field,
                         double value) {
  ModelBuilder model = sample.model;
  OpenTable open(model, object);
  if (is_real(*field.type())) flatbuffers::SetAnyFieldF(open.table(), field, value);
  else flatbuffers::SetAnyFieldI(open.table(), field, static_cast<std::int64_t>(value));
  open.close(&model);
  sample.fit(model);
  return model;
}

ModelBuilder with_element(const SampleLayer& sample, const reflection::Object& object, const reflection::Field& field,
                          std::uint32_t index, double value, bool distinct) {
  ModelBuilder model = sample.model;
  OpenTable open(model, object);
  flatbuffers::VectorOfAny* vector = open.vector(field);
  const auto element = field.type()->element();
  const auto before = flatbuffers::GetAnyVectorElemI(vector, element, index);
  for (std::uint32_t i = 0; distinct && i < vector->size(); ++i)  // the two change places
    if (flatbuffers::GetAnyVectorElemI(vector, element, i) == static_cast<std::int64_t>(value))
      flatbuffers::SetAnyVectorElemI(vector, element, i, before);
  flatbuffers::SetAnyVectorElemI(vector, element, index, static_cast<std::int64_t>(value));
  open.close(&model);
  sample.fit(model);
  return model;
}

ModelBuilder with_size(const SampleLayer& sample, const reflection::Object& object, const reflection::Field& field,
                       std::uint32_t size) {
  ModelBuilder model = sample.model;
  OpenTable open(model, object);
  open.resize(field, size);
  open.close(&model);
  sample.fit(model);
  return model;
}

/// Whether a field of this type can hold the value.
bool is_representable(double value, const reflection::Type& type) {
  if (is_real(type)) return true;
  const auto base = type.base_type() == reflection::Vector ? type.element() : type.base_type();
  switch (base) {
    case reflection::Bool: return value == 0 || value == 1;
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

struct Row {
  const reflection::Object& object;
  const reflection::Field& field;
  std::string legal, otherwise;
};

void try_number(const SampleLayer& sample, const Row& row, Findings* findings) {
  const LegalRange range(row.legal, names_of(sample, row.object, row.field),
                         number_in(sample.model, row.object, row.field), is_real(*row.field.type()));
  findings->accepted.resize(range.inside.size());
  for (std::size_t i = 0; i < range.inside.size(); ++i) {
    const bool can_be = is_representable(range.inside[i], *row.field.type());
    if (!can_be || with_number(sample, row.object, row.field, range.inside[i]).load_status() == Status::ok)
      findings->accepted[i] = true;
  }
  for (const double value : range.outside) {
    if (!is_representable(value, *row.field.type())) continue;
    CAPTURE(value);
    CHECK(std::string(name(with_number(sample, row.object, row.field, value).load_status())) == row.otherwise);
    ++findings->refused;
  }
}

void try_elements(const SampleLayer& sample, const Row& row, Findings* findings) {
  const std::string legal = row.legal.substr(row.legal.find(']') + 2);
  const bool distinct = legal.find("distinct") != std::string::npos;
  const auto count = static_cast<std::uint32_t>(sample.names.at("rank"));
  const LegalRange range(legal, names_of(sample, row.object, row.field), 0, false);
  findings->accepted.resize(range.inside.size());
  for (const std::uint32_t index : {0u, count - 1}) {
    for (std::size_t i = 0; i < range.inside.size(); ++i)
      if (!is_representable(range.inside[i], *row.field.type()) ||
          with_element(sample, row.object, row.field, index, range.inside[i], distinct).load_status() == Status::ok)
        findings->accepted[i] = true;
    for (const double value : range.outside) {
      if (!is_representable(value, *row.field.type())) continue;
      CAPTURE(value);
      CHECK(std::string(name(with_element(sample, row.object, row.field, index, value, distinct).load_status())) ==
            row.otherwise);
      ++findings->refused;
    }
    if (distinct) {
      const double other = number_in_vector(sample, row.object, row.field, index == 0 ? count - 1 : 0);
      CHECK(std::string(name(with_element(sample, row.object, row.field, index, other, false).load_status())) ==
            row.otherwise);
    }
  }
  for (const std::uint32_t size : {count - 1, count + 1}) {
    CAPTURE(size);
    CHECK(std::string(name(with_size(sample, row.object, row.field, size).load_status())) == row.otherwise);
    ++findings->refused;
  }
}

/// Rows of the table of fields of an operator.
std::vector<Row> rows_of(const std::string& operator_table, const std::string& type) {
  const reflection::Object& object = object_named(operator_table);
  std::vector<Row> rows;
  for (const SpecTable& table : spec_section(operator_table).tables)
    for (const auto& row : table.rows)
      if (table.has("field"))
        rows.push_back({object, field_named(object, table.cell(row, "field")), part_for(table.cell(row, "legal"), type),
                        table.cell(row, "otherwise")});
  return rows;
}

std::string first_type(const SampleLayer& sample) {
  return schema::EnumNameDataType(static_cast<schema::DataType>(sample.model.arguments[0].type));
}

TEST_SUITE("the specification") {
  TEST_CASE("every sample layer is sound, and every operator but reshape has one") {
    std::map<std::string, unsigned> samples;
    for (const SampleLayer& sample : sample_layers()) {
      CAPTURE(sample.table);
      CAPTURE(first_type(sample));
      CAPTURE(sample.model.variant);
      CHECK(sample.model.load_status() == Status::ok);
      ++samples[sample.table];
    }
    CHECK(samples.size() == static_cast<unsigned>(schema::Operator::MAX) - 1);
  }

  TEST_CASE("the loader takes what lies just inside a stated range and refuses what lies just outside") {
    std::map<std::string, Findings> fields;
    for (const SampleLayer& sample : sample_layers()) {
      const std::string type = first_type(sample);
      for (const Row& row : rows_of(sample.table, type)) {
        const std::string field = sample.table + "." + row.field.name()->str() + " under " + type + ": " + row.legal;
        CAPTURE(field);
        is_vector(row.field) ? try_elements(sample, row, &fields[field]) : try_number(sample, row, &fields[field]);
      }
    }
    unsigned bounded = 0;
    for (const auto& [field, findings] : fields) {
      CAPTURE(field);
      for (const bool accepted : findings.accepted) CHECK(accepted);
      bounded += findings.refused != 0;
    }
    CHECK(bounded > 100);
  }
}

}  // namespace
}  // namespace nacre::test
