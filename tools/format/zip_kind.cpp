#include <algorithm>
#include <string>
#include <vector>

#include "tools/common/refusal.hpp"
#include "tools/format/kinds.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {

Format recognise_zip(std::span<const std::byte> bytes) try {
  const std::vector<std::string> names = ZipArchive(Buffer(nullptr, bytes)).names();
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto any_ends = [&](const char* end) {
    return std::any_of(names.begin(), names.end(), [end](const std::string& name) { return name.ends_with(end); });
  };
  if (has("config.json")) return Format::keras_archive;
  if (any_ends("/data.pkl")) return any_ends("/constants.pkl") ? Format::torchscript : Format::pytorch;
  if (any_ends("archive_format") || has("serialized_exported_program.json")) return Format::pytorch_export;
  if (has("schema.json")) return Format::skops;
  if (has("model.ini")) return Format::h2o_mojo;
  if (has("[Content_Types].xml")) return Format::document;
  if (has("META-INF/MANIFEST.MF")) return Format::program;
  if (any_ends("Data/com.apple.CoreML/model.mlmodel")) return Format::coreml;
  const bool arrays =
      std::all_of(names.begin(), names.end(), [](const std::string& name) { return name.ends_with(".npy"); });
  return arrays && !names.empty() ? Format::npz : Format::zip;
} catch (const Refusal&) {
  return Format::zip;  // reading it says what is wrong
}

}  // namespace nacre::tools
