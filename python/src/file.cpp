#include "python/src/file.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "loader/section.hpp"
#include "nacre/kernels.hpp"
#include "nacre/network.hpp"

namespace nacre::python {
namespace {

constexpr std::size_t kAlignment = 64;

void require_ok(Status status, const Place& place) {
  if (status == Status::ok) return;
  if (place.part == Part::file || place.part == Part::header)
    throw Refused(std::string("this is no Nacre file of this release (") + name(status) +
                  "); make one with nacre.convert");
  const std::string where = std::string(name(place.part)) + ", field " + std::to_string(place.field) + ", element " +
                            std::to_string(place.index);
  throw Refused("byte " + std::to_string(place.offset) + ": " + name(status) + " (" + where +
                "); convert the model again");
}

Block copy(Span<const std::byte> file) {
  Block block(file.size(), kAlignment);
  std::memcpy(block.bytes().data(), file.data(), file.size());
  return block;
}

}  // namespace

Block::Block(std::size_t size, std::size_t alignment)
    : block_(static_cast<std::byte*>(::operator new(std::max<std::size_t>(size, 1), std::align_val_t{alignment})),
             Free{alignment}),
      size_(size) {}

Loaded::Loaded(Span<const std::byte> file, Digest digest) {
  Place place;
  MemoryNeeds needs;
  require_ok(memory_needs(file, &needs, &place), place);
  has_state_ = needs.state_bytes != 0;
  std::vector<Span<std::byte>> memory;
  for (std::uint32_t i = 0; i < needs.blocks; ++i) {
    blocks_.emplace_back(needs.block_bytes[i], needs.alignment);
    memory.push_back(blocks_.back().bytes());
  }
  require_ok(load(file, native_kernels(), Blocks(memory.data(), memory.size()), &network_, digest, &place), place);
}

File::File(Span<const std::byte> file) : bytes_(copy(file)), loaded_(bytes(), Digest::check) {
  Description names;
  const Status status = Description::open(bytes(), &names);
  if (status == Status::description_missing) return;
  Span<const std::uint8_t> section;
  if (status != Status::ok ||
      find_section(bytes(), SectionName::description, Status::description_missing, &section) != Status::ok)
    throw Refused(std::string("the description is damaged (") + name(status) + "); convert the model again");
  if (names.inputs() != network().inputs() || names.outputs() != network().outputs())
    throw Refused("the description has other inputs or outputs than the model; convert the model again");
  description_ = schema::GetDescription(section.data());
}

const schema::PortDescription* File::input(unsigned index) const {
  return description_ == nullptr ? nullptr : description_->inputs()->Get(index);
}

const schema::PortDescription* File::output(unsigned index) const {
  return description_ == nullptr ? nullptr : description_->outputs()->Get(index);
}

std::string File::input_name(unsigned index) const {
  return input(index) == nullptr ? std::to_string(index) : input(index)->name()->str();
}

std::string File::output_name(unsigned index) const {
  return output(index) == nullptr ? std::to_string(index) : output(index)->name()->str();
}

std::vector<std::uint32_t> File::documents(unsigned input) const {
  std::vector<std::uint32_t> columns;
  const Span<String> texts = network().input<String>(input);
  for (unsigned i = 0; i < network().layers(); ++i) {
    const Layer layer(network(), i);
    const Operator op = network().kernel(i).name.op;
    if ((op != Operator::count_terms && op != Operator::hash_terms) || layer.input<String>(0) != texts.data()) continue;
    columns.push_back(static_cast<std::uint32_t>(op == Operator::count_terms
                                                     ? layer.parameters<parameters::CountTerms>().column
                                                     : layer.parameters<parameters::HashTerms>().column));
  }
  return columns;
}

unsigned File::find_output(const std::string& name) const {
  std::string known;
  for (unsigned i = 0; i < network().outputs(); ++i) {
    if (output_name(i) == name) return i;
    known += (i == 0 ? "" : ", ") + output_name(i);
  }
  for (unsigned i = 0; i < network().outputs(); ++i)
    if (output(i) != nullptr && output(i)->alias() != nullptr && output(i)->alias()->str() == name) return i;
  throw Refused("the model has no output " + name + "; choose among: " + known);
}

}  // namespace nacre::python
