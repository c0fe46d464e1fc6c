#include "tools/emit/byte_order.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "nacre/tensor.hpp"
#include "schema/model_generated.h"
#include "tools/emit/digests.hpp"
#include "tools/emit/number_swapper.hpp"

namespace nacre::tools {
namespace {

/// Elements of one width that lie side by side in a file.
struct Elements {
  std::size_t start;
  std::size_t end;
  std::size_t width;
};

/// What a file must be read for: its elements and digests. It must be in this machine's byte order.
class Places {
 public:
  explicit Places(std::span<const std::byte> file)
      : model_(*schema::GetModel(file.data())), start_(reinterpret_cast<const std::uint8_t*>(file.data())) {
    digests_ = digested_bytes(file);
    find_weights();
    if (model_.golden() != nullptr)
      for (const schema::GoldenCase* golden : *model_.golden_nested_root()->cases()) {
        add_golden(*golden->inputs(), *model_.inputs());
        add_golden(*golden->outputs(), *model_.outputs());
      }
  }
  const std::vector<Elements>& elements() const { return elements_; }
  const std::vector<DigestedBytes>& digests() const { return digests_; }

 private:
  /// The start of the weights section of this number.
  std::size_t weights_start(unsigned number) const {
    for (const schema::Section* section : *model_.sections())
      if (section->kind() == static_cast<std::uint16_t>(schema::SectionKind::weights) && number-- == 0)
        return section->offset();
    throw std::logic_error("a memory of weights has no section");
  }

  /// Tensors may share bytes, or have some of them in common.
  void find_weights() {
    std::vector<Elements> all;
    for (const schema::Tensor* tensor : *model_.tensors()) {
      const schema::Memory& memory = *model_.memories()->Get(tensor->memory());
      if (memory.kind() != schema::MemoryKind::weights) continue;
      const std::size_t start = weights_start(memory.block()) + tensor->offset();
      const std::size_t width = element_bytes(static_cast<DataType>(tensor->type()));
      std::size_t bytes = width;
      for (unsigned axis = 0; axis < tensor->rank(); ++axis) bytes *= model_.shapes()->Get(tensor->shape() + axis);
      all.push_back({start, start + bytes, width});
    }
    std::sort(all.begin(), all.end(), [](const Elements& a, const Elements& b) { return a.start < b.start; });
    for (const Elements& next : all) {
      if (elements_.empty() || next.start >= elements_.back().end) {
        elements_.push_back(next);
        continue;
      }
      Elements& last = elements_.back();
      if (next.width != last.width || (next.start - last.start) % last.width != 0)
        throw std::logic_error("the same weights are read as elements of two sizes");
      last.end = std::max(last.end, next.end);
    }
  }

  using Tensors = flatbuffers::Vector<flatbuffers::Offset<schema::GoldenTensor>>;
  void add_golden(const Tensors& tensors, const flatbuffers::Vector<const schema::Port*>& ports) {
    for (flatbuffers::uoffset_t i = 0; i < tensors.size(); ++i) {
      const auto* data = tensors.Get(i)->data();
      const auto type = static_cast<DataType>(model_.tensors()->Get(ports.Get(i)->tensor())->type());
      if (data == nullptr || type == DataType::string) continue;
      const auto start = static_cast<std::size_t>(data->data() - start_);
      elements_.push_back({start, start + data->size(), element_bytes(type)});
    }
  }

  const schema::Model& model_;
  const std::uint8_t* start_;
  std::vector<Elements> elements_;
  std::vector<DigestedBytes> digests_;
};

void swap_flatbuffers(std::span<std::byte> file, bool is_native) {
  NumberSwapper swapper(file, is_native);
  const std::size_t model = swapper.swap(0, *schema::ModelTypeTable());
  const auto swap_nested = [&](unsigned slot, const flatbuffers::TypeTable& type) {
    const std::size_t field = swapper.field(model, slot);
    if (field != 0) swapper.swap(swapper.target(field) + sizeof(flatbuffers::uoffset_t), type);
  };
  swap_nested(schema::Model::VT_GOLDEN, *schema::GoldenVectorsTypeTable());
  swap_nested(schema::Model::VT_DESCRIPTION, *schema::DescriptionTypeTable());
}

}  // namespace

void swap_byte_order(std::span<std::byte> file) {
  static_assert(std::endian::native == std::endian::little, "elsewhere the two identifiers change places");
  constexpr char kThis[] = "NACR", kOther[] = "NACB";
  std::byte* const identifier = file.data() + sizeof(flatbuffers::uoffset_t);
  const std::size_t length = flatbuffers::kFileIdentifierLength;
  const bool is_native = std::memcmp(identifier, kThis, length) == 0;
  if (!is_native) swap_flatbuffers(file, false);
  const Places places(file);
  if (is_native) swap_flatbuffers(file, true);
  for (const Elements& elements : places.elements())
    for (std::size_t at = elements.start; at < elements.end; at += elements.width)
      std::reverse(file.data() + at, file.data() + at + elements.width);
  std::memcpy(identifier, is_native ? kOther : kThis, length);
  write_digests(file, places.digests());
}

}  // namespace nacre::tools
