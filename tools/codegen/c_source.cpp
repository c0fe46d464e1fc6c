#include <fmt/format.h>

#include <limits>

#include "tools/codegen/names.hpp"
#include "tools/codegen/parts.hpp"

namespace nacre::tools {
namespace {

struct Range {
  std::int32_t least, most;
};

/// What a stored integer can be.
Range range_of(DataType type) {
  switch (type) {
    case DataType::int8: return {-128, 127};
    case DataType::uint8: return {0, 255};
    case DataType::int16: return {-32768, 32767};
    default: return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  }
}

std::string label_array(const ClassNames& labels) {
  std::string text = fmt::format("const char* const {}[{}] = {{\n", labels.array, labels.texts.size());
  for (const std::string& label : labels.texts) text += "  " + c_string(label) + ",\n";
  return text + "};\n\n";
}

/// As the kernel of quantize does it (runtime/kernels/reference/quantize.cpp).
std::string quantiser(const ModelFacts& model, const PortFacts& port) {
  const Range range = range_of(port.type);
  const std::int32_t far = port.type == DataType::int16 ? 1 << 17 : 1024;  // beyond every stored integer
  return fmt::format(R"({type} {word}_quantize_{suffix}(float real) {{
  const float scaled = real / {macro}_SCALE;
  const float limited = scaled > {far}.0f ? {far}.0f : (scaled > -{far}.0f ? scaled : -{far}.0f); /* a NaN: the least */
  const int32_t whole = (int32_t)limited;
  const float rest = limited - (float)whole;
  const int32_t stored = whole + (rest >= 0.5f ? 1 : (rest <= -0.5f ? -1 : 0)) + {macro}_ZERO_POINT;
  return ({type})(stored < {least} ? {least} : (stored > {most} ? {most} : stored));
}}

)",
                     fmt::arg("type", c_type(port.type)), fmt::arg("word", model.word), fmt::arg("suffix", port.suffix),
                     fmt::arg("macro", port.macro), fmt::arg("far", far), fmt::arg("least", range.least),
                     fmt::arg("most", range.most));
}

std::string dequantiser(const ModelFacts& model, const PortFacts& port) {
  return fmt::format(
      "float {}_dequantize_{}({} stored) {{ return {}_SCALE * (float)(stored - {}_ZERO_POINT); }}\n\n", model.word,
      port.suffix, c_type(port.type), port.macro, port.macro);
}

/// The statements that copy output `index`.
std::string copy_of_output(const ModelFacts& model, std::size_t index) {
  const PortFacts& port = model.outputs[index];
  const std::string from = fmt::format("nacre_output(network, {}).data", index);
  if (!port.is_label())
    return fmt::format("  if ({0} != NULL) memcpy({0}, {1}, {2} * sizeof *{0});\n", port.word, from, port.elements);
  const ClassNames& labels = model.labels[static_cast<std::size_t>(port.labels)];
  return fmt::format("  if ({0} != NULL) *{0} = label_of({1}, {2}, {3});\n", port.word, from, labels.array,
                     labels.texts.size());
}

constexpr const char* kLabelOf = R"(/* The number of the label that a text is; -1 if it is none. */
static int label_of(const void* data, const char* const* labels, int count) {
  const nacre_text* text = (const nacre_text*)data;
  for (int i = 0; i < count; ++i)
    if (strlen(labels[i]) == text->bytes && memcmp(labels[i], text->data, text->bytes) == 0) return i;
  return -1;
}

)";

std::string loader(const ModelFacts& model) {
  return fmt::format(R"(nacre_status {word}_load(const nacre_network** network) {{
  static unsigned char memory[{macro}_MEMORY_BYTES] __attribute__((aligned({macro}_MEMORY_ALIGNMENT)));
  static nacre_network loaded;
  static int is_loaded;
  if (network == NULL) return NACRE_NULL_ARGUMENT;
  if (!is_loaded) {{
    const nacre_status status =
        nacre_load({word}_model, {macro}_MODEL_BYTES, {word}_kernels, memory, sizeof memory, 1, &loaded);
    if (status != NACRE_OK) return status;
    is_loaded = 1;
  }}
  *network = &loaded;
  return NACRE_OK;
}}

)",
                     fmt::arg("word", model.word), fmt::arg("macro", model.macro));
}

std::string predictor(const ModelFacts& model) {
  std::string missing, copies, answers;
  bool checks = false;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const PortFacts& port = model.inputs[i];
    missing += fmt::format("{}{} == NULL", i == 0 ? "" : " || ", port.word);
    copies += fmt::format("  memcpy(nacre_input(network, {0}).data, {1}, {2} * sizeof *{1});\n", i, port.word,
                          port.elements);
    checks |= port.flags != 0;
  }
  if (checks) {
    copies += "  status = nacre_check_inputs(network, NULL, NULL); /* what the model's library refuses */\n";
    copies += "  if (status != NACRE_OK) return status;\n";
  }
  for (std::size_t i = 0; i < model.outputs.size(); ++i) answers += copy_of_output(model, i);
  return fmt::format(R"({declaration} {{
  const nacre_network* network;
  nacre_status status = {word}_load(&network);
  if (status != NACRE_OK) return status;
  if ({missing}) return NACRE_NULL_ARGUMENT;
{copies}  status = nacre_run(network);
  if (status != NACRE_OK) return status;
{answers}  return NACRE_OK;
}}
)",
                     fmt::arg("declaration", predict_declaration(model)), fmt::arg("word", model.word),
                     fmt::arg("missing", missing), fmt::arg("copies", copies), fmt::arg("answers", answers));
}

}  // namespace

std::string c_source(const ModelFacts& model) {
  std::string text = fmt::format("#include \"{}.h\"\n\n#include <string.h>\n\n", model.word);
  bool has_labels = false;
  for (const PortFacts& port : model.outputs) has_labels |= port.is_label();
  for (const ClassNames& labels : model.labels) text += label_array(labels);
  for (const PortFacts& port : model.inputs)
    if (port.is_quantised()) text += quantiser(model, port);
  for (const PortFacts& port : model.outputs)
    if (port.is_quantised()) text += dequantiser(model, port);
  if (predict_declaration(model).empty()) return text;
  return text + (has_labels ? kLabelOf : "") + loader(model) + predictor(model);
}

}  // namespace nacre::tools
