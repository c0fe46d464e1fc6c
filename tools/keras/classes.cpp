#include "tools/keras/classes.hpp"

#include <algorithm>

#include "tools/keras/codes.hpp"
#include "tools/keras/operation.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {

// The functions of layers_*.cpp: each is named here and in its own file.
ValueId import_dense(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_depthwise_conv_1d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_depthwise_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_separable_conv_1d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_separable_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_transposed(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_locally_connected(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_pool_3d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_pool(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_global_pool(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_adaptive_pool(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_batch_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_layer_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_group_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_rms_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_dot(const KerasLayer&, const std::vector<ValueId>&);
std::vector<ValueId> import_attention(const KerasLayer&, const std::vector<ValueId>&);
std::vector<ValueId> import_multi_head_attention(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_einsum_dense(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_resizing(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_rescaling(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_unit_normalization(const KerasLayer&, const std::vector<ValueId>&);
std::vector<ValueId> import_conv_lstm(const KerasLayer&, const std::vector<ValueId>&);
std::vector<ValueId> import_lstm(const KerasLayer&, const std::vector<ValueId>&);
std::vector<ValueId> import_bidirectional(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_cell_alone(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_embedding(const KerasLayer&, const std::vector<ValueId>&);
std::optional<ValueId> skipped_by_embedding(const KerasLayer&, ValueId);
ValueId import_masking(const KerasLayer&, const std::vector<ValueId>&);
std::optional<ValueId> skipped_by_masking(const KerasLayer&, ValueId);
ValueId import_comparison(const KerasLayer&, const std::vector<ValueId>&);
std::optional<ValueId> skipped_by_not_equal(const KerasLayer&, ValueId);
std::optional<ValueId> skipped_by_any(const KerasLayer&, ValueId);
std::optional<ValueId> skipped_by_either(const KerasLayer&, ValueId);
ValueId import_identity(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_activation(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_activation_layer(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_softmax_layer(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_prelu(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_flatten(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_reshape(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_permute(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_repeat_vector(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_up_sampling(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_zero_padding(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_cropping(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_center_crop(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_random_crop(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_auto_contrast(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_mel_spectrogram(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_hashed_crossing(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_hashing(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_lookup(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_text_vectorization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_reversible_embedding(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_category_encoding(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_discretization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_stft_spectrogram(const KerasLayer&, const std::vector<ValueId>&);

namespace {

using Json = nlohmann::json;

WeightCount no_weights(const Json&) { return {}; }
WeightCount one_weight(const Json&) { return {1, 0}; }

template <std::size_t kKernels>
WeightCount with_bias(const Json& config) {
  return {kKernels + (config.value("use_bias", Json(true)) == false ? 0 : 1), 0};
}

WeightCount of_batch_normalization(const Json& config) {
  const auto has = [&](const char* key) -> std::size_t { return config.value(key, Json(true)) == false ? 0 : 1; };
  return {has("scale") + has("center"), 2};
}

WeightCount of_row_normalization(const Json& config) { return {of_batch_normalization(config).trainable, 0}; }

WeightCount of_attention(const Json& config) {
  const auto is = [&](const char* key, const Json& value) -> std::size_t {
    return config.value(key, Json()) == value ? 1 : 0;
  };
  return {is("use_scale", true) + is("score_mode", "concat"), 0};
}
WeightCount of_additive_attention(const Json& config) {
  return {config.value("use_scale", Json(true)) == false ? 0u : 1u, 0};
}
/// Kernels of the real and the imaginary part.
WeightCount of_spectrogram(const Json& config) {
  const Json mode = config.value("mode", Json("log"));
  return {mode == "real" || mode == "imag" ? 1u : 2u, 0};
}
WeightCount of_heads(const Json& config) {
  const std::size_t layers = config.value("use_gate", Json(false)) == true ? 5 : 4;
  return {config.value("use_bias", Json(true)) == false ? layers : 2 * layers, 0};
}
WeightCount of_embedding(const Json& config) {
  return keras_quantization_mode(config).empty() ? one_weight(config)
                                                 : WeightCount{0, weights_of_quantized_embedding(config)};
}
WeightCount of_reversible_embedding(const Json& config) {
  if (!keras_quantization_mode(config).empty()) return of_embedding(config);
  return {config.value("tie_weights", Json(true)) == false ? 2u : 1u, 0};
}
/// The kernel and a bias, where the layer has one; what stands for a kernel that is quantised.
WeightCount of_dense_with(const Json& config, std::size_t biases) {
  const std::string mode = keras_quantization_mode(config);
  if (mode.empty()) return {1 + biases, 0};
  const std::size_t others = weights_of_quantized_dense(config);
  return mode == "float8" ? WeightCount{biases + others, 0} : WeightCount{biases, others};
}
WeightCount of_dense(const Json& config) {
  return of_dense_with(config, config.value("use_bias", Json(true)) == false ? 0 : 1);
}
WeightCount of_einsum_dense(const Json& config) {
  return of_dense_with(config, config.value("bias_axes", Json()).is_null() ? 0 : 1);
}

/// Mean, variance and count, where they were learnt and not given.
WeightCount of_normalization(const Json& config) { return {0, config.value("mean", Json()).is_null() ? 3u : 0u}; }

/// Keras 1 had a matrix for each gate, unless it was told to save time on a graphics card.
template <std::size_t kGates>
WeightCount of_gates(const Json& config) {
  return config.contains("consume_less") && config["consume_less"] != "gpu" ? WeightCount{3 * kGates, 0}
                                                                           : with_bias<2>(config);
}

constexpr MaskUses kPasses{MaskUse::passes, MaskUse::passes}, kJoins{MaskUse::joins, MaskUse::joins},
    kDrops{MaskUse::drops, MaskUse::drops}, kHeeds{MaskUse::heeds, MaskUse::heeds},
    kSkips{MaskUse::skips, MaskUse::skips}, kWeighs{MaskUse::weighs, MaskUse::weighs},
    kPassesSince3{MaskUse::drops, MaskUse::passes};

constexpr const char* kOptionsOfReversible[] = {"reverse"};
constexpr const char* kOptionsOfAttention[] = {"use_causal_mask", "return_attention_scores"};

constexpr KerasClass attention(const char* name, ImportAllOfKerasLayer import, WeightCount (*weights)(const Json&),
                               MaskUses mask, std::size_t tensors = 1, void (*check)(const KerasLayer&) = nullptr) {
  return {name,  nullptr, weights, mask,   check,  false,
          false, false,   false,   nullptr, import, tensors, kOptionsOfAttention};
}

constexpr KerasClass augmentation(const char* name, ImportKerasLayer import = import_identity) {
  return {name, import, no_weights, kDrops, nullptr, false, false, true};
}

constexpr KerasClass recurrent(const char* name, ImportAllOfKerasLayer import, WeightCount (*weights)(const Json&),
                               void (*check)(const KerasLayer&) = check_cells) {
  return {name, nullptr, weights, kSkips, check, false, false, false, true, nullptr, import, 2};
}

/// A part of an RNN, which imports it.
constexpr KerasClass cell(const char* name, WeightCount (*weights)(const Json&)) {
  return {name, import_cell_alone, weights, kDrops, check_cells};
}

constexpr KerasClass kKerasClasses[] = {
    {"Dense", import_dense, of_dense, kPasses, check_options},
    {"Conv1D", import_conv_1d, with_bias<1>, kDrops, check_options},
    {"Conv2D", import_conv_2d, with_bias<1>, kDrops, check_options},
    {"Conv3D", import_conv_3d, with_bias<1>, kDrops, check_options},
    {"Conv1DTranspose", import_conv_transposed, with_bias<1>, kDrops, check_options},
    {"Conv2DTranspose", import_conv_transposed, with_bias<1>, kDrops, check_options},
    {"Conv3DTranspose", import_conv_transposed, with_bias<1>, kDrops, check_options},
    {"DepthwiseConv1D", import_depthwise_conv_1d, with_bias<1>, kDrops, check_options},
    {"DepthwiseConv2D", import_depthwise_conv_2d, with_bias<1>, kDrops, check_options},
    {"SeparableConv1D", import_separable_conv_1d, with_bias<2>, kDrops, check_options},
    {"SeparableConv2D", import_separable_conv_2d, with_bias<2>, kDrops, check_options},
    {"LocallyConnected1D", import_locally_connected, with_bias<1>, kDrops, check_options},
    {"LocallyConnected2D", import_locally_connected, with_bias<1>, kDrops, check_options},
    {"MaxPooling1D", import_pool, no_weights, kDrops},
    {"MaxPooling2D", import_pool, no_weights, kDrops},
    {"MaxPooling3D", import_pool_3d, no_weights, kDrops},
    {"AveragePooling1D", import_pool, no_weights, kDrops},
    {"AveragePooling2D", import_pool, no_weights, kDrops},
    {"AveragePooling3D", import_pool_3d, no_weights, kDrops},
    {"GlobalMaxPooling1D", import_global_pool, no_weights, kDrops},
    {"GlobalMaxPooling2D", import_global_pool, no_weights, kDrops},
    {"GlobalMaxPooling3D", import_global_pool, no_weights, kDrops},
    {"GlobalAveragePooling1D", import_global_pool, no_weights, kSkips},
    {"GlobalAveragePooling2D", import_global_pool, no_weights, kDrops},
    {"GlobalAveragePooling3D", import_global_pool, no_weights, kDrops},
    {"AdaptiveAveragePooling1D", import_adaptive_pool, no_weights, kDrops},
    {"AdaptiveAveragePooling2D", import_adaptive_pool, no_weights, kDrops},
    {"AdaptiveAveragePooling3D", import_adaptive_pool, no_weights, kDrops},
    {"AdaptiveMaxPooling1D", import_adaptive_pool, no_weights, kDrops},
    {"AdaptiveMaxPooling2D", import_adaptive_pool, no_weights, kDrops},
    {"AdaptiveMaxPooling3D", import_adaptive_pool, no_weights, kDrops},
    {"BatchNormalization", import_batch_normalization, of_batch_normalization, kPasses},
    {"BatchNormalizationV1", import_batch_normalization, of_batch_normalization, kPasses},
    {"BatchNormalizationV2", import_batch_normalization, of_batch_normalization, kPasses},
    {"SyncBatchNormalization", import_batch_normalization, of_batch_normalization, kPasses},
    {"Normalization", import_normalization, of_normalization, kPassesSince3},
    {"Rescaling", import_rescaling, no_weights, kPassesSince3},
    {"LayerNormalization", import_layer_normalization, of_row_normalization, kPasses},
    {"GroupNormalization", import_group_normalization, of_row_normalization, kPasses},
    {"RMSNormalization", import_rms_normalization, one_weight, kDrops},
    {"UnitNormalization", import_unit_normalization, no_weights, kPasses},
    recurrent("LSTM", import_lstm, of_gates<4>),
    recurrent("GRU", import_cells, of_gates<3>),
    recurrent("SimpleRNN", import_cells, with_bias<2>),
    recurrent("RNN", import_cells, no_weights),
    recurrent("ConvLSTM1D", import_conv_lstm, with_bias<2>, check_conv_lstm),
    recurrent("ConvLSTM2D", import_conv_lstm, with_bias<2>, check_conv_lstm),
    recurrent("ConvLSTM3D", import_conv_lstm, with_bias<2>, check_conv_lstm),
    cell("LSTMCell", with_bias<2>),
    cell("GRUCell", with_bias<2>),
    cell("SimpleRNNCell", with_bias<2>),
    cell("StackedRNNCells", no_weights),
    {"Bidirectional", nullptr, no_weights, kSkips, check_bidirectional, false, false, false, false, nullptr,
     import_bidirectional, 2},
    {"Embedding", import_embedding, of_embedding, kDrops, nullptr, false, true, false, false, skipped_by_embedding},
    {"ReversibleEmbedding", import_reversible_embedding, of_reversible_embedding, kDrops, nullptr, false, true, false,
     false, skipped_by_embedding, nullptr, 1, kOptionsOfReversible},
    {"Masking", import_masking, no_weights, kDrops, nullptr, false, false, false, false, skipped_by_masking},
    {"Dropout", import_identity, no_weights, kPasses},
    {"SpatialDropout1D", import_identity, no_weights, kPasses},
    {"SpatialDropout2D", import_identity, no_weights, kPasses},
    {"SpatialDropout3D", import_identity, no_weights, kPasses},
    {"AlphaDropout", import_identity, no_weights, kPasses},
    {"GaussianDropout", import_identity, no_weights, kPasses},
    {"GaussianNoise", import_identity, no_weights, kPasses},
    {"ActivityRegularization", import_identity, no_weights, kPasses},
    {"Identity", import_identity, no_weights, kPassesSince3},
    augmentation("RandomFlip"),
    augmentation("RandomCrop", import_random_crop),
    augmentation("RandAugment"),
    augmentation("AugMix"),
    augmentation("CutMix"),
    augmentation("MixUp"),
    augmentation("Solarization"),
    augmentation("RandomRotation"),
    augmentation("RandomZoom"),
    augmentation("RandomTranslation"),
    augmentation("RandomContrast"),
    augmentation("RandomBrightness"),
    augmentation("RandomSharpness"),
    augmentation("RandomHue"),
    augmentation("RandomSaturation"),
    augmentation("RandomColorJitter"),
    augmentation("RandomColorDegeneration"),
    augmentation("RandomGrayscale"),
    augmentation("RandomPosterization"),
    augmentation("RandomShear"),
    augmentation("RandomErasing"),
    augmentation("RandomPerspective"),
    augmentation("RandomGaussianBlur"),
    augmentation("RandomHeight"),
    augmentation("RandomWidth"),
    augmentation("RandomInvert"),
    augmentation("RandomElasticTransform"),
    {"Activation", import_activation, no_weights, kPasses, check_options},
    {"ReLU", import_activation_layer, no_weights, kPasses, nullptr, true},
    {"LeakyReLU", import_activation_layer, no_weights, kPasses, nullptr, true},
    {"ELU", import_activation_layer, no_weights, kPasses, nullptr, true},
    {"ThresholdedReLU", import_activation_layer, no_weights, kPasses, nullptr, true},
    {"Softmax", import_softmax_layer, no_weights, kHeeds, nullptr, true},
    {"PReLU", import_prelu, one_weight, kPasses},
    {"Flatten", import_flatten, no_weights, kDrops},
    {"Reshape", import_reshape, no_weights, kDrops},
    {"Permute", import_permute, no_weights, kDrops},
    {"RepeatVector", import_repeat_vector, no_weights, kDrops},
    {"UpSampling1D", import_up_sampling, no_weights, kDrops},
    {"UpSampling2D", import_up_sampling, no_weights, kDrops},
    {"UpSampling3D", import_up_sampling, no_weights, kDrops},
    {"Resizing", import_resizing, no_weights, kDrops},
    {"ZeroPadding1D", import_zero_padding, no_weights, kDrops},
    {"ZeroPadding2D", import_zero_padding, no_weights, kDrops},
    {"ZeroPadding3D", import_zero_padding, no_weights, kDrops},
    {"Cropping1D", import_cropping, no_weights, kDrops},
    {"Cropping2D", import_cropping, no_weights, kDrops},
    {"Cropping3D", import_cropping, no_weights, kDrops},
    {"CenterCrop", import_center_crop, no_weights, kDrops, nullptr, false, false, true},
    {"CategoryEncoding", import_category_encoding, no_weights, kDrops},
    {"Discretization", import_discretization, no_weights, kDrops},
    {"IntegerLookup", import_lookup, no_weights, kDrops},
    {"StringLookup", import_lookup, no_weights, kDrops},
    {"TextVectorization", import_text_vectorization, no_weights, kDrops},
    {"Hashing", import_hashing, no_weights, kDrops},
    {"HashedCrossing", import_hashed_crossing, no_weights, kDrops},
    {"AutoContrast", import_auto_contrast, no_weights, kDrops, nullptr, false, false, true},
    {"MaxNumBoundingBoxes", import_identity, no_weights, kDrops, nullptr, false, false, true},
    {"MelSpectrogram", import_mel_spectrogram, no_weights, kDrops},
    {"STFTSpectrogram", import_stft_spectrogram, of_spectrogram, kDrops},
    {"Add", import_merge, no_weights, kJoins},
    {"Subtract", import_merge, no_weights, kJoins},
    {"Multiply", import_merge, no_weights, kJoins},
    {"Average", import_merge, no_weights, kJoins},
    {"Maximum", import_merge, no_weights, kJoins},
    {"Minimum", import_merge, no_weights, kJoins},
    {"Concatenate", import_concatenate, no_weights, kJoins},
    {"Dot", import_dot, no_weights, kDrops},
    attention("Attention", import_attention, of_attention, kWeighs),
    attention("AdditiveAttention", import_attention, of_additive_attention, kWeighs),
    attention("MultiHeadAttention", import_multi_head_attention, of_heads, kWeighs, kQueryValueAndKey),
    attention("GroupQueryAttention", import_multi_head_attention, of_heads, kWeighs, kQueryValueAndKey),
    {"EinsumDense", import_einsum_dense, of_einsum_dense, kDrops, check_options},
    {"NotEqual", import_comparison, no_weights, kHeeds, nullptr, false, false, false, false, skipped_by_not_equal},
    {"Any", import_comparison, no_weights, kHeeds, nullptr, false, false, false, false, skipped_by_any},
    {"LogicalOr", import_comparison, no_weights, kHeeds, nullptr, false, false, false, false, skipped_by_either},
};

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Whether a module belongs to Keras: keras itself, or one inside it.
bool is_kerass_own(const std::string& module) {
  for (const std::string package : {"keras", "tf_keras", "tensorflow", "tensorflow.python.keras"})
    if (module == package || module.starts_with(package + ".")) return true;
  return module.empty();
}

/// A map of policies gives each layer inside its own.
bool is_mapped_to_codes(const Json& config) {
  const auto type = config.find("dtype");
  return type != config.end() && type->is_object() && text_of(*type, "class_name") == "DTypePolicyMap" &&
         type->dump().find("_from_") != std::string::npos;
}

}  // namespace

const KerasClass* find_keras_class(const std::string& stated) {
  // The class is called otherwise than its public name, which .keras has and HDF5 has not.
  const std::string name = stated == "GroupedQueryAttention" ? "GroupQueryAttention" : stated;
  const auto found = std::find_if(std::begin(kKerasClasses), std::end(kKerasClasses),
                                  [&](const KerasClass& one) { return name == one.name; });
  return found == std::end(kKerasClasses) ? nullptr : found;
}

std::vector<std::string> keras_class_names() {
  std::vector<std::string> names;
  for (const KerasClass& one : kKerasClasses) names.emplace_back(one.name);
  return names;
}

/// In HDF5, Keras 3 writes operations without their module, and layers with `trainable`.
bool is_keras_operation(const Json& object) {
  const std::string class_name = text_of(object, "class_name");
  if (class_name == "TFOpLambda" || class_name == "SlicingOpLambda") return true;
  if (object.contains("module")) return text_of(object, "module").find(".ops.") != std::string::npos;
  const auto calls = object.find("inbound_nodes");
  const bool is_of_keras_3 = calls != object.end() && calls->is_array() && !calls->empty() && (*calls)[0].is_object();
  const auto config = object.find("config");
  return is_of_keras_3 && config != object.end() && config->is_object() && !config->contains("trainable") &&
         find_keras_operation(class_name) != nullptr;
}

const KerasClass& keras_class_of(const KerasLayer& layer, const Json& object) {
  if (layer.class_name == "Lambda")
    layer.refuse("is Python code that only Python can run", "replace the Lambda by Keras's own layers");
  const std::string registered = text_of(object, "registered_name"), module = text_of(object, "module");
  const bool has_own_module =
      object.contains("module") && object["module"].is_null();  // a class that only its script knows
  if (has_own_module || !is_kerass_own(module) || registered.find('>') != std::string::npos ||
      layer.class_name.find('>') != std::string::npos)
    layer.refuse(
        (registered.empty() ? layer.class_name : registered) + " is a custom layer, whose code the file does not hold",
        "replace it by Keras's own layers");
  if (layer.class_name == "ContrastLimitedAdaptiveHistogramEqualization")
    layer.refuse("equalises histograms of tiles, which Nacre does not compute", "equalise images before the model");
  if (is_mapped_to_codes(layer.config))
    layer.refuse("has a DTypePolicyMap that quantises layers", "save the model as it was before quantize()");
  if (!keras_quantization_mode(layer.config).empty()) check_quantization(layer);
  const KerasClass* found = find_keras_class(layer.class_name);
  if (found == nullptr)
    layer.refuse("is a layer that Nacre does not read",
                 "build and train the model with layers that `nacre supported` names");
  return *found;
}

}  // namespace nacre::tools
