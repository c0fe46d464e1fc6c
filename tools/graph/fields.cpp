#include "tools/graph/fields.hpp"

#include <cstring>

#include "schema/operators_generated.h"

namespace nacre::tools {
namespace {

FieldValue value_of(bool value) { return value; }
FieldValue value_of(float value) { return value; }
FieldValue value_of(double value) { return value; }
template <typename Integer>
  requires std::is_integral_v<Integer>
FieldValue value_of(Integer value) { return std::int64_t{value}; }

#define NACRE_ENUMERATION(Enum) \
  FieldValue value_of(Enum value) { return schema::EnumName##Enum(static_cast<schema::Enum>(value)); }
NACRE_ENUMERATION(ActivationFunction)
NACRE_ENUMERATION(Analyzer)
NACRE_ENUMERATION(BinaryFunction)
NACRE_ENUMERATION(DataType)
NACRE_ENUMERATION(HashFunction)
NACRE_ENUMERATION(Layout)
NACRE_ENUMERATION(MoveFunction)
NACRE_ENUMERATION(NeighborSort)
NACRE_ENUMERATION(Norm)
NACRE_ENUMERATION(PoolFunction)
NACRE_ENUMERATION(ReduceFunction)
NACRE_ENUMERATION(TreeSum)
#undef NACRE_ENUMERATION

template <typename Parameters>
constexpr Parameters kInitial{};

template <typename Parameters, typename Member>
StructField field_of(const char* name, std::size_t offset) {
  using Element = std::remove_extent_t<Member>;
  return {Parameters::kOperator,
          name,
          offset,
          sizeof(Element),
          sizeof(Member) / sizeof(Element),
          reinterpret_cast<const std::byte*>(&kInitial<Parameters>) + offset,
          [](const std::byte* element) {
            Element value;
            std::memcpy(&value, element, sizeof value);
            return value_of(value);
          }};
}

}  // namespace

std::span<const StructField> fields() {
#define NACRE_FIELD(Struct, field) \
  field_of<parameters::Struct, decltype(parameters::Struct::field)>(#field, offsetof(parameters::Struct, field)),
  static const StructField kFields[] = {NACRE_FIELDS(NACRE_FIELD)};
#undef NACRE_FIELD
  return kFields;
}

const StructField* find_field(Operator op, std::size_t offset) {
  for (const StructField& field : fields())
    if (field.op == op && offset >= field.offset && offset < field.offset + field.elements * field.element_bytes)
      return &field;
  return nullptr;
}

}  // namespace nacre::tools
