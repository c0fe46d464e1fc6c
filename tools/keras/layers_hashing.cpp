// Bins of texts and integers by their hashes: Hashing, HashedCrossing.

#include "tools/estimators/estimator.hpp"
#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/encode.hpp"
#include "tools/keras/lookup.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostBins = 2147483647;

std::int32_t bins_of(const KerasLayer& layer) {
  const double bins = layer.number("num_bins", 0);
  if (bins < 1 || bins > kMostBins) layer.refuse("has no num_bins that Nacre computes", "build the layer with fewer");
  return static_cast<std::int32_t>(bins);
}

/// The key of SipHash: both halves of it are the salt, where that is one number.
void set_key(const KerasLayer& layer, parameters::HashText& p) {
  Json salt = layer.config.value("salt", Json());
  if (salt.is_null()) return;
  if (!salt.is_array()) salt = Json::array({salt, salt});
  if (salt.size() != 2 || !salt[0].is_number_integer() || !salt[1].is_number_integer())
    layer.refuse("has the salt " + salt.dump(), "build the layer with one integer or two");
  const auto low = [](const Json& half) { return static_cast<std::int32_t>(half.get<std::int64_t>()); };
  const auto high = [](const Json& half) { return static_cast<std::int32_t>(half.get<std::int64_t>() >> 32); };
  p.method = HashFunction::sip;
  p.key_0 = low(salt[0]), p.key_1 = high(salt[0]), p.key_2 = low(salt[1]), p.key_3 = high(salt[1]);
}

/// 1 for each element that is the mask, otherwise 0.
ValueId equals_mask(const KerasLayer& layer, ValueId x, const Json& mask) {
  const bool is_text = layer.graph.type(x).type == DataType::string;
  if (is_text ? !mask.is_string() : !mask.is_number())
    layer.refuse("has the mask_value " + mask.dump() + ", which is none of its inputs");
  return is_text ? equals_text(layer, x, mask.get<std::string>())
                 : add_function_with(layer.graph, MapFunction::equal, as_numbers(layer, x), mask.get<double>(),
                                     layer.name + ".masked");
}

/// Numbers of bins x as the layer's output_mode says.
ValueId as_mode_says(const KerasLayer& layer, ValueId x, std::int64_t bins) {
  const std::string mode = layer.text("output_mode", "int");
  return mode == "int" ? as_integers(layer, x) : encoded(layer, as_numbers(layer, x), bins, mode);
}

}  // namespace

ValueId add_hash(const KerasLayer& layer, const parameters::HashText& p, ValueId x, std::optional<ValueId> before) {
  const bool is_text = layer.graph.type(x).type == DataType::string;
  std::vector<ValueId> inputs{is_text ? x : as_integers(layer, x)};
  if (before) inputs.push_back(*before);
  return layer.graph.add(p, std::move(inputs), layer.name + ".hash");
}

ValueId equals_text(const KerasLayer& layer, ValueId x, const std::string& text) {
  const ValueId place = as_numbers(layer, find_texts(layer, x, {text}, false)),
                found = add_function_with(layer.graph, MapFunction::equal, place, 0, layer.name + ".is");
  return layer.graph.add(reshape_to(layer.graph.shape(x), layer.name), {found});
}

/// With a mask, its bin is 0 and the others come behind it.
ValueId import_hashing(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  const std::int32_t bins = bins_of(layer);
  parameters::HashText p;
  set_key(layer, p);
  const Json mask = layer.config.value("mask_value", Json());
  const bool has_mask = !mask.is_null() && bins > 1;
  p.bins = bins - (has_mask ? 1 : 0);
  ValueId bin = add_hash(layer, p, inputs[0]);
  if (has_mask) {
    const ValueId behind = add_function_with(layer.graph, MapFunction::add, as_numbers(layer, bin), 1,
                                             layer.name + ".behind");
    bin = add_functions(layer.graph, {MapFunction::where},
                        {equals_mask(layer, inputs[0], mask), layer.graph.add_constant({1}, {0.0}), behind},
                        layer.name);
  }
  return as_mode_says(layer, bin, bins);
}

/// As TensorFlow's sparse_cross does with its own key: integers are their own hashes.
ValueId import_hashed_crossing(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  const std::int32_t bins = bins_of(layer);
  Dimensions shape = layer.graph.shape(inputs[0]);
  shape.push_back(2);
  std::int64_t elements = 1;
  for (const std::int64_t length : shape) elements *= length;
  constexpr std::int64_t kLow = -0x35035002, kHigh = 0xde;  // of 0xdecafcaffe
  std::vector<std::int64_t> key;
  for (std::int64_t i = 0; i < elements; ++i) key.push_back(i % 2 == 0 ? kLow : kHigh);
  ValueId hash = layer.graph.add_constant(Array::of(ElementType::int32, shape, std::move(key)), DataType::int32);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    parameters::HashText p;
    if (layer.graph.type(inputs[i]).type != DataType::string) p.method = HashFunction::itself;
    if (i + 1 == inputs.size()) p.bins = bins;
    hash = add_hash(layer, p, inputs[i], hash);
  }
  return as_mode_says(layer, hash, bins);
}

}  // namespace nacre::tools
