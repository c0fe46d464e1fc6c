#include <fmt/format.h>

#include "tools/codegen/parts.hpp"

namespace nacre::tools {

std::string cpp_header(const ModelFacts& model, const std::vector<KernelRow>& rows) {
  std::string list;
  for (const KernelRow& row : rows) list += "    nacre::kernels::" + row.name() + ",\n";
  return fmt::format(R"(#pragma once

#include <cstddef>
#include <nacre/kernels.hpp>

#include "{0}.h"

namespace {0} {{

inline constexpr nacre::Kernel kKernels[] = {{
{2}}};
inline constexpr std::size_t kMemoryBytes = {1}_MEMORY_BYTES;
inline constexpr std::size_t kMemoryAlignment = {1}_MEMORY_ALIGNMENT;

/// The model, in flash.
inline nacre::Span<const std::byte> model() {{
  return {{reinterpret_cast<const std::byte*>({0}_model), {1}_MODEL_BYTES}};
}}

}}  // namespace {0}
)",
                     model.word, model.macro, list);
}

std::string kernels_source(const ModelFacts& model) {
  return fmt::format(
      "#include \"{0}.hpp\"\n\nextern const nacre_kernels {0}_kernels = {{{0}::kKernels, sizeof {0}::kKernels / sizeof "
      "{0}::kKernels[0]}};\n",
      model.word);
}

}  // namespace nacre::tools
