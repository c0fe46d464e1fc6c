#include "tools/tflite/release.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nacre::tools {
namespace {

/// The first two numbers of "2.15.1"; zeros of a text that is no release.
std::pair<int, int> release_of(const std::string& version) {
  std::pair<int, int> release{0, 0};
  const char* const end = version.data() + version.size();
  const auto [point, error] = std::from_chars(version.data(), end, release.first);
  if (error != std::errc{} || point == end || *point != '.') return {0, 0};
  std::from_chars(point + 1, end, release.second);
  return release;
}

/// What a buffer of conversion metadata says; nothing where it is no such buffer.
std::string version_in(const flatbuffers::Vector<std::uint8_t>& data) {
  const std::vector<std::uint8_t> bytes(data.begin(), data.end());  // aligned, whatever the file does
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!verifier.VerifyBuffer<tflite::ConversionMetadata>(nullptr)) return "";
  const auto* environment = flatbuffers::GetRoot<tflite::ConversionMetadata>(bytes.data())->environment();
  if (environment == nullptr || environment->tensorflow_version() == nullptr) return "";
  return environment->tensorflow_version()->str();
}

}  // namespace

bool is_after_2_18(const tflite::Model& model) {
  if (model.metadata() == nullptr || model.buffers() == nullptr) return false;
  for (const tflite::Metadata* one : *model.metadata()) {
    if (one->name() == nullptr || one->name()->str() != "CONVERSION_METADATA") continue;
    if (one->buffer() >= model.buffers()->size()) continue;
    if (const auto* data = model.buffers()->Get(one->buffer())->data(); data != nullptr)
      return release_of(version_in(*data)) > std::pair{2, 18};
  }
  return false;
}

}  // namespace nacre::tools
