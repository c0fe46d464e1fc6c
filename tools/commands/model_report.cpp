#include "tools/commands/model_report.hpp"

#include <fmt/format.h>

#include "nacre/limits.hpp"
#include "tools/codegen/footprint.hpp"
#include "tools/commands/attributes.hpp"
#include "tools/commands/signatures.hpp"
#include "tools/common/printable.hpp"
#include "tools/operators/functions.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string text_or_empty(const flatbuffers::String* text) { return text != nullptr ? text->str() : ""; }

std::vector<std::uint32_t> shape_of(const schema::Model& model, unsigned tensor) {
  const schema::Tensor& record = *model.tensors()->Get(tensor);
  std::vector<std::uint32_t> shape;
  for (unsigned i = 0; i < record.rank(); ++i) shape.push_back(model.shapes()->Get(record.shape() + i));
  return shape;
}

Json texts(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>& list) {
  Json result = Json::array();
  for (const auto* text : list) result.push_back(text->str());
  return result;
}

Json port_report(const schema::Model& model, const schema::Port& port, const std::string& name,
                 const schema::PortDescription* described) {
  Json report{{"name", name},
              {"dtype", schema::EnumNameDataType(model.tensors()->Get(port.tensor())->type())},
              {"shape", shape_of(model, port.tensor())}};
  if ((port.flags() & PortRecord::kRefusesMissing) != 0) report["refuses"].push_back("missing");
  if ((port.flags() & PortRecord::kRefusesInfinite) != 0) report["refuses"].push_back("infinite");
  if (port.scale() > 0) report["scale"] = port.scale(), report["zero_point"] = port.zero_point();
  if (described == nullptr) return report;
  if (described->alias() != nullptr && described->alias()->size() > 0) report["alias"] = described->alias()->str();
  if (described->labels() != nullptr && described->labels()->size() > 0) report["labels"] = texts(*described->labels());
  if (described->features() != nullptr && described->features()->size() > 0)
    report["features"] = texts(*described->features());
  else if (described->places() != nullptr)
    for (const std::uint32_t place : *described->places()) report["columns"].push_back(std::to_string(place));
  return report;
}

Json inputs(const ModelFile& file) {
  Json list = Json::array();
  for (unsigned i = 0; i < file.model().inputs()->size(); ++i)
    list.push_back(port_report(file.model(), *file.model().inputs()->Get(i), file.input_name(i),
                               file.description() ? file.description()->inputs()->Get(i) : nullptr));
  return list;
}

Json outputs(const ModelFile& file) {
  Json list = Json::array();
  for (unsigned i = 0; i < file.model().outputs()->size(); ++i)
    list.push_back(port_report(file.model(), *file.model().outputs()->Get(i), file.output_name(i),
                               file.description() ? file.description()->outputs()->Get(i) : nullptr));
  return list;
}

std::string text_of(const Operand& operand, const Program& program) {
  if (operand.kind == Operand::Kind::output) return "y";
  if (operand.kind == Operand::Kind::literal) return fmt::format("{}", program.literals[operand.index].value);
  return operand.index == 0 ? "x" : fmt::format("input {}", operand.index);
}

/// "subtract(x, input 1)" for each step of a program; y is what the step before it has left.
Json steps_of(const Program& program) {
  Json steps = Json::array();
  for (const Instruction& instruction : program.instructions) {
    std::string operands;
    for (const Operand& operand : instruction.operands)
      operands += (operands.empty() ? "" : ", ") + text_of(operand, program);
    steps.push_back(fmt::format("{}({})", name_of(instruction.function), operands));
  }
  return steps;
}

Json layers(const ModelFile& file) {
  const schema::Model& model = file.model();
  const schema::Description* description = file.description();
  Json list = Json::array();
  for (unsigned i = 0; i < model.layers()->size(); ++i) {
    const schema::Layer& layer = *model.layers()->Get(i);
    const auto* described = description != nullptr ? description->layers()->Get(i) : nullptr;
    const auto tensor_of = [&](unsigned argument) { return model.arguments()->Get(layer.arguments() + argument); };
    const OperatorParameters parameters(static_cast<Operator>(model.operators_type()->Get(i)),
                                        model.operators()->Get(i));
    list.push_back({{"name", described != nullptr ? described->name()->str() : std::to_string(i)},
                    {"op", name(parameters.op())},
                    {"attributes", attributes(parameters, shape_of(model, tensor_of(0)).size())},
                    {"output_shape", shape_of(model, tensor_of(layer.inputs()))},
                    {"parameters", described != nullptr ? described->parameters() : 0},
                    {"macs", described != nullptr ? described->macs() : 0}});
    if (parameters.op() == Operator::map) list.back()["attributes"] = {{"program", steps_of(file.program(i))}};
    if (layer.body() != 0) list.back()["body"] = layer.body();
  }
  return list;
}

/// One file as an object, the files of a chain as a list of them.
Json sources(const schema::Description* description) {
  Json list = Json::array();
  if (description == nullptr) return list;
  for (const auto* source : *description->sources())
    list.push_back({{"file", source->file()->str()},
                    {"sha256", source->sha256()->str()},
                    {"library", text_or_empty(source->library())},
                    {"library_version", text_or_empty(source->library_version())}});
  return list.size() == 1 ? list[0] : list;
}

std::string text(const Json& value) { return printable(value.get<std::string>()); }

void print_source(const Json& source) {
  fmt::print("source   {} ({} {}), sha256 {}\n", text(source["file"]), text(source["library"]),
             text(source["library_version"]), text(source["sha256"]));
}

/// "stride_h 2, stride_w 2", under the layer that has them.
void print_attributes(const Json& attributes) {
  std::string line;
  const auto add = [&line](const std::string& part) { line += (line.empty() ? "" : ", ") + part; };
  for (const auto& [name, value] : attributes.items())
    if (name == "program") for (const Json& step : value) add(text(step));
    else add(fmt::format("{} {}", name, value.is_string() ? value.get<std::string>() : value.dump()));
  if (!line.empty()) fmt::print("  {}\n", line);
}

/// "labels a, b, c", cut where there are many.
void print_names(const Json& port, const char* key) {
  constexpr std::size_t kMost = 10;
  if (!port.contains(key)) return;
  const Json& names = port[key];
  fmt::print("         {}", key);
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) fmt::print("{} {}", i == 0 ? "" : ",", text(names[i]));
  fmt::print("{}\n", names.size() > kMost ? fmt::format(" … ({} in all)", names.size()) : "");
}

void print_port(const char* side, const Json& port) {
  fmt::print("{:8} {} {} {}", side, text(port["name"]), text(port["dtype"]), port["shape"].dump());
  if (port.contains("scale")) fmt::print(" scale {} zero_point {}", port["scale"].dump(), port["zero_point"].dump());
  fmt::print("\n");
  print_names(port, "refuses");
  print_names(port, "labels");
  print_names(port, "features");
  print_names(port, "columns");
}

void print_layers(const Json& layers) {
  fmt::print("{:<40} {:<20} {:<20} {:>10} {:>12}\n", "layer", "operator", "output", "parameters", "macs");
  std::uint64_t parameters = 0, macs = 0;
  std::vector<std::size_t> ends;  // of the bodies that the layer is in
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Json& layer = layers[i];
    while (!ends.empty() && ends.back() == i) ends.pop_back();
    fmt::print("{:<40} {:<20} {:<20} {:>10} {:>12}\n", std::string(2 * ends.size(), ' ') + text(layer["name"]),
               text(layer["op"]),
               layer["output_shape"].dump(), layer["parameters"].dump(), layer["macs"].dump());
    print_attributes(layer["attributes"]);
    if (layer.contains("body")) ends.push_back(i + 1 + layer["body"].get<std::size_t>());
    parameters += layer["parameters"].get<std::uint64_t>();
    macs += layer["macs"].get<std::uint64_t>();
  }
  fmt::print("{:<40} {:<20} {:<20} {:>10} {:>12}\n", "all", "", "", parameters, macs);
}

/// Which key a file says that it was signed with; null where it is not.
Json signature_report(const ModelFile& file) {
  const std::optional<Signed> signature = signed_by(file, {});
  return signature ? Json{{"key", signature->key}} : Json();
}

}  // namespace

Json model_report(const ModelFile& file) {
  const schema::Model& model = file.model();
  const schema::Description* description = file.description();
  const MemoryNeeds& needs = file.needs();
  const std::vector<KernelRow> rows = kernel_rows(file);
  const Footprint footprint = footprint_of(file, rows, footprint_target(file, rows));
  std::string digest;
  for (const std::uint8_t byte : *model.header()->digest().sha256()) digest += fmt::format("{:02x}", byte);
  return {
      {"format_version", model.header()->format_version()},
      {"name", description != nullptr ? description->name()->str() : ""},
      {"model_version", description != nullptr ? text_or_empty(description->model_version()) : ""},
      {"rollback", model.header()->rollback()},
      {"signature", signature_report(file)},
      {"converter", description != nullptr ? description->converter()->str() : ""},
      {"digest", digest},
      {"input_precision", description != nullptr ? schema::EnumNameInputPrecision(description->input_precision()) : ""},
      {"source", sources(description)},
      {"memory",
       {{"weights_bytes", needs.weights_bytes},
        {"activations_bytes", needs.activations_bytes},
        {"state_bytes", needs.state_bytes},
        {"network_bytes", needs.network_bytes},
        {"ram_bytes", needs.total_bytes},
        {"flash_bytes", footprint.code_bytes + footprint.model_bytes},
        {"total_bytes", needs.total_bytes},  // what ram_bytes was called; until 1.0
        {"alignment", needs.alignment}}},
      {"operations", operations(file.network())},
      {"inputs", inputs(file)},
      {"outputs", outputs(file)},
      {"layers", layers(file)}};
}

void print_report(const Json& report) {
  fmt::print("model    {} {}\ndigest   {}\nrollback {}\n", text(report["name"]), text(report["model_version"]),
             text(report["digest"]), report["rollback"].dump());
  if (!report["signature"].is_null())
    fmt::print("signed   by {} (not checked: nacre verify --key)\n", text(report["signature"]["key"]));
  fmt::print("runs     {} operations at most\n", report["operations"].dump());
  if (report["source"].is_object()) print_source(report["source"]);
  else
    for (const Json& source : report["source"]) print_source(source);
  if (!report["input_precision"].empty() && report["input_precision"] != "")
    fmt::print("inputs   {}\n", text(report["input_precision"]));
  for (const auto& [key, value] : report["memory"].items())
    if (key != "total_bytes") fmt::print("{:18} {}\n", key, value.dump());
  for (const Json& input : report["inputs"]) print_port("input", input);
  for (const Json& output : report["outputs"]) print_port("output", output);
  print_layers(report["layers"]);
}

}  // namespace nacre::tools
