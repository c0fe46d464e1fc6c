#include "tools/codegen/facts.hpp"

#include <fmt/format.h>

#include <charconv>

#include "nacre/load.hpp"
#include "tools/codegen/names.hpp"

namespace nacre::tools {
namespace {

/// Macros of the header that are there for any model: no label may be called so.
constexpr const char* kMacros[] = {"MODEL_BYTES", "MEMORY_BYTES", "MEMORY_ALIGNMENT", "BLOCKS", "NAME", "VERSION",
                                   "DIGEST", "DIGEST_BYTES", "INPUTS", "OUTPUTS", "FLASH_BYTES", "STACK_BYTES"};

/// A parameter's name: in small letters, as macros rarely are.
std::string parameter(const std::string& name) {
  std::string word = identifier(name);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return identifier(word);  // which may be a keyword now
}

PortFacts port_facts(Shape shape, DataType type, const PortRecord& record) {
  PortFacts port;
  port.type = type;
  port.shape.assign(shape.dimensions(), shape.dimensions() + shape.rank());
  port.elements = shape.size();
  port.flags = record.flags;
  port.scale = record.scale;
  port.zero_point = record.zero_point;
  return port;
}

/// Of one side. A lone port has no number in the names of its functions.
void name_ports(const std::string& macro, const char* side, Names* words, std::vector<PortFacts>* ports) {
  for (std::size_t i = 0; i < ports->size(); ++i) {
    PortFacts& port = (*ports)[i];
    port.macro = fmt::format("{}_{}_{}", macro, macro_name(side), i);
    port.suffix = ports->size() == 1 ? side : fmt::format("{}_{}", side, i);
    port.word = words->add(parameter(port.name));
  }
}

/// A label as the end of a macro's name, which may begin with a digit.
std::string label_word(const std::string& text) {
  const bool is_negative = text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9';
  const std::string word = identifier(is_negative ? "_minus_" + text.substr(1) : "_" + text);  // "model_…"
  return macro_name(word.substr(std::string_view("model_").size()));
}

std::vector<std::string> labels_of(const schema::PortDescription& port) {
  std::vector<std::string> texts;
  if (port.labels() != nullptr)
    for (const auto* label : *port.labels()) texts.push_back(label->str());
  return texts;
}

/// Whether classes are numbers that are not their own indices: what predicts gives 2 where the index is 1.
bool are_other_numbers(const std::vector<std::string>& texts, const PortFacts& port) {
  if (port.type == DataType::string) return false;
  bool is_index = true;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    double value = 0;
    const char* const end = texts[i].data() + texts[i].size();
    if (std::from_chars(texts[i].data(), end, value).ptr != end) return false;
    is_index = is_index && value == static_cast<double>(i);
  }
  return !is_index;
}

/// Gives an output its labels, which it may share with one before it.
void add_labels(const std::vector<std::string>& texts, ModelFacts* facts, PortFacts* port, Names* macros) {
  if (texts.empty()) return;
  for (std::size_t i = 0; i < facts->labels.size() && port->labels < 0; ++i)
    if (facts->labels[i].texts == texts) port->labels = static_cast<int>(i);
  if (port->labels >= 0) return;
  port->labels = static_cast<int>(facts->labels.size());
  const std::string behind = facts->labels.empty() ? "" : "_" + port->word;  // of a second list
  ClassNames labels{texts, facts->word + "_labels" + behind, {}, are_other_numbers(texts, *port)};
  const char* const index = labels.are_other_numbers ? "INDEX_OF_" : "";
  for (const std::string& text : texts)
    labels.enumerators.push_back(
        macros->add(fmt::format("{}{}_{}{}", facts->macro, macro_name(behind), index, label_word(text))));
  facts->labels.push_back(std::move(labels));
}

}  // namespace

ModelFacts facts_of(const ModelFile& model, const std::string& name) {
  ModelFacts facts;
  facts.word = identifier(name);
  facts.macro = macro_name(facts.word);
  facts.model_bytes = static_cast<std::uint32_t>(model.bytes().size());
  facts.needs = model.needs();
  Span<const std::uint8_t> digest;
  if (model_digest(model.view(), &digest) == Status::ok)
    for (const std::uint8_t byte : digest) facts.digest += fmt::format("{:02x}", byte);
  if (const auto* description = model.description(); description != nullptr) {
    facts.name = description->name()->str();
    if (description->model_version() != nullptr) facts.version = description->model_version()->str();
  }
  const Network& network = model.network();
  for (unsigned i = 0; i < network.inputs(); ++i) {
    facts.inputs.push_back(port_facts(network.input_shape(i), network.input_type(i), network.input_port(i)));
    facts.inputs.back().name = model.input_name(i);
  }
  for (unsigned i = 0; i < network.outputs(); ++i) {
    facts.outputs.push_back(port_facts(network.output_shape(i), network.output_type(i), network.output_port(i)));
    facts.outputs.back().name = model.output_name(i);
  }
  Names words, macros;
  for (const char* used : {"network", "status", "label_of"}) words.add(used);  // by NAME_predict itself
  name_ports(facts.macro, "input", &words, &facts.inputs);
  name_ports(facts.macro, "output", &words, &facts.outputs);
  for (const char* macro : kMacros) macros.add(facts.macro + "_" + macro);
  for (const auto* side : {&facts.inputs, &facts.outputs})
    for (const PortFacts& port : *side)
      for (const char* field : {"NAME", "TYPE", "RANK", "SHAPE", "ELEMENTS", "SCALE", "ZERO_POINT"})
        macros.add(port.macro + "_" + field);
  if (model.description() != nullptr)
    for (unsigned i = 0; i < facts.outputs.size(); ++i)
      add_labels(labels_of(*model.description()->outputs()->Get(i)), &facts, &facts.outputs[i], &macros);
  return facts;
}

}  // namespace nacre::tools
