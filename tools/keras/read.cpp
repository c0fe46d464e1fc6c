#include "tools/keras/read.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"
#include "tools/keras/model.hpp"
#include "tools/keras/references.hpp"
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
                  "give the architecture before it, as model.to_json() writes it: nacre convert model.json "
                  "model.weights.h5; or save the whole model with model.save()");
  std::string names;
  for (const std::string& name : file.children("")) names += (names.empty() ? "" : ", ") + name;
  throw Refusal("", "the HDF5 file holds no Keras model" + (names.empty() ? names : ": its groups are " + names),
                "give the .keras or .h5 file that model.save() wrote");
}

}  // namespace

Graph read_keras_hdf5(const Buffer& file) { return read_keras_hdf5(read_hdf5(file)); }

Graph read_keras_hdf5(const Hdf5File& file) {
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

namespace {

/// Of metadata.json; empty where it does not say.
std::string stated_version(const Buffer& metadata) {
  const auto json = parse_json(as_text(metadata), "metadata.json");
  const bool is_stated = json.is_object() && json.contains("keras_version") && json["keras_version"].is_string();
  return is_stated ? json["keras_version"].get<std::string>() : "";
}

/// The lines of a text; what stands behind the last line break is one.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text)
    if (c == '\n') lines.emplace_back();
    else lines.back() += c;
  return lines;
}

/// Gives layers that have learnt their vocabulary what the archive holds beside their weights.
void add_vocabularies(nlohmann::json& model, const ZipArchive& zip) {
  std::map<std::string, int> count;
  const auto config = model.is_object() ? model.find("config") : model.end();
  if (config == model.end() || !config->is_object() || !config->contains("layers")) return;
  for (nlohmann::json& layer : (*config)["layers"]) {
    const std::string class_name = layer.is_object() ? layer.value("class_name", "") : "";
    const bool is_integer = class_name == "IntegerLookup", is_inside = class_name == "TextVectorization";
    if (!is_integer && !is_inside && class_name != "StringLookup") continue;
    const std::string group = is_integer ? "integer_lookup" : is_inside ? "text_vectorization" : "string_lookup";
    const int number = count[group]++;
    const std::string path = "assets/layers/" + group + (number > 0 ? "_" + std::to_string(number) : "") +
                             (is_inside ? "/_lookup_layer" : "") + "/vocabulary.txt";
    if (!zip.contains(path) || !layer["config"].value("vocabulary", nlohmann::json()).is_null()) continue;
    nlohmann::json& tokens = layer["config"]["vocabulary"] = nlohmann::json::array();
    for (const std::string& line : lines_of(as_text(zip.read(path))))
      if (is_integer) tokens.push_back(std::strtoll(line.c_str(), nullptr, 10));
      else tokens.push_back(line);
  }
}

}  // namespace

Graph read_keras_archive(const Buffer& buffer) try {
  const ZipArchive zip(buffer);
  if (!zip.contains("config.json"))
    throw Refusal("", "this is a zip archive without the config.json of a Keras model",
                  "give a model saved by Keras, joblib, pickle or TensorFlow Lite");
  auto config = parse_json(as_text(zip.read("config.json")), "config.json");
  const std::string version = zip.contains("metadata.json") ? stated_version(zip.read("metadata.json")) : "";
  add_vocabularies(config, zip);
  if (!zip.contains("model.weights.h5"))
    throw Refusal("", "the archive has no model.weights.h5", "save the model in one piece, with its weights");
  const auto weights = [&](const nlohmann::json& model, const KerasVersion&) {
    return archive_weights(read_hdf5(zip.read("model.weights.h5")), model);
  };
  return import_keras(std::move(config), version, weights);
} catch (const nlohmann::json::exception&) {
  malformed_keras();
}

namespace {

using Json = nlohmann::json;

/// Where the weights of layers stand in a file: Keras 2 lists the layers in an attribute, of a file of weights at its
/// root and of a whole model in a group.
std::optional<std::string> root_of_lists(const Hdf5File& file) {
  for (const char* root : {"", "model_weights"})
    if (file.attribute(root, "layer_names") != nullptr || file.attribute(root, "layer_names0") != nullptr) return root;
  return std::nullopt;
}

/// Whether a key stands anywhere in a configuration.
bool mentions(const Json& json, const char* key, int depth = 0) {
  if (!json.is_structured() || depth > 4 * kDeepestNesting) return false;
  return (json.is_object() && json.contains(key)) ||
         std::any_of(json.begin(), json.end(), [&](const Json& item) { return mentions(item, key, depth + 1); });
}

/// The release that wrote an architecture which does not name it: layers have modules since 2.12, inputs a batch_shape
/// since 3. Keras 3.9 and later name the owner of variables in their file.
std::string version_of(const Json& model, const Hdf5File& weights) {
  if (!model.contains("module"))
    throw Refusal("", "the architecture does not tell which release of Keras it is of",
                  "save the whole model with model.save()");
  if (mentions(model, "batch_input_shape")) return "2.12+";
  return weights.attribute("vars", "name") != nullptr ? "3.9+" : "3.0+";
}

}  // namespace

Graph read_keras_parts(const KerasParts& parts) { return read_keras_parts(parts, read_hdf5(parts.weights)); }

Graph read_keras_parts(const KerasParts& parts, const Hdf5File& file) try {
  auto model = parse_json(as_text(parts.architecture), "the architecture");
  const std::optional<std::string> lists = root_of_lists(file);
  std::string version = parts.metadata.empty() ? "" : stated_version(parts.metadata);
  if (version.empty()) version = model.value("keras_version", "");
  if (version.empty() && lists) version = file.text(*lists, "keras_version").value_or("");
  if (version.empty()) version = version_of(model, file);
  const bool is_theanos = lists && file.text(*lists, "backend") == "theano";
  const auto weights = [&](const Json& object, const KerasVersion& saved_by) {
    return lists ? legacy_weights(file, *lists, object, saved_by) : archive_weights(file, object);
  };
  return import_keras(std::move(model), version, weights, is_theanos);
} catch (const Json::exception&) {
  malformed_keras();
}

}  // namespace nacre::tools
