#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nacre::tools {

/// A tensor of a model: which output of which call of which layer.
struct TensorKey {
  std::string layer;
  int node;
  int index;
  auto operator<=>(const TensorKey&) const = default;
};

/// Of NamedTensor::masks: a mask of pairs, of queries and keys.
constexpr std::size_t kPairs = 3;

/// A tensor that a call takes or a model gives, with its key where a dictionary holds it.
struct NamedTensor {
  TensorKey tensor;
  std::string name;
  std::optional<std::size_t> masks = {};  ///< of a call: not an input but the mask of that input, or of kPairs
};

/// A layer inside a model, by its name; inside a wrapper or an RNN, by its attribute: "layer", "forward_layer",
/// "backward_layer", "cell"; or a cell in a stack, by its place: "0", "1"…
struct InnerLayer {
  std::string key;
  const nlohmann::json* object;
};

constexpr int kDeepestNesting = 16;

[[noreturn]] void malformed_keras(const std::string& what = "has a number, a list or a text where Keras writes "
                                                            "something else");

/// Members of a configuration; throw where they are absent or of another kind.
const nlohmann::json& keras_member(const nlohmann::json& object, const char* key);
std::string keras_text(const nlohmann::json& object, const char* key);

/// The name of a layer ({class_name, config} or {class_name, name, config}).
std::string layer_name(const nlohmann::json& layer);

/// "dense_1: Dense", for people.
std::string keras_part_name(const nlohmann::json& layer);

/// A model, or a pipeline of layers.
bool is_keras_model(const std::string& class_name);

/// A layer that applies another one: TimeDistributed, or SpectralNormalization, which changes it in training alone.
bool is_keras_wrapper(const std::string& class_name);

/// The layers of a Sequential or functional model, from its configuration.
const nlohmann::json& layers_of(const nlohmann::json& config);

/// The layers inside a model or wrapper and the cells inside an RNN or a stack, in order; none for others. `depth`
/// counts what that lies in: too deep is malformed.
std::vector<InnerLayer> inner_layers(const nlohmann::json& object, int depth);

/// So many inputs has attention: those behind the first may be named value and key, and masks by the inputs.
constexpr std::size_t kQueryValueAndKey = 3;

/// What the arguments of a layer's calls mean.
struct CallRules {
  bool is_always_training = false;  ///< training=True does not change the result
  std::size_t tensors = 1;          ///< of the positional arguments of Keras 3: so many, or fewer, are inputs
  bool takes_weights = false;       ///< count_weights is an input too
  std::span<const char* const> options = {};  ///< arguments that are no tensors, which the layer reads
};

/// The tensors that one call of a layer takes, in Keras 3 and in Keras 1 and 2; in Keras 3 its masks, if it has any,
/// come last. Refuses a call with other arguments that change its result.
std::vector<NamedTensor> call_inputs(const std::string& layer, const nlohmann::json& node,
                                     const CallRules& rules = {});

/// The call of an operation in one form for Keras 2 and 3: {args: […], kwargs: {…}}, in which {input: i} stands for
/// tensor i of `tensors`, which are added as they are met.
nlohmann::json bound_call(const nlohmann::json& node, std::vector<NamedTensor>& tensors);

/// What the call of a layer gives an option; null where it states none.
nlohmann::json call_option(const nlohmann::json& node, const char* option);

/// A list of tensors: one reference, a list of them or a dictionary of them.
std::vector<NamedTensor> tensor_list(const nlohmann::json& list);

/// The names of a model's outputs, as Keras gives them: keys of a dictionary, else of the layers that make them, with
/// _1, _2… where one layer makes several.
std::vector<std::string> output_names(const nlohmann::json& model);

}  // namespace nacre::tools
