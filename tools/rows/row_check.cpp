#include "tools/rows/row_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tools/graph/library.hpp"
#include "tools/graph/moves.hpp"
#include "tools/rows/answers.hpp"
#include "tools/rows/float32_library.hpp"
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

/// Whether a model raises numbers to powers, as a layer does or as thresholds have it.
bool has_powers(const Graph& device, const schema::Description& description) {
  return PowerRounding(device).any() ||
         (description.exact() != nullptr && std::ranges::any_of(*description.exact(), [](const auto* exact) {
            return exact->in_doubt() != nullptr;
          }));
}

/// How far two answers are apart at most; NaN and infinities aside.
double furthest(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (const double here = std::abs(a[i] - b[i]); std::isfinite(here)) most = std::max(most, here);
  return most;
}

/// What is open, and hangs on the last bit of sums.
RowProblem tie_between(std::size_t a, std::size_t b, const char* share) {
  return {0, 0,
          fmt::format("the classes {} and {}, counted from 0, have the same {}; which label the library takes hangs on "
                      "the last bit of its sums", std::min(a, b), std::max(a, b), share),
          "add --allow-rounding to take the first of them", true};
}

}  // namespace

RowCheck::RowCheck(const ModelFile& model, std::uint64_t rows)
    : model_(model), rows_(rows), of_float64_(model, Questions::of_float64), of_float32_(model, Questions::of_float32) {
  const schema::Description* description = model.description();
  if (description == nullptr || description->sources()->size() == 0) return;
  const auto* library = description->sources()->Get(0)->library();
  if (library == nullptr || !computes_in_float64(library->string_view())) return;
  const Graph device = rebuild(model, Questions::of_device);
  for (const Port& input : device.inputs)
    if (const DataType type = device.type(input.value).type;
        type != DataType::float32 && type != DataType::float64 && type != DataType::string)
      return;
  feeds_others_ = inputs_read_by_others(device);
  const std::vector<bool> leading = lead_to_trees(device);
  is_exact_before_trees_ = std::find(leading.begin(), leading.end(), true) == leading.end();
  has_choices_ = has_choices(device);
  thresholds_.emplace(model, device);
  ties_.emplace(device);
  choose_checks(device, library->str() == "scikit-learn");
}

void RowCheck::choose_checks(const Graph& device, bool is_sklearn) {
  const schema::Description& description = *model_.description();
  const auto any_input = [&](const auto& is_so) { return std::ranges::any_of(*description.inputs(), is_so); };
  const bool has_limits = any_input([](const schema::PortDescription* input) { return input->limits() != nullptr; });
  const bool has_missing = any_input([](const schema::PortDescription* input) { return input->missing() != nullptr; });
  const auto add = [&](Check check, bool is_needed) {
    if (is_needed) checks_.push_back(check);
  };
  const bool feeds_others = std::ranges::find(feeds_others_, true) != feeds_others_.end();
  computes_ = feeds_others || !is_exact_before_trees_;
  const bool has_thresholds = thresholds_->any();
  add(&RowCheck::check_limits, has_limits);
  add(&RowCheck::check_missing, has_missing);
  add(&RowCheck::check_numbers, description.raises() != nullptr && description.raises()->size() > 0);
  add(&RowCheck::check_trees, has_thresholds);
  const std::size_t before = checks_.size();
  add(&RowCheck::check_votes, ties_->any());
  add(&RowCheck::check_means, Averages(device).any());
  add(&RowCheck::check_edges, Edges(device).any());
  add(&RowCheck::check_powers, is_sklearn && has_powers(device, description));
  add(&RowCheck::check_float32, is_sklearn && Float32Library(device).any());
  add(&RowCheck::check_infinities, chooses(device));
  add(&RowCheck::check_choices, has_choices_);
  if (!checks_.empty() || computes_)
    checks_.insert(checks_.begin() + static_cast<std::ptrdiff_t>(before), &RowCheck::check_answers);
}

std::optional<RowProblem> RowCheck::check_limits(const JudgedRow& row) {
  return find_below_limit(*model_.description(), row.given);
}

std::optional<RowProblem> RowCheck::check_missing(const JudgedRow& row) {
  return find_other_missing(*model_.description(), row.given);
}

std::optional<RowProblem> RowCheck::check_numbers(const JudgedRow& row) {
  const bool are_numbers = std::ranges::all_of(row.given.inputs, [](const std::vector<double>& numbers) {
    return std::ranges::all_of(numbers, [](double x) { return std::isfinite(x); });
  });
  if (!are_numbers) return std::nullopt;  // it may hand on what it was given
  return find_no_number(row.graphs().saved, row.wanted(), row.given.is_float32);
}

std::optional<RowProblem> RowCheck::check_trees(const JudgedRow& row) {
  const auto other = thresholds_->first_other(row.given, row.rounded);
  if (!other) return std::nullopt;
  const std::vector<Tensor64>&wanted = row.wanted(), made = row.made();
  const bool same_leaves = std::ranges::all_of(row.graphs().device.nodes, [&](const Node& node) {
    const ValueId y = node.outputs[0];
    return node.op() != Operator::tree_ensemble ||
           std::equal(wanted[y].values.begin(), wanted[y].values.end(), made[y].values.begin());
  });
  if (same_leaves) return std::nullopt;
  RowProblem problem{other->first, other->second, {}, {}};
  const bool decimal = model_.description()->input_precision() == schema::InputPrecision::decimal;
  const double x = row.given.inputs[problem.input][problem.element],
               r = row.rounded.inputs[problem.input][problem.element];
  if ((row.given.is_float32 || x == r) && decimal)
    problem.what = fmt::format("as {} in the library, {} leads to another leaf than as a decimal on the device",
                               row.given.is_float32 ? "float32" : fmt::format("{}", x), static_cast<float>(x)),
    problem.advice = "give decimals, as CSV or float64, or convert with --input-precision float32";
  else
    problem.what = fmt::format("{} becomes {} in float32, which leads to another leaf of a tree", x, r),
    problem.advice =
        decimal
            ? "give it with fewer digits, or train on float32 rows and convert with --input-precision float32, or add "
              "--allow-rounding to predict from the rounded value"
            : "convert without --input-precision float32, or add --allow-rounding to predict from the rounded value";
  return problem;
}

std::optional<RowProblem> RowCheck::check_answers(const JudgedRow& row) {
  const bool overflowed = row.overflowed || leaves_numbers(row.network);
  if (!computes_ && !has_choices_ && !overflowed) return std::nullopt;
  const Graph& library = row.graphs().saved;
  bool agrees = true, same_labels = true;
  for (unsigned i = 0; i < row.network.outputs(); ++i) {
    const ValueId output = library.outputs[i].value;
    const bool real = is_real(library, output);
    const Tensor64 answer = from_device(device_output(row.network, i), library.type(output));
    const bool same = same_answer(row.wanted()[output], answer, real);
    agrees = agrees && same;
    same_labels = same_labels && (same || real);
  }
  if (has_choices_ || overflowed || !is_exact_before_trees_ || !same_labels)
    return agrees ? std::nullopt : std::optional(problem_of_answers(row, overflowed));
  for (unsigned i = 0; i < row.network.outputs(); ++i)
    if (is_real(library, library.outputs[i].value)) measure(row, i);
  return std::nullopt;
}

/// How far a real answer is off, and why. Which answers are near enough to the library's shows at the end.
void RowCheck::measure(const JudgedRow& row, unsigned index) {
  const Graph& library = row.graphs().saved;
  const ValueId output = library.outputs[index].value;
  const std::vector<double>& wanted = row.wanted()[output].values;
  const Tensor64 answer = from_device(device_output(row.network, index), library.type(output));
  const Summands terms = summands_of(library, row.wanted(), output);
  strays_.see(index, largest_of(wanted), terms.largest);
  const double off = std::max(furthest(wanted, answer.values), terms.rounding);
  if (StrayAnswers::is_near(off, largest_of(wanted))) return;
  auto rounded = problem_of_rounding(row);
  if (rounded && furthest(wanted, row.made()[output].values) < off / 2) rounded.reset();
  if (rounded) return strays_.keep(index, off, false, row_, std::move(*rounded));
  RowProblem problem = element_with_most(row.given, row.rounded, [](double one, double) { return one; });
  problem.what = "far from zero, terms cancel in which float32 loses the digits of the answer";
  problem.advice = kTakeFloat64;
  strays_.keep(index, off, true, row_, std::move(problem));
}

/// The number of a row that changes most in float32; none where none does.
std::optional<RowProblem> RowCheck::problem_of_rounding(const JudgedRow& row) {
  RowProblem problem = element_with_most(row.given, row.rounded, [](double x, double r) { return x - r; });
  const double x = row.given.inputs[problem.input][problem.element],
               r = row.rounded.inputs[problem.input][problem.element];
  if (x == r) return std::nullopt;
  problem.what = fmt::format("{} becomes {} in float32, which changes the answer", x, r);
  problem.advice =
      "convert with --precision float64, subtract a constant near it before training, as the first row's value, or "
      "add --allow-rounding to predict from the rounded value";
  return problem;
}

/// Why the answers are others.
RowProblem RowCheck::problem_of_answers(const JudgedRow& row, bool overflowed) const {
  if (auto problem = problem_of_rounding(row);
      problem && !same_answers(row.graphs().device, row.wanted(), row.made()))
    return *problem;
  RowProblem problem{0, 0, {}, {}};
  if (has_choices_) {
    problem.what = "the last bits of distances lead the device to other neighbours than the library";
    problem.advice = kTakeOwnNeighbors;
    problem.of_whole_row = true;
    return problem;
  }
  if (overflowed || is_exact_before_trees_) {
    if (overflowed) problem = element_with_most(row.given, row.rounded, [](double one, double) { return one; });
    problem.what = overflowed ? "a number on the way to the answer is beyond what float32 holds (3.4e38)"
                              : "float32 leads the device to another label than the float64 of the library";
    problem.advice = kTakeFloat64;
    return problem;
  }
  problem.what = "what the device computes in float32 before the trees leads to another leaf than in the library";
  problem.advice = "train the trees without the step before them, or add --allow-rounding to predict all the same";
  return problem;
}

std::optional<RowProblem> RowCheck::check_votes(const JudgedRow& row) {
  const auto tie = ties_->find(row.network);
  if (!tie || ties_->library_agrees(*tie, row.graphs().saved, row.wanted())) return std::nullopt;
  return tie_between(tie->first, tie->other, "share of votes");
}

std::optional<RowProblem> RowCheck::check_means(const JudgedRow& row) {
  if (!Averages::may_tie(row.network)) return std::nullopt;
  const auto tie = row.graphs().averages.find(row.wanted());
  return tie ? std::optional(tie_between(tie->first, tie->second, "mean but for a last bit")) : std::nullopt;
}

std::optional<RowProblem> RowCheck::check_edges(const JudgedRow& row) {
  if (!row.graphs().edges.are_near(row.wanted(), row.given.is_float32)) return std::nullopt;
  return RowProblem{0, 0,
                    "it lies on a threshold of a tree behind another step, and the last bits of that step, which "
                    "differ from one processor to the next, decide on which side",
                    "train the trees without the step before them, or add --allow-rounding to predict all the same",
                    true};
}

std::optional<RowProblem> RowCheck::check_powers(const JudgedRow& row) {
  if (!row.graphs().powers.decides(row.wanted(), row.given.is_float32)) return std::nullopt;
  if (row.given.is_float32)
    return RowProblem{0, 0,
                      "scikit-learn computes it in float32, in which a power loses the digits that decide its answer",
                      "give decimals, as CSV or float64, or add --allow-rounding to predict as though they were", true};
  return RowProblem{0, 0,
                    "a power of a number far from zero loses the digits that decide its answer, and the library's "
                    "mathematics, which differs from one processor to the next, decides how",
                    "take a constant off that column before it is raised to a power (years since 2000), or add "
                    "--allow-rounding to predict all the same", true};
}

std::optional<RowProblem> RowCheck::check_float32(const JudgedRow& row) {
  if (!row.graphs().float32_library.loses(row.wanted(), row.given.is_float32)) return std::nullopt;
  if (row.given.is_float32)
    return RowProblem{0, 0,
                      "scikit-learn computes it in float32, in which nothing is left of what decides its answer (an "
                      "angle beyond 10,000, squares beyond 3.4e38)",
                      "give decimals, as CSV or float64, or add --allow-rounding to predict as though they were", true};
  return RowProblem{0, 0, "nothing is left in float64 of an angle whose cosine decides the library's answer",
                    "scale the columns before training", true};
}

std::optional<RowProblem> RowCheck::check_infinities(const JudgedRow& row) {
  if (!row.overflowed || !chooses_of_infinities(row.graphs().saved, row.wanted())) return std::nullopt;
  return RowProblem{0, 0, "distances are beyond what float64 holds (1.8e308): none is the least",
                    "give numbers below 1e150, as in training", true};
}

std::optional<RowProblem> RowCheck::check_choices(const JudgedRow& row) {
  const auto why = find_open_choice(row.graphs().saved, row.wanted(), rows_);
  if (!why) return std::nullopt;
  return RowProblem{0, 0,
                    *why + " depends on its threads, the processor or the rows beside this one, and the answer with it",
                    kTakeOwnNeighbors,
                    true};
}

std::optional<RowProblem> RowCheck::check(const GivenRow& given, const GivenRow& rounded, const Network& network,
                                          bool overflowed) {
  const JudgedRow row(given, rounded, network, overflowed, given.is_float32 ? of_float32_ : of_float64_);
  std::optional<RowProblem> problem;
  for (auto check = checks_.begin(); check != checks_.end() && !problem; ++check) problem = (this->**check)(row);
  ++row_;
  return problem;
}

}  // namespace nacre::tools
