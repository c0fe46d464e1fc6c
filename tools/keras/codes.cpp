#include "tools/keras/codes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

/// "int4/128" and "float32": how a layer is quantised, and what it computes with. Both are empty where it is not.
struct Policy {
  std::string mode, source;
};

std::string text_at(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Policy policy_of(const Json& config) {
  const Json type = config.is_object() ? config.value("dtype", Json()) : Json();
  const Json own = type.is_object() ? type.value("config", Json()) : Json();
  const std::string name = type.is_string() ? type.get<std::string>() : text_at(own, "name");
  if (const std::size_t from = name.find("_from_"); from != std::string::npos)
    return {name.substr(0, from), name.substr(from + 6)};
  return {text_at(own, "mode"), text_at(own, "source_name")};
}

bool has_groups(const std::string& mode) {
  const std::size_t slash = mode.find('/');
  return slash != std::string::npos && mode.substr(slash) != "/-1";
}

constexpr const char* kWayOut = "save the model as it was before quantize(), or quantise it by int8";

}  // namespace

std::string keras_quantization_mode(const Json& config) {
  const std::string mode = policy_of(config).mode;
  return mode.substr(0, mode.find('/'));
}

/// GPTQ states the bits behind its name.
bool has_packed_codes(const Json& config) {
  const std::string mode = policy_of(config).mode;
  return mode.starts_with("int4") || mode.starts_with("awq") || mode.starts_with("gptq/4");
}

std::size_t weights_of_quantized_dense(const Json& config) {
  const std::string mode = keras_quantization_mode(config);
  if (mode == "float8") return 7;
  if (mode == "gptq") return 4;
  if (mode == "awq") return 5;
  return has_groups(policy_of(config).mode) ? 4 : 2;
}

std::size_t weights_of_quantized_embedding(const Json& config) {
  const bool is_grouped = has_groups(policy_of(config).mode);
  const bool is_untied = config.value("tie_weights", Json(true)) == false;
  return (is_grouped ? 4 : 2) + (is_untied ? (is_grouped ? 3 : 2) : 0);
}

void check_quantization(const KerasLayer& layer) {
  const Policy policy = policy_of(layer.config);
  const std::string mode = keras_quantization_mode(layer.config);
  const bool is_dense = layer.class_name == "Dense" || layer.class_name == "EinsumDense",
             is_embedding = layer.class_name == "Embedding" || layer.class_name == "ReversibleEmbedding";
  const bool is_known = mode == "int8" || mode == "int4" || (is_dense && (mode == "float8" || mode == "gptq" ||
                                                                         mode == "awq"));
  if ((!is_dense && !is_embedding) || !is_known)
    layer.refuse("is quantised by Keras (" + policy.mode + "), which Nacre does not read for this layer", kWayOut);
  if (policy.source != "float32")
    layer.refuse("is quantised by Keras beside numbers of " + policy.source, "quantise a model of float32");
  (void)quantized_inputs(layer);
}

void require_own_codes(const KerasLayer& layer) {
  const auto is_code = [](const Array& weight) {
    return weight.type() == ElementType::int8 || weight.type() == ElementType::uint8;
  };
  const bool has_codes = std::ranges::any_of(layer.weights, is_code) ||
                         std::ranges::any_of(layer.backward_weights, is_code);
  if (has_codes && keras_quantization_mode(layer.config).empty())
    layer.refuse("has weights that quantize() has changed and its configuration knows nothing of, so that Keras cannot "
                 "load it either",
                 "quantise the model with filters= that leave the layer out");
}

std::optional<CodeRange> quantized_inputs(const KerasLayer& layer) {
  constexpr double kCodes = 127, kLeast = 1e-7;
  const std::string mode = keras_quantization_mode(layer.config);
  const Json stated = layer.config.value("quantization_config", Json());
  const bool is_by_default = mode == "int8" || layer.class_name == "ReversibleEmbedding";
  if (mode != "int8" && mode != "int4") return std::nullopt;
  if (stated.is_null()) return is_by_default ? std::optional(CodeRange{-kCodes, kCodes, kLeast}) : std::nullopt;
  const Json own = stated.is_object() ? stated.value("config", Json::object()) : Json::object();
  const Json quantizer = own.is_object() ? own.value("activation_quantizer", Json()) : Json();
  if (quantizer.is_null()) return std::nullopt;
  const Json options = quantizer.is_object() ? quantizer.value("config", Json::object()) : Json::object();
  if (text_at(quantizer, "class_name") != "AbsMaxQuantizer" || !options.is_object() ||
      options.value("output_dtype", Json("int8")) != "int8")
    layer.refuse("quantises its input by " + text_at(quantizer, "class_name") + ", which Nacre does not know",
                 "quantise the model with Keras's AbsMaxQuantizer");
  const Json axis = options.value("axis", Json()), range = options.value("value_range", Json({-kCodes, kCodes}));
  const bool is_last = axis.is_null() || axis == -1 || axis == Json::array({-1});
  if (layer.class_name == "ReversibleEmbedding" && !is_last)
    layer.refuse("quantises its input along the axis " + axis.dump(), "quantise the model along the last axis");
  const Json least = options.value("epsilon", Json(kLeast));
  if (!range.is_array() || range.size() != 2 || !range[0].is_number() || !range[1].is_number() || !least.is_number())
    layer.refuse("quantises its input to a range that is none", "save the model again with Keras");
  return CodeRange{range[0].get<double>(), range[1].get<double>(), least.get<double>()};
}

Array unpacked(const KerasLayer& layer, const Array& packed, const Dimensions& shape, std::size_t axis,
               bool is_signed) {
  const std::vector<std::int64_t> bytes = packed.to<std::int64_t>();
  Dimensions held = shape;
  held[axis] = (held[axis] + 1) / 2;
  if (packed.shape() != held) layer.refuse("has codes of another shape than its configuration says");
  const auto columns = static_cast<std::size_t>(shape[1]), held_columns = static_cast<std::size_t>(held[1]);
  std::vector<std::int64_t> codes(static_cast<std::size_t>(shape[0]) * columns);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t row = i / columns, column = i % columns, place = axis == 0 ? row : column;
    const std::int64_t both = bytes[axis == 0 ? row / 2 * held_columns + column : row * held_columns + column / 2];
    const std::int64_t code = ((both & 255) >> (place % 2 == 0 ? 0 : 4)) & 15;
    codes[i] = is_signed && code > 7 ? code - 16 : code;
  }
  return Array::of(is_signed ? ElementType::int8 : ElementType::uint8, shape, codes);
}

Array transposed(const Array& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.shape()[0]), columns = static_cast<std::size_t>(matrix.shape()[1]);
  const std::vector<double> values = matrix.to<double>();
  std::vector<double> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[i % columns * rows + i / columns] = values[i];
  return Array::of(matrix.type(), {matrix.shape()[1], matrix.shape()[0]}, result);
}

Array divided_rows(const KerasLayer& layer, const Array& matrix, const Array& divisors) {
  const std::vector<float> by = divisors.to<float>();
  std::vector<float> values = matrix.to<float>();
  if (static_cast<std::int64_t>(by.size()) != matrix.shape()[0])
    layer.refuse("has another number of awq_scales than its input has features");
  const auto columns = static_cast<std::size_t>(matrix.shape()[1]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] /= by[i / columns];
  return Array::of(ElementType::float32, matrix.shape(), values);
}

void require_sums_of_int32(const KerasLayer& layer, const Array& weights, double largest) {
  const std::vector<double> codes = weights.to<double>();
  const auto depth = static_cast<std::size_t>(weights.shape()[1]);
  for (std::size_t i = 0; i < codes.size(); i += depth) {
    double sum = 0;
    for (std::size_t k = 0; k < depth; ++k) sum += std::abs(codes[i + k]);
    if (sum * largest > std::numeric_limits<std::int32_t>::max())
      layer.refuse("has sums of products that 32 bits may not hold", "save the model as it was before quantize()");
  }
}

float rounded_to_bfloat16(float value) {
  if (std::isnan(value)) return value;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t even = (bits >> 16) & 1u;
  return std::bit_cast<float>((bits + 0x7fffu + even) & 0xffff0000u);
}

float rounded_to_float8(float value) {
  constexpr int kLeastExponent = -6, kDigits = 3;
  const float limited = std::clamp(value, -static_cast<float>(kLargestFloat8), static_cast<float>(kLargestFloat8));
  if (limited == 0 || std::isnan(limited)) return limited;
  const float step = std::ldexp(1.0f, std::max(std::ilogb(limited), kLeastExponent) - kDigits);
  return std::nearbyint(limited / step) * step;
}

}  // namespace nacre::tools
