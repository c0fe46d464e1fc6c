#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"
#include "tools/emit/emit.hpp"
#include "tools/format/format.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"
#include "tools/read/read.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

const char* operator_name(unsigned number) {
  switch (static_cast<Operator>(number)) {
#define NACRE_OPERATOR(value, word, Table) \
  case Operator::word: return #word;
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
  }
  return "unknown";
}

std::vector<std::uint32_t> shape_of(const schema::Model& model, unsigned tensor) {
  const schema::Tensor& record = *model.tensors()->Get(tensor);
  std::vector<std::uint32_t> shape;
  for (unsigned i = 0; i < record.rank(); ++i) shape.push_back(model.shapes()->Get(record.shape() + i));
  return shape;
}

Json ports(const schema::Model& model, const flatbuffers::Vector<const schema::Port*>& records,
           const flatbuffers::Vector<flatbuffers::Offset<schema::PortDescription>>* described) {
  Json list = Json::array();
  for (unsigned i = 0; i < records.size(); ++i) {
    const schema::Port& port = *records.Get(i);
    Json entry{{"name", described != nullptr && i < described->size() ? described->Get(i)->name()->str() : fmt::format("{}", i)},
               {"dtype", schema::EnumNameDataType(model.tensors()->Get(port.tensor())->type())},
               {"shape", shape_of(model, port.tensor())}};
    if (port.scale() > 0) entry["scale"] = port.scale(), entry["zero_point"] = port.zero_point();
    const auto texts = [&](const char* key, const auto* list_of_texts) {
      if (list_of_texts == nullptr || list_of_texts->size() == 0) return;
      for (const auto* text : *list_of_texts) entry[key].push_back(text->str());
    };
    if (described != nullptr && i < described->size()) texts("labels", described->Get(i)->labels()), texts("features", described->Get(i)->features());
    list.push_back(std::move(entry));
  }
  return list;
}

Json layers(const schema::Model& model, const schema::Description* description) {
  Json list = Json::array();
  std::size_t argument = 0;
  for (unsigned i = 0; i < model.layers()->size(); ++i) {
    const schema::Layer& layer = *model.layers()->Get(i);
    const auto* described = description != nullptr && i < description->layers()->size() ? description->layers()->Get(i) : nullptr;
    list.push_back({{"name", described != nullptr ? described->name()->str() : fmt::format("{}", i)},
                    {"op", operator_name(model.kernels()->Get(layer.kernel())->operator_())},
                    {"output_shape", shape_of(model, model.arguments()->Get(static_cast<unsigned>(argument + layer.inputs())))},
                    {"parameters", described != nullptr ? described->parameters() : 0},
                    {"macs", described != nullptr ? described->macs() : 0}});
    argument += layer.inputs() + layer.outputs() + layer.temporaries();
  }
  return list;
}

Json document_of(const ModelFile& file) {
  const schema::Model& model = file.model();
  const schema::Description* description = file.description();
  const MemoryNeeds& needs = file.needs();
  std::string digest;
  for (const std::uint8_t byte : *model.header()->digest().sha256()) digest += fmt::format("{:02x}", byte);
  Json sources = Json::array();
  if (description != nullptr)
    for (const auto* source : *description->sources())
      sources.push_back({{"file", source->file()->str()}, {"sha256", source->sha256()->str()},
                         {"library", source->library() ? source->library()->str() : ""}, {"library_version", source->library_version() ? source->library_version()->str() : ""}});
  return {{"format_version", model.header()->format_version()},
          {"name", description != nullptr ? description->name()->str() : ""},
          {"model_version", description != nullptr && description->model_version() ? description->model_version()->str() : ""},
          {"converter", description != nullptr ? description->converter()->str() : ""},
          {"digest", digest},
          {"source", sources.size() == 1 ? sources[0] : sources},
          {"memory", {{"weights_bytes", needs.weights_bytes}, {"activations_bytes", needs.activations_bytes}, {"state_bytes", needs.state_bytes},
                      {"network_bytes", needs.network_bytes}, {"total_bytes", needs.total_bytes}, {"alignment", needs.alignment}}},
          {"inputs", ports(model, *model.inputs(), description ? description->inputs() : nullptr)},
          {"outputs", ports(model, *model.outputs(), description ? description->outputs() : nullptr)},
          {"layers", layers(model, description)}};
}

void print(const Json& document) {
  const auto quoted = [](const Json& text) { return escaped(text.get<std::string>()); };
  fmt::print("model {} {}\ndigest {}\n", quoted(document["name"]), document["model_version"].get<std::string>(), document["digest"].get<std::string>());
  for (const auto& [key, value] : document["memory"].items()) fmt::print("{:18} {}\n", key, value.dump());
  for (const char* side : {"inputs", "outputs"})
    for (const Json& port : document[side]) fmt::print("{:8} {} {} {}\n", std::string(side).substr(0, std::string(side).size() - 1), quoted(port["name"]), port["dtype"].get<std::string>(), port["shape"].dump());
  fmt::print("{:<40} {:<20} {:<20} {:>10} {:>12}\n", "layer", "operator", "output", "parameters", "macs");
  for (const Json& layer : document["layers"])
    fmt::print("{:<40} {:<20} {:<20} {:>10} {:>12}\n", quoted(layer["name"]), layer["op"].get<std::string>(), layer["output_shape"].dump(), layer["parameters"].dump(), layer["macs"].dump());
}

/// The document of a file that is no Nacre model yet: converted in memory.
void inspect_saved(const std::string& path, bool json) {
  const Buffer file = Buffer::map_file(path);
  try {
    Graph graph = read_model({path}, {}, nullptr);
    optimise(graph);
    add_missing_copies(graph);
    const Plan places = plan(graph);
    const ModelBytes bytes = emit(graph, places, {path.substr(path.rfind('/') + 1), "", "not converted"}, {});
    const Json document = document_of(ModelFile(Buffer(nullptr, {bytes.data(), bytes.size()})));
    if (json) fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
    else print(document);
  } catch (const Refusal& refusal) {
    const Format format = recognise(file.bytes());
    if (json || (format != Format::pickle && format != Format::compressed)) throw;
    fmt::print("{}\nThis does not convert: {}\n", describe(read_pickle(file)), refusal.what());
  }
}

void inspect(const std::string& path, bool json) try {
  if (recognise(Buffer::map_file(path).bytes()) != Format::nacre) return inspect_saved(path, json);
  const ModelFile model(path);
  Session(model.bytes(), native_kernels());  // nothing is shown of a file that does not load
  const Json document = document_of(model);
  if (json) fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
  else print(document);
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace

void add_inspect(CLI::App& app) {
  CLI::App* command = app.add_subcommand("inspect", "Show what a file holds: any readable format");
  struct State {
    std::string file;
    bool json = false;
  };
  auto state = std::make_shared<State>();
  command->add_option("file", state->file, "The file")->required();
  command->add_flag("--json", state->json, "Report as JSON");
  command->callback([state] { inspect(state->file, state->json); });
}

}  // namespace nacre::tools
