#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "nacre/description.hpp"

using nacre::Description, nacre::PortNames;

namespace {

static_assert(sizeof(Description) <= sizeof(nacre_description), "a description fits in its C storage");
static_assert(sizeof(PortNames) == sizeof(nacre_names), "the names of a port are a pointer in C too");

const Description& description_of(const nacre_description* description) {
  return *reinterpret_cast<const Description*>(description);
}

PortNames names_of(nacre_names names) {
  return PortNames(static_cast<const nacre::schema::PortDescription*>(names.opaque));
}

nacre_names names_of(PortNames names) {
  nacre_names in_c;
  memcpy(&in_c, &names, sizeof in_c);
  return in_c;
}

nacre_text text_of(nacre::String text) {
  nacre_text in_c{};
  in_c.data = text.data;
  in_c.bytes = text.size;
  return in_c;
}

nacre::String text_of(const char* text) { return {text, static_cast<std::uint32_t>(strlen(text))}; }

}  // namespace

nacre_status nacre_describe(const void* model, size_t model_bytes, nacre_description* description) {
  Description opened;
  if (description == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = Description::open(nacre::bytes_of(model, model_bytes), &opened);
  if (status == nacre::Status::ok) memcpy(description, &opened, sizeof opened);
  return nacre::status_of(status);
}

nacre_text nacre_model_name(const nacre_description* description) {
  return description == nullptr ? nacre_text{} : text_of(description_of(description).name());
}

nacre_text nacre_layer_name(const nacre_description* description, unsigned layer) {
  return description == nullptr ? nacre_text{} : text_of(description_of(description).layer(layer));
}

nacre_names nacre_input_names(const nacre_description* description, unsigned index) {
  return description == nullptr ? nacre_names{} : names_of(description_of(description).input(index));
}

nacre_names nacre_output_names(const nacre_description* description, unsigned index) {
  return description == nullptr ? nacre_names{} : names_of(description_of(description).output(index));
}

nacre_text nacre_name(nacre_names names) { return text_of(names_of(names).name()); }

unsigned nacre_feature_count(nacre_names names) { return names_of(names).features(); }

nacre_text nacre_feature(nacre_names names, unsigned index) {
  return index < nacre_feature_count(names) ? text_of(names_of(names).feature(index)) : nacre_text{};
}

unsigned nacre_label_count(nacre_names names) { return names_of(names).labels(); }

nacre_text nacre_label(nacre_names names, unsigned index) {
  return index < nacre_label_count(names) ? text_of(names_of(names).label(index)) : nacre_text{};
}

int nacre_find_input(const nacre_description* description, const char* name) {
  return description == nullptr || name == nullptr ? -1 : description_of(description).find_input(text_of(name));
}

int nacre_find_output(const nacre_description* description, const char* name) {
  return description == nullptr || name == nullptr ? -1 : description_of(description).find_output(text_of(name));
}
