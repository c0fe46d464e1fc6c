#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <cstring>
#include <iterator>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

/// Whether a model is for a processor with the instructions of this layout.
bool is_for(Layout layout, const ModelFile& model) {
  const auto* target = model.description() == nullptr ? nullptr : model.description()->target();
  const KernelOrder order = target == nullptr ? KernelOrder::reference : find_target(target->str()).order;
  if (order == (layout == Layout::dsp ? KernelOrder::dsp : KernelOrder::mve)) return true;
  for (const schema::Kernel* kernel : *model.model().kernels())
    if (static_cast<Layout>(kernel->layout()) == layout) return true;
  return false;
}

/// Name, behind nacre::kernels, of the kernel that a model asks for.
std::string kernel_row(const schema::Kernel& wanted, const ModelFile& model) {
  const auto is = [&](const Kernel& kernel) { return std::memcmp(&kernel.name, &wanted, sizeof wanted) == 0; };
  const bool is_for_dsp = is_for(Layout::dsp, model), is_for_mve = is_for(Layout::mve, model);
#define NACRE_KERNEL(function, op, activations, weights, layout, number) \
  if (is_for_dsp && is(kernels::dsp::function)) return "dsp::" #function;
  NACRE_KERNELS_OF_dsp(NACRE_KERNEL)
#undef NACRE_KERNEL
#define NACRE_KERNEL(function, op, activations, weights, layout, number) \
  if (is_for_mve && is(kernels::mve::function)) return "mve::" #function;
  NACRE_KERNELS_OF_mve(NACRE_KERNEL)
#undef NACRE_KERNEL
#define NACRE_KERNEL(function, op, activations, weights, layout, number) \
  if (is(kernels::function)) return #function;
  NACRE_KERNELS_OF_reference(NACRE_KERNEL)
#undef NACRE_KERNEL
#define NACRE_KERNEL(function, op, from, to, number, operands) \
  if (is(kernels::function)) return #function;
  NACRE_FUNCTIONS(NACRE_KERNEL)
#undef NACRE_KERNEL
  throw Refusal("", "the model needs a kernel that this release does not have", "convert the model again");
}

std::string model_source(const ModelFile& model, const std::string& name) {
  std::string text =
      fmt::format("#include \"{0}.h\"\n\n__attribute__((aligned(64))) const unsigned char {0}_model[{1}] = {{", name,
                  model.bytes().size());
  text.reserve(text.size() + 4 * model.bytes().size());
  for (std::size_t i = 0; i < model.bytes().size(); ++i)
    fmt::format_to(std::back_inserter(text), "{}{},", i % 24 == 0 ? "\n  " : "",
                   static_cast<unsigned>(model.bytes()[i]));
  return text + "\n};\n";
}

/// GNU as looks for the model where the assembler file is included from: add its folder with -I.
std::string model_assembly(const std::string& name) {
  return fmt::format(R"(/* The folder of {0}.nacre must be among the include folders of the assembler. */
  .section .rodata.{0}_model, "a"
  .global {0}_model
  .type {0}_model, %object
  .balign 64
{0}_model:
  .incbin "{0}.nacre"
  .size {0}_model, . - {0}_model
  .section .note.GNU-stack, "", %progbits
)", name);
}

std::string kernels_source(const std::string& name) {
  return fmt::format(
      "#include \"{0}.hpp\"\n\nextern const nacre_kernels {0}_kernels = {{{0}::kKernels, sizeof {0}::kKernels / sizeof "
      "{0}::kKernels[0]}};\n",
      name);
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
  for (const schema::Kernel* kernel : *model.model().kernels())
    rows += "    nacre::kernels::" + kernel_row(*kernel, model) + ",\n";
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
inline nacre::Span<const std::byte> model() {{
  return {{reinterpret_cast<const std::byte*>({0}_model), {0}_MODEL_BYTES}};
}}

}}  // namespace {0}
)",
                     name, rows);
}

}  // namespace

std::map<std::string, std::string> generate_code(const ModelFile& model, const std::string& name, Embedding embedding) {
  const std::string word = identifier(name);
  std::map<std::string, std::string> files = {
      {word + ".h", c_header(model, word)},
      {word + ".hpp", cpp_header(model, word)},
      {word + "_kernels.cpp", kernels_source(word)}};
  if (embedding == Embedding::array) {
    files[word + "_model.c"] = model_source(model, word);
  } else {
    files[word + "_model.S"] = model_assembly(word);
    files[word + ".nacre"].assign(reinterpret_cast<const char*>(model.bytes().data()), model.bytes().size());
  }
  return files;
}

}  // namespace nacre::tools
