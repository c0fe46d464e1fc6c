#include "tools/pickle/read.hpp"

#include "tools/compression/decompress.hpp"
#include "tools/pickle/machine.hpp"

namespace nacre::tools {

Document read_pickle(const Buffer& file) {
  const Buffer bytes = decompress(file);
  Document document(bytes);
  Machine machine(document, bytes, 0, 0);
  document.set_root(machine.run());
  if (machine.position() != bytes.size())
    throw Refusal("byte " + std::to_string(machine.position()), "the file goes on after the pickle has ended",
                  "save one object in one file");
  return document;
}

}  // namespace nacre::tools
