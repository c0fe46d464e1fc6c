#include "tools/emit/emit.hpp"

#include <cstring>
#include <map>
#include <new>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/sha256.hpp"
#include "tools/emit/sections.hpp"
#include "tools/operators/definition.hpp"
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
    std::uint32_t end = 0;
    for (const PlannedTensor& tensor : plan_.tensors) {
      if (tensor.constant == nullptr) continue;
      const std::uint32_t bytes = device_bytes(tensor.type);
      std::memset(weights + end, 0, tensor.offset - end);
      encode(*tensor.constant->constant, tensor.type.type,
             {reinterpret_cast<std::byte*>(weights) + tensor.offset, bytes});
      end = tensor.offset + bytes;
    }
    return vector;
  }

  std::uint16_t shape_index(const Dimensions& shape) {
    const auto [found, is_new] = shape_index_.try_emplace(shape, shapes_.size());
    if (is_new)
      for (const std::int64_t dimension : shape) shapes_.push_back(static_cast<std::uint32_t>(dimension));
    return narrow(found->second, "dimensions");
  }

  static std::uint16_t narrow(std::size_t number, const char* what) {
    if (number > 0xffff)
      throw Refusal("", std::string("the model has more than 65535 ") + what, "split the model");
    return static_cast<std::uint16_t>(number);
  }

  void collect_tensors() {
    narrow(plan_.tensors.size(), "tensors");
    for (const PlannedTensor& tensor : plan_.tensors)
      tensors_.emplace_back(tensor.offset, shape_index(tensor.type.shape),
                            static_cast<std::uint8_t>(tensor.type.shape.size()),
                            static_cast<schema::DataType>(tensor.type.type),
                            static_cast<schema::Memory>(tensor.memory));
  }

  void collect_layers() {
    std::map<std::tuple<Operator, DataType, std::uint8_t>, std::uint16_t> index;
    for (const PlannedLayer& layer : plan_.layers) {
      const DataType type = plan_.tensors[layer.inputs.front()].type.type;
      const std::tuple key{layer.node->op(), type, variant_of(*layer.node)};
      const auto [found, is_new] = index.try_emplace(key, narrow(kernels_.size(), "kernels"));
      if (is_new)
        kernels_.emplace_back(static_cast<std::uint8_t>(std::get<0>(key)),
                              static_cast<schema::DataType>(type), std::get<2>(key), 0);
      if (layer.inputs.size() > 255)
        throw Refusal("layer " + layer.node->name, "has more than 255 inputs", "split the layer");
      layers_.emplace_back(found->second, static_cast<std::uint8_t>(layer.inputs.size()),
                           static_cast<std::uint8_t>(layer.outputs.size()),
                           static_cast<std::uint8_t>(layer.temporaries.size()), 0);
      for (const auto* arguments : {&layer.inputs, &layer.outputs, &layer.temporaries})
        for (const std::uint32_t argument : *arguments)
          arguments_.push_back(static_cast<std::uint16_t>(argument));
    }
  }

  std::vector<schema::Port> ports(const std::vector<Port>& ports,
                                  const std::vector<std::uint32_t>& tensors) const {
    std::vector<schema::Port> records;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const Quantization& q = graph_.values[ports[i].value].quantization;
      const unsigned flags = (ports[i].refuses_missing ? PortRecord::kRefusesMissing : 0u) |
                             (ports[i].refuses_infinite ? PortRecord::kRefusesInfinite : 0u);
      records.emplace_back(static_cast<std::uint16_t>(tensors[i]), static_cast<std::uint16_t>(flags),
                           q.scale.empty() ? 0.0f : q.scale[0],
                           q.zero_point.empty() ? 0 : q.zero_point[0]);
    }
    return records;
  }

  flatbuffers::Offset<schema::Model> device_section(Bytes weights, Bytes golden, Bytes description) {
    collect_tensors();
    collect_layers();
    std::vector<schema::Operator> types;
    std::vector<flatbuffers::Offset<void>> tables;
    for (const PlannedLayer& layer : plan_.layers) {
      types.push_back(layer.node->parameters.type);
      tables.push_back(layer.node->parameters.Pack(builder_));
    }
    const auto inputs = ports(graph_.inputs, plan_.inputs), outputs = ports(graph_.outputs, plan_.outputs);
    const schema::Header header{};
    return schema::CreateModel(
        builder_, &header, builder_.CreateVectorOfStructs(tensors_), builder_.CreateVector(shapes_),
        builder_.CreateVectorOfStructs(kernels_), builder_.CreateVectorOfStructs(layers_),
        builder_.CreateVector(arguments_), builder_.CreateVector(types), builder_.CreateVector(tables),
        builder_.CreateVectorOfStructs(inputs), builder_.CreateVectorOfStructs(outputs), weights, golden,
        description);
  }

  const Graph& graph_;
  const Plan& plan_;
  flatbuffers::FlatBufferBuilder builder_;
  std::map<Dimensions, std::size_t> shape_index_;
  std::vector<std::uint32_t> shapes_;
  std::vector<schema::Tensor> tensors_;
  std::vector<schema::Kernel> kernels_;
  std::vector<schema::Layer> layers_;
  std::vector<std::uint16_t> arguments_;
};

/// Fills in the section's place: from the start of `vector` to the start of the next.
std::uint32_t place_section(const ModelBytes& file, schema::Section& section,
                            const flatbuffers::Vector<std::uint8_t>* vector, std::uint32_t end) {
  const std::uint32_t start =
      vector == nullptr ? end
                        : static_cast<std::uint32_t>(reinterpret_cast<const std::byte*>(vector->data()) -
                                                     file.data());
  section.mutate_offset(start);
  section.mutate_size(end - start);
  return start;
}

/// Fills in the header, sections from the last to the first; its digests stay zero.
schema::Header& fill_header(ModelBytes& file, const Plan& plan) {
  schema::Model* model = schema::GetMutableModel(file.data());
  schema::Header& header = *model->mutable_header();
  const auto size = static_cast<std::uint32_t>(file.size());
  header = schema::Header{};
  header.mutate_format_version(kFormatVersion);
  header.mutate_alignment(16);
  header.mutate_file_size(size);
  header.mutate_activations_bytes(plan.activations_bytes);
  header.mutate_state_bytes(plan.state_bytes);
  std::uint32_t start = place_section(file, header.mutable_description(), model->description(), size);
  start = place_section(file, header.mutable_golden(), model->golden(), start);
  place_section(file, header.mutable_weights(), model->weights(), start);
  return header;
}

void digest(const std::byte* bytes, std::size_t size, schema::Digest& to) {
  const Sha256Digest made = sha256({bytes, size});
  std::memcpy(&to, made.data(), made.size());
}

/// The digests of the sections, then that of what is before them.
void seal(ModelBytes& file, schema::Header& header) {
  for (schema::Section* section : {&header.mutable_description(), &header.mutable_golden(), &header.mutable_weights()})
    digest(file.data() + section->offset(), section->size(), section->mutable_digest());
  digest(file.data(), header.weights().offset(), header.mutable_digest());
}

/// The loader itself says how much it writes: with room to spare it refuses the stated size and
/// names the one it used.
std::uint32_t measure_network(const ModelBytes& file, const Plan& plan, schema::Header& header) {
  const std::uint32_t spare = static_cast<std::uint32_t>(plan.layers.size() + 1) * 512;
  header.mutate_network_bytes(spare);
  std::vector<std::max_align_t> block((std::size_t{spare} + plan.activations_bytes + plan.state_bytes) /
                                          sizeof(std::max_align_t) + 1);
  Network network;
  Place place;
  const Status status = load({file.data(), file.size()}, reference_kernels(),
                             {reinterpret_cast<std::byte*>(block.data()), block.size() * sizeof(block[0])},
                             &network, Digest::decline, &place);
  if (status != Status::bad_memory_size || place.part != Part::header || place.field != 6)
    throw std::logic_error(std::string("the loader refuses the file just written: ") + name(status) +
                           " in part " + std::to_string(static_cast<int>(place.part)) + ", field " +
                           std::to_string(place.field) + ", index " + std::to_string(place.index));
  return place.index;
}

}  // namespace

ModelBytes emit(const Graph& graph, const Plan& plan, const Identity& identity,
                const std::vector<GoldenCase>& golden) {
  const std::vector<std::byte> golden_section =
      golden.empty() ? std::vector<std::byte>{} : pack_golden(golden);
  const std::vector<std::byte> description = pack_description(graph, plan, identity);
  ModelBytes file = Emitter(graph, plan, golden_section.size() + description.size()).run(description, golden_section);
  schema::Header& header = fill_header(file, plan);
  header.mutate_network_bytes(measure_network(file, plan, header));
  seal(file, header);
  return file;
}

}  // namespace nacre::tools
