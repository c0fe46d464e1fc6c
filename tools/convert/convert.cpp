#include "tools/convert/convert.hpp"

#include <unordered_map>
#include <unordered_set>

#include "nacre/kernels.hpp"
#include "nacre/self_test.hpp"
#include "nacre/version.h"
#include "tools/common/output_file.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/stopwatch.hpp"
#include "tools/convert/golden.hpp"
#include "tools/emit/emit.hpp"
#include "tools/graph/numbers_left.hpp"
#include "tools/lower/lower.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/optimise/optimise.hpp"
#include "tools/pack/pack.hpp"
#include "tools/pack/target.hpp"
#include "tools/session/session.hpp"
#include "tools/trees/leading.hpp"

namespace nacre::tools {
namespace {

/// Keeps the outputs that `names` lists, in that order.
void keep_outputs(Graph& graph, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::unordered_map<std::string, const Port*> known;  // names win over aliases, the first over its namesakes
  for (const Port& port : graph.outputs) known.try_emplace(port.name, &port);
  for (const Port& port : graph.outputs) known.try_emplace(port.alias, &port);
  std::vector<Port> kept;
  std::unordered_set<std::string> taken;
  for (const std::string& name : names) {
    const auto found = known.find(name);
    if (found == known.end()) {
      std::string all;
      for (const Port& port : graph.outputs) all += (all.empty() ? "" : ", ") + port.name;
      throw Refusal("", "the model has no output " + name, "choose among: " + all);
    }
    if (!taken.insert(found->second->name).second)
      throw Refusal("", "the output " + name + " is asked for twice", "name each output once");
    kept.push_back(*found->second);
  }
  graph.outputs = std::move(kept);
}

std::vector<std::vector<Tensor64>> golden_rows(const Graph& graph, const ModelBytes& draft,
                                               const ConvertOptions& options, std::vector<std::string>* warnings) {
  if (options.golden.empty()) return {};
  const std::span<const std::byte> bytes(draft.data(), draft.size());
  const ModelFile model(Buffer(nullptr, bytes), reference_kernels(), Digest::decline);
  return read_golden_rows(graph, model, options.golden, options.csv, options.allow_rounding, warnings);
}

/// Rows on the threshold of a tree are a matter of the last bit, which the device's arithmetic before it may change.
void warn_of_rounding_before_trees(const Graph& graph, const std::string& file, std::vector<std::string>* warnings) {
  const std::vector<bool> leading = lead_to_trees(graph);
  for (std::size_t i = 0; i < leading.size(); ++i)
    if (leading[i])
      warnings->push_back(
          file + ": layer " + graph.nodes[i].name +
          ": trees compare what it computes, which a device rounds to float32: a row on a threshold may take " +
          "another path than in the library, where nacre run refuses it");
}

/// The file that is written, packed or not, must give the bits that were checked. Its digest is as old as this call.
void require_golden_bits(std::span<const std::byte> file) {
  Session session(file, native_kernels(), Digest::decline);
  std::uint32_t failed = 0;
  const Status status = self_test({file.data(), file.size()}, session.network(), &failed);
  if (status != Status::ok && status != Status::golden_missing)
    throw std::logic_error("golden vector " + std::to_string(failed) + " of the file just written: " + name(status));
}

Identity identity_of(const ConvertOptions& options) {
  return {options.name.empty() ? file_stem(options.files.back()) : options.name, options.model_version,
          "nacre " NACRE_VERSION, options.target == "portable" ? "" : options.target, options.rollback};
}

/// A graph that has been rewritten and checked, and what checking it gave.
struct Draft {
  Graph graph;
  SelfCheck check;
  std::vector<GoldenCase> golden;
  std::vector<std::string> warnings;
};

/// `original` is what was read, in the types in which it is to be computed.
Draft try_draft(const Graph& original, const ConvertOptions& options, Seconds& seconds) {
  options.on_stage("planning");
  Draft draft{original, {}, {}, {}};  // copies share the weights
  optimise(draft.graph);
  warn_of_rounding_before_trees(draft.graph, options.files.back(), &draft.warnings);
  lower(draft.graph);
  require_kernels(draft.graph);
  const ModelBytes file = emit(draft.graph, plan(draft.graph), identity_of(options), {});
  options.on_stage("checking against float64");
  Stopwatch checking;
  draft.check = self_check(original, {file.data(), file.size()},
                           golden_rows(original, file, options, &draft.warnings), &draft.golden);
  seconds.self_check += checking.lap();
  return draft;
}

/// Layers whose int8 weights multiply rows that are quantised when the model runs, in bodies too.
std::size_t hybrid_layers(const Graph& graph) {
  std::size_t count = 0;
  for (const Node& node : graph.nodes) {
    if (node.body != nullptr) count += hybrid_layers(*node.body);
    const bool multiplies = node.op() == Operator::conv_integer || node.op() == Operator::matmul;
    if (multiplies && graph.type(node.inputs[0]).type == DataType::int8) ++count;
  }
  return count;
}

void note_hybrid_layers(const Graph& graph, std::vector<std::string>* notes) {
  if (const std::size_t count = hybrid_layers(graph); count > 0)
    notes->push_back(
        fmt::format("products with int8 weights: {}; what they multiply is quantised when the model runs, as "
                    "TensorFlow Lite's interpreter does it (--exact-weights: float32 weights, and nothing quantised)",
                    count));
}

/// Takes wider types for as long as the check finds layers in which digits are lost.
Draft draft_of(const Graph& read, const ConvertOptions& options, Conversion& result) {
  TypeChoice types(read, options.precision, !options.golden.empty());
  for (;;) {
    try {
      Draft draft = try_draft(types.graph(), options, result.seconds);
      result.precision = types.notes();
      return draft;
    } catch (const LostDigits& lost) {
      if (!types.heed(lost)) throw;
    }
  }
}

}  // namespace

std::string file_stem(const std::string& path) {
  const std::string base = path.substr(path.rfind('/') + 1);
  return base.substr(0, base.rfind('.') == 0 ? std::string::npos : base.rfind('.'));
}

ModelBytes make_model(const ConvertOptions& options, Conversion* result) {
  options.on_stage("reading " + options.files.front());
  Graph read = read_model(options.files, options.read, &result->warnings);
  try {
    read.input_precision = options.input_precision;
    hand_back_refused_values(read);
    keep_outputs(read, options.outputs);
    Draft draft = draft_of(read, options, *result);
    for (const std::string& warning : draft.warnings) result->warnings.push_back(warning);
    note_hybrid_layers(read, &result->precision);
    result->check = draft.check;
    result->golden_vectors = draft.golden.size();
    options.on_stage("writing " + options.output);
    pack(draft.graph, options.target);
    number_functions(draft.graph);
    const Fusion fusion = find_target(options.target).fuses_rows ? Fusion::rows : Fusion::none;
    ModelBytes file = emit(draft.graph, plan(draft.graph, fusion), identity_of(options), draft.golden);
    Stopwatch checking;
    require_golden_bits({file.data(), file.size()});
    result->seconds.self_check += checking.lap();
    return file;
  } catch (const Refusal& refusal) {
    throw refusal.in_file(options.files.back());
  }
}

Conversion convert(const ConvertOptions& options) {
  std::vector<std::string> sources = options.files;
  sources.insert(sources.end(), options.golden.begin(), options.golden.end());
  check_output(options.output, sources);
  if (options.byte_order == ByteOrder::big && find_target(options.target).is_of_one_order)
    throw Refusal("", options.target + " is little-endian", "leave out --byte-order big, or --target");
  Conversion result;
  Stopwatch whole;
  ModelBytes file = make_model(options, &result);
  result.file_bytes = file.size();
  if (memory_needs({file.data(), file.size()}, &result.needs) != Status::ok)
    throw std::logic_error("the file just written has no readable header");
  try {
    if (options.byte_order == ByteOrder::big) swap_byte_order({file.data(), file.size()});
    result.seconds.sync = write_atomically(options.output, {file.data(), file.size()});
  } catch (const Refusal& refusal) {
    throw refusal.in_file(options.files.back());
  }
  result.seconds.total = whole.lap();
  return result;
}

}  // namespace nacre::tools
