#include "tools/rows/row_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/graph/moves.hpp"
#include "tools/rows/answers.hpp"
#include "tools/rows/open_choices.hpp"
#include "tools/rows/raises.hpp"
#include "tools/tensors/tensor_data.hpp"
#include "tools/trees/leading.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kTakeFloat64 =
    "convert with --precision float64, or add --allow-rounding to predict as the device does";
constexpr const char* kTakeOwnNeighbors =
    "train it with algorithm=\"kd_tree\" or \"ball_tree\", where it has one, or add --allow-rounding to predict from "
    "those that the device finds";

/// Which inputs something else than trees reads, as they are or moved.
std::vector<bool> inputs_read_by_others(const Graph& graph) {
  std::vector<bool> is_read(graph.values.size());
  for (const Port& output : graph.outputs) is_read[output.value] = true;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool compares = !std::isnan(missing_value(*node).value_or(NAN));  // a number that stands for a missing one
    const bool moves = picks(graph, *node) && !compares;
    const bool reads = moves ? is_read[node->outputs[0]] : node->op() != Operator::tree_ensemble;
    if (!reads) continue;
    for (const ValueId input : node->inputs) is_read[input] = true;
  }
  std::vector<bool> result;
  for (const Port& input : graph.inputs) result.push_back(is_read[input.value]);
  return result;
}

TensorData device_output(const Network& network, unsigned index) {
  TensorData data;
  if (network.output_type(index) == DataType::string) {
    for (const String& text : network.output<String>(index)) data.text.emplace_back(text.data, text.size);
  } else {
    const Span<const std::byte> bytes = network.output_bytes(index);
    data.bytes.assign(bytes.begin(), bytes.end());
  }
  return data;
}

/// Whether the device answers with NaN or infinity.
bool leaves_numbers(const Network& network) {
  const auto is_no_number = [](auto x) { return !std::isfinite(x); };
  for (unsigned i = 0; i < network.outputs(); ++i) {
    const DataType type = network.output_type(i);
    if (type == DataType::float32 && std::ranges::any_of(network.output<float>(i), is_no_number)) return true;
    if (type == DataType::float64 && std::ranges::any_of(network.output<double>(i), is_no_number)) return true;
  }
  return false;
}

/// The element of which `size` is largest, given the number and its rounded one.
template <typename Size>
RowProblem element_with_most(const GivenRow& given, const GivenRow& rounded, Size size) {
  RowProblem problem{0, 0, {}, {}};
  double most = -1;
  for (unsigned i = 0; i < given.inputs.size(); ++i)
    for (std::size_t e = 0; e < given.inputs[i].size(); ++e)
      if (const double here = std::abs(size(given.inputs[i][e], rounded.inputs[i][e])); here > most)
        most = here, problem.input = i, problem.element = e;
  return problem;
}

template <typename Thresholds, typename Value>
std::ptrdiff_t rank(const Thresholds& thresholds, Value x) {
  return std::lower_bound(thresholds.begin(), thresholds.end(), x) - thresholds.begin();
}

}  // namespace

RowCheck::RowCheck(const ModelFile& model, std::uint64_t rows) : model_(model), rows_(rows) {
  const schema::Description* description = model.description();
  if (description == nullptr || description->sources()->size() == 0) return;
  const auto* library = description->sources()->Get(0)->library();
  if (library == nullptr || (library->str() != "scikit-learn" && library->str() != "LightGBM")) return;
  const Graph device = rebuild(model, Questions::of_device);
  for (const Port& input : device.inputs)
    if (const DataType type = device.type(input.value).type;
        type != DataType::float32 && type != DataType::float64 && type != DataType::string)
      return;
  feeds_others_ = inputs_read_by_others(device);
  const std::vector<bool> leading = lead_to_trees(device);
  is_exact_before_trees_ = std::find(leading.begin(), leading.end(), true) == leading.end();
  for (const Port& input : device.inputs) {
    const TensorType& type = device.type(input.value);
    thresholds_.emplace_back(type.type == DataType::string ? 0 : static_cast<std::size_t>(type.size()));
  }
  collect_thresholds(device);
  const bool has_thresholds = std::any_of(thresholds_.begin(), thresholds_.end(), [](const auto& input) {
    return std::any_of(input.begin(), input.end(), [](const Thresholds& element) { return element.asks(); });
  });
  has_choices_ = has_choices(device);
  has_edges_ = Edges(device).any();
  has_averages_ = Averages(device).any();
  has_powers_ = Float32Powers(device).any() && library->str() == "scikit-learn";
  ties_.emplace(device);
  may_raise_ = description->raises() != nullptr && description->raises()->size() > 0;
  has_limits_ = std::any_of(description->inputs()->begin(), description->inputs()->end(),
                            [](const auto* input) { return input->limits() != nullptr; });
  is_needed_ = has_thresholds || has_choices_ || has_edges_ || has_powers_ || has_averages_ || ties_->any() ||
               may_raise_ || has_limits_ || !is_exact_before_trees_ ||
               std::find(feeds_others_.begin(), feeds_others_.end(), true) != feeds_others_.end();
}

std::vector<RowCheck::Thresholds*> RowCheck::elements_of(const Graph& device, const std::vector<ColumnPath>& paths) {
  std::vector<Thresholds*> elements;
  for (const ColumnPath& path : paths) {
    const auto input = std::ranges::find(device.inputs, path.source, &Port::value);
    const bool is_asked = input != device.inputs.end() && path.operations.empty();
    elements.push_back(
        is_asked ? &thresholds_[static_cast<std::size_t>(input - device.inputs.begin())].at(path.element) : nullptr);
  }
  return elements;
}

void RowCheck::collect_thresholds(const Graph& device) {
  if (model_.description()->exact() == nullptr) return;
  const GraphIndex index(device);
  ColumnPaths columns(device, index);
  std::map<unsigned, const Node*> layers;  // a reshape is none, and those of a body stand behind the node that has it
  unsigned next_layer = 0;
  for (const Node& node : device.nodes) {
    if (node.op() == Operator::reshape) continue;
    layers[next_layer] = &node;
    next_layer += 1u + model_.model().layers()->Get(next_layer)->body();
  }
  for (const schema::ExactValues* exact : *model_.description()->exact()) {
    const auto found = layers.find(exact->layer());
    if (found == layers.end() || exact->float32_values() == nullptr) continue;
    const Node* const node = found->second;
    if (node->op() != Operator::tree_ensemble) continue;
    const std::vector<Thresholds*> elements = elements_of(device, columns.to(node->inputs[0], true));
    const std::vector<std::int64_t> words = device.values[node->inputs[1]].constant->to<std::int64_t>();
    unsigned next = 0;
    for (std::size_t n = 0; n < words.size(); n += 3) {
      if (words[n] < 0) continue;  // a leaf
      if (next >= exact->values()->size() || next >= exact->float32_values()->size()) return;
      Thresholds* const element = elements.at(static_cast<std::size_t>(words[n] & kFeature));
      const unsigned at = next++;
      if (element == nullptr) continue;
      if ((words[n] & kCategory) != 0) {
        element->is_category = true;
        continue;
      }
      element->exact.push_back(exact->values()->Get(at));
      element->of_float32.push_back(exact->float32_values()->Get(at));
      element->on_device.push_back(std::bit_cast<float>(static_cast<std::int32_t>(words[n + 1])));
    }
  }
  for (auto& input : thresholds_)
    for (Thresholds& element : input) {
      std::sort(element.exact.begin(), element.exact.end());
      std::sort(element.of_float32.begin(), element.of_float32.end());
      std::sort(element.on_device.begin(), element.on_device.end());
    }
}

RowCheck::Graphs& RowCheck::graphs(bool is_float32) {
  std::optional<Graphs>& made = is_float32 ? of_float32_ : of_float64_;
  if (!made) made.emplace(model_, is_float32 ? Questions::of_float32 : Questions::of_float64);
  return *made;
}

std::vector<Tensor64> RowCheck::evaluate_row(const Graph& graph, const GivenRow& row) const {
  std::vector<Tensor64> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    inputs.push_back({graph.type(graph.inputs[i].value), row.inputs[i],
                      i < row.texts.size() ? row.texts[i] : std::vector<std::string>{}, {}});
  return evaluate(graph, inputs);
}

std::optional<RowProblem> RowCheck::check_trees(const GivenRow& given, const GivenRow& rounded) {
  const RowProblem* first = nullptr;
  RowProblem problem{};
  for (unsigned i = 0; i < thresholds_.size() && first == nullptr; ++i)
    for (std::size_t e = 0; e < thresholds_[i].size() && first == nullptr; ++e) {
      const Thresholds& element = thresholds_[i][e];
      const double x = given.inputs[i][e];
      if (!element.asks() || std::isnan(x)) continue;
      const std::ptrdiff_t wanted =
          given.is_float32 ? rank(element.of_float32, static_cast<float>(x)) : rank(element.exact, x);
      const double r = rounded.inputs[i][e];
      const bool same_code = !element.is_category || std::trunc(x) == std::trunc(r);
      if (same_code && wanted == rank(element.on_device, static_cast<float>(r))) continue;
      problem.input = i, problem.element = e;
      first = &problem;
    }
  if (first == nullptr) return std::nullopt;
  const auto& [library, device, edges, powers, averages] = graphs(given.is_float32);
  const std::vector<Tensor64> wanted = evaluate_row(library, given), made = evaluate_row(device, rounded);
  const bool same_leaves = std::all_of(device.nodes.begin(), device.nodes.end(), [&](const Node& node) {
    const ValueId y = node.outputs[0];
    return node.op() != Operator::tree_ensemble ||
           std::equal(wanted[y].values.begin(), wanted[y].values.end(), made[y].values.begin());
  });
  if (same_leaves) return std::nullopt;
  const bool decimal = model_.description()->input_precision() == schema::InputPrecision::decimal;
  const double x = given.inputs[problem.input][problem.element];
  const bool is_float = x == rounded.inputs[problem.input][problem.element];
  if ((given.is_float32 || is_float) && decimal)
    problem.what = fmt::format("as {} in the library, {} leads to another leaf than as a decimal on the device",
                               given.is_float32 ? "float32" : fmt::format("{}", x), static_cast<float>(x)),
    problem.advice = "give decimals, as CSV or float64, or convert with --input-precision float32";
  else
    problem.what = fmt::format("{} becomes {} in float32, which leads to another leaf of a tree", x,
                               rounded.inputs[problem.input][problem.element]),
    problem.advice =
        decimal
            ? "give it with fewer digits, or train on float32 rows and convert with --input-precision float32, or add "
              "--allow-rounding to predict from the rounded value"
            : "convert without --input-precision float32, or add --allow-rounding to predict from the rounded value";
  return problem;
}

std::optional<RowProblem> RowCheck::check_answers(const GivenRow& given, const GivenRow& rounded,
                                                  const Network& network, bool overflowed) {
  const auto& [library, device, edges, powers, averages] = graphs(given.is_float32);
  const std::vector<Tensor64> wanted = evaluate_row(library, given);
  bool agrees = true, same_labels = true;
  for (unsigned i = 0; i < network.outputs(); ++i) {
    const ValueId output = library.outputs[i].value;
    const bool real = is_real(library, output);
    const bool same =
        same_answer(wanted[output], from_device(device_output(network, i), library.type(output)), real);
    agrees = agrees && same;
    same_labels = same_labels && (same || real);
  }
  if (agrees) return std::nullopt;
  RowProblem problem = element_with_most(given, rounded, [](double x, double r) { return x - r; });
  const double x = given.inputs[problem.input][problem.element], r = rounded.inputs[problem.input][problem.element];
  if (x != r && !same_answers(device, wanted, evaluate_row(device, rounded))) {
    problem.what = fmt::format("{} becomes {} in float32, which changes the answer", x, r);
    problem.advice =
        "convert with --precision float64, subtract a constant near it before training, as the first row's value, or "
        "add --allow-rounding to predict from the rounded value";
    return problem;
  }
  if (has_choices_) {
    problem.what = "the last bits of distances lead the device to other neighbours than the library";
    problem.advice = kTakeOwnNeighbors;
    problem.of_whole_row = true;
    return problem;
  }
  if (overflowed || (is_exact_before_trees_ && !same_labels)) {
    if (overflowed) problem = element_with_most(given, rounded, [](double x, double) { return x; });
    problem.what = overflowed ? "a number on the way to the answer is beyond what float32 holds (3.4e38)"
                              : "float32 leads the device to another label than the float64 of the library";
    problem.advice = kTakeFloat64;
    return problem;
  }
  if (is_exact_before_trees_)
    return std::nullopt;  // the device's own rounding of a number, as the check of the conversion allows it
  problem.what = "what the device computes in float32 before the trees leads to another leaf than in the library";
  problem.advice = "train the trees without the step before them, or add --allow-rounding to predict all the same";
  return problem;
}

std::optional<RowProblem> RowCheck::check_choices(const GivenRow& given) {
  const Graph& library = graphs(given.is_float32).library;
  const auto why = find_open_choice(library, evaluate_row(library, given), rows_);
  if (!why) return std::nullopt;
  return RowProblem{0, 0,
                    *why + " depends on its threads, the processor or the rows beside this one, and the answer with it",
                    kTakeOwnNeighbors,
                    true};
}

std::optional<RowProblem> RowCheck::check_edges(const GivenRow& given) {
  const Graphs& made = graphs(given.is_float32);
  if (!made.edges.are_near(evaluate_row(made.library, given), given.is_float32)) return std::nullopt;
  return RowProblem{0, 0,
                    "it lies on a threshold of a tree behind another step, and the last bits of that step, which "
                    "differ from one processor to the next, decide on which side",
                    "train the trees without the step before them, or add --allow-rounding to predict all the same",
                    true};
}

std::optional<RowProblem> RowCheck::check_ties(const GivenRow& given, const Network& network) {
  const auto open = [](const std::string& tie) {
    return RowProblem{0, 0, tie + "; which label the library takes hangs on the last bit of its sums",
                      "add --allow-rounding to take the first of them", true};
  };
  if (const auto tie = ties_->find(network)) {
    const Graph& library = graphs(given.is_float32).library;
    if (!ties_->library_agrees(*tie, library, evaluate_row(library, given)))
      return open(fmt::format("the classes {} and {}, counted from 0, have the same share of votes",
                              std::min(tie->first, tie->other), std::max(tie->first, tie->other)));
  }
  if (!has_averages_ || !Averages::may_tie(network)) return std::nullopt;
  const Graphs& made = graphs(given.is_float32);
  const auto tie = made.averages.find(evaluate_row(made.library, given));
  return tie ? std::optional(open(*tie)) : std::nullopt;
}

std::optional<RowProblem> RowCheck::check_powers(const GivenRow& given) {
  const Graphs& made = graphs(given.is_float32);
  if (!made.powers.decide(evaluate_row(made.library, given))) return std::nullopt;
  return RowProblem{0, 0,
                    "scikit-learn computes it in float32, in which a power loses the digits that decide its answer",
                    "give decimals, as CSV or float64, or add --allow-rounding to predict as though they were", true};
}

std::optional<RowProblem> RowCheck::check_raises(const GivenRow& given) {
  if (auto problem = find_below_limit(*model_.description(), given); problem || !may_raise_) return problem;
  const Graph& library = graphs(given.is_float32).library;
  return find_no_number(library, given, evaluate_row(library, given));
}

std::optional<RowProblem> RowCheck::check(const GivenRow& given, const GivenRow& rounded, const Network& network,
                                          bool overflowed) {
  if (!is_needed_) return std::nullopt;
  if (has_limits_ || may_raise_)
    if (auto problem = check_raises(given)) return problem;
  if (auto problem = check_trees(given, rounded)) return problem;
  overflowed = overflowed || leaves_numbers(network);
  bool is_rounded = !is_exact_before_trees_;
  for (std::size_t i = 0; i < given.inputs.size(); ++i)
    if (feeds_others_[i])
      for (std::size_t e = 0; e < given.inputs[i].size() && !is_rounded; ++e)
        is_rounded = given.inputs[i][e] != rounded.inputs[i][e] && !std::isnan(given.inputs[i][e]);
  if (is_rounded || has_choices_ || overflowed)
    if (auto problem = check_answers(given, rounded, network, overflowed)) return problem;
  if (auto problem = check_ties(given, network)) return problem;
  if (has_edges_)
    if (auto problem = check_edges(given)) return problem;
  if (has_powers_ && given.is_float32)
    if (auto problem = check_powers(given)) return problem;
  return has_choices_ ? check_choices(given) : std::nullopt;
}

}  // namespace nacre::tools
