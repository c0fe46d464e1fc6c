#include "nacre/load.hpp"

#include "loader/loader.hpp"

namespace nacre {

Status load(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, Network* network,
            Digest digest, Place* place) {
  const bool nowhere = (memory.data() == nullptr && !memory.empty()) || (kernels.data() == nullptr && !kernels.empty());
  if (network == nullptr || model.data() == nullptr || nowhere) return Status::null_argument;
  Loader loader(model, kernels, memory, place);
  const bool valid = loader.map_is_usable() &&           // size, alignment, magic
                     loader.header_is_readable() &&      //
                     loader.version_is_known() &&        //
                     loader.sections_tile_the_file() &&  // exact size
                     (digest == Digest::decline || loader.digests_match()) &&
                     loader.vectors_are_whole() &&  // FlatBuffers structure
                     loader.memory_suffices() &&    //
                     loader.tensors_are_valid() &&  // semantics
                     loader.layers_are_valid() &&   //
                     loader.strings_stand_apart();
  if (valid) loader.finish(network);
  return loader.status();
}

Status memory_needs(Span<const std::byte> model, MemoryNeeds* needs, Place* place) {
  if (needs == nullptr || model.data() == nullptr) return Status::null_argument;
  Loader loader(model, {}, {}, place);
  if (!loader.map_is_usable() || !loader.header_is_readable() || !loader.version_is_known() ||
      !loader.sections_tile_the_file())
    return loader.status();
  const schema::Header& header = loader.header();
  needs->alignment = header.alignment();
  needs->network_bytes = header.network_bytes();
  needs->activations_bytes = header.activations_bytes();
  needs->state_bytes = header.state_bytes();
  needs->weights_bytes = header.weights().size();
  needs->total_bytes = header.network_bytes() + header.activations_bytes() + header.state_bytes();
  return Status::ok;
}

}  // namespace nacre
