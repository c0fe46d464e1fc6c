#include "tools/keras/masks.hpp"

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/graph/compositions.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

MaskUse use_of(const KerasClass& known, int keras_version) {
  return keras_version < 3 ? known.mask.before_3 : known.mask.since_3;
}

bool is_masked(const KerasTensor& tensor) { return tensor.is_masked; }
bool is_lost(const KerasTensor& tensor) { return tensor.at_run.is_lost; }

/// Since Keras 3 these leave out of each input what its mask skips.
bool is_own_merge(const KerasLayer& layer) {
  return layer.class_name == "Multiply" || layer.class_name == "Maximum" || layer.class_name == "Minimum";
}

/// Of a recurrent layer or a Bidirectional one.
bool returns_sequences(const KerasLayer& layer) {
  if (layer.class_name != "Bidirectional") return layer.flag("return_sequences", false);
  return keras_member(keras_member(layer.config, "layer"), "config").value("return_sequences", false);
}
bool keeps_directions_apart(const KerasLayer& layer) {
  return layer.class_name == "Bidirectional" && layer.config.value("merge_mode", nlohmann::json("concat")).is_null();
}

/// Since 3.6 a step is masked where all inputs mask it, so that one without a mask unmasks all; only Concatenate
/// along another axis than the last still masks what it joins.
bool joins_mask(const KerasLayer& layer, const std::vector<KerasTensor>& inputs, const KerasVersion& version) {
  const auto rank = static_cast<std::int64_t>(layer.graph.shape(inputs[0].value).size());
  const std::int64_t axis =
      layer.class_name == "Concatenate" ? static_cast<std::int64_t>(layer.axis(inputs[0].value, -1)) : rank - 1;
  const bool are_all_masked = std::all_of(inputs.begin(), inputs.end(), is_masked);
  if (version.may_be_before_and_since(3, 6) && axis + 1 == rank && !are_all_masked)
    layer.refuse_unknown_release("joins masks otherwise since Keras 3.6");
  if (version.is_since(3, 6) && axis + 1 == rank) return are_all_masked;
  return true;
}

/// The masks of inputs that are concatenated along time; those without a mask skip nothing.
std::optional<ValueId> concatenated(const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  std::vector<ValueId> masks;
  for (const KerasTensor& input : inputs) {
    const std::int64_t steps = layer.graph.shape(input.value)[1];
    if (!input.is_masked && layer.version.major < 3) return std::nullopt;  // which Keras 2 has an error for
    masks.push_back(input.is_masked ? *input.skipped
                                    : layer.graph.add_constant({1, steps}, std::vector<double>(
                                                                               static_cast<std::size_t>(steps), 0.0)));
  }
  return layer.graph.add(parameters::Concatenate{.axis = 1}, masks, layer.name + ".mask");
}

/// The steps that a sum or the like skips: in Keras 2 where one of its inputs does, since Keras 3 where all do.
std::optional<ValueId> joined(const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  if (layer.version.major < 3 && !layer.version.is_tensorflows) return std::nullopt;
  std::vector<ValueId> masks;
  for (const KerasTensor& input : inputs) {
    if (!input.is_masked) continue;
    if (!input.skipped || layer.graph.shape(*input.skipped).size() != 2) return std::nullopt;
    masks.push_back(*input.skipped);
  }
  const std::size_t rank = layer.graph.shape(inputs[0].value).size();
  const std::size_t axis = layer.class_name == "Concatenate" ? layer.axis(inputs[0].value, -1) : rank - 1;
  if (axis + 1 != rank) return axis == 1 ? concatenated(layer, inputs) : std::nullopt;
  const MapFunction function = layer.version.major < 3 ? MapFunction::maximum : MapFunction::minimum;
  ValueId common = masks[0];
  for (const ValueId mask : masks) {
    if (layer.graph.shape(mask) != layer.graph.shape(common)) return std::nullopt;
    if (mask != common) common = add_functions(layer.graph, {function}, {common, mask}, layer.name + ".mask");
  }
  return common;
}

}  // namespace

bool takes_masks(const std::string& class_name, const KerasVersion& version) {
  return class_name == "MultiHeadAttention" && version.is_since(3, 8);
}

bool looks_at_masks(const KerasClass& known, const KerasLayer& layer) {
  return layer.version.major >= 3 &&
         (takes_masks(layer.class_name, layer.version) || (known.import == import_merge && is_own_merge(layer)));
}

ValueId add_mask_of_zeros(Graph& graph, ValueId x, const std::string& name) {
  DataType type = graph.type(x).type;
  Program program;
  Operand operand = input_of_program(0);
  if (type == DataType::boolean) {
    program.instructions.push_back({MapFunction::cast, type, DataType::int32, {operand}});
    type = DataType::int32, operand = kOutputOfProgram;
  }
  program.then(MapFunction::equal, type, {operand, program.literal(0, type)});
  if (type != DataType::float32)
    program.instructions.push_back({MapFunction::cast, type, DataType::float32, {kOutputOfProgram}});
  return graph.add_map(program, {x}, name);
}

void KerasMaskRuns::meet(const KerasCall& call, std::map<TensorKey, KerasTensor>& known,
                         const std::vector<KerasTensor>& inputs, const KerasVersion& version) {
  has_taken_ = false;
  const std::string class_name = keras_text(*call.layer, "class_name");
  const KerasClass* const own = find_keras_class(class_name);
  if (version.major < 3 || own == nullptr || is_keras_operation(*call.layer)) return;
  const bool takes = takes_masks(class_name, version);
  const MaskUse use = own->mask.since_3;
  const bool reads = takes || use == MaskUse::passes || use == MaskUse::joins || use == MaskUse::weighs;
  const std::set<int> before = behind(inputs);
  for (const NamedTensor& input : call.inputs) {
    KerasTensor& tensor = known.at(input.tensor);
    KerasMaskAtRun& at_run = tensor.at_run;
    if (input.masks || !tensor.is_masked || at_run.taken_by == takers_) continue;
    const bool is_taken_elsewhere = at_run.taken_by && !before.contains(*at_run.taken_by);
    if ((reads && is_taken_elsewhere) || (takes && (at_run.is_read || at_run.is_given)))
      throw Refusal("layer " + call.name,
                    "and another layer read one tensor, whose mask goes to the one that Keras calls first",
                    "give each a tensor of its own, made by an Identity layer before it");
    if (takes) at_run.taken_by = takers_, at_run.is_lost = true, has_taken_ = true;
    else at_run.is_read |= reads;
  }
  if (has_taken_) ++takers_;
}

std::set<int> KerasMaskRuns::behind(const std::vector<KerasTensor>& inputs) const {
  std::set<int> all;
  for (const KerasTensor& input : inputs) all.insert(input.at_run.behind.begin(), input.at_run.behind.end());
  if (has_taken_) all.insert(takers_ - 1);
  return all;
}

void check_mask(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs) {
  const MaskUse use = use_of(known, layer.version.major);
  const auto is_known = [&](const KerasTensor& input) {
    return !input.is_masked || (input.skipped && layer.graph.shape(*input.skipped).size() == 2);
  };
  if (looks_at_masks(known, layer) && is_own_merge(layer) &&
      (!std::all_of(inputs.begin(), inputs.end(), is_known) || !layer.version.is_since(3, 6)) &&
      std::any_of(inputs.begin(), inputs.end(), is_masked))
    layer.refuse("leaves out what masks skip, which Nacre cannot follow through the layers before it",
                 "train the model with mask_zero=False: it predicts otherwise, since steps of index 0 then count");
  if (use == MaskUse::weighs && std::all_of(inputs.begin(), inputs.end(), is_known)) return;
  const bool is_followed = use == MaskUse::skips && is_known(inputs[0]);
  if ((use == MaskUse::heeds || use == MaskUse::weighs || use == MaskUse::skips) && !is_followed &&
      std::any_of(inputs.begin(), inputs.end(), is_masked))
    layer.refuse(use != MaskUse::heeds
                     ? "skips the steps that a mask names, which Nacre cannot follow through the layers before it"
                     : "heeds the mask of an Embedding (mask_zero=True) or of Masking, which Nacre does not do",
                 "train the model with mask_zero=False: it predicts otherwise, since steps of index 0 then count");
}

void mask_outputs(const KerasClass& known, const KerasLayer& layer, const std::vector<KerasTensor>& inputs,
                  std::vector<KerasTensor>& outputs) {
  const MaskUse use = use_of(known, layer.version.major);
  KerasTensor mask{};
  if (known.skipped != nullptr) {
    mask = {0, layer.skipped.has_value() && use == MaskUse::drops, layer.skipped};
  } else if (std::any_of(inputs.begin(), inputs.end(), is_masked)) {
    // What handed no mask on in Keras 2 may be of a release of Keras 3 that does not either: its mask is not followed.
    const bool always_passes = known.mask.before_3 == use;
    if (use == MaskUse::weighs) mask = inputs[0];
    if (use == MaskUse::passes) mask = {0, true, always_passes ? inputs[0].skipped : std::nullopt};
    if (use == MaskUse::joins && joins_mask(layer, inputs, layer.version)) mask = {0, true, joined(layer, inputs)};
    if (use == MaskUse::skips && returns_sequences(layer)) mask = inputs[0];
    const bool is_joined = use == MaskUse::joins && std::ranges::any_of(inputs, is_lost);
    mask.at_run.is_lost = is_joined || ((use == MaskUse::passes || use == MaskUse::weighs) && is_lost(inputs[0]));
  }
  const std::size_t sequences = use == MaskUse::skips && keeps_directions_apart(layer) ? 2 : 1;
  for (std::size_t i = 0; i < std::min(sequences, outputs.size()); ++i)
    outputs[i].is_masked = mask.is_masked, outputs[i].skipped = mask.skipped,
    outputs[i].at_run.is_lost = mask.at_run.is_lost;
}

}  // namespace nacre::tools
