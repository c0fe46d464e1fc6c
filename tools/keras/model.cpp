// The structure of a model: layers in order, or nodes between tensors.

#include "tools/keras/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "tools/common/refusal.hpp"
#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/calls.hpp"
#include "tools/keras/check.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/codes.hpp"
#include "tools/keras/indices.hpp"
#include "tools/keras/inputs.hpp"
#include "tools/keras/keras_1.hpp"
#include "tools/keras/masks.hpp"
#include "tools/keras/operation.hpp"
#include "tools/keras/references.hpp"
#include "tools/keras/theano.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<ValueId>;
using Tensors = std::vector<KerasTensor>;

/// Where a layer or model stands: how deep it is nested, and in which wrappers.
struct Place {
  int depth = 0;
  bool is_in_steps = false;    ///< in a TimeDistributed, whose steps are its batch
  bool is_in_wrapper = false;  ///< in a TimeDistributed or Bidirectional

  Place inside() const { return {depth + 1, is_in_steps, is_in_wrapper}; }
};

class Importer {
 public:
  Importer(Graph& graph, const KerasVersion& version, bool has_mirrored_kernels)
      : graph_(graph), version_(version), has_mirrored_kernels_(has_mirrored_kernels), indices_(graph) {}

  /// Imports the outermost model, with its inputs and outputs.
  void import(const Json& model, const KerasWeights& weights) {
    obstacles_.attempt(keras_part_name(model), [&] {
      const Tensors outputs = this->model(model, weights, {}, {}, {});
      std::vector<std::string> names = output_names(model);
      if (names.size() != outputs.size()) malformed_keras("is a Sequential model whose last layer has several outputs");
      for (std::size_t i = 0; i < names.size(); ++i) graph_.add_output(std::move(names[i]), outputs[i].value);
      indices_.settle();
    });
    obstacles_.refuse_if_any();
  }

 private:
  /// Tensors of one functional model, by the calls that made them.
  using Known = std::map<TensorKey, KerasTensor>;
  using LayersByName = std::unordered_map<std::string, const Json*>;

  /// What a model makes of its inputs, which have names where it is called with a dictionary. The outermost
  /// has none given: it makes them.
  Tensors model(const Json& object, const KerasWeights& weights, const Tensors& inputs,
                const std::vector<std::string>& names, Place place) {
    if (place.depth > kDeepestNesting) malformed_keras("nests models too deeply");
    const std::string class_name = keras_text(object, "class_name");
    const Json& config = keras_member(object, "config");
    if (class_name == "Sequential" || class_name == "Pipeline") return sequential(config, weights, inputs, place);
    if (!is_keras_model(class_name) || !config.is_object() || !config.contains("layers"))
      throw Refusal("the model", "is of the class " + class_name + ", whose structure only its own code knows",
                    "build it with Sequential or the functional API");
    return functional(config, weights, inputs, names, place);
  }

  Tensors sequential(const Json& config, const KerasWeights& weights, Tensors x, Place place) {
    const Json& layers = layers_of(config);
    if (layers.empty()) malformed_keras("is a Sequential model without layers");
    visit(layers.size());
    if (x.empty()) {
      const Json* shape = keras_input_shape(layers[0]);
      if (shape == nullptr && config.is_object() && config.contains("build_input_shape"))
        shape = &config["build_input_shape"];
      x = {input(layers[0], shape, layer_name(layers[0]))};
    }
    bool is_refused = false;
    for (const Json& layer : layers) {
      if (keras_text(layer, "class_name") == "InputLayer") continue;
      std::optional<Tensors> made;
      if (!is_refused) made = part(layer, weights.of(layer_name(layer)), x, {}, place);
      else obstacles_.leave(keras_part_name(layer));
      if (made) x = std::move(*made);
      else is_refused = true;
    }
    if (is_refused) obstacles_.give_up();
    return x;
  }

  Tensors functional(const Json& config, const KerasWeights& weights, const Tensors& given,
                     const std::vector<std::string>& names, Place place) {
    const std::vector<NamedTensor> inputs = tensor_list(keras_member(config, "input_layers"));
    const Json& layers = layers_of(config);
    if (place.depth > 0 && given.size() != inputs.size())
      malformed_keras("calls a model with another number of inputs");
    visit(layers.size() + inputs.size());
    const LayersByName by_name = layers_by_name(layers);
    const std::vector<TensorKey> outputs = output_keys(config, by_name);
    KerasCalls calls = calls_of(layers, outputs);
    std::map<std::string, std::size_t> places;  // of the inputs that a call names
    for (std::size_t i = 0; i < names.size(); ++i) places.try_emplace(names[i], i);
    Known known;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const TensorKey& tensor = inputs[i].tensor;
      const std::string& key = inputs[i].name;
      const std::string name = key.empty() ? tensor.layer : key;
      if (known.contains(tensor)) malformed_keras("names the input " + name + " twice");
      known[tensor] = place.depth == 0 ? input(find_layer(by_name, tensor.layer), nullptr, name)
                      : names.empty() || names[i].empty() ? given[i]
                                                          : given[position(places, name)];
      known[tensor].at_run.is_given = place.depth > 0;
      calls.have(tensor);
    }
    std::set<std::string> met;
    while (const KerasCall* next = calls.next()) {
      Tensors taken;
      std::vector<std::string> arguments;
      for (const auto& [tensor, name, masks] : next->inputs)
        if (!masks) taken.push_back(known.at(tensor)), arguments.push_back(name);
      set_masks(*next, known, taken);
      obstacles_.attempt(keras_part_name(*next->layer), [&] { runs_.meet(*next, known, taken, version_); });
      std::optional<Tensors> made = part(*next->layer, weights.of(next->name), taken, arguments, place, next->node);
      met.insert(next->name);
      if (!made) leave_rest(layers, met);
      for (KerasTensor& one : *made) one.at_run.behind = runs_.behind(taken);
      for (std::size_t i = 0; i < made->size(); ++i)
        known[{next->name, next->number, static_cast<int>(i)}] = (*made)[i];
      calls.made(made->size());
    }
    return tensors_of(outputs, known);
  }

  /// Ends the model at a layer that is refused: those after it need what it makes.
  [[noreturn]] void leave_rest(const Json& layers, const std::set<std::string>& met) {
    for (const Json& layer : layers)
      if (keras_text(layer, "class_name") != "InputLayer" && !met.contains(layer_name(layer)))
        obstacles_.leave(keras_part_name(layer));
    obstacles_.give_up();
  }

  /// Masks that a call states, which Keras 3 does of all that it knows when the model is made; that of a sequence with
  /// initial states it forgets.
  void set_masks(const KerasCall& call, const Known& known, Tensors& inputs) {
    if (inputs.empty()) return;
    const KerasClass* const own = find_keras_class(keras_text(*call.layer, "class_name"));
    if (own == nullptr || is_keras_operation(*call.layer)) return;
    const bool forgets = version_.major >= 3 && own->mask.since_3 == MaskUse::skips && inputs.size() > 1;
    if (forgets) inputs[0] = {inputs[0].value};
    const bool is_attention = own->mask.since_3 == MaskUse::weighs;
    for (const NamedTensor& mask : call.inputs) {
      if (!mask.masks) continue;
      const ValueId skipped = skipped_by(known.at(mask.tensor));
      const std::size_t place = *mask.masks;
      if (place == kPairs) inputs[0].blocked_pairs = skipped;
      else if (place == 0 && reads_query_mask(call, inputs[0])) continue;
      else if (place < inputs.size()) set_mask(inputs[place], skipped, place > 0 && is_attention);
      else if (is_attention)  // the value is the key
        set_mask(inputs.back(), also_skipped(inputs.back(), skipped), true);
    }
  }

  /// Attention reads the query's mask from the tensor, whatever its call states.
  static void set_mask(KerasTensor& input, ValueId skipped, bool is_found) {
    input.is_masked = true, input.skipped = skipped;
    if (is_found) input.at_run.is_lost = false;
  }
  bool reads_query_mask(const KerasCall& call, const KerasTensor& query) const {
    return takes_masks(keras_text(*call.layer, "class_name"), version_) && (!query.is_masked || query.skipped);
  }
  ValueId also_skipped(const KerasTensor& input, ValueId skipped) {
    if (!input.is_masked || !input.skipped) return skipped;
    return add_functions(graph_, {MapFunction::maximum}, {*input.skipped, skipped},
                         graph_.values[skipped].name + ".either");
  }

  /// What a mask skips that is a tensor like others: where it is 0.
  ValueId skipped_by(const KerasTensor& mask) {
    if (mask.skipped) return *mask.skipped;
    return add_mask_of_zeros(graph_, mask.value, graph_.values[mask.value].name + ".skipped");
  }

  static LayersByName layers_by_name(const Json& layers) {
    LayersByName by_name;
    for (const Json& layer : layers) by_name.try_emplace(layer_name(layer), &layer);
    return by_name;
  }

  /// The place of a model's input among those that a call gives by name.
  static std::size_t position(const std::map<std::string, std::size_t>& places, const std::string& name) {
    const auto found = places.find(name);
    if (found == places.end()) malformed_keras("calls a model without its input " + name);
    return found->second;
  }

  static Tensors tensors_of(const std::vector<TensorKey>& keys, const Known& known) {
    Tensors outputs;
    for (const TensorKey& key : keys) {
      const auto found = known.find(key);
      if (found == known.end() && key.index > 0)
        throw Refusal("layer " + key.layer, "its states, or another output than its first, are outputs of the model",
                      "make a model without them");
      if (found == known.end()) malformed_keras("never computes the output of layer " + key.layer + " (a cycle?)");
      outputs.push_back(found->second);
    }
    if (outputs.empty()) malformed_keras("has no outputs");
    return outputs;
  }

  /// Keras 3 counts the calls of a functional model from 0 where layers read them, and from 1 where they are
  /// outputs of the model around it.
  std::vector<TensorKey> output_keys(const Json& config, const LayersByName& layers) const {
    std::vector<TensorKey> keys;
    for (const NamedTensor& output : tensor_list(keras_member(config, "output_layers"))) {
      const TensorKey& key = output.tensor;
      const std::string class_name = keras_text(find_layer(layers, key.layer), "class_name");
      keys.push_back(key);
      if (version_.major >= 3 && is_keras_model(class_name) && class_name != "Sequential" &&
          class_name != "Pipeline" && key.node > 0)
        --keys.back().node;
    }
    return keys;
  }

  /// All calls of a functional model. Those of a layer count from 1 for a model of Keras 2 that was called when it was
  /// made: from the first that any call or output names.
  KerasCalls calls_of(const Json& layers, const std::vector<TensorKey>& outputs) {
    std::vector<KerasCall> listed;
    std::map<std::string, int> first;
    const auto names = [&](const TensorKey& tensor) {
      int& read = outputs_read_[tensor.layer];
      read = std::max(read, tensor.index < std::numeric_limits<int>::max() ? tensor.index + 1 : tensor.index);
      if (tensor.node < 0) return;
      const auto [found, is_new] = first.try_emplace(tensor.layer, tensor.node);
      if (!is_new) found->second = std::min(found->second, tensor.node);
    };
    for (const TensorKey& output : outputs) names(output);
    for (const Json& layer : layers) {
      int number = 0;
      for (const Json& node : keras_member(layer, "inbound_nodes")) {
        listed.push_back({&layer, layer_name(layer), number++, arguments(layer, node), &node});
        for (const NamedTensor& input : listed.back().inputs) names(input.tensor);
      }
    }
    KerasCalls calls;
    for (KerasCall& call : listed) {
      const auto found = first.find(call.name);
      if (found != first.end() && __builtin_add_overflow(call.number, found->second, &call.number))
        malformed_keras("counts the calls of layer " + call.name + " beyond all numbers");
      calls.add(std::move(call));
    }
    return calls;
  }

  /// Keras 3 writes training=True, which is their default, into calls of layers that change images in training;
  /// predict() overrules it. The second argument is a state where a layer takes states, and a mask where not.
  std::vector<NamedTensor> arguments(const Json& layer, const Json& node) const {
    const KerasClass* known = version_.major >= 3 ? find_keras_class(keras_text(layer, "class_name")) : nullptr;
    CallRules rules;
    const std::string class_name = keras_text(layer, "class_name");
    if (const KerasClass* const own = find_keras_class(class_name); own != nullptr)
      rules.options = own->call_options, rules.tensors = own->call_tensors;
    rules.takes_weights = class_name == "CategoryEncoding";
    if (is_keras_operation(layer)) {
      std::vector<NamedTensor> tensors;
      (void)bound_call(node, tensors);
      return tensors;
    }
    if (class_name == "Pipeline") rules.is_always_training = true;
    if (known != nullptr) rules.is_always_training = known->is_augmentation || class_name == "Resizing";
    return call_inputs(layer_name(layer), node, rules);
  }

  /// What a layer of a model makes of its inputs; nothing where it is refused.
  std::optional<Tensors> part(const Json& object, const KerasWeights& weights, const Tensors& inputs,
                              const std::vector<std::string>& names, Place place, const Json* node = nullptr) {
    return obstacles_.attempt(keras_part_name(object),
                              [&] { return call(object, weights, inputs, names, place, node); });
  }

  /// What a layer, wrapper or model makes of its inputs. `node`: the call; null where a model states none.
  Tensors call(const Json& object, const KerasWeights& weights, const Tensors& inputs,
               const std::vector<std::string>& names, Place place, const Json* node) {
    const std::string class_name = keras_text(object, "class_name"), name = layer_name(object);
    if (is_keras_model(class_name)) return model(object, weights, inputs, names, place.inside());
    return layer(object, name, weights, inputs, place, node);
  }

  /// An operation between tensors. That of a mask, which Keras 3 writes into the model, is a row of the classes.
  Tensors operation(const KerasLayer& layer, const Tensors& inputs, const Json& node) {
    Ids values;
    for (const KerasTensor& input : inputs) values.push_back(input.value);
    std::vector<NamedTensor> unused;
    Tensors outputs;
    const Json call = bound_call(node, unused);
    for (const ValueId value : import_checked(layer, [&] { return import_operation(layer, call, values); }))
      outputs.push_back({value});
    return outputs;
  }

  Tensors layer(const Json& object, const std::string& name, const KerasWeights& weights, const Tensors& inputs,
                Place place, const Json* node = nullptr) {
    const Json config = config_of(object, node);
    KerasLayer layer{graph_, keras_text(object, "class_name"), name, config, {}, version_};
    if (is_keras_operation(object) && node != nullptr && !makes_mask(layer, inputs, *node))
      return operation(layer, inputs, *node);
    if (layer.class_name == "TimeDistributed") return time_distributed(layer, weights, inputs, place);
    if (is_keras_wrapper(layer.class_name)) {
      const Json& inner = keras_member(config, "layer");
      if (is_keras_model(keras_text(inner, "class_name")))
        layer.refuse("wraps a model, which Nacre does not read there");
      return this->layer(inner, name, weights.of("layer"), inputs, place.inside());
    }
    const KerasClass& known = keras_class_of(layer, object);
    const bool heeds_masks = !is_keras_operation(object) || known.skipped != nullptr;  // others are no layers
    if (!is_keras_operation(object))
      obstacles_.attempt([&] { check_mask(known, layer, inputs); });  // which the layers after it do not depend on
    obstacles_.attempt([&] { check_state(layer, object, place); });
    if (layer.class_name == "Bidirectional") {
      const std::vector<InnerLayer> directions = inner_layers(object, place.depth);
      layer.weights = weights_of(*directions[0].object, weights.of(directions[0].key), place.depth + 1);
      layer.backward_weights = weights_of(*directions[1].object, weights.of(directions[1].key), place.depth + 1);
      layer.remembers = version_.is_tensorflows;
    } else {
      layer.weights = weights_of(object, weights, place.depth);
      layer.remembers = version_.is_tensorflows || !place.is_in_wrapper;
    }
    require_own_codes(layer);
    Ids values;
    for (const KerasTensor& input : inputs) values.push_back(input.value);
    const bool is_reversed = config.value("reverse", Json(false)) == true;
    if (known.takes_indices && !is_reversed)
      values.at(0) = indices_.of(layer, values.at(0), layer.weight(0, 2).shape()[0]);
    if (const auto read = outputs_read_.find(name); read != outputs_read_.end()) layer.outputs_read = read->second;
    layer.skipped = inputs[0].skipped;
    layer.blocked_pairs = inputs[0].blocked_pairs;
    for (const KerasTensor& input : inputs) layer.all_skipped.push_back(input.skipped);
    if (looks_at_masks(known, layer))
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].at_run.is_lost) layer.all_skipped[i] = std::nullopt;
    if (known.skipped != nullptr) layer.skipped = known.skipped(layer, values.at(0));
    Tensors outputs;
    for (const ValueId value : import_layer(known, layer, values)) outputs.push_back({value});
    if (heeds_masks) mask_outputs(known, layer, inputs, outputs);
    return outputs;
  }

  /// The configuration of a layer, with what stands in its call: options, and the number that a comparison is with.
  static Json config_of(const Json& object, const Json* node) {
    Json config = keras_member(object, "config");
    const KerasClass* const known = find_keras_class(keras_text(object, "class_name"));
    if (known == nullptr || node == nullptr) return config;
    for (const char* option : known->call_options) config[option] = call_option(*node, option);
    if (!is_keras_operation(object) || !node->is_object()) return config;
    for (const Json& argument : node->value("args", Json::array()))
      if (argument.is_number()) config["mask_value"] = argument;
    return config;
  }

  /// Whether an operation is one that the masks of Keras 3 are written with.
  static bool makes_mask(const KerasLayer& layer, const Tensors& inputs, const Json& node) {
    const auto is_skipped = [](const KerasTensor& input) { return input.skipped.has_value(); };
    if (layer.version.major < 3) return false;
    if (layer.class_name == "NotEqual")
      return inputs.size() == 1 && layer.config.contains("mask_value") && node.is_object();
    if (layer.class_name == "Any") return is_skipped(inputs[0]) && layer.number("axis", 0) == -1;
    return layer.class_name == "LogicalOr" && inputs.size() == 2 && std::ranges::all_of(inputs, is_skipped);
  }

  /// A weight or a number that at() does not find, or bytes beyond a shape, is the file's mistake.
  static Ids import_layer(const KerasClass& known, const KerasLayer& layer, const Ids& inputs) {
    return import_checked(layer, [&] {
      return known.import_all != nullptr ? known.import_all(layer, inputs) : Ids{known.import(layer, inputs)};
    });
  }

  template <typename Import>
  static Ids import_checked(const KerasLayer& layer, Import import) {
    try {
      return import();
    } catch (const std::logic_error& error) {
      layer.refuse(fmt::format("has weights that do not fit its configuration ({})", error.what()),
                   "save the model again");
    }
  }

  /// A layer that keeps a state has one for each row of a batch, and Nacre predicts row by row. In wrappers, states
  /// had no effect until TensorFlow's Keras.
  void check_state(const KerasLayer& layer, const Json& object, Place place) {
    const auto wrapped = layer.class_name == "Bidirectional" ? layer.config.find("layer") : layer.config.end();
    const Json& own = wrapped == layer.config.end() ? layer.config : keras_member(*wrapped, "config");
    const bool is_wrapped = place.is_in_wrapper || layer.class_name == "Bidirectional";
    if (own.value("stateful", Json(false)) != true || (is_wrapped && !version_.is_tensorflows)) return;
    if (!remembering_.insert(&object).second)
      layer.refuse("keeps its state (stateful=True) and is called more than once, so that its calls share the state",
                   "build and train the model with stateful=False");
    if (place.is_in_steps)
      layer.refuse("keeps a state for each step of each row (stateful=True)",
                   "build and train the model with stateful=False");
    if (has_fixed_batch_)
      layer.refuse("keeps a state for each row of a batch (stateful=True)",
                   "build the model with a batch of 1 and give it these weights");
  }

  void visit(std::size_t layers) {
    if (layers > visits_left_) malformed_keras("has more layers, or calls them more often, than Nacre follows");
    visits_left_ -= layers;
  }

  /// A layer or model applied to every step: its batch is all steps of all rows.
  Tensors time_distributed(const KerasLayer& wrapper, const KerasWeights& weights, const Tensors& inputs, Place place) {
    const Json& inner = keras_member(wrapper.config, "layer");
    const Dimensions shape = graph_.shape(inputs.at(0).value);
    if (inputs.size() != 1 || shape.size() < 3)
      wrapper.refuse("needs one input of at least 3 dimensions, it gets " + to_string(graph_.type(inputs[0].value)),
                     "check the shapes of the model");
    const Dimensions rest(shape.begin() + 2, shape.end());
    if (!is_keras_model(keras_text(inner, "class_name")) &&
        !keras_quantization_mode(keras_member(inner, "config")).empty())
      wrapper.refuse("wraps a quantised layer, which Keras then multiplies by its codes without their scales",
                     "use the layer without TimeDistributed: along the last axis, Dense does the same");
    const Tensors x{{reshape(inputs[0].value, {shape[0] * shape[1]}, rest), inputs[0].is_masked}};
    const Place steps{place.depth + 1, true, true};
    if (steps.depth > kDeepestNesting) malformed_keras("nests models too deeply");
    const Tensors y = is_keras_model(keras_text(inner, "class_name"))
                          ? model(inner, weights.of("layer"), x, {}, steps)
                          : layer(inner, wrapper.name, weights.of("layer"), x, steps);
    if (y.size() != 1)
      wrapper.refuse("wraps a model of several outputs, which Nacre does not read",
                     "wrap one model for each output, with the same weights");
    const Dimensions made = graph_.shape(y[0].value);
    const KerasClass* const known = find_keras_class(keras_text(inner, "class_name"));
    const bool makes_mask = known == nullptr || known->skipped != nullptr;
    return {{reshape(y[0].value, {shape[0], shape[1]}, {made.begin() + 1, made.end()}),
             inputs[0].is_masked || y[0].is_masked, makes_mask ? std::nullopt : inputs[0].skipped}};
  }

  /// The weights of a layer, or of the cells inside it, one cell after the other.
  std::vector<Array> weights_of(const Json& object, const KerasWeights& weights, int depth) const {
    const std::vector<InnerLayer> inner = inner_layers(object, depth);
    if (inner.empty()) return adapted(keras_text(object, "class_name"), weights.own);
    std::vector<Array> all;
    for (const InnerLayer& layer : inner)
      for (Array& array : weights_of(*layer.object, weights.of(layer.key), depth + 1)) all.push_back(std::move(array));
    return all;
  }

  /// Weights as Keras 2 with TensorFlow keeps them.
  std::vector<Array> adapted(const std::string& class_name, std::vector<Array> weights) const {
    if (version_.major < 2) weights = modernised_keras_1(class_name, std::move(weights));
    if (has_mirrored_kernels_) mirror_kernels(class_name, weights);
    return weights;
  }

  ValueId reshape(ValueId x, const Dimensions& leading, const Dimensions& rest) {
    Dimensions shape = leading;
    shape.insert(shape.end(), rest.begin(), rest.end());
    return graph_.add(reshape_to(shape, graph_.values[x].name), {x});
  }

  static const Json& find_layer(const LayersByName& layers, const std::string& name) {
    const auto found = layers.find(name);
    if (found == layers.end()) malformed_keras("names the layer " + name + ", which does not exist");
    return *found->second;
  }

  KerasTensor input(const Json& layer, const Json* shape, const std::string& name) {
    const KerasInput input = keras_input(layer, shape);
    has_fixed_batch_ |= input.has_fixed_batch;
    return {graph_.add_input(name, input.type)};
  }

  Graph& graph_;
  KerasVersion version_;
  bool has_mirrored_kernels_;
  bool has_fixed_batch_ = false;  ///< of more than one row
  std::unordered_map<std::string, int> outputs_read_;  ///< of each layer, by all that calls and models name
  std::set<const Json*> remembering_;  ///< configurations of the layers that keep a state
  KerasIndices indices_;
  KerasMaskRuns runs_;
  Obstacles obstacles_;
  /// Looks at layers, here and in nested models: models within models, each called twice, would make a small file take
  /// for ever.
  std::size_t visits_left_ = std::size_t{1} << 18;
};

}  // namespace

Graph import_keras(Json model, const std::string& version, const ReadKerasWeights& read_weights,
                   bool has_mirrored_kernels) try {
  const KerasVersion saved_by = KerasVersion::of(version);
  if (saved_by.major < 2) model = modernised_keras_1(std::move(model));
  check_keras_layers(model, saved_by);
  const KerasWeights weights = read_weights(model, saved_by);
  Graph graph;
  Importer(graph, saved_by, has_mirrored_kernels).import(model, weights);
  graph.sources.push_back({"", "", "keras", version});
  return graph;
} catch (const Json::exception&) {
  malformed_keras();
}

}  // namespace nacre::tools
