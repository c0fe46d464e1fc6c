#include "tests/support/smallest_model.hpp"

#include <cstring>

#include "nacre/load.hpp"
#include "tools/common/sha256.hpp"

namespace nacre::test {

schema::ModelT smallest_model() {
  schema::ModelT model;
  model.header = std::make_unique<schema::Header>();
  model.tensors.emplace_back(0, 0, 1, schema::DataType::float32, schema::Memory::activations);
  model.tensors.push_back(model.tensors[0]);  // y takes the place of x
  model.shapes = {1};
  schema::ActivationT negative;
  negative.function = schema::ActivationFunction::negative;
  model.kernels.emplace_back(static_cast<std::uint8_t>(schema::Operator::Activation), schema::DataType::float32,
                             static_cast<std::uint8_t>(negative.function), 0);
  model.layers.emplace_back(0, 1, 1, 0, 0);
  model.arguments = {0, 1};
  model.operators.emplace_back();
  model.operators[0].Set(negative);
  model.inputs.emplace_back(0, 0, 0, 0);
  model.outputs.emplace_back(1, 0, 0, 0);
  return model;
}

std::vector<std::byte> file_of(const schema::ModelT& model, std::uint32_t activations_bytes, std::uint32_t state_bytes,
                               std::uint32_t network_bytes) {
  flatbuffers::FlatBufferBuilder builder;
  const std::size_t size = model.weights.size();
  builder.PreAlign(size == 0 ? 64 : size, 64);  // the weights end the file
  const auto weights = builder.CreateVector(model.weights);
  const std::vector<schema::Operator> types{model.operators[0].type};
  const std::vector<flatbuffers::Offset<void>> tables{model.operators[0].Pack(builder)};
  schema::FinishModelBuffer(
      builder, schema::CreateModel(builder, model.header.get(), builder.CreateVectorOfStructs(model.tensors),
                                   builder.CreateVector(model.shapes), builder.CreateVectorOfStructs(model.kernels),
                                   builder.CreateVectorOfStructs(model.layers), builder.CreateVector(model.arguments),
                                   builder.CreateVector(types), builder.CreateVector(tables),
                                   builder.CreateVectorOfStructs(model.inputs),
                                   builder.CreateVectorOfStructs(model.outputs), weights));
  const auto* start = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  std::vector<std::byte> file(start, start + builder.GetSize());
  const auto end = static_cast<std::uint32_t>(file.size());
  const auto offset = static_cast<std::uint32_t>(end - size);
  const schema::Digest none{};
  *schema::GetMutableModel(file.data())->mutable_header() = schema::Header(
      kFormatVersion, 16, 0, end, activations_bytes, state_bytes, network_bytes,
      schema::Section(offset, end - offset, none), schema::Section(end, 0, none), schema::Section(end, 0, none), none);
  seal(&file);
  return file;
}

std::vector<std::byte> smallest_file() { return file_of(smallest_model(), 16, 0, 48); }

void seal(std::vector<std::byte>* file) {
  const auto hash = [file](std::uint32_t offset, std::uint32_t size, schema::Digest& digest) {
    const tools::Sha256Digest made = tools::sha256({file->data() + offset, size});
    std::memcpy(&digest, made.data(), made.size());
  };
  schema::Header& header = *schema::GetMutableModel(file->data())->mutable_header();
  for (schema::Section* section : {&header.mutable_weights(), &header.mutable_golden(), &header.mutable_description()})
    hash(section->offset(), section->size(), section->mutable_digest());
  header.mutable_digest() = schema::Digest{};
  schema::Digest whole;
  hash(0, header.weights().offset(), whole);
  header.mutable_digest() = whole;
}

}  // namespace nacre::test
