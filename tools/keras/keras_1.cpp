#include "tools/keras/keras_1.hpp"

#include "tools/common/refusal.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

struct Words {
  const char *before, *now;
};

constexpr Words kClasses[] = {{"Convolution1D", "Conv1D"},
                              {"Convolution2D", "Conv2D"},
                              {"AtrousConvolution1D", "Conv1D"},
                              {"AtrousConvolution2D", "Conv2D"},
                              {"SeparableConvolution2D", "SeparableConv2D"}};
constexpr Words kKeys[] = {{"border_mode", "padding"},
                           {"dim_ordering", "data_format"},
                           {"subsample", "strides"},
                           {"subsample_length", "strides"},
                           {"stride", "strides"},
                           {"pool_length", "pool_size"},
                           {"atrous_rate", "dilation_rate"},
                           {"bias", "use_bias"},
                           {"inner_activation", "recurrent_activation"},
                           {"concat_axis", "axis"}};
constexpr Words kMerges[] = {
    {"sum", "Add"}, {"mul", "Multiply"}, {"ave", "Average"}, {"max", "Maximum"}, {"concat", "Concatenate"}};

[[noreturn]] void refuse(const Json& layer, const std::string& what) {
  throw Refusal("layer " + layer_name(layer) + " (" + keras_text(layer, "class_name") + ")", what,
                "load the model in Keras 2 and save it again");
}

std::string translated_merge(const Json& layer, const Json& mode) {
  for (const auto& [before, now] : kMerges)
    if (mode == before) return now;
  refuse(layer, "merges by " + mode.dump() + ", which is not supported");
}

/// (top, bottom, left, right), or words for them, as pairs.
Json translated_padding(const Json& padding) {
  const auto pairs = [](const Json& t, const Json& b, const Json& l, const Json& r) {
    return Json::array({Json::array({t, b}), Json::array({l, r})});
  };
  if (padding.is_array() && padding.size() == 4) return pairs(padding[0], padding[1], padding[2], padding[3]);
  if (!padding.is_object()) return padding;
  if (padding.contains("left_pad") || !padding.contains("top_pad")) {
    if (!padding.contains("top_pad") && !padding.contains("bottom_pad"))
      return Json::array({padding.value("left_pad", 0), padding.value("right_pad", 0)});
  }
  return pairs(padding.value("top_pad", 0), padding.value("bottom_pad", 0), padding.value("left_pad", 0),
               padding.value("right_pad", 0));
}

void translate_layer(Json& layer);

void translate_model(Json& model) {
  Json& config = model["config"];
  Json& layers = config.is_array() ? config : config["layers"];
  for (Json& layer : layers) translate_layer(layer);
}

void translate_layer(Json& layer) {
  const std::string class_name = keras_text(layer, "class_name");
  if (class_name == "Sequential" || class_name == "Model") return translate_model(layer);
  if (!layer.contains("config") || !layer["config"].is_object()) return;
  Json& config = layer["config"];
  for (const auto& [before, now] : kKeys)
    if (config.contains(before)) config[now] = config[before];
  if (config.contains("data_format"))
    config["data_format"] = config["data_format"] == "th" ? "channels_first" : "channels_last";
  if (class_name.find("Convolution") != std::string::npos && config["data_format"] == "channels_first")
    refuse(layer, "has its channels first, and the file does not say whether Theano trained it, which mirrors kernels");
  if (class_name.starts_with("ZeroPadding")) config["padding"] = translated_padding(config["padding"]);
  if (class_name == "BatchNormalization" && config.contains("mode") && config["mode"] != 0)
    refuse(layer, "normalises in mode " + config["mode"].dump() + ", by what it is given");
  if (config.contains("layer") && config["layer"].is_object()) translate_layer(config["layer"]);
  for (const auto& [before, now] : kClasses)
    if (class_name == before) layer["class_name"] = now;
  if (class_name != "Merge") return;
  if (config.contains("layers") && !config["layers"].empty()) refuse(layer, "merges models inside a Sequential model");
  layer["class_name"] = translated_merge(layer, config.value("mode", Json("sum")));
}

/// Columns of matrices (or bias vectors), one gate after another.
Array joined(const std::vector<const Array*>& parts) {
  const Array& a = *parts.front();
  const std::size_t gates = parts.size();
  const std::size_t units = a.shape().empty() ? 0 : static_cast<std::size_t>(a.shape().back());
  const std::size_t rows = units == 0 ? 0 : a.size() / units;
  std::vector<double> values(gates * rows * units);
  for (std::size_t gate = 0; gate < gates; ++gate) {
    if (parts[gate]->shape() != a.shape())
      throw Refusal("", "a recurrent layer has weights of different shapes", "save the model again");
    const std::vector<double> own = parts[gate]->to<double>();
    for (std::size_t i = 0; i < own.size(); ++i) values[i / units * gates * units + gate * units + i % units] = own[i];
  }
  std::vector<std::int64_t> shape = a.shape();
  shape.back() *= static_cast<std::int64_t>(gates);
  return Array::of(ElementType::float64, shape, values);
}

}  // namespace

Json modernised_keras_1(Json model) {
  if (model.is_object() && model.contains("config")) translate_model(model);
  return model;
}

std::vector<Array> modernised_keras_1(const std::string& class_name, std::vector<Array> weights) {
  if (class_name == "LSTM" && weights.size() == 12) {  // by gate: input, cell, forget, output
    const auto gates = [&](std::size_t i) {
      return joined({&weights[i], &weights[6 + i], &weights[3 + i], &weights[9 + i]});
    };
    return {gates(0), gates(1), gates(2)};
  }
  if (class_name == "GRU" && weights.size() == 9) {  // update, reset, candidate
    const auto gates = [&](std::size_t i) { return joined({&weights[i], &weights[3 + i], &weights[6 + i]}); };
    return {gates(0), gates(1), gates(2)};
  }
  if (class_name == "Conv1D" && !weights.empty() && weights[0].shape().size() == 4 && weights[0].shape()[1] == 1) {
    const auto k = weights[0].shape();
    weights[0] = weights[0].reshaped({k[0], k[2], k[3]});
  }
  return weights;
}

}  // namespace nacre::tools
