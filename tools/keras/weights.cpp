// The weights of HDF5 models, paired by order.

#include "tools/keras/weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;
using Places = std::vector<Array*>;

/// Places for the arrays of a layer and of those inside it.
struct Slots {
  Places trainable, fixed;
  Places by_layer;  ///< all of them, layer by layer
};

void append(Places& to, const Places& from) { to.insert(to.end(), from.begin(), from.end()); }

/// One list of arrays on its way into a tree.
class Distribution {
 public:
  explicit Distribution(const KerasVersion& version) : version_(version) {}

  /// Makes `to` the tree of the layer that has the list, with empty arrays.
  Slots slots(const Json& object, KerasWeights& to) { return slots(object, to, 1, true); }

  bool is_complete() const { return is_complete_; }

 private:
  Slots slots(const Json& object, KerasWeights& to, int depth, bool is_lists_owner) {
    const std::string class_name = keras_text(object, "class_name");
    const Json& config = keras_member(object, "config");
    const std::vector<InnerLayer> inner = inner_layers(object, depth);
    const bool is_frozen = config.is_object() && config.value("trainable", Json(true)) == false;
    Slots result;
    for (const InnerLayer& layer : inner) {
      const Slots own = slots(*layer.object, to.inner[layer.key], depth + 1, false);
      append(result.trainable, own.trainable);
      append(result.fixed, own.fixed);
      append(result.by_layer, own.by_layer);
    }
    if (class_name == "SpectralNormalization") {  // the vector that training normalises by
      to.own.resize(1);
      result.fixed.push_back(&to.own[0]), result.by_layer.push_back(&to.own[0]);
    }
    const bool is_leaf = inner.empty() && !is_keras_model(class_name);
    if (is_leaf) refuse_lora(config);
    if (is_leaf && class_name != "InputLayer" && !is_keras_operation(object)) result = leaf(class_name, config, to);
    // Since Keras 3 a variable says whether it is trained: whether a model does matters only where the list is its own.
    return is_frozen && (is_leaf || is_lists_owner || version_.major < 3)
               ? frozen(std::move(result), is_keras_model(class_name))
               : result;
  }

  /// HDF5 keeps the factors of LoRA apart, and .keras what they make.
  static void refuse_lora(const Json& config) {
    if (config.is_object() && !config.value("lora_rank", Json()).is_null())
      throw Refusal("layer " + config.value("name", ""), "is trained with LoRA, whose factors HDF5 keeps apart",
                    "save the model as .keras, which holds what they make");
  }

  Slots leaf(const std::string& class_name, const Json& config, KerasWeights& to) {
    const KerasClass* known = find_keras_class(class_name);
    if (known == nullptr) {
      is_complete_ = false;
      return {};
    }
    const WeightCount count = known->weights(config);
    to.own.resize(count.trainable + count.fixed);
    Slots result;
    for (std::size_t i = 0; i < to.own.size(); ++i)
      (i < count.trainable ? result.trainable : result.fixed).push_back(&to.own[i]);
    result.by_layer = result.trainable;
    append(result.by_layer, result.fixed);
    return result;
  }

  /// Nothing of a frozen layer is trainable. A model of Keras 1 and 2 then lists first what would be; since Keras 3,
  /// and for TensorFlow's wrappers, it goes layer by layer.
  Slots frozen(Slots slots, bool is_model) const {
    if (version_.major < 3 && (is_model || !version_.is_tensorflows))
      slots.trainable.insert(slots.trainable.end(), slots.fixed.begin(), slots.fixed.end()),
          slots.fixed = std::move(slots.trainable);
    else
      slots.fixed = slots.by_layer;
    slots.trainable.clear();
    return slots;
  }

  const KerasVersion version_;
  bool is_complete_ = true;
};

/// The arrays of one group, in the order of its attribute weight_names.
std::vector<Array> arrays_of(const Hdf5File& file, const std::string& group, const std::string& layer) {
  std::vector<Array> arrays;
  for (std::string name : file.texts(group, "weight_names")) {
    std::replace(name.begin(), name.end(), '\\', '/');
    const Array* array = file.dataset(group + "/" + name);
    if (array == nullptr)
      throw Refusal("layer " + layer, "lacks its weight " + name + ", or has it in a type that is not read",
                    "save the whole model again, in float32");
    arrays.push_back(*array);
  }
  return arrays;
}

}  // namespace

const KerasWeights& KerasWeights::of(const std::string& name) const {
  static const KerasWeights kNone;
  const auto found = inner.find(name);
  return found == inner.end() ? kNone : found->second;
}

KerasWeights legacy_weights(const Hdf5File& file, const std::string& root, const Json& model,
                            const KerasVersion& version) {
  KerasWeights weights;
  for (const InnerLayer& layer : inner_layers(model, 0)) {
    KerasWeights& own = weights.inner[layer.key];
    std::vector<Array> arrays = arrays_of(file, root.empty() ? layer.key : root + "/" + layer.key, layer.key);
    Distribution distribution(version);
    Slots slots = distribution.slots(*layer.object, own);
    if (!distribution.is_complete()) continue;  // its class will be refused
    if (own.inner.empty()) {  // the layer itself says what it lacks
      own.own = std::move(arrays);
      continue;
    }
    append(slots.trainable, slots.fixed);
    if (arrays.size() != slots.trainable.size())
      throw Refusal("layer " + layer.key,
                    fmt::format("has {} weights in the file, where the layers inside it need {}", arrays.size(),
                                slots.trainable.size()),
                    "save the whole model again, with its weights");
    for (std::size_t i = 0; i < arrays.size(); ++i) *slots.trainable[i] = std::move(arrays[i]);
  }
  return weights;
}

}  // namespace nacre::tools
