#include <fmt/format.h>

#include <iterator>

#include "nacre/version.h"
#include "tools/codegen/names.hpp"
#include "tools/codegen/parts.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kTypes[][2] = {{"float", "FLOAT32"},   {"double", "FLOAT64"}, {"int64_t", "INT64"},
                                     {"int32_t", "INT32"},   {"int16_t", "INT16"},  {"int8_t", "INT8"},
                                     {"uint8_t", "UINT8"},   {"uint8_t", "BOOL"},   {"nacre_text", "STRING"}};

/// A float as C reads it back: the same bits.
std::string c_float(float value) {
  const std::string digits = fmt::format("{:.9g}", value);
  return digits + (digits.find_first_of(".e") == std::string::npos ? ".0f" : "f");
}

std::string port_macros(const PortFacts& port) {
  std::string shape;
  for (const std::uint32_t length : port.shape) shape += (shape.empty() ? "" : ", ") + std::to_string(length);
  std::string text = fmt::format(
      "#define {0}_NAME {1}\n#define {0}_TYPE NACRE_{2}\n#define {0}_RANK {3}\n#define {0}_ELEMENTS {4}\n", port.macro,
      c_string(port.name), kTypes[static_cast<unsigned>(port.type)][1], port.shape.size(), port.elements);
  if (!shape.empty()) text += fmt::format("#define {}_SHAPE {{{}}}\n", port.macro, shape);
  if (port.is_quantised())
    text += fmt::format("#define {0}_SCALE {1}\n#define {0}_ZERO_POINT ({2})\n", port.macro, c_float(port.scale),
                        port.zero_point);
  return text + "\n";
}

std::string label_declarations(const ClassNames& labels) {
  std::string text = labels.are_other_numbers
                         ? fmt::format("/* Indices in {} and among the classes' scores. What predicts gives the class "
                                       "itself, which\n * is another number. */\n", labels.array)
                         : "";
  text += "enum {\n";
  for (std::size_t i = 0; i < labels.enumerators.size(); ++i)
    text += fmt::format("  {} = {}{}\n", labels.enumerators[i], i, i + 1 < labels.enumerators.size() ? "," : "");
  return text + fmt::format("}};\nextern const char* const {}[{}];\n\n", labels.array, labels.texts.size());
}

/// Functions between real numbers and what the ports store.
std::string quantisers(const ModelFacts& model) {
  std::string text;
  for (const PortFacts& port : model.inputs)
    if (port.is_quantised())
      text += fmt::format("{} {}_quantize_{}(float real);\n", c_type(port.type), model.word, port.suffix);
  for (const PortFacts& port : model.outputs)
    if (port.is_quantised())
      text += fmt::format("float {}_dequantize_{}({} stored);\n", model.word, port.suffix, c_type(port.type));
  if (text.empty()) return "";
  return "/* A real number as the input stores it, rounded to nearest, a half away from zero, and clamped. */\n" +
         text + "\n";
}

std::string functions(const ModelFacts& model) {
  const std::string predict = predict_declaration(model);
  if (predict.empty()) return "";
  bool has_labels = false;
  for (const PortFacts& port : model.outputs) has_labels |= port.is_label();
  return fmt::format(R"(/* The network in memory of its own: loaded by the first call, the same one afterwards. For one
 * thread. */
nacre_status {0}_load(const nacre_network** network);

/* One prediction: loads if need be, checks and copies the inputs, runs. An output that is NULL is not copied.{1} */
{2};
)",
                     model.word,
                     has_labels ? fmt::format(" A label is\n * its index in {}.", model.labels[0].array) : "", predict);
}

}  // namespace

const char* c_type(DataType type) { return kTypes[static_cast<unsigned>(type)][0]; }

std::string predict_declaration(const ModelFacts& model) {
  if (model.needs.blocks != 1) return "";
  std::string parameters;
  for (const PortFacts& port : model.inputs)
    parameters += fmt::format("const {} {}[{}], ", c_type(port.type), port.word, port.elements);
  for (const PortFacts& port : model.outputs) {
    if (port.is_label()) parameters += fmt::format("int* {}, ", port.word);
    else if (port.elements == 1) parameters += fmt::format("{}* {}, ", c_type(port.type), port.word);
    else parameters += fmt::format("{} {}[{}], ", c_type(port.type), port.word, port.elements);
  }
  return fmt::format("nacre_status {}_predict({})", model.word, parameters.substr(0, parameters.size() - 2));
}

std::string c_header(const ModelFacts& model, const std::string& api) {
  std::string ports, labels, digest;
  for (const PortFacts& port : model.inputs) ports += port_macros(port);
  for (const PortFacts& port : model.outputs) ports += port_macros(port);
  for (const ClassNames& list : model.labels) labels += label_declarations(list);
  for (std::size_t i = 0; i + 1 < model.digest.size(); i += 2)
    digest += (i == 0 ? "" : ", ") + fmt::format("0x{}", model.digest.substr(i, 2));
  return fmt::format(R"(/* Written by nacre codegen. What nacre.h says of pointers and threads holds here too. */
#ifndef NACRE_MODEL_{macro}_H
#define NACRE_MODEL_{macro}_H

#include {api}

#if NACRE_VERSION_NUMBER != {number}
#error "{word}.h is of nacre {version}, nacre.h of another release: run nacre codegen again"
#endif

#define {macro}_NAME {name}
#define {macro}_VERSION {model_version}
#define {macro}_DIGEST "{digest_text}"
#define {macro}_DIGEST_BYTES {{{digest}}}
#define {macro}_MODEL_BYTES {bytes}u
#define {macro}_MEMORY_BYTES {memory}u
#define {macro}_MEMORY_ALIGNMENT {alignment}u
#define {macro}_INPUTS {inputs}
#define {macro}_OUTPUTS {outputs}

{ports}#ifdef __cplusplus
extern "C" {{
#endif

/* The model, and the kernels that it needs, for nacre_load. */
extern const unsigned char {word}_model[{macro}_MODEL_BYTES];
extern const nacre_kernels {word}_kernels;

{labels}{quantisers}{functions}
#ifdef __cplusplus
}}
#endif

#endif
)",
                     fmt::arg("word", model.word), fmt::arg("macro", model.macro), fmt::arg("api", api),
                     fmt::arg("number", NACRE_VERSION_NUMBER), fmt::arg("version", NACRE_VERSION),
                     fmt::arg("name", c_string(model.name)), fmt::arg("model_version", c_string(model.version)),
                     fmt::arg("digest_text", model.digest), fmt::arg("digest", digest),
                     fmt::arg("bytes", model.model_bytes), fmt::arg("memory", model.needs.total_bytes),
                     fmt::arg("alignment", model.needs.alignment), fmt::arg("inputs", model.inputs.size()),
                     fmt::arg("outputs", model.outputs.size()), fmt::arg("ports", ports), fmt::arg("labels", labels),
                     fmt::arg("quantisers", quantisers(model)), fmt::arg("functions", functions(model)));
}

}  // namespace nacre::tools
