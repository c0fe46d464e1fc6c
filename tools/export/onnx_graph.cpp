#include "tools/export/onnx_graph.hpp"

#include <fmt/format.h>

#include <protozero/pbf_writer.hpp>

namespace nacre::tools {
namespace {

constexpr std::size_t kSmall = 256;  // bytes of a constant that is looked for among those before
constexpr std::int64_t kIrVersion = 8, kOpset = 18, kMlOpset = 3;

using protozero::pbf_writer;
using Kind = OnnxAttribute::Kind;

std::string_view bytes_of(std::span<const std::byte> elements) {
  return {reinterpret_cast<const char*>(elements.data()), elements.size()};
}

void begin_tensor(pbf_writer& out, OnnxType type, const std::vector<std::int64_t>& dims, const std::string& name) {
  out.add_packed_int64(1, dims.begin(), dims.end());
  out.add_int32(2, static_cast<std::int32_t>(type));
  if (!name.empty()) out.add_string(8, name);
}

std::string tensor_message(OnnxType type, const std::vector<std::int64_t>& dims, std::span<const std::byte> elements,
                           const std::string& name) {
  std::string message;
  pbf_writer out(message);
  begin_tensor(out, type, dims, name);
  const std::string_view bytes = bytes_of(elements);
  out.add_bytes(9, bytes.data(), bytes.size());
  return message;
}

/// An attribute whose value `write` adds.
template <typename Write>
std::string attribute_message(std::string_view name, Kind kind, Write write) {
  std::string message;
  pbf_writer out(message);
  out.add_string(1, name.data(), name.size());
  out.add_int32(20, static_cast<std::int32_t>(kind));
  write(out);
  return message;
}

std::string port_message(const std::string& name, OnnxType type, const std::vector<OnnxAxis>& shape) {
  std::string dims, tensor, of_type, port;
  pbf_writer dims_out(dims);
  for (const OnnxAxis& axis : shape) {
    std::string dim;
    pbf_writer out(dim);
    if (axis.name.empty()) out.add_int64(1, axis.length);
    else out.add_string(2, axis.name);
    dims_out.add_message(1, dim);
  }
  pbf_writer tensor_out(tensor);
  tensor_out.add_int32(1, static_cast<std::int32_t>(type));
  tensor_out.add_message(2, dims);
  pbf_writer(of_type).add_message(1, tensor);
  pbf_writer out(port);
  out.add_string(1, name);
  out.add_message(2, of_type);
  return port;
}

}  // namespace

OnnxAttributes& OnnxAttributes::integer(std::string_view name, std::int64_t value) {
  messages_.push_back(attribute_message(name, Kind::integer, [&](pbf_writer& out) { out.add_int64(3, value); }));
  return *this;
}
OnnxAttributes& OnnxAttributes::real(std::string_view name, float value) {
  messages_.push_back(attribute_message(name, Kind::real, [&](pbf_writer& out) { out.add_float(2, value); }));
  return *this;
}
OnnxAttributes& OnnxAttributes::text(std::string_view name, std::string_view value) {
  messages_.push_back(attribute_message(
      name, Kind::text, [&](pbf_writer& out) { out.add_bytes(4, value.data(), value.size()); }));
  return *this;
}
OnnxAttributes& OnnxAttributes::integers(std::string_view name, const std::vector<std::int64_t>& values) {
  messages_.push_back(attribute_message(name, Kind::integers, [&](pbf_writer& out) {
    for (const std::int64_t value : values) out.add_int64(8, value);
  }));
  return *this;
}
OnnxAttributes& OnnxAttributes::reals(std::string_view name, const std::vector<float>& values) {
  messages_.push_back(attribute_message(name, Kind::reals, [&](pbf_writer& out) {
    for (const float value : values) out.add_float(7, value);
  }));
  return *this;
}
OnnxAttributes& OnnxAttributes::texts(std::string_view name, const std::vector<std::string>& values) {
  messages_.push_back(attribute_message(name, Kind::texts, [&](pbf_writer& out) {
    for (const std::string& value : values) out.add_bytes(9, value);
  }));
  return *this;
}
OnnxAttributes& OnnxAttributes::tensor(std::string_view name, OnnxType type, const std::vector<std::int64_t>& dims,
                                       std::span<const std::byte> elements) {
  messages_.push_back(attribute_message(name, Kind::tensor, [&](pbf_writer& out) {
    out.add_message(5, tensor_message(type, dims, elements, std::string(name)));
  }));
  return *this;
}
OnnxAttributes& OnnxAttributes::graph(std::string_view name, const OnnxGraph& graph) {
  messages_.push_back(
      attribute_message(name, Kind::graph, [&](pbf_writer& out) { out.add_message(6, graph.message(name)); }));
  return *this;
}

std::string OnnxGraph::next_name(std::string_view kind) { return fmt::format("{}{}_{}", prefix_, kind, names_++); }

std::vector<std::string> OnnxGraph::add_many(std::string_view op, const std::vector<std::string>& inputs,
                                             std::size_t outputs, const OnnxAttributes& attributes,
                                             std::string_view domain) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < outputs; ++i) made.push_back(next_name(op));
  std::string message;
  pbf_writer out(message);
  for (const std::string& input : inputs) out.add_string(1, input);
  for (const std::string& output : made) out.add_string(2, output);
  out.add_string(3, next_name("node"));
  out.add_string(4, op.data(), op.size());
  for (const std::string& attribute : attributes.messages()) out.add_message(5, attribute);
  if (!domain.empty()) out.add_string(7, domain.data(), domain.size());
  if (!domain.empty()) note_ml(kMlOpset);
  nodes_.push_back(std::move(message));
  return made;
}

void OnnxGraph::add_named(std::string_view op, const std::vector<std::string>& inputs, const std::string& output) {
  std::string message;
  pbf_writer out(message);
  for (const std::string& input : inputs) out.add_string(1, input);
  out.add_string(2, output);
  out.add_string(3, next_name("node"));
  out.add_string(4, op.data(), op.size());
  nodes_.push_back(std::move(message));
}

std::string OnnxGraph::constant(OnnxType type, const std::vector<std::int64_t>& dims,
                                std::span<const std::byte> elements) {
  const auto add = [&] {
    const std::string name = next_name("constant");
    constants_.push_back(tensor_message(type, dims, elements, name));
    return name;
  };
  if (elements.size() > kSmall) return add();
  const auto [found, is_new] = known_.try_emplace({type, dims, std::string(bytes_of(elements))});
  if (is_new) found->second = add();
  return found->second;
}

std::string OnnxGraph::constant(const std::vector<std::int64_t>& dims, const std::vector<std::string>& texts) {
  const std::string name = next_name("constant");
  std::string message;
  pbf_writer out(message);
  begin_tensor(out, OnnxType::string, dims, name);
  for (const std::string& text : texts) out.add_bytes(6, text);
  constants_.push_back(std::move(message));
  return name;
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& values) {
  return constant(OnnxType::int64, {static_cast<std::int64_t>(values.size())}, std::as_bytes(std::span(values)));
}

void OnnxGraph::input(const std::string& name, OnnxType type, const std::vector<OnnxAxis>& shape) {
  inputs_.push_back(port_message(name, type, shape));
}
void OnnxGraph::output(const std::string& name, OnnxType type, const std::vector<OnnxAxis>& shape) {
  outputs_.push_back(port_message(name, type, shape));
}

std::string OnnxGraph::message(std::string_view name) const {
  std::string message;
  pbf_writer out(message);
  for (const std::string& node : nodes_) out.add_message(1, node);
  out.add_string(2, name.data(), name.size());
  for (const std::string& constant : constants_) out.add_message(5, constant);
  for (const std::string& input : inputs_) out.add_message(11, input);
  for (const std::string& output : outputs_) out.add_message(12, output);
  return message;
}

std::string onnx_model(const OnnxGraph& graph, std::string_view name, std::string_view producer_version,
                       const std::vector<std::pair<std::string, std::string>>& properties) {
  std::string message;
  pbf_writer out(message);
  out.add_int64(1, kIrVersion);
  out.add_string(2, "nacre");
  out.add_string(3, producer_version.data(), producer_version.size());
  out.add_message(7, graph.message(name));
  const auto add_opset = [&](std::string_view domain, std::int64_t version) {
    std::string opset;
    pbf_writer of_opset(opset);
    of_opset.add_string(1, domain.data(), domain.size());
    of_opset.add_int64(2, version);
    out.add_message(8, opset);
  };
  add_opset("", kOpset);
  if (graph.ml_version() > 0) add_opset("ai.onnx.ml", graph.ml_version());
  for (const auto& [key, value] : properties) {
    std::string entry;
    pbf_writer of_entry(entry);
    of_entry.add_string(1, key);
    of_entry.add_string(2, value);
    out.add_message(14, entry);
  }
  return message;
}

}  // namespace nacre::tools
