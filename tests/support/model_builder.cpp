#include "tests/support/model_builder.hpp"

#include <algorithm>
#include <memory>

namespace nacre::test {
namespace {

constexpr std::uint32_t kWeightsAlignment = 64, kArenaAlignment = 16;

/// Bytes that begin at a multiple of 64 and, as far as alignment allows, end where the allocation ends.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size) : size_(size), room_(new std::byte[size + kWeightsAlignment]) {
    const auto address = reinterpret_cast<std::uintptr_t>(room_.get());
    start_ = room_.get() + (kWeightsAlignment - address % kWeightsAlignment) % kWeightsAlignment;
    std::fill_n(start_, size, std::byte{0});
  }
  Span<std::byte> span() const { return {start_, size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> room_;
  std::byte* start_;
};

std::uint32_t round_up(std::uint32_t bytes, std::uint32_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// The parts of the file that depend on where the arguments lie.
struct Layout {
  schema::ModelT model;
  std::uint32_t memory_bytes[3] = {};  // by Memory
};

Layout lay_out(const ModelBuilder& builder) {
  Layout layout;
  for (const Argument& argument : builder.arguments) {
    std::uint32_t& end = layout.memory_bytes[static_cast<unsigned>(argument.memory)];
    std::uint32_t size = element_bytes(argument.type);
    for (const std::uint32_t dimension : argument.shape) size *= dimension;
    const bool shares = argument.same_place_as >= 0;
    const std::uint32_t alignment = argument.memory == Memory::weights ? kWeightsAlignment : kArenaAlignment;
    const std::uint32_t offset = shares ? layout.model.tensors[static_cast<unsigned>(argument.same_place_as)].offset()
                                        : round_up(end, alignment);
    end = std::max(end, round_up(offset + size, kArenaAlignment));
    layout.model.arguments.push_back(static_cast<std::uint16_t>(layout.model.tensors.size()));
    layout.model.tensors.emplace_back(offset, static_cast<std::uint16_t>(layout.model.shapes.size()),
                                      static_cast<std::uint8_t>(argument.shape.size()),
                                      static_cast<schema::DataType>(argument.type),
                                      static_cast<schema::Memory>(argument.memory));
    layout.model.shapes.insert(layout.model.shapes.end(), argument.shape.begin(), argument.shape.end());
  }
  return layout;
}

void fill(const ModelBuilder& builder, schema::ModelT* model, std::uint32_t weights_bytes) {
  model->header = std::make_unique<schema::Header>();
  model->weights.resize(weights_bytes);
  for (unsigned i = 0; i < builder.arguments.size(); ++i) {
    const Argument& argument = builder.arguments[i];
    const bool is_input = i < builder.inputs, is_constant = argument.memory == Memory::weights;
    if (is_input && is_constant)
      std::memcpy(model->weights.data() + model->tensors[i].offset(), argument.bytes.data(), argument.bytes.size());
    const schema::Port port(static_cast<std::uint16_t>(i), 0, 0, 0);
    if (is_input && !is_constant) model->inputs.push_back(port);
    if (!is_input && i < unsigned{builder.inputs} + builder.outputs) model->outputs.push_back(port);
  }
  model->kernels.emplace_back(static_cast<std::uint8_t>(builder.op.type),
                              static_cast<schema::DataType>(builder.arguments[0].type), builder.variant, 0);
  model->layers.emplace_back(0, builder.inputs, builder.outputs, builder.temporaries, 0);
  model->operators.push_back(builder.op);
}

/// The finished file, for a loader that needs `network_bytes` for its network.
AlignedBytes build(const ModelBuilder& builder, std::uint32_t network_bytes) {
  Layout layout = lay_out(builder);
  fill(builder, &layout.model, round_up(layout.memory_bytes[0], kWeightsAlignment));
  flatbuffers::FlatBufferBuilder file;
  // What is written first lies last: the weights end the file, and all else precedes them.
  file.PreAlign(layout.model.weights.size(), kWeightsAlignment);
  const auto weights = file.CreateVector(layout.model.weights);
  std::vector<flatbuffers::Offset<void>> tables{layout.model.operators[0].Pack(file)};
  const std::vector<schema::Operator> types{layout.model.operators[0].type};
  schema::FinishModelBuffer(
      file, schema::CreateModel(
                file, layout.model.header.get(), file.CreateVectorOfStructs(layout.model.tensors),
                file.CreateVector(layout.model.shapes), file.CreateVectorOfStructs(layout.model.kernels),
                file.CreateVectorOfStructs(layout.model.layers), file.CreateVector(layout.model.arguments),
                file.CreateVector(types), file.CreateVector(tables), file.CreateVectorOfStructs(layout.model.inputs),
                file.CreateVectorOfStructs(layout.model.outputs), weights));
  const std::uint32_t size = file.GetSize();
  AlignedBytes bytes(size);
  std::memcpy(bytes.span().data(), file.GetBufferPointer(), size);
  schema::Model* model = schema::GetMutableModel(bytes.span().data());
  const auto* start = reinterpret_cast<const std::uint8_t*>(bytes.span().data());
  const auto weights_offset = static_cast<std::uint32_t>(model->weights()->data() - start);
  const schema::Digest none{};
  *model->mutable_header() = schema::Header(kFormatVersion, kArenaAlignment, 0, size, layout.memory_bytes[1],
                                            layout.memory_bytes[2], network_bytes,
                                            schema::Section(weights_offset, size - weights_offset, none),
                                            schema::Section(size, 0, none), schema::Section(size, 0, none), none);
  return bytes;
}

/// A loaded model with the memory that it lives in.
struct Loaded {
  AlignedBytes file, memory;
  Network network;
  Status status;
};

Loaded load_as(const ModelBuilder& builder, std::uint32_t network_bytes, Place* place) {
  AlignedBytes file = build(builder, network_bytes);
  const schema::Header& header = *schema::GetModel(file.span().data())->header();
  AlignedBytes memory(network_bytes + header.activations_bytes() + header.state_bytes());
  Network network;
  const Status status = load({file.span().data(), file.span().size()}, builder.kernels, memory.span(), &network,
                             Digest::decline, place);
  return {std::move(file), std::move(memory), network, status};
}

/// Only the loader knows how much its network takes: it refuses a generous file and says what it used.
Loaded load_exactly(const ModelBuilder& builder, Place* place) {
  constexpr std::uint32_t kGenerous = 4096;
  Place why;
  Loaded generous = load_as(builder, kGenerous, &why);
  const bool sound = generous.status == Status::bad_memory_size && why.index < kGenerous;
  if (sound) return load_as(builder, why.index, place);
  if (place != nullptr) *place = why;
  return generous;
}

}  // namespace

std::vector<std::byte> ModelBuilder::file() const {
  const Loaded loaded = load_exactly(*this, nullptr);
  return {loaded.file.span().begin(), loaded.file.span().end()};
}

Status ModelBuilder::load_status(Place* place) const { return load_exactly(*this, place).status; }

Status ModelBuilder::run_bytes(unsigned times, std::vector<std::byte>* output) const {
  const Loaded loaded = load_exactly(*this, nullptr);
  if (loaded.status != Status::ok) return loaded.status;
  for (unsigned n = 0; n < times; ++n) {
    for (unsigned i = 0, port = 0; i < inputs; ++i) {
      if (arguments[i].memory == Memory::weights) continue;
      const Span<std::byte> bytes = loaded.network.input_bytes(port++);
      std::memcpy(bytes.data(), arguments[i].bytes.data(), std::min(bytes.size(), arguments[i].bytes.size()));
    }
    const Status status = loaded.network.run();
    if (status != Status::ok) return status;
  }
  const Span<const std::byte> bytes = loaded.network.output_bytes(0);
  output->assign(bytes.begin(), bytes.end());
  return Status::ok;
}

}  // namespace nacre::test
