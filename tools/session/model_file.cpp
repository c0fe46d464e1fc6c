#include "tools/session/model_file.hpp"

#include <bit>

#include <fmt/format.h>

#include <charconv>

#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"
#include "tools/graph/fields.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools {
namespace {

using Ports = flatbuffers::Vector<flatbuffers::Offset<schema::PortDescription>>;

/// Index of the port with that alias; how many there are, where none has it.
unsigned find_alias(const Ports* ports, const std::string& name) {
  unsigned index = 0;
  while (index < ports->size() && (ports->Get(index)->alias() == nullptr || ports->Get(index)->alias()->str() != name))
    ++index;
  return index;
}

/// The field of a place: its number, or its name where it lies in an operator's struct.
std::string field_text(Status status, const Place& place, std::span<const std::byte> model) {
  // Both mean that the struct has been found, and so have the lists before it.
  const bool is_in_struct =
      place.part == Part::operators && (status == Status::bad_parameter || status == Status::feature_unknown);
  if (!is_in_struct) return std::to_string(place.field);
  const auto* types = schema::GetModel(model.data())->operators_type();
  const StructField* field = find_field(static_cast<Operator>(types->Get(place.index)), place.field);
  return field != nullptr ? field->name : "reserved";
}

/// Loads what is a Nacre file by its first bytes.
Session load_recognised(const Buffer& file, Kernels kernels, Digest digest) {
  const Format format = recognise(file.bytes());
  if (format == Format::empty) throw Refusal("", "it is empty", "convert the model again");
  if (format != Format::nacre && format != Format::unknown)
    throw Refusal("", fmt::format("it is {}, not a Nacre file", tools::describe(format)),
                  "make one with nacre convert");
  return Session(file.bytes(), kernels, digest);
}

}  // namespace

std::string describe(Status status, const Place& place, std::span<const std::byte> model) {
  return fmt::format("{} ({}, field {}, element {})", name(status), name(place.part),
                     field_text(status, place, model), place.index);
}

ModelFile::ModelFile(const std::string& path, Kernels kernels) try : ModelFile(Buffer::map_file(path), kernels) {
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

ModelFile::ModelFile(Buffer file, Kernels kernels, Digest digest)
    : file_(std::move(file)), session_(load_recognised(file_, kernels, digest)) {
  const auto* described = section(schema::SectionKind::description);
  if (described == nullptr || described->offset() >= file_.size() || described->size() == 0) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file_.data()) + described->offset();
  flatbuffers::Verifier verifier(bytes, described->size(), 8, 1 << 20);
  if (!schema::VerifyDescriptionBuffer(verifier))
    throw Refusal(fmt::format("byte {}", described->offset()), "the description is damaged", "convert the model again");
  description_ = schema::GetDescription(bytes);
  const auto require = [&](std::size_t named, std::size_t there, const char* what) {
    if (named != there)
      throw Refusal(fmt::format("byte {}", described->offset()),
                    fmt::format("the description names {} {}, the model has {}", named, what, there),
                    "convert the model again");
  };
  require(description_->inputs()->size(), model().inputs()->size(), "inputs");
  require(description_->outputs()->size(), model().outputs()->size(), "outputs");
  require(description_->layers()->size(), model().layers()->size(), "layers");
}

const schema::Section* ModelFile::section(schema::SectionKind kind) const {
  for (const schema::Section* section : *model().sections())
    if (section->kind() == static_cast<std::uint16_t>(kind)) return section;
  return nullptr;
}

Program ModelFile::program(unsigned layer) const {
  std::vector<KernelName> kernels;
  for (const schema::Kernel* kernel : *model().kernels()) kernels.push_back(std::bit_cast<KernelName>(*kernel));
  const Layer loaded(network(), layer);
  const unsigned last = loaded.inputs() - 1u;
  return decode({loaded.input<std::int32_t>(last), loaded.input_shape(last).size()},
                loaded.parameters<parameters::Map>().instructions, kernels);
}

std::string ModelFile::input_name(unsigned index) const {
  return description_ != nullptr ? description_->inputs()->Get(index)->name()->str() : std::to_string(index);
}

std::string ModelFile::output_name(unsigned index) const {
  return description_ != nullptr ? description_->outputs()->Get(index)->name()->str() : std::to_string(index);
}

std::string ModelFile::input_names() const {
  std::string names;
  for (unsigned i = 0; i < model().inputs()->size(); ++i) names += (i == 0 ? "" : ", ") + input_name(i);
  return names;
}

unsigned ModelFile::find_output(const std::string& name) const {
  const unsigned count = model().outputs()->size();
  std::string known;
  for (unsigned i = 0; i < count; ++i) {
    if (output_name(i) == name) return i;
    known += (i == 0 ? "" : ", ") + output_name(i);
  }
  if (description_ != nullptr)
    if (const unsigned found = find_alias(description_->outputs(), name); found < count) return found;
  unsigned index = 0;
  const char* const end = name.data() + name.size();
  const auto result = std::from_chars(name.data(), end, index);
  if (result.ec == std::errc{} && result.ptr == end && index < count) return index;
  throw Refusal("", "the model has no output " + name, "choose among: " + known);
}

unsigned ModelFile::find_input(const std::string& name, unsigned otherwise) const {
  for (unsigned i = 0; i < model().inputs()->size(); ++i)
    if (input_name(i) == name) return i;
  const unsigned found = description_ != nullptr ? find_alias(description_->inputs(), name) : model().inputs()->size();
  return found < model().inputs()->size() ? found : otherwise;
}

}  // namespace nacre::tools
