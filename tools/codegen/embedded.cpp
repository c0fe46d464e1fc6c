#include "tools/codegen/embedded.hpp"

#include <charconv>
#include <map>
#include <stdexcept>
#include <string_view>

#include "tools/compression/decompress.hpp"

// The archive that cmake/embed.cmake packs, as bytes of this program.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    ".hidden nacre_archive_begin\n"
    ".hidden nacre_archive_end\n"
    ".globl nacre_archive_begin\n"
    ".globl nacre_archive_end\n"
    "nacre_archive_begin:\n"
    ".incbin \"" NACRE_ARCHIVE
    "\"\n"
    "nacre_archive_end:\n"
    ".popsection\n");
extern "C" [[gnu::visibility("hidden")]] const std::byte nacre_archive_begin[], nacre_archive_end[];

namespace nacre::tools {
namespace {

using Texts = std::map<std::string, std::string>;

Texts unpack() {
  const auto size = static_cast<std::size_t>(nacre_archive_end - nacre_archive_begin);
  const Buffer all = decompress(Buffer(nullptr, {nacre_archive_begin, size}));
  std::string_view rest(reinterpret_cast<const char*>(all.data()), all.size());
  Texts texts;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n'), space = rest.rfind(' ', end);
    std::size_t bytes = 0;
    std::from_chars(rest.data() + space + 1, rest.data() + end, bytes);
    texts.emplace(rest.substr(0, space), rest.substr(end + 1, bytes));
    rest.remove_prefix(end + 1 + bytes);
  }
  return texts;
}

const Texts& texts() {
  static const Texts unpacked = unpack();
  return unpacked;
}

}  // namespace

const std::vector<std::string>& embedded_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> paths;
    for (const auto& [path, text] : texts()) paths.push_back(path);
    return paths;
  }();
  return names;
}

bool is_embedded(const std::string& path) { return texts().contains(path); }

const std::string& embedded_text(const std::string& path) { return texts().at(path); }

}  // namespace nacre::tools
