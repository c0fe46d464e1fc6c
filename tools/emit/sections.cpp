#include "tools/emit/sections.hpp"

#include "tools/operators/definition.hpp"

namespace nacre::tools {
namespace {

template <typename Root, typename Object>
std::vector<std::byte> finished(const Object& object) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(Root::Pack(builder, &object));
  const auto* start = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {start, start + builder.GetSize()};
}

std::vector<std::unique_ptr<schema::GoldenTensorT>> tensors(const std::vector<TensorData>& data) {
  std::vector<std::unique_ptr<schema::GoldenTensorT>> result;
  for (const TensorData& tensor : data) {
    auto packed = std::make_unique<schema::GoldenTensorT>();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.bytes.data());
    packed->data.assign(bytes, bytes + tensor.bytes.size());
    packed->text = tensor.text;
    result.push_back(std::move(packed));
  }
  return result;
}

std::vector<std::unique_ptr<schema::PortDescriptionT>> ports(const std::vector<Port>& ports) {
  std::vector<std::unique_ptr<schema::PortDescriptionT>> result;
  for (const Port& port : ports) {
    auto described = std::make_unique<schema::PortDescriptionT>();
    described->name = port.name;
    described->features = port.features;
    described->labels = port.labels;
    result.push_back(std::move(described));
  }
  return result;
}

std::unique_ptr<schema::LayerDescriptionT> layer(const Graph& graph, const Node& node) {
  auto described = std::make_unique<schema::LayerDescriptionT>();
  described->name = node.name;
  const Definition& definition = definition_of(node.op());
  if (definition.macs != nullptr)
    described->macs = static_cast<std::uint64_t>(
        definition.macs(node, graph.input_types(node), graph.type(node.outputs[0])));
  for (const ValueId input : node.inputs)
    if (graph.values[input].constant)
      described->parameters += static_cast<std::uint64_t>(graph.type(input).size());
  return described;
}

}  // namespace

std::vector<std::byte> pack_golden(const std::vector<GoldenCase>& cases) {
  schema::GoldenVectorsT vectors;
  for (const GoldenCase& golden : cases) {
    auto packed = std::make_unique<schema::GoldenCaseT>();
    packed->inputs = tensors(golden.inputs);
    packed->outputs = tensors(golden.outputs);
    vectors.cases.push_back(std::move(packed));
  }
  return finished<schema::GoldenVectors>(vectors);
}

std::vector<std::byte> pack_description(const Graph& graph, const Plan& plan, const Identity& identity) {
  schema::DescriptionT description;
  description.name = identity.name;
  description.model_version = identity.model_version;
  description.converter = identity.converter;
  for (const SourceFile& file : graph.sources) {
    auto source = std::make_unique<schema::SourceT>();
    source->file = file.file;
    source->sha256 = file.sha256;
    source->library = file.library;
    source->library_version = file.library_version;
    description.sources.push_back(std::move(source));
  }
  description.inputs = ports(graph.inputs);
  description.outputs = ports(graph.outputs);
  for (const PlannedLayer& planned : plan.layers) description.layers.push_back(layer(graph, *planned.node));
  return finished<schema::Description>(description);
}

}  // namespace nacre::tools
