#include "runtime/strict_float.hpp"  // first

#include "nacre/load.hpp"

#include "loader/loader.hpp"

namespace nacre {
namespace {

/// What must hold before anything but the file's parts is looked at.
bool identify(Loader& loader) {
  return loader.map_is_usable() &&       // size, alignment, magic
         loader.header_is_readable() &&  //
         loader.version_is_known() &&    //
         loader.sections_tile_the_file();  // exact size
}

}  // namespace

Status load(Span<const std::byte> model, Kernels kernels, Blocks blocks, Network* network, Digest digest,
            Place* place) {
  bool nowhere = (kernels.data() == nullptr && !kernels.empty()) || (blocks.data() == nullptr && !blocks.empty());
  for (std::size_t i = 0; !nowhere && i < blocks.size(); ++i)
    nowhere = blocks[i].data() == nullptr && !blocks[i].empty();
  if (network == nullptr || model.data() == nullptr || nowhere) return Status::null_argument;
  Loader loader(model, kernels, blocks);
  const bool valid = identify(loader) && (digest == Digest::decline || loader.digests_match()) &&
                     loader.vectors_are_whole() &&   // FlatBuffers structure
                     loader.memories_are_valid() &&  //
                     loader.memory_suffices() &&     //
                     loader.kernels_are_there() &&   //
                     loader.tensors_are_valid() &&   // semantics
                     loader.layers_are_valid();
  if (valid) loader.finish(network);
  else if (place != nullptr) *place = loader.place();
  return loader.status();
}

Status load(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, Network* network, Digest digest,
            Place* place) {
  const Span<std::byte> blocks[] = {memory};
  return load(model, kernels, Blocks(blocks), network, digest, place);
}

Status memory_needs(Span<const std::byte> model, MemoryNeeds* needs, Place* place) {
  if (needs == nullptr || model.data() == nullptr) return Status::null_argument;
  Loader loader(model, {}, {});
  if (identify(loader) && loader.vectors_are_whole() && loader.memories_are_valid()) *needs = loader.needs();
  else if (place != nullptr) *place = loader.place();
  return loader.status();
}

}  // namespace nacre
