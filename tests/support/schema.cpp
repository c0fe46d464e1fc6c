#include "tests/support/schema.hpp"

#include <cmath>
#include <stdexcept>

#include "flatbuffers/idl.h"

namespace nacre::test {
namespace {

std::string base_text(const reflection::Type& type, reflection::BaseType base) {
  static const std::string kNames[] = {"none", "utype", "bool", "byte",  "ubyte", "short",  "ushort",
                                       "int",  "uint",  "long", "ulong", "float", "double", "string"};
  const reflection::Schema& schema = schema_reflection();
  if (base == reflection::Obj) return bare_name(schema.objects()->Get(static_cast<unsigned>(type.index()))->name());
  if (type.index() >= 0) return bare_name(schema.enums()->Get(static_cast<unsigned>(type.index()))->name());
  return kNames[base];
}

}  // namespace

const reflection::Schema& schema_reflection() {
  static const flatbuffers::Parser& parser = []() -> const flatbuffers::Parser& {
    flatbuffers::IDLOptions options;
    options.lang_to_generate = flatbuffers::IDLOptions::kCpp;  // whose unions may hold structs
    static flatbuffers::Parser parser(options);
    const std::string folder = NACRE_SOURCE_DIR "/schema";
    const char* include[] = {folder.c_str(), nullptr};
    std::string text;
    if (!flatbuffers::LoadFile((folder + "/model.fbs").c_str(), false, &text) ||
        !parser.Parse(text.c_str(), include, "model.fbs"))
      throw std::runtime_error("schema/model.fbs: " + parser.error_);
    parser.Serialize();
    return parser;
  }();
  return *reflection::GetSchema(parser.builder_.GetBufferPointer());
}

const reflection::Object& object_named(const std::string& name) {
  const auto* object = schema_reflection().objects()->LookupByKey(("nacre.schema." + name).c_str());
  if (object == nullptr) throw std::runtime_error("the schema has no " + name);
  return *object;
}

const reflection::Field& field_named(const reflection::Object& object, const std::string& name) {
  const auto* field = object.fields()->LookupByKey(name.c_str());
  if (field == nullptr) throw std::runtime_error(object.name()->str() + " has no field " + name);
  return *field;
}

const reflection::Enum* enum_of(const reflection::Type& type) {
  const bool is_object = type.base_type() == reflection::Obj || type.element() == reflection::Obj;
  return is_object || type.index() < 0 ? nullptr
                                       : schema_reflection().enums()->Get(static_cast<unsigned>(type.index()));
}

std::string bare_name(const flatbuffers::String* name) {
  const std::string text = name->str();
  return text.substr(text.rfind('.') + 1);
}

std::string type_text(const reflection::Type& type) {
  if (type.base_type() == reflection::Vector) return "[" + base_text(type, type.element()) + "]";
  if (type.base_type() == reflection::Array)
    return base_text(type, type.element()) + ":" + std::to_string(type.fixed_length());
  return base_text(type, type.base_type());
}

reflection::BaseType scalar_of(const reflection::Type& type) {
  return type.base_type() == reflection::Array ? type.element() : type.base_type();
}

unsigned count_of(const reflection::Type& type) {
  return type.base_type() == reflection::Array ? type.fixed_length() : 1;
}

bool is_real(const reflection::Type& type) {
  return scalar_of(type) == reflection::Float || scalar_of(type) == reflection::Double;
}

std::string default_text(const reflection::Field& field) {
  const reflection::Type& type = *field.type();
  if (field.required()) return "required";
  if (type.base_type() > reflection::Double) return "absent";
  if (is_real(type)) {
    const double value = field.default_real();
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "+inf";
    return std::to_string(static_cast<long long>(value));
  }
  const std::int64_t value = field.default_integer();
  if (type.base_type() == reflection::Bool) return value == 0 ? "false" : "true";
  if (const reflection::Enum* names = enum_of(type)) return names->values()->LookupByKey(value)->name()->str();
  return std::to_string(value);
}

}  // namespace nacre::test
