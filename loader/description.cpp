#include "runtime/strict_float.hpp"  // first

#include "nacre/description.hpp"

#include <cstring>

#include "loader/section.hpp"

namespace nacre {
namespace {

using Texts = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
using Ports = flatbuffers::Vector<flatbuffers::Offset<schema::PortDescription>>;

String view(const flatbuffers::String* text) { return {text->c_str(), text->size()}; }

std::uint32_t count(const Texts* texts) { return texts == nullptr ? 0 : texts->size(); }

const schema::PortDescription* port(const Ports* ports, std::uint32_t index) {
  return index < ports->size() ? ports->Get(index) : nullptr;
}

bool is(const flatbuffers::String* text, String name) {
  return text != nullptr && text->size() == name.size && memcmp(text->c_str(), name.data, name.size) == 0;
}

/// A name wins over an alias of another port.
std::int32_t find(const Ports* ports, String name) {
  for (std::uint32_t i = 0; i < ports->size(); ++i)
    if (is(ports->Get(i)->name(), name)) return static_cast<std::int32_t>(i);
  for (std::uint32_t i = 0; i < ports->size(); ++i)
    if (is(ports->Get(i)->alias(), name)) return static_cast<std::int32_t>(i);
  return -1;
}

}  // namespace

String PortNames::name() const { return port_ == nullptr ? String{nullptr, 0} : view(port_->name()); }
std::uint32_t PortNames::features() const { return port_ == nullptr ? 0 : count(port_->features()); }
String PortNames::feature(std::uint32_t index) const { return view(port_->features()->Get(index)); }
std::uint32_t PortNames::labels() const { return port_ == nullptr ? 0 : count(port_->labels()); }
String PortNames::label(std::uint32_t index) const { return view(port_->labels()->Get(index)); }

Status Description::open(Span<const std::byte> model, Description* description) {
  constexpr flatbuffers::uoffset_t kMaxTables = 1 << 17;  // 65,535 layers, ports and sources
  if (description == nullptr) return Status::null_argument;
  Span<const std::uint8_t> section;
  const Status status =
      find_section(model, SectionName::description, Status::description_missing, &section);
  if (status != Status::ok) return status;
  const auto* root = verified_root<schema::Description>(section, kMaxTables);
  if (root == nullptr) return Status::malformed;
  description->root_ = root;
  return Status::ok;
}

String Description::name() const { return view(root_->name()); }
std::uint32_t Description::inputs() const { return root_->inputs()->size(); }
std::uint32_t Description::outputs() const { return root_->outputs()->size(); }

PortNames Description::input(std::uint32_t index) const {
  return PortNames(port(root_->inputs(), index));
}
PortNames Description::output(std::uint32_t index) const {
  return PortNames(port(root_->outputs(), index));
}
String Description::layer(std::uint32_t index) const {
  return index < root_->layers()->size() ? view(root_->layers()->Get(index)->name()) : String{nullptr, 0};
}
std::int32_t Description::find_input(String name) const { return find(root_->inputs(), name); }
std::int32_t Description::find_output(String name) const { return find(root_->outputs(), name); }

}  // namespace nacre
