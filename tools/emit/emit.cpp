#include "tools/emit/emit.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <map>
#include <new>

#include "nacre/load.hpp"
#include "schema/model_generated.h"
#include "tools/common/refusal.hpp"
#include "tools/emit/digests.hpp"
#include "tools/emit/sections.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/tensors/encode.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kAlignment = 64;

/// FlatBuffers grows its buffer downwards: an aligned end gives an aligned start.
class AlignedAllocator : public flatbuffers::Allocator {
 public:
  std::uint8_t* allocate(std::size_t size) override {
    return static_cast<std::uint8_t*>(::operator new(size, std::align_val_t{kAlignment}));
  }
  void deallocate(std::uint8_t* p, std::size_t) override {
    ::operator delete(p, std::align_val_t{kAlignment});
  }
};

/// Builds the one FlatBuffer, last section first, because the builder writes towards the front.
class Emitter {
 public:
  /// `other_bytes` are those of the other sections: a builder that must grow copies all that it holds.
  Emitter(const Graph& graph, const Plan& plan, std::size_t other_bytes)
      : graph_(graph),
        plan_(plan),
        builder_(plan.weights_bytes + other_bytes + (std::size_t{1} << 16), &allocator(), false, kAlignment) {}

  ModelBytes run(const std::vector<std::byte>& description, const std::vector<std::byte>& golden) {
    const auto description_vector = section(description);
    const auto golden_vector = golden.empty() ? 0 : section(golden);
    const auto weights = weights_section();
    const auto model = device_section(weights, golden_vector, description_vector);
    schema::FinishModelBuffer(builder_, model);
    return ModelBytes(builder_.Release());
  }

 private:
  using Bytes = flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>;

  static AlignedAllocator& allocator() {
    static AlignedAllocator instance;
    return instance;
  }

  /// Before a vector of `size` bytes whose elements shall be aligned; the builder's own function skips
  /// an empty one, and force_align may not state 64.
  void align(std::size_t size) { builder_.PreAlign(size == 0 ? kAlignment : size, kAlignment); }

  Bytes section(const std::vector<std::byte>& bytes) {
    align(bytes.size());
    return builder_.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }

  Bytes weights_section() {
    align(plan_.weights_bytes);
    std::uint8_t* weights = nullptr;
    const Bytes vector = builder_.CreateUninitializedVector(plan_.weights_bytes, &weights);
    std::vector<const PlannedTensor*> constants;
    for (const PlannedTensor& tensor : plan_.tensors)
      if (tensor.constant != nullptr) constants.push_back(&tensor);
    std::ranges::sort(constants, {}, &PlannedTensor::offset);
    std::uint32_t end = 0;
    for (const PlannedTensor* tensor : constants) {
      const std::uint32_t bytes = device_bytes(tensor->type);
      std::memset(weights + end, 0, tensor->offset - end);
      encode(*tensor->constant->constant, tensor->type.type,
             {reinterpret_cast<std::byte*>(weights) + tensor->offset, bytes});
      end = tensor->offset + bytes;
    }
    return vector;
  }

  std::uint32_t shape_index(const Dimensions& shape) {
    const auto [found, is_new] = shape_index_.try_emplace(shape, static_cast<std::uint32_t>(shapes_.size()));
    if (is_new)
      for (const std::int64_t dimension : shape) shapes_.push_back(static_cast<std::uint32_t>(dimension));
    return found->second;
  }

  void collect_tensors() {
    for (const PlannedTensor& tensor : plan_.tensors)
      tensors_.emplace_back(tensor.offset, shape_index(tensor.type.shape),
                            static_cast<std::uint8_t>(tensor.type.shape.size()),
                            static_cast<schema::DataType>(tensor.type.type),
                            static_cast<std::uint8_t>(tensor.memory), tensor.alias);
  }

  void collect_kernels() {
    std::vector<KernelName> names = needed_kernels(graph_);
    for (const auto& fused : plan_.fused) names.push_back(kernel_name(*fused, fused->nodes[0]));
    for (const KernelName& name : names) {
      const auto index = static_cast<std::uint16_t>(kernels_.size());
      if (!kernel_index_.emplace(std::bit_cast<std::uint64_t>(name), index).second) continue;
      kernels_.emplace_back(static_cast<std::uint8_t>(name.op), static_cast<schema::DataType>(name.activations),
                            static_cast<schema::DataType>(name.weights), static_cast<schema::Layout>(name.layout),
                            name.function, name.algorithm, std::uint8_t{0});
    }
  }

  void collect_layers() {
    for (const PlannedLayer& layer : plan_.layers) {
      if (layer.inputs.size() > 0xffff || layer.body > 0xffff)
        throw Refusal("layer " + layer.node->name, "has more than 65535 inputs, or layers inside", "split the layer");
      if (layer.outputs.size() > 0xff || layer.temporaries.size() > 0xff)
        throw Refusal("layer " + layer.node->name, "has more than 255 outputs or temporaries", "split the layer");
      layers_.emplace_back(static_cast<std::uint32_t>(arguments_.size()),
                           kernel_index_.at(std::bit_cast<std::uint64_t>(kernel_name(*layer.graph, *layer.node))),
                           static_cast<std::uint16_t>(layer.inputs.size()),
                           static_cast<std::uint8_t>(layer.outputs.size()),
                           static_cast<std::uint8_t>(layer.temporaries.size()), static_cast<std::uint16_t>(layer.body));
      for (const auto* arguments : {&layer.inputs, &layer.outputs, &layer.temporaries})
        arguments_.insert(arguments_.end(), arguments->begin(), arguments->end());
    }
  }

  /// The struct of a layer's operator; layers that are alike share one.
  flatbuffers::Offset<void> operator_struct(const OperatorParameters& parameters) {
    const std::span<const std::byte> bytes = parameters.bytes();
    const auto [found, is_new] = structs_.try_emplace({parameters.op(), {bytes.begin(), bytes.end()}});
    if (is_new) {
      constexpr std::size_t kStructAlignment = 4;
      builder_.StartStruct(kStructAlignment);
      builder_.PushBytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      found->second = flatbuffers::Offset<void>(builder_.EndStruct());
    }
    return found->second;
  }

  std::vector<schema::Port> ports(const std::vector<Port>& ports, const std::vector<std::uint32_t>& tensors) const {
    std::vector<schema::Port> records;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const Quantization& q = graph_.values[ports[i].value].quantization;
      const unsigned flags = (ports[i].refuses_missing ? PortRecord::kRefusesMissing : 0u) |
                             (ports[i].refuses_infinite ? PortRecord::kRefusesInfinite : 0u);
      records.emplace_back(tensors[i], static_cast<std::uint16_t>(flags), std::uint16_t{0},
                           q.scale.empty() ? 0.0f : q.scale[0], q.zero_point.empty() ? 0 : q.zero_point[0]);
    }
    return records;
  }

  std::vector<schema::Memory> memories() const {
    using Kind = schema::MemoryKind;
    std::vector<schema::Memory> records{{Kind::weights, 0, plan_.weights_bytes},
                                        {Kind::activations, 0, plan_.activations_bytes}};
    if (plan_.state_bytes != 0) records.emplace_back(Kind::state, 0, plan_.state_bytes);
    return records;
  }

  flatbuffers::Offset<schema::Model> device_section(Bytes weights, Bytes golden, Bytes description) {
    collect_tensors();
    collect_kernels();
    collect_layers();
    std::vector<schema::Operator> types;
    std::vector<flatbuffers::Offset<void>> structs;
    for (const PlannedLayer& layer : plan_.layers) {
      types.push_back(static_cast<schema::Operator>(layer.node->op()));
      structs.push_back(operator_struct(layer.node->parameters));
    }
    const auto inputs = ports(graph_.inputs, plan_.inputs), outputs = ports(graph_.outputs, plan_.outputs);
    const schema::Header header{};
    const std::vector<schema::Section> sections(golden.IsNull() ? 2 : 3);  // filled in once their places are known
    return schema::CreateModel(
        builder_, &header, builder_.CreateVectorOfStructs(sections), builder_.CreateVectorOfStructs(memories()),
        builder_.CreateVectorOfStructs(tensors_), builder_.CreateVector(shapes_),
        builder_.CreateVectorOfStructs(kernels_), builder_.CreateVectorOfStructs(layers_),
        builder_.CreateVector(arguments_), builder_.CreateVector(types), builder_.CreateVector(structs),
        builder_.CreateVectorOfStructs(inputs), builder_.CreateVectorOfStructs(outputs), weights, golden, description);
  }

  const Graph& graph_;
  const Plan& plan_;
  flatbuffers::FlatBufferBuilder builder_;
  std::map<Dimensions, std::uint32_t> shape_index_;
  std::map<std::uint64_t, std::uint16_t> kernel_index_;
  std::map<std::pair<Operator, std::vector<std::byte>>, flatbuffers::Offset<void>> structs_;
  std::vector<std::uint32_t> shapes_;
  std::vector<schema::Tensor> tensors_;
  std::vector<schema::Kernel> kernels_;
  std::vector<schema::Layer> layers_;
  std::vector<std::uint32_t> arguments_;
};

/// A model version that is a number; 0 for any other text.
std::uint32_t version_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

/// Fills in the places of the sections and the header, then the digests.
void seal(ModelBytes& file, const Identity& identity) {
  schema::Model* model = schema::GetMutableModel(file.data());
  auto* sections = model->mutable_sections();
  const auto size = static_cast<std::uint32_t>(file.size());
  std::uint32_t end = size;
  flatbuffers::uoffset_t next = sections->size();
  const auto place = [&](schema::SectionKind kind, const flatbuffers::Vector<std::uint8_t>* vector) {
    if (vector == nullptr) return;
    const auto start =
        static_cast<std::uint32_t>(reinterpret_cast<const std::byte*>(vector->data()) - file.data());
    auto* section = const_cast<schema::Section*>(sections->Get(--next));  // some releases give no other
    *section = schema::Section(static_cast<std::uint16_t>(kind), 0, start, end - start, 0, schema::Digest{});
    end = start;
  };
  place(schema::SectionKind::description, model->description());
  place(schema::SectionKind::golden, model->golden());
  place(schema::SectionKind::weights, model->weights());
  schema::Header& header = *model->mutable_header();
  header = schema::Header{};
  header.mutate_format_version(kFormatVersion);
  header.mutate_alignment(16);
  header.mutate_file_size(size);
  header.mutate_model_version(version_number(identity.model_version));
  header.mutate_rollback(identity.rollback);
  const std::span<std::byte> bytes(file.data(), file.size());
  write_digests(bytes, digested_bytes(bytes));
}

}  // namespace

ModelBytes emit(const Graph& graph, const Plan& plan, const Identity& identity,
                const std::vector<GoldenCase>& golden) {
  const std::vector<std::byte> golden_section =
      golden.empty() ? std::vector<std::byte>{} : pack_golden(golden);
  const std::vector<std::byte> description = pack_description(graph, plan, identity);
  ModelBytes file = Emitter(graph, plan, golden_section.size() + description.size()).run(description, golden_section);
  seal(file, identity);
  return file;
}

}  // namespace nacre::tools
