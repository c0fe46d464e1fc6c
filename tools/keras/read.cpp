#include "tools/keras/read.hpp"

#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"
#include "tools/keras/model.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {
namespace {

std::string as_text(const Buffer& buffer) { return {reinterpret_cast<const char*>(buffer.data()), buffer.size()}; }

/// Weights alone, which Keras 2 lists in an attribute and Keras 3 keeps in groups of these names, or data of any other
/// kind.
[[noreturn]] void refuse_without_config(const Hdf5File& file) {
  if (!file.texts("", "layer_names").empty() || file.has_group("layers") ||
      file.has_group("_layer_checkpoint_dependencies"))
    throw Refusal("", "the file holds weights without the architecture of a model",
                  "save the whole model with model.save(), not its weights");
  std::string names;
  for (const std::string& name : file.children("")) names += (names.empty() ? "" : ", ") + name;
  throw Refusal("", "the HDF5 file holds no Keras model" + (names.empty() ? names : ": its groups are " + names),
                "give the .keras or .h5 file that model.save() wrote");
}

}  // namespace

Graph read_keras_hdf5(const Buffer& buffer) {
  const Hdf5File file = read_hdf5(buffer);
  const auto config = file.text("", "model_config");
  if (!config) refuse_without_config(file);
  const std::string version =
      file.text("model_weights", "keras_version").value_or(file.text("", "keras_version").value_or(""));
  const bool is_theanos = file.text("model_weights", "backend") == "theano" || file.text("", "backend") == "theano";
  const auto weights = [&](const nlohmann::json& model, const KerasVersion& saved_by) {
    return legacy_weights(file, "model_weights", model, saved_by);
  };
  return import_keras(parse_json(*config, "the attribute model_config"), version, weights, is_theanos);
}

Graph read_keras_archive(const Buffer& buffer) {
  const ZipArchive zip(buffer);
  if (!zip.contains("config.json"))
    throw Refusal("", "this is a zip archive without the config.json of a Keras model",
                  "give a model saved by Keras, joblib, pickle or TensorFlow Lite");
  auto config = parse_json(as_text(zip.read("config.json")), "config.json");
  std::string version;
  if (zip.contains("metadata.json")) {
    const auto metadata = parse_json(as_text(zip.read("metadata.json")), "metadata.json");
    if (metadata.is_object() && metadata.contains("keras_version") && metadata["keras_version"].is_string())
      version = metadata["keras_version"].get<std::string>();
  }
  if (!zip.contains("model.weights.h5"))
    throw Refusal("", "the archive has no model.weights.h5", "save the model in one piece, with its weights");
  const auto weights = [&](const nlohmann::json& model, const KerasVersion&) {
    return archive_weights(read_hdf5(zip.read("model.weights.h5")), model);
  };
  return import_keras(std::move(config), version, weights);
}

}  // namespace nacre::tools
