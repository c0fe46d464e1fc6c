#include <fmt/format.h>

#include <iterator>

#include "tools/codegen/parts.hpp"

namespace nacre::tools {
namespace {

/// A section as a compiler's attribute names it, after a comma.
std::string section_attribute(const std::string& section) {
  return section.empty() ? "" : fmt::format(", section(\"{}\")", section);
}

/// The bytes as lines of string literals: compilers read them some ten times as fast as a list of numbers.
std::string literals(std::span<const std::byte> bytes) {
  constexpr std::size_t kLine = 116;
  std::string text, line;
  text.reserve(3 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const auto next = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0;
    if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\' && byte != '?') {
      line += static_cast<char>(byte);
    } else if (next >= '0' && next <= '7') {  // which the escape must not take for its own
      fmt::format_to(std::back_inserter(line), "\\{:03o}", byte);
    } else {
      fmt::format_to(std::back_inserter(line), "\\{:o}", byte);
    }
    if (line.size() < kLine - 8 && i + 1 < bytes.size()) continue;
    text += "  \"" + line + "\"\n";
    line.clear();
  }
  return text;
}

}  // namespace

std::string model_source(std::span<const std::byte> bytes, const std::string& name, const std::string& section) {
  return fmt::format(R"(#include "{0}.h"

/* A string of exactly as many bytes, without the zero that ends others: this is C, not C++. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Woverlength-strings"
#pragma GCC diagnostic ignored "-Wunterminated-string-initialization"
#endif

__attribute__((aligned(64){3})) const unsigned char {0}_model[{1}] =
{2};
)",
                     name, bytes.size(), literals(bytes), section_attribute(section));
}

std::string model_assembly(const std::string& name, const std::string& section) {
  // GNU as looks for the model where the assembler file is included from: add its folder with -I.
  return fmt::format(R"(/* The folder of {0}.nacre must be among the include folders of the assembler. */
  .section {1}, "a"
  .global {0}_model
  .type {0}_model, %object
  .balign 64
{0}_model:
  .incbin "{0}.nacre"
  .size {0}_model, . - {0}_model
  .section .note.GNU-stack, "", %progbits
)",
                     name, section.empty() ? fmt::format(".rodata.{}_model", name) : section);
}

}  // namespace nacre::tools
