// Linear models and preprocessing of ai.onnx.ml.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/onnx/ml.hpp"
#include "tools/onnx/places.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<float>;

Reals stated_reals(const OnnxCall& call, const char* name) { return call.reals(name).value_or(Reals()); }

/// x . coefficients [targets, features]^T + intercepts
ValueId linear_scores(const OnnxCall& call, ValueId x, std::int64_t targets) {
  const Reals coefficients = stated_reals(call, "coefficients"), intercepts = stated_reals(call, "intercepts");
  const std::int64_t features = call.graph().type(x).last();
  if (std::ssize(coefficients) != targets * features || (!intercepts.empty() && std::ssize(intercepts) != targets))
    call.refuse("has coefficients that do not fit its rows");
  std::vector<double> weights(coefficients.size()), bias(static_cast<std::size_t>(targets), 0.0);
  for (std::int64_t t = 0; t < targets; ++t)
    for (std::int64_t f = 0; f < features; ++f)
      weights[static_cast<std::size_t>(f * targets + t)] = coefficients[static_cast<std::size_t>(t * features + f)];
  std::ranges::copy(intercepts, bias.begin());
  return add_fully_connected(call.graph(), x, weights, bias, call.name());
}

void import_linear_regressor(const OnnxCall& call) {
  const ValueId scores = linear_scores(call, ml_rows(call), call.integer("targets", 1));
  call.define(ml_transformed(call, scores, ml_transform_of(call)), OnnxType::float32);
}

/// The label is that of the largest score, before it becomes a probability.
void import_linear_classifier(const OnnxCall& call) {
  const MlLabels labels = ml_labels(call, "classlabels_strings", "classlabels_ints");
  (void)call.integer("multi_class", 0);
  const ValueId x = ml_rows(call);
  const std::int64_t targets = std::ssize(stated_reals(call, "coefficients")) / call.graph().type(x).last();
  if (targets != static_cast<std::int64_t>(labels.labels.size()))
    call.refuse("has scores for another number of classes than it has labels",
                "export the model with a score for each class");
  const ValueId scores = linear_scores(call, x, targets);
  call.define(ml_decoded(call, labels, ml_largest(call, scores)), labels.type, 0);
  call.define(ml_transformed(call, scores, ml_transform_of(call)), OnnxType::float32, 1);
}

/// (x - offset) * scale, of each feature or of all.
void import_scaler(const OnnxCall& call) {
  const Reals offset = call.reals("offset").value_or(Reals{0}), scale = call.reals("scale").value_or(Reals{1});
  const ValueId x = ml_rows(call);
  for (const Reals* numbers : {&offset, &scale})
    if (numbers->size() != 1 && std::ssize(*numbers) != call.graph().type(x).last())
      call.refuse("has offsets or scales for another number of features");
  call.define(add_affine(call.graph(), x, {offset.begin(), offset.end()}, {scale.begin(), scale.end()}, {0.0},
                         call.name()),
              OnnxType::float32);
}

void import_normalizer(const OnnxCall& call) {
  const std::string norm = call.text("norm", "MAX");
  parameters::Normalize table;
  if (norm == "L1") table.norm = Norm::l1;
  else if (norm == "L2") table.norm = Norm::l2;
  else call.refuse("has the norm " + norm + ", for which ONNX and its runtimes differ", "export it with l1 or l2");
  call.define(call.graph().add(table, {ml_rows(call)}, call.name()), OnnxType::float32);
}

/// Whatever equals a number, or NaN, becomes another: of each feature its own.
void import_imputer(const OnnxCall& call) {
  const bool has_reals = call.has_attribute("imputed_value_floats");
  std::vector<double> fills;
  double missing = 0;
  if (has_reals) {
    const Reals stated = stated_reals(call, "imputed_value_floats");
    fills.assign(stated.begin(), stated.end()), missing = call.real("replaced_value_float", 0);
  } else {
    const Integers stated = call.integers("imputed_value_int64s").value_or(Integers());
    fills.assign(stated.begin(), stated.end()), missing = static_cast<double>(call.integer("replaced_value_int64", 0));
  }
  const ValueId x = ml_rows(call);
  if (fills.size() != 1 && std::ssize(fills) != call.graph().type(x).last())
    call.refuse("has values for other features");
  const DataType type = DataType::float32;
  Program program;
  program.then(F::impute, type, {input_of_program(0), program.literal(missing, type), input_of_program(1)});
  const ValueId fill = real_constant(call, {std::ssize(fills)}, fills, type);
  const ValueId y = call.graph().add_map(program, {x, fill}, call.name());
  if (is_real(call.type())) return call.define(y, call.type());
  call.define(as_type(call, y, DataType::int32), call.type());
}

void import_binarizer(const OnnxCall& call) {
  call.define(apply(call, F::greater, call.value(), call.real("threshold", 0)));
}

/// A column for each category, which is a number.
void import_one_hot_encoder(const OnnxCall& call) {
  const auto categories = call.integers("cats_int64s");
  if (!call.flag("zeros", true)) call.refuse("raises an error for what it does not know (zeros=0)");
  if (!categories || categories->empty()) call.refuse("encodes texts, which Nacre does not support in ONNX",
                                                      "convert the scikit-learn model itself");
  Dimensions shape = call.shape(0);
  shape.push_back(1);
  const std::vector<double> numbers(categories->begin(), categories->end());
  const ValueId x = reshaped_to(call, as_type(call, call.value(), DataType::float32), shape);
  const ValueId known = real_constant(call, {std::ssize(numbers)}, numbers, DataType::float32);
  call.define(apply(call, F::equal, {x, known}), OnnxType::float32);
}

/// Columns by their places.
void import_array_feature_extractor(const OnnxCall& call) {
  const std::size_t rank = call.shape(0).size();
  if (rank == 0) call.refuse("takes features of a scalar");
  if (call.type() == OnnxType::string && call.is_known(0)) {
    const auto count = static_cast<std::int64_t>(elements_of(call.shape(1)));
    const Array labels = call.known(0).reshaped({static_cast<std::int64_t>(call.known(0).size())});
    const ValueId index = reshaped_to(call, call.value(1), {count});
    const ValueId texts = ml_decoded(call, {labels, OnnxType::string}, index);
    return call.define(reshaped_to(call, texts, rank == 1 ? Dimensions{1, count} : Dimensions{count}));
  }
  const auto count = static_cast<std::int64_t>(elements_of(call.shape(1)));
  const ValueId index = call.is_known(1) ? int_constant(call, {count}, call.known_integers(1))
                                         : reshaped_to(call, call.value(1), {count});
  const ValueId y = call.graph().add(parameters::Gather{}, {call.value(0), index}, call.name());
  call.define(rank == 1 ? reshaped_to(call, y, {1, count}) : y);
}

/// The scores as they are: a map of each row has the same numbers under their labels.
void import_zip_map(const OnnxCall& call) {
  (void)call.texts("classlabels_strings"), (void)call.integers("classlabels_int64s");
  call.define(call.value(0));
}

void import_feature_vectorizer(const OnnxCall& call) {
  const Integers lengths = call.integers("inputdimensions").value_or(Integers());
  std::vector<ValueId> parts;
  for (std::size_t i = 0; i < call.inputs(); ++i) {
    if (call.shape(i).size() != 2 || (i < lengths.size() && call.shape(i)[1] != lengths[i]))
      call.refuse("joins something else than rows of its inputdimensions");
    parts.push_back(as_type(call, call.value(i), DataType::float32));
  }
  call.define(concatenated(call, parts, 1), OnnxType::float32);
}

/// Numbers for numbers, or texts for numbers.
void import_label_encoder(const OnnxCall& call) {
  std::vector<double> keys;
  if (const auto stated = call.integers("keys_int64s")) keys.assign(stated->begin(), stated->end());
  else if (const auto reals = call.reals("keys_floats")) keys.assign(reals->begin(), reals->end());
  else call.refuse("encodes texts, which Nacre does not support in ONNX", "convert the scikit-learn model itself");
  if (keys.size() > 256) call.refuse(fmt::format("has {} keys, and 256 is the most that Nacre compares", keys.size()));
  const DataType type = call.graph().type(call.value()).type;
  const auto chosen = [&](const std::vector<double>& values, double otherwise, DataType to) {
    if (values.size() != keys.size()) call.refuse("has another number of values than of keys");
    ValueId y = scalar(call, otherwise, to);
    for (std::size_t i = keys.size(); i-- > 0;) {  // of equal keys the first counts
      const ValueId key = scalar(call, keys[i], type);
      const bool is_nan = std::isnan(keys[i]);
      const ValueId given = call.value();
      const ValueId same = is_nan ? from_number(call, 1, apply(call, F::equal, {given, given}))
                                  : apply(call, F::equal, {given, key});
      y = choose(call, same, scalar(call, values[i], to), y);
    }
    return y;
  };
  if (const auto texts = call.texts("values_strings")) {
    std::vector<double> places;
    for (std::size_t i = 0; i < texts->size(); ++i) places.push_back(static_cast<double>(i));
    std::vector<std::string> all = *texts;
    all.push_back(call.text("default_string", "_Unused"));
    const ValueId index = chosen(places, static_cast<double>(texts->size()), DataType::int32);
    return call.define(ml_decoded(call, {Array({std::ssize(all)}, all), OnnxType::string}, index), OnnxType::string);
  }
  if (const auto reals = call.reals("values_floats"))
    return call.define(chosen({reals->begin(), reals->end()}, call.real("default_float", -0.0f), DataType::float32),
                       OnnxType::float32);
  const Integers stated = call.integers("values_int64s").value_or(Integers());
  call.define(chosen({stated.begin(), stated.end()}, static_cast<double>(call.integer("default_int64", -1)),
                     DataType::int32),
              OnnxType::int64);
}

OnnxOperator of_ml(std::string_view name, void (*import)(const OnnxCall&), std::int64_t since = 1) {
  return {name, since, import, nullptr, 0, kOnnxMl};
}

}  // namespace

std::vector<OnnxOperator> onnx_ml_operators() {
  return {
      of_ml("LinearRegressor", import_linear_regressor),
      of_ml("LinearClassifier", import_linear_classifier),
      of_ml("Scaler", import_scaler),
      of_ml("Normalizer", import_normalizer),
      of_ml("Imputer", import_imputer),
      of_ml("Binarizer", import_binarizer),
      of_ml("OneHotEncoder", import_one_hot_encoder),
      of_ml("ArrayFeatureExtractor", import_array_feature_extractor),
      of_ml("ZipMap", import_zip_map),
      of_ml("FeatureVectorizer", import_feature_vectorizer),
      of_ml("LabelEncoder", import_label_encoder, 2),
  };
}

}  // namespace nacre::tools
