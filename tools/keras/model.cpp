// The structure of a model: layers in order, or nodes between tensors.

#include "tools/keras/model.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "tools/common/refusal.hpp"
#include "tools/keras/indices.hpp"
#include "tools/keras/keras_1.hpp"
#include "tools/keras/layer.hpp"
#include "tools/keras/masks.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<ValueId>;

constexpr int kDeepestNesting = 16;

/// What the importers of a model and of those nested in it share.
struct Context {
  Graph& graph;
  int version;
  KerasMasks masks;
  bool has_fixed_batch = false;  ///< of more than one row
  /// Looks at layers, here and in nested models: models within models, each called twice, or layers listed
  /// backwards, would make a small file take for ever.
  std::size_t visits_left = std::size_t{1} << 20;
};

/// A kernel [..., inputs, outputs] with its spatial axes reversed.
Array mirrored(const Array& kernel) {
  const Dimensions& shape = kernel.shape();
  if (shape.size() < 3) return kernel;
  const auto block = static_cast<std::ptrdiff_t>(shape[shape.size() - 2] * shape.back());
  const std::vector<double> values = kernel.to<double>();
  std::vector<double> result;
  for (auto end = values.end(); end - values.begin() >= block; end -= block) result.insert(result.end(), end - block, end);
  return Array::of(kernel.type(), shape, result);
}

/// What a layer makes of its inputs. A weight or a number that at() does not find, or bytes beyond a shape, is
/// the file's mistake.
ValueId import_layer(ImportKerasLayer import, const KerasLayer& layer, const Ids& inputs) {
  try {
    return import(layer, inputs);
  } catch (const std::logic_error& error) {
    layer.refuse(fmt::format("has weights that do not fit its configuration ({})", error.what()), "save the model again");
  }
}

/// One model: its weights, and what is known of its layers between their calls.
class Importer {
 public:
  Importer(Context& context, KerasWeights weights) : context_(context), weights_(std::move(weights)) {}

  /// Imports a model; `inputs` are given for a nested one, made here for the outermost.
  Ids model(const Json& object, const Ids& inputs, int depth) {
    if (depth > kDeepestNesting) malformed_keras("nests models too deeply");
    const std::string class_name = keras_text(object, "class_name");
    const Json& config = keras_member(object, "config");
    if (class_name == "Sequential") return sequential(config, inputs, depth);
    if (!is_keras_model(class_name) || !config.is_object() || !config.contains("layers"))
      throw Refusal("the model", "is of the class " + class_name + ", whose structure only its own code knows",
                    "build it with Sequential or the functional API");
    return functional(config, inputs, depth);
  }

 private:
  using Tensors = std::map<TensorKey, ValueId>;
  using Done = std::set<std::pair<std::string, std::size_t>>;

  Ids sequential(const Json& config, Ids x, int depth) {
    const Json& layers = config.is_array() ? config : keras_member(config, "layers");
    if (!layers.is_array() || layers.empty()) malformed_keras("is a Sequential model without layers");
    visit(layers.size());
    weights_.set_layers(layers);
    if (x.empty()) {
      const Json* shape = input_shape(layers[0]);
      if (shape == nullptr && config.is_object() && config.contains("build_input_shape")) shape = &config["build_input_shape"];
      x = {add_input(layers[0], shape, takes_indices(layers))};
    }
    for (const Json& layer : layers)
      if (keras_text(layer, "class_name") != "InputLayer") x = call(layer, x, depth);
    return x;
  }

  Ids functional(const Json& config, const Ids& given, int depth) {
    Tensors tensors;
    const std::vector<TensorKey> inputs = tensor_list(keras_member(config, "input_layers"));
    const Json& layers = keras_member(config, "layers");
    if (depth > 0 && given.size() != inputs.size()) malformed_keras("calls a model with another number of inputs");
    visit(layers.size() * (inputs.size() + 1));
    weights_.set_layers(layers);
    for (const Json& layer : layers) check_class(layer);  // before what its calls take, which may be as strange
    for (std::size_t i = 0; i < inputs.size(); ++i)
      tensors[inputs[i]] = depth == 0 ? add_input(find_layer(layers, inputs[i].layer), nullptr, feeds_embedding(layers, inputs[i].layer)) : given[i];
    const std::set<TensorKey> read = read_tensors(config);
    Done done;
    for (bool progress = true; progress;) {  // layers may be listed before what they read
      progress = false;
      visit(layers.size());
      for (const Json& layer : layers) progress |= call_ready_nodes(layer, read, tensors, done, depth);
    }
    Ids outputs;
    const std::vector<TensorKey> named = tensor_list(keras_member(config, "output_layers"));
    if (named.empty()) malformed_keras("has no outputs");
    for (const TensorKey& key : named) {
      const auto found = tensors.find(key);
      if (found == tensors.end() && key.index > 0)
        throw Refusal("layer " + key.layer, "its states, or another output than its first, are outputs of the model", "make a model without them");
      if (found == tensors.end()) malformed_keras("never computes the output of layer " + key.layer + " (a cycle?)");
      outputs.push_back(found->second);
    }
    return outputs;
  }

  /// Every tensor that a functional model names.
  static std::set<TensorKey> read_tensors(const Json& config) {
    std::set<TensorKey> keys;
    for (const TensorKey& key : tensor_list(keras_member(config, "output_layers"))) keys.insert(key);
    for (const Json& layer : keras_member(config, "layers"))
      for (const Json& node : keras_member(layer, "inbound_nodes"))
        for (const TensorKey& key : call_inputs(layer_name(layer), node)) keys.insert(key);
    return keys;
  }

  bool call_ready_nodes(const Json& layer, const std::set<TensorKey>& read, Tensors& tensors, Done& done, int depth) {
    const std::string name = layer_name(layer);
    // Calls count from 1 for a model that was called when it was made.
    const auto first_read = read.lower_bound({name, 0, 0});
    const std::size_t first = first_read != read.end() && first_read->layer == name ? static_cast<std::size_t>(first_read->node) : 0;
    const Json& nodes = keras_member(layer, "inbound_nodes");
    bool progress = false;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const std::size_t call_number = first + n;
      if (done.count({name, call_number}) != 0) continue;
      Ids inputs;
      const std::vector<TensorKey> keys = call_inputs(name, nodes[n]);
      for (const TensorKey& key : keys) {
        const auto found = tensors.find(key);
        if (found != tensors.end()) inputs.push_back(found->second);
        else if (done.count({key.layer, static_cast<std::size_t>(key.node)}) != 0)
          throw Refusal("layer " + name, fmt::format("reads output {} of layer {}, which is not supported", key.index, key.layer),
                        "use the first output only");
      }
      if (inputs.size() != keys.size() || keys.empty()) continue;
      const Ids outputs = call(layer, inputs, depth);
      for (std::size_t i = 0; i < outputs.size(); ++i) tensors[{name, static_cast<int>(call_number), static_cast<int>(i)}] = outputs[i];
      done.insert({name, call_number});
      progress = true;
    }
    return progress;
  }

  Ids call(const Json& object, const Ids& inputs, int depth) {
    const std::string class_name = keras_text(object, "class_name"), name = layer_name(object);
    if (is_keras_model(class_name)) return nested(name, "").model(object, inputs, depth + 1);
    KerasLayer layer{context_.graph, class_name, name, keras_member(object, "config"), {}, context_.version};
    if (class_name == "TimeDistributed") return {time_distributed(layer, inputs, depth)};
    const ImportKerasLayer import = find_keras_layer(layer, object);
    context_.masks.check(layer, inputs);
    if (context_.has_fixed_batch && layer.flag("stateful", false))
      layer.refuse("keeps a state for each row of a batch", "build the model with a batch of 1");
    if (class_name == "Bidirectional") {
      const std::string wrapped = keras_text(keras_member(layer.config, "layer"), "class_name");
      layer.weights = adapted(wrapped, weights_.of(name, "forward_layer"));
      layer.backward_weights = adapted(wrapped, weights_.of(name, "backward_layer"));
    } else {
      layer.weights = adapted(class_name, weights_.of(name));
    }
    Ids outputs{import_layer(import, layer, inputs)};
    context_.masks.follow(layer, inputs, outputs[0]);
    if (layer.flag("return_state", false)) outputs.push_back(last_step(layer, outputs[0]));
    return outputs;
  }

  void visit(std::size_t layers) {
    if (layers > context_.visits_left) malformed_keras("has more layers, or calls them more often, than Nacre follows");
    context_.visits_left -= layers;
  }

  void check_class(const Json& object) {
    const std::string class_name = keras_text(object, "class_name");
    if (is_keras_model(class_name) || class_name == "InputLayer" || class_name == "TimeDistributed") return;
    (void)find_keras_layer({context_.graph, class_name, layer_name(object), keras_member(object, "config"), {}, context_.version}, object);
  }

  /// A layer or model applied to every step: its batch is all steps of all rows.
  ValueId time_distributed(const KerasLayer& wrapper, const Ids& inputs, int depth) {
    const Json& inner = keras_member(wrapper.config, "layer");
    const std::string class_name = keras_text(inner, "class_name");
    const Dimensions shape = context_.graph.shape(inputs.at(0));
    if (inputs.size() != 1 || shape.size() < 3) wrapper.refuse("needs one input of at least 3 dimensions, it gets " + to_string(context_.graph.type(inputs[0])));
    context_.masks.check(wrapper, inputs);
    const Dimensions rest(shape.begin() + 2, shape.end());
    Ids y{reshape(inputs[0], {shape[0] * shape[1]}, rest)};
    if (is_keras_model(class_name)) {
      y = nested(wrapper.name, "layer").model(inner, y, depth + 1);
    } else {
      const KerasLayer layer{context_.graph, class_name, wrapper.name, keras_member(inner, "config"),
                             adapted(class_name, weights_.of(wrapper.name, "layer")), context_.version};
      y = {import_layer(find_keras_layer(layer, inner), layer, y)};
    }
    if (y.size() != 1) wrapper.refuse("wraps a model of several outputs");
    const Dimensions made = context_.graph.shape(y[0]);
    return reshape(y[0], {shape[0], shape[1]}, {made.begin() + 1, made.end()});
  }

  /// Weights as Keras 2 with TensorFlow keeps them.
  std::vector<Array> adapted(const std::string& class_name, std::vector<Array> weights) {
    if (context_.version < 2) weights = modernised_keras_1(class_name, std::move(weights));
    if (weights_.has_mirrored_kernels() && (class_name == "Conv1D" || class_name == "Conv2D") && !weights.empty()) weights[0] = mirrored(weights[0]);
    return weights;
  }

  ValueId reshape(ValueId x, const Dimensions& leading, const Dimensions& rest) {
    schema::ReshapeT table;
    table.shape.assign(leading.begin(), leading.end());
    table.shape.insert(table.shape.end(), rest.begin(), rest.end());
    return context_.graph.add(std::move(table), {x});
  }

  /// The importer of a nested model. Kept: a model that is called twice has one set of weights.
  Importer& nested(const std::string& name, const std::string& part) {
    auto& importer = nested_[name];
    if (importer == nullptr) importer = std::make_unique<Importer>(context_, weights_.inside(name, part));
    return *importer;
  }

  static const Json& find_layer(const Json& layers, const std::string& name) {
    for (const Json& layer : layers)
      if (layer_name(layer) == name) return layer;
    malformed_keras("names the layer " + name + ", which does not exist");
  }

  /// The shape that a layer, or the first layer of a model that stands first, says it takes; else null.
  static const Json* input_shape(const Json& layer, int depth = 0) {
    const Json& config = keras_member(layer, "config");
    for (const char* key : {"batch_shape", "batch_input_shape"})
      if (config.is_object() && config.contains(key) && config[key].is_array()) return &config[key];
    const Json* layers = config.is_array() ? &config : config.is_object() && config.contains("layers") ? &config["layers"] : nullptr;
    if (layers == nullptr || !layers->is_array() || layers->empty() || depth > kDeepestNesting) return nullptr;
    return input_shape(layers->front(), depth + 1);
  }

  ValueId add_input(const Json& layer, const Json* shape, bool indices) {
    const std::string name = layer_name(layer);
    if (shape == nullptr) shape = input_shape(layer);
    if (shape == nullptr || !shape->is_array() || shape->empty())
      throw Refusal("layer " + name, "does not state the shape of its input", "build the model with an Input layer and save it again");
    TensorType type{indices ? DataType::int32 : DataType::float32, {1}};
    // Rows are predicted one by one, whatever batch the model was built for; only states tell rows apart.
    if ((*shape)[0].is_number_integer() && (*shape)[0] != 1) context_.has_fixed_batch = true;
    for (std::size_t i = 1; i < shape->size(); ++i) {
      if (!(*shape)[i].is_number_integer() || (*shape)[i].get<std::int64_t>() < 1)
        throw Refusal("layer " + name, fmt::format("leaves dimension {} of its input open", i), "build the model with a fixed shape: memory is planned before it runs");
      type.shape.push_back((*shape)[i].get<std::int64_t>());
    }
    return context_.graph.add_input(name, std::move(type));
  }

  Context& context_;
  KerasWeights weights_;
  std::map<std::string, std::unique_ptr<Importer>> nested_;
};

}  // namespace

Graph import_keras(const Json& config, KerasWeights weights, const std::string& version) try {
  Graph graph;
  const int major = version.empty() ? 1 : std::atoi(version.c_str());
  Context context{graph, major, {}};
  const Json model = major < 2 ? modernised_keras_1(config) : config;
  const Ids outputs = Importer(context, std::move(weights)).model(model, {}, 0);
  std::vector<std::string> names = output_names(model);
  if (names.size() != outputs.size()) malformed_keras("is a Sequential model whose last layer has several outputs");
  for (std::size_t i = 0; i < names.size(); ++i) graph.add_output(std::move(names[i]), outputs[i]);
  graph.sources.push_back({"", "", "keras", version});
  return graph;
} catch (const Json::exception&) {
  malformed_keras("has a number, a list or a text where Keras writes something else");
}

}  // namespace nacre::tools
