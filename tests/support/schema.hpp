#pragma once

#include <string>

#include "flatbuffers/reflection.h"

namespace nacre::test {

/// What FlatBuffers' own parser makes of schema/*.fbs.
const reflection::Schema& schema_reflection();

const reflection::Object& object_named(const std::string& name);
const reflection::Field& field_named(const reflection::Object& object, const std::string& name);
/// The enumeration that a field's type is; null where it is none.
const reflection::Enum* enum_of(const reflection::Type& type);
/// A name without its namespace.
std::string bare_name(const flatbuffers::String* name);
/// The type as the schema writes it: `ushort`, `[Tensor]`, `ubyte:3`.
std::string type_text(const reflection::Type& type);
/// The default as the schema writes it; "required" or "absent" of what is no scalar.
std::string default_text(const reflection::Field& field);
bool is_real(const reflection::Type& type);
/// The type of a number, or of the elements of an array, and how many there are.
reflection::BaseType scalar_of(const reflection::Type& type);
unsigned count_of(const reflection::Type& type);

}  // namespace nacre::test
