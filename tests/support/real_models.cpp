#include "tests/support/real_models.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "loader/npy/npy.hpp"
#include "tools/common/buffer.hpp"
#include "tools/lower/lower.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/pack/pack.hpp"
#include "tools/tflite/read.hpp"
#include "tools/tflite/tflite_generated.h"
#include "tools/zip/zip.hpp"

namespace nacre::tools::test {
namespace {

/// The file with these tensors as its outputs.
Buffer with_outputs(const Buffer& file, const std::vector<std::int32_t>& tensors) {
  tflite::ModelT model;
  tflite::GetModel(file.data())->UnPackTo(&model);
  model.subgraphs.at(0)->outputs = tensors;
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  const auto* start = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return Buffer::from({start, start + builder.GetSize()});
}

}  // namespace

std::string real_models_folder() {
  const std::filesystem::path folder = std::filesystem::path(NACRE_SOURCE_DIR).parent_path() / "shared" / "models";
  return std::filesystem::is_directory(folder) ? folder.string() : "";
}

std::vector<std::byte> elements_of(const Buffer& npy) {
  npy::File file;
  if (const char* error = npy::parse({npy.data(), npy.size()}, &file)) throw std::runtime_error(error);
  return {file.data.begin(), file.data.end()};
}

LayeredModel layered_model(const std::string& name) {
  const std::string folder = real_models_folder(), golden = folder + "/golden/" + name + "_rand_";
  LayeredModel model;
  const ZipArchive layers(Buffer::map_file(golden + "layers.npz"));
  std::vector<std::string> members = layers.names();
  std::sort(members.begin(), members.end());
  std::vector<std::int32_t> tensors;
  model.golden.inputs.push_back({elements_of(Buffer::map_file(golden + "in.npy")), {}});
  for (const std::string& member : members) {
    model.operators.push_back(member.substr(0, member.rfind(".npy")));
    tensors.push_back(std::stoi(member.substr(member.find("_t") + 2)));
    model.golden.outputs.push_back({elements_of(layers.read(member)), {}});
  }
  model.graph = read_tflite(with_outputs(Buffer::map_file(folder + "/" + name + ".tflite"), tensors));
  optimise(model.graph);
  lower(model.graph);
  return model;
}

ModelBytes emit_layered(LayeredModel model, const std::string& target) {
  pack(model.graph, target);
  return emit(model.graph, plan(model.graph), {"layers", "", "the tests"}, {model.golden});
}

}  // namespace nacre::tools::test
