#include "tools/session/model_file.hpp"

#include <fmt/format.h>

#include <charconv>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kPartNames[] = {"file", "header", "model", "tensors", "shapes", "kernels", "layers", "arguments", "operators", "inputs", "outputs", "weights"};

}  // namespace

std::string describe(Status status, const Place& place) {
  return fmt::format("{} ({}, field {}, element {})", name(status), kPartNames[static_cast<unsigned>(place.part)], place.field, place.index);
}

ModelFile::ModelFile(const std::string& path) try : ModelFile(Buffer::map_file(path)) {
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

ModelFile::ModelFile(Buffer file) : file_(std::move(file)) {
  Place place;
  if (const Status status = memory_needs(view(), &needs_, &place); status != Status::ok)
    throw Refusal(fmt::format("byte {}", place.offset), describe(status, place), status == Status::version_too_new ? "update nacre" : "convert the model again");
  const auto* section = model().header();
  if (section->description().offset() >= file_.size() || section->description().size() == 0) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file_.data()) + section->description().offset();
  flatbuffers::Verifier verifier(bytes, section->description().size(), 8, 1 << 20);
  if (!schema::VerifyDescriptionBuffer(verifier))
    throw Refusal(fmt::format("byte {}", section->description().offset()), "the description is damaged", "convert the model again");
  description_ = schema::GetDescription(bytes);
}

unsigned ModelFile::find_output(const std::string& name) const {
  std::string known;
  for (unsigned i = 0; description_ != nullptr && i < description_->outputs()->size(); ++i) {
    const std::string own = description_->outputs()->Get(i)->name()->str();
    if (own == name) return i;
    known += (i == 0 ? "" : ", ") + own;
  }
  unsigned index = 0;
  const auto result = std::from_chars(name.data(), name.data() + name.size(), index);
  if (result.ec == std::errc{} && result.ptr == name.data() + name.size()) return index;
  throw Refusal("", "the model has no output " + name, "choose among: " + known);
}

unsigned ModelFile::find_input(const std::string& name, unsigned otherwise) const {
  for (unsigned i = 0; description_ != nullptr && i < description_->inputs()->size(); ++i)
    if (description_->inputs()->Get(i)->name()->str() == name) return i;
  return otherwise;
}

}  // namespace nacre::tools
