#include "tools/convert/self_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "nacre/kernels.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/cancellation.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/operators/errors.hpp"
#include "tools/sample/sample.hpp"
#include "tools/session/session.hpp"
#include "tools/tensors/tensor_data.hpp"
#include "tools/trees/meaning.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kGoldenRows = 2;
constexpr unsigned kRows = 8;
// The float64 evaluation of a million multiply-accumulates takes some hundredths of a second a row.
constexpr std::int64_t kSomeMacs = 1'000'000, kManyMacs = 30'000'000;

std::int64_t macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes)
    if (const auto count = definition_of(node.op()).macs)
      sum += count(node, graph.input_types(node), graph.type(node.outputs[0]));
  return sum;
}

/// How far float32 may be from the saved model, in units of the largest answer.
constexpr double kLimit = 1e-3;

double largest_of(DataType type) {
  return type == DataType::float64 ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
}

Refusal difference(const Port& port, const std::string& what) {
  return {"output " + port.name, "the converted model would differ from the saved one: " + what,
          "report this model, it must not be used"};
}

/// What was seen of one output over the rows.
struct Seen {
  double largest = 0;  ///< finite answer
  double error = 0, bound = 0;
  std::size_t worst_row = 0;  ///< of the bound

  /// Below its normal numbers float32 holds nothing to measure by.
  double limit() const { return std::max(kLimit * largest, kSmallest); }
  bool misses() const { return error > limit(); }
  bool may_miss() const { return bound > limit(); }
};

void compare_labels(const Port& port, const Tensor64& expected, const std::vector<std::string>& actual,
                    SelfCheck& result) {
  for (std::size_t i = 0; i < expected.strings.size(); ++i) {
    if (actual[i] == expected.strings[i]) continue;
    if (error_of(expected, i) == 0)
      throw LostDigits(difference(port, fmt::format("label {} for {}", actual[i], expected.strings[i])), {port.value});
    ++result.undecided;
  }
}

std::string number(double value) {
  return std::isnan(value)   ? "NaN"
         : std::isinf(value) ? (value > 0 ? "infinity" : "-infinity")
                             : fmt::format("{:.9g}", value);
}

/// An answer that is no number on one side. NaN for NaN, or one infinity for the other, is what the library gives
/// too, since all parameters are numbers; so is infinity for what its type cannot hold. It proves nothing.
void compare_numberless(const Port& port, DataType type, double actual, double expected, SelfCheck& result) {
  const bool same = std::isnan(actual)
                        ? std::isnan(expected)
                        : actual == expected || (std::isinf(actual) && std::abs(expected) > largest_of(type));
  if (!same)
    throw LostDigits(Refusal("output " + port.name,
                             fmt::format("it would be {} where the saved model gives {}: numbers on the way are too "
                                         "large for float32, or not defined",
                                         number(actual), number(expected)),
                             "scale the data that the model is trained on"),
                     {port.value});
  if (!(std::isinf(actual) && actual == expected)) ++result.undecided;
}

void compare_numbers(const Port& port, bool is_real, const Tensor64& expected, const Numbers& values, std::size_t row,
                     Seen& seen, SelfCheck& result) {
  for (const double y : expected.values)
    if (std::isfinite(y)) seen.largest = std::max(seen.largest, std::abs(y));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || !std::isfinite(expected.values[i])) {
      compare_numberless(port, expected.type.type, values[i], expected.values[i], result);
      continue;
    }
    const double error = std::abs(values[i] - expected.values[i]), bound = error_of(expected, i);
    if (!(error <= bound) && !(is_real && error < kSmallest)) {  // shares of 1e-200 that float32 scores lead to
      const Refusal refusal = difference(
          port, fmt::format("{:.9g} for {:.9g} at element {}, bound {:.3g}", values[i], expected.values[i], i, bound));
      if (is_real) throw refusal;
      throw LostDigits(refusal, {port.value});  // a label that scores in float32 decide otherwise
    }
    if (!is_real) {
      if (error > 0) ++result.undecided;
      continue;
    }
    if (bound > seen.limit()) ++result.undecided;
    if (bound > seen.bound) seen.bound = bound, seen.worst_row = row;
    seen.error = std::max(seen.error, error);
    if (bound > 0 && std::isfinite(bound)) result.of_bound = std::max(result.of_bound, error / bound);
    if (error <= result.largest_error) continue;
    result.largest_error = error;
    result.bound = bound;
  }
}

/// Judges what was seen of all outputs: errors that are too large are refused, and bounds too where they vanish
/// with the layers whose terms cancel.
class Verdict {
 public:
  /// `exact`: the library computes in float64. Where it does not, an error within its bound that no layer alone brings
  /// about is the library's too: a recurrent net on noise is as far from float64 there.
  Verdict(const Graph& graph, const std::vector<std::vector<Tensor64>>& rows, bool exact)
      : graph_(graph), rows_(rows), exact_(exact) {}

  void judge(std::size_t output, const Seen& seen) {
    if (!seen.misses() && !seen.may_miss()) return;
    if (!known_)
      found_ = find_cancellations(graph_,
                                  {rows_.begin(), rows_.begin() + std::min<std::ptrdiff_t>(kRows, std::ssize(rows_))});
    known_ = true;
    if (!(seen.misses() && exact_) && !vanishes(output, seen)) return;
    const Port& port = graph_.outputs[output];
    const std::string size =
        fmt::format("{:.2g} where its largest is {:.2g}", seen.misses() ? seen.error : seen.bound, seen.largest);
    const char* const how = seen.misses() ? "is" : "may be";
    if (found_.empty())
      throw LostDigits(Refusal("output " + port.name,
                               fmt::format("float32 keeps too few digits: it {} off by {}", how, size),
                               "scale the data that the model is trained on"),
                       {port.value});
    throw LostDigits(
        Refusal("layer " + found_.front().layer,
                fmt::format("{}; output {} {} off by {}", found_.front().describe(), port.name, how, size),
                kAgainstCancellation),
        {found_.front().output});
  }

 private:
  /// Whether the bound is within the limit once the layers that cancel are taken to be exact.
  bool vanishes(std::size_t output, const Seen& seen) {
    if (found_.empty()) return false;
    const auto [bounds, is_new] = without_.try_emplace(seen.worst_row);
    if (is_new) bounds->second = bounds_without_found(rows_[seen.worst_row]);
    return bounds->second[output] <= seen.limit();
  }

  /// Of each output, the largest bound on this row with those layers exact.
  std::vector<double> bounds_without_found(const std::vector<Tensor64>& row) const {
    std::set<ValueId> exact;
    for (const Cancellation& layer : found_) exact.insert(layer.output);
    const std::vector<Tensor64> values = evaluate(graph_, row, Errors::bound, exact);
    std::vector<double> bounds;
    for (const Port& port : graph_.outputs) {
      const std::vector<double>& errors = values[port.value].errors;
      bounds.push_back(errors.empty() ? 0 : *std::max_element(errors.begin(), errors.end()));
    }
    return bounds;
  }

  const Graph& graph_;
  const std::vector<std::vector<Tensor64>>& rows_;
  const bool exact_;
  std::vector<Cancellation> found_;
  bool known_ = false;
  std::map<std::size_t, std::vector<double>> without_;  // by row
};

/// Whether the elements of an output are numbers that may be a little off, and no labels.
bool is_real(const Graph& graph, const GraphIndex& index, ValueId value) {
  const DataType type = graph.type(value).type;
  return type == DataType::float32 || (type == DataType::float64 && !index.is_label(value));
}

}  // namespace

bool computes_in_float64(const Graph& graph) {
  return !graph.sources.empty() && std::all_of(graph.sources.begin(), graph.sources.end(),
                                               [](const SourceFile& file) { return file.library == "scikit-learn"; });
}

namespace {

/// Whether the float64 evaluation refuses a row too.
bool has_answer(const Graph& graph, const std::vector<Tensor64>& row) try {
  (void)evaluate(graph, meant_by(row, graph));
  return true;
} catch (const Refusal&) {
  return false;
}

/// Runs a row; none where the model refuses it, as the library raises for it, though another row will do as well.
std::optional<std::vector<TensorData>> run_row(const Graph& graph, Session& session, const std::vector<Tensor64>& row,
                                               const std::vector<TensorData>& inputs, bool must_run) try {
  session.network().reset_state();
  return session.run(inputs);
} catch (const RowRefused&) {
  if (must_run || has_answer(graph, row)) throw;
  return std::nullopt;
}

/// Runs, compares and judges some rows: the user's and those sampled are measured by their own largest answers.
void check_rows(const Graph& graph, Session& session, const std::vector<std::vector<Tensor64>>& rows,
                bool is_given, std::size_t golden_rows, std::vector<GoldenCase>* golden, SelfCheck& result) {
  const bool exact = computes_in_float64(graph);
  const GraphIndex index(graph);
  const Errors errors = exact ? Errors::bound_float64 : Errors::bound;
  std::vector<Seen> seen(graph.outputs.size());
  std::vector<std::vector<Tensor64>> meant;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    GoldenCase made;
    for (const Tensor64& input : rows[row]) made.inputs.push_back(to_device(input));
    meant.push_back(meant_by(rows[row], graph));
    const bool is_last_hope = result.rows == 0 && row + 1 == rows.size();  // a model is judged by one row at least
    auto outputs = run_row(graph, session, rows[row], made.inputs, is_given || is_last_hope);
    if (!outputs) continue;
    ++result.rows;
    made.outputs = std::move(*outputs);
    const std::vector<Tensor64> values = evaluate(graph, meant.back(), errors);
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const Tensor64& expected = values[graph.outputs[i].value];
      if (expected.type.type == DataType::string)
        compare_labels(graph.outputs[i], expected, made.outputs[i].text, result);
      else
        compare_numbers(graph.outputs[i], is_real(graph, index, graph.outputs[i].value), expected,
                        from_device(made.outputs[i], expected.type).values, row, seen[i], result);
    }
    if (golden_rows > 0 && golden->size() < golden_rows) golden->push_back(std::move(made));
  }
  Verdict verdict(graph, meant, exact);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    verdict.judge(i, seen[i]);
    if (seen[i].largest > 0) result.of_largest = std::max(result.of_largest, seen[i].error / seen[i].largest);
  }
}

}  // namespace

SelfCheck self_check(const Graph& graph, std::span<const std::byte> model,
                     const std::vector<std::vector<Tensor64>>& given, std::vector<GoldenCase>* golden) {
  if (given.empty())
    for (const Doubt& doubt : graph.doubts)
      if (!doubt.of_rows)
        throw Refusal("layer " + doubt.layer, doubt.what,
                      doubt.advice + "; or give rows like those of training with --golden, on which it is judged");
  Session session(model, reference_kernels(), Digest::decline);
  SelfCheck result;
  const std::int64_t work = macs(graph);
  std::vector<std::vector<Tensor64>> sampled;
  for (unsigned row = 0; row < (work > kManyMacs ? kGoldenRows : work > kSomeMacs ? kRows / 2 : kRows); ++row)
    sampled.push_back(sample_inputs(graph, row));
  check_rows(graph, session, given, true, given.size(), golden, result);
  check_rows(graph, session, sampled, false, given.empty() ? kGoldenRows : 0, golden, result);
  return result;
}

}  // namespace nacre::tools
