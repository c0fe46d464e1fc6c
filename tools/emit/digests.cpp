#include "tools/emit/digests.hpp"

#include <algorithm>

#include "schema/model_generated.h"
#include "tools/common/sha256.hpp"

namespace nacre::tools {

std::vector<DigestedBytes> digested_bytes(std::span<const std::byte> file) {
  const auto place = [&](const schema::Digest& digest) {
    return static_cast<std::uint32_t>(reinterpret_cast<const std::byte*>(&digest) - file.data());
  };
  const schema::Model* model = schema::GetModel(file.data());
  std::vector<DigestedBytes> digests;
  for (const schema::Section* section : *model->sections())
    digests.push_back({section->offset(), section->size(), place(section->digest())});
  digests.push_back({0, digests.front().start, place(model->header()->digest())});
  return digests;
}

void write_digests(std::span<std::byte> file, const std::vector<DigestedBytes>& digests) {
  for (const DigestedBytes& bytes : digests) {
    std::byte* const to = file.data() + bytes.digest;
    std::fill_n(to, sizeof(schema::Digest), std::byte{0});
    const Sha256Digest made = sha256(file.subspan(bytes.start, bytes.size));
    std::copy_n(reinterpret_cast<const std::byte*>(made.data()), made.size(), to);
  }
}

}  // namespace nacre::tools
