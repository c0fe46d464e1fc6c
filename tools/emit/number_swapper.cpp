#include "tools/emit/number_swapper.hpp"

#include "flatbuffers/minireflect.h"

namespace nacre::tools {
namespace {

using flatbuffers::TypeCode;
using flatbuffers::uoffset_t;
using flatbuffers::voffset_t;

const flatbuffers::TypeTable* referred(const flatbuffers::TypeTable& type, TypeCode code) {
  return code.sequence_ref < 0 ? nullptr : type.type_refs[code.sequence_ref]();
}

std::size_t inline_size(TypeCode code, const flatbuffers::TypeTable* type) {
  return flatbuffers::InlineSize(static_cast<flatbuffers::ElementaryType>(code.base_type), type);
}

}  // namespace

std::size_t NumberSwapper::swap(std::size_t start, const Type& type) {
  const std::size_t root = target(start);
  table(root, type);
  return root;
}

std::size_t NumberSwapper::field(std::size_t table, unsigned slot) {
  const std::size_t vtable = table - static_cast<std::size_t>(swap<flatbuffers::soffset_t>(table));
  if (slot >= swap<voffset_t>(vtable)) return 0;
  const voffset_t offset = swap<voffset_t>(vtable + slot);
  return offset == 0 ? 0 : table + offset;
}

void NumberSwapper::table(std::size_t at, const Type& type) {
  constexpr unsigned kTableSize = sizeof(voffset_t);  // stands behind the vtable's own size, as a slot does
  field(at, kTableSize);
  std::size_t before = 0;
  for (std::size_t i = 0; i < type.num_elems; ++i) {
    const std::size_t place = field(at, flatbuffers::FieldIndexToOffset(static_cast<voffset_t>(i)));
    const TypeCode code = type.type_codes[i];
    const Type* const referred_type = referred(type, code);
    if (place != 0 && code.is_repeating) vector(target(place), code, referred_type, before == 0 ? 0 : target(before));
    else if (place != 0) value(place, code, referred_type, 0);
    before = code.base_type == flatbuffers::ET_UTYPE ? place : 0;
  }
}

void NumberSwapper::structure(std::size_t at, const Type& type) {
  const std::int16_t* array = type.array_sizes;
  for (std::size_t i = 0; i < type.num_elems; ++i) {
    const TypeCode code = type.type_codes[i];
    const Type* const referred_type = referred(type, code);
    const std::size_t count = code.is_repeating ? static_cast<std::size_t>(*array++) : 1;
    const std::size_t first = at + static_cast<std::size_t>(type.values[i]), size = inline_size(code, referred_type);
    for (std::size_t n = 0; n < count; ++n) value(first + n * size, code, referred_type, 0);
  }
}

void NumberSwapper::vector(std::size_t at, TypeCode code, const Type* type, std::size_t kinds) {
  const uoffset_t count = swap<uoffset_t>(at);
  const std::size_t size = inline_size(code, type), first = at + sizeof(uoffset_t);
  if (size == 1) return;
  for (uoffset_t i = 0; i < count; ++i)
    value(first + i * size, code, type,
          kinds == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes_[kinds + sizeof(uoffset_t) + i]));
}

void NumberSwapper::value(std::size_t at, TypeCode code, const Type* type, std::uint8_t kind) {
  if (code.base_type == flatbuffers::ET_STRING) {
    swap<uoffset_t>(target(at));
  } else if (code.base_type == flatbuffers::ET_SEQUENCE) {
    if (type->st == flatbuffers::ST_STRUCT) return structure(at, *type);
    const std::size_t there = target(at);
    const Type* const member = type->st == flatbuffers::ST_UNION ? referred(*type, type->type_codes[kind]) : type;
    if (member->st == flatbuffers::ST_STRUCT) structure(there, *member);
    else table(there, *member);
  } else {
    switch (inline_size(code, type)) {
      case 2: swap<std::uint16_t>(at); break;
      case 4: swap<std::uint32_t>(at); break;
      case 8: swap<std::uint64_t>(at); break;
    }
  }
}

}  // namespace nacre::tools
