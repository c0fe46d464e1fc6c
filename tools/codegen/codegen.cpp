#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <cctype>

#include "nacre/kernel.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// Name, behind nacre::kernels, of the kernel that a model asks for.
std::string kernel_name(const schema::Kernel& wanted) {
  const auto is = [&](Operator op, DataType type, unsigned variant) {
    return static_cast<unsigned>(op) == wanted.operator_() && static_cast<unsigned>(type) == static_cast<unsigned>(wanted.type()) && variant == wanted.variant();
  };
#define NACRE_KERNEL(function, op, type, variant) \
  if (is(Operator::op, DataType::type, variant)) return #function;
#include "nacre/kernels/reference.inc"
#undef NACRE_KERNEL
#define NACRE_KERNEL(function, op, type, variant) \
  if (is(Operator::op, DataType::type, variant)) return "dsp::" #function;
#include "nacre/kernels/dsp.inc"
#undef NACRE_KERNEL
  throw Refusal("", "the model needs a kernel that this release does not have", "convert the model again");
}

std::string model_source(const ModelFile& model, const std::string& name) {
  std::string text = fmt::format("#include \"{0}.h\"\n\n__attribute__((aligned(64))) const unsigned char {0}_model[{1}] = {{", name, model.bytes().size());
  for (std::size_t i = 0; i < model.bytes().size(); ++i)
    text += fmt::format("{}{},", i % 24 == 0 ? "\n  " : "", static_cast<unsigned>(model.bytes()[i]));
  return text + "\n};\n";
}

std::string c_header(const ModelFile& model, const std::string& name) {
  return fmt::format(R"(#ifndef NACRE_MODEL_{0}_H
#define NACRE_MODEL_{0}_H

#include <nacre/nacre.h>

#define {0}_MODEL_BYTES {1}u
#define {0}_MEMORY_BYTES {2}u
#define {0}_MEMORY_ALIGNMENT {3}u

#ifdef __cplusplus
extern "C" {{
#endif
extern const unsigned char {0}_model[{0}_MODEL_BYTES];
extern const nacre_kernels {0}_kernels;
#ifdef __cplusplus
}}
#endif

#endif
)", name, model.bytes().size(), model.needs().total_bytes, model.needs().alignment);
}

std::string cpp_header(const ModelFile& model, const std::string& name) {
  std::string rows;
  for (const schema::Kernel* kernel : *model.model().kernels()) rows += "    nacre::kernels::" + kernel_name(*kernel) + ",\n";
  return fmt::format(R"(#pragma once

#include <cstddef>
#include <nacre/kernels.hpp>

#include "{0}.h"

namespace {0} {{

inline constexpr nacre::Kernel kKernels[] = {{
{1}}};
inline constexpr std::size_t kMemoryBytes = {0}_MEMORY_BYTES;
inline constexpr std::size_t kMemoryAlignment = {0}_MEMORY_ALIGNMENT;

/// The model, in flash.
inline nacre::Span<const std::byte> model() {{ return {{reinterpret_cast<const std::byte*>({0}_model), {0}_MODEL_BYTES}}; }}

}}  // namespace {0}
)", name, rows);
}

}  // namespace

std::string identifier(const std::string& text) {
  std::string result;
  for (const char c : text) result += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  if (result.empty() || std::isdigit(static_cast<unsigned char>(result[0])) != 0) result = "model_" + result;
  return result;
}

std::map<std::string, std::string> generate_code(const ModelFile& model, const std::string& name) {
  const std::string word = identifier(name);
  return {{word + "_model.c", model_source(model, word)},
          {word + ".h", c_header(model, word)},
          {word + ".hpp", cpp_header(model, word)},
          {word + "_kernels.cpp", fmt::format("#include \"{0}.hpp\"\n\nextern const nacre_kernels {0}_kernels = {{{0}::kKernels, sizeof {0}::kKernels / sizeof {0}::kKernels[0]}};\n", word)}};
}

}  // namespace nacre::tools
