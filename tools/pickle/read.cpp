#include "tools/pickle/read.hpp"

#include "tools/common/line_ends.hpp"
#include "tools/compression/decompress.hpp"
#include "tools/pickle/machine.hpp"

namespace nacre::tools {
namespace {

Document parse(const Buffer& bytes) {
  Document document(bytes);
  Machine machine(document, bytes, 0, 0);
  document.set_root(machine.run());
  if (machine.position() != bytes.size())
    throw Refusal("byte " + std::to_string(machine.position()), "the file goes on after the pickle has ended",
                  "save one object in one file");
  return document;
}

/// Whether the bytes are a pickle, but for the line ends.
bool was_pickle(const Buffer& bytes) try {
  const auto undone = without_carriage_returns(bytes);
  if (!undone) return false;
  parse(*undone);
  return true;
} catch (const Refusal&) {
  return false;
}

}  // namespace

Document read_pickle(const Buffer& file) {
  const Buffer bytes = decompress(file);
  try {
    return parse(bytes);
  } catch (const Refusal&) {
    if (was_pickle(bytes) || has_text_line_ends(bytes)) throw changed_line_ends();
    throw;
  }
}

}  // namespace nacre::tools
