#include "tests/support/model_parts.hpp"

#include "loader/rules.hpp"

namespace nacre::test {
namespace {

constexpr std::uint32_t kSectionAlignment = 64;

/// The device section: one FlatBuffer. Its parts are written from the last to the first.
std::vector<std::byte> device_section(const ModelParts& parts) {
  flatbuffers::FlatBufferBuilder file;
  const auto outputs = file.CreateVectorOfStructs(parts.outputs), inputs = file.CreateVectorOfStructs(parts.inputs);
  std::vector<flatbuffers::Offset<void>> structs;
  for (const std::vector<std::byte>& bytes : parts.parameters) {
    constexpr std::size_t kStructAlignment = 4;
    file.StartStruct(kStructAlignment);
    file.PushBytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    structs.emplace_back(file.EndStruct());
  }
  std::vector<schema::Operator> types;
  for (const Operator op : parts.operators) types.push_back(static_cast<schema::Operator>(op));
  const auto operators = file.CreateVector(structs);
  const auto operator_types = file.CreateVector(types);
  const auto arguments = file.CreateVector(parts.arguments);
  const auto layers = file.CreateVectorOfStructs(parts.layers);
  const auto kernels = file.CreateVectorOfStructs(parts.kernels);
  const auto shapes = file.CreateVector(parts.shapes);
  const auto tensors = file.CreateVectorOfStructs(parts.tensors);
  const auto memories = file.CreateVectorOfStructs(parts.memories);
  const auto sections = file.CreateVectorOfStructs(std::vector<schema::Section>(parts.sections.size()));
  schema::ModelBuilder model(file);
  for (unsigned i = 1; i <= parts.unknown_fields; ++i)
    file.AddElement<std::uint32_t>(static_cast<flatbuffers::voffset_t>(schema::Model::VT_DESCRIPTION + 2 * i), 1, 0);
  model.add_outputs(outputs);
  model.add_inputs(inputs);
  model.add_operators(operators);
  model.add_operators_type(operator_types);
  model.add_arguments(arguments);
  model.add_layers(layers);
  model.add_kernels(kernels);
  model.add_shapes(shapes);
  model.add_tensors(tensors);
  model.add_memories(memories);
  model.add_sections(sections);
  model.add_header(&parts.header);
  file.Finish(model.Finish(), __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "NACR" : "NACB");
  const auto* start = reinterpret_cast<const std::byte*>(file.GetBufferPointer());
  return {start, start + file.GetSize()};
}

}  // namespace

std::uint32_t ModelParts::add_tensor(DataType type, std::uint8_t memory, std::uint32_t offset, const Dimensions& shape,
                                     std::uint8_t alias) {
  tensors.emplace_back(offset, static_cast<std::uint32_t>(shapes.size()), static_cast<std::uint8_t>(shape.size()),
                       static_cast<schema::DataType>(type), memory, alias);
  shapes.insert(shapes.end(), shape.begin(), shape.end());
  return static_cast<std::uint32_t>(tensors.size() - 1);
}

void ModelParts::add_kernel(const KernelName& name) {
  kernels.emplace_back(static_cast<std::uint8_t>(name.op), static_cast<schema::DataType>(name.activations),
                       static_cast<schema::DataType>(name.weights), static_cast<schema::Layout>(name.layout),
                       name.function, name.algorithm, name.reserved);
}

void ModelParts::add_layer(Operator op, const std::vector<std::byte>& bytes, const std::vector<std::uint32_t>& from,
                           const std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& temporaries) {
  std::vector<DataType> types;
  for (const std::uint32_t tensor : from)
    types.push_back(tensor == kAbsent ? DataType::float32 : static_cast<DataType>(tensors[tensor].type()));
  layers.emplace_back(static_cast<std::uint32_t>(arguments.size()), static_cast<std::uint16_t>(kernels.size()),
                      static_cast<std::uint16_t>(from.size()), static_cast<std::uint8_t>(to.size()),
                      static_cast<std::uint8_t>(temporaries.size()), std::uint16_t{0});
  add_kernel(kernel_name_of(op, bytes, types));
  for (const auto* some : {&from, &to, &temporaries}) arguments.insert(arguments.end(), some->begin(), some->end());
  operators.push_back(op);
  parameters.push_back(bytes);
}

std::vector<std::byte> ModelParts::file() const {
  std::vector<std::byte> file = device_section(*this);
  std::vector<schema::Section> places;
  for (const SectionParts& section : sections) {
    file.resize(round_up(static_cast<std::uint32_t>(file.size()), kSectionAlignment));
    if (!places.empty()) places.back().mutate_size(static_cast<std::uint32_t>(file.size()) - places.back().offset());
    const auto* bytes = reinterpret_cast<const std::byte*>(section.bytes.data());
    places.emplace_back(section.kind, section.flags, static_cast<std::uint32_t>(file.size()),
                        static_cast<std::uint32_t>(section.bytes.size()), 0u, schema::Digest{});
    file.insert(file.end(), bytes, bytes + section.bytes.size());
  }
  schema::Model& model = *schema::GetMutableModel(file.data());
  for (std::size_t i = 0; i < places.size(); ++i)
    *model.mutable_sections()->GetMutableObject(static_cast<flatbuffers::uoffset_t>(i)) = places[i];
  model.mutable_header()->mutate_file_size(static_cast<std::uint32_t>(file.size()));
  return file;
}

KernelName kernel_name_of(Operator op, const std::vector<std::byte>& bytes, const std::vector<DataType>& inputs) {
  for (const Kernel& kernel : reference_kernels()) {
    if (kernel.name.op != op) continue;
    const std::size_t weights = kernel.rule->weights < inputs.size() ? kernel.rule->weights : 0;
    return nacre::kernel_name(op, *kernel.rule, inputs[0], inputs[weights], bytes.data());
  }
  return {op, inputs[0], inputs[0], Layout::portable, 0, 0, 0};  // no reader has one
}

}  // namespace nacre::test
