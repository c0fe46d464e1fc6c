// Columns that follow from others (a sum beside its terms, a year beside an age, all categories of one-hot columns)
// leave least squares without a penalty coefficients of 1e9 to 1e17 that cancel on rows like those of training, and
// on no others. The digits that this costs follow from what was fitted, not from sampled rows.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/linear.hpp"

namespace nacre::tools {
namespace {

const char* const kAdvice = "leave out columns that follow from others, or train Ridge with alpha above 0";

/// Columns in the order of their coefficients, the largest first.
std::vector<std::size_t> by_size(const double* coefficients, std::size_t columns) {
  std::vector<std::size_t> order(columns);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::abs(coefficients[a]) > std::abs(coefficients[b]); });
  return order;
}

void add_doubt(const Estimator& estimator, const double* coefficients, std::vector<std::size_t> columns,
               double factor) {
  constexpr std::size_t kMost = 6;
  const double largest = std::abs(coefficients[columns.front()]);
  std::sort(columns.begin(), columns.end());
  const auto given = estimator.value.find("feature_names_in_");
  const std::vector<std::string> known =
      given && given->is_array() ? given->as_array().strings() : std::vector<std::string>{};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(columns.size(), kMost); ++i)
    names.push_back(columns[i] < known.size() ? known[columns[i]] : std::to_string(columns[i]));
  const std::string more = columns.size() > kMost ? fmt::format(" and {} more", columns.size() - kMost) : "";
  estimator.graph.doubts.push_back({estimator.name,
                                    fmt::format("its coefficients of up to {:.2g} cancel on rows like those of "
                                                "training, which costs at least {:.0f} digits where float32 "
                                                "has 7: some of the columns {}{} follow from others",
                                                largest, std::floor(std::log10(factor)), fmt::join(names, ", "), more),
                                    kAdvice});
}

/// LinearRegression keeps the singular values of its rows, ascending here, absent ones being 0. Whatever k columns
/// are taken, one of them is at least as long as the root mean square of the k smallest; the answers vary about as
/// much as the coefficients times the smallest that counts. The quotient is some hundred times too large at most.
void doubt_singular_values(const Estimator& estimator, const double* coefficients, std::size_t columns) {
  constexpr double kFactor = 4e6;  // 1e4 is where float32 keeps less than 1e-3
  const std::optional<double> rank = number_of(estimator.value, "rank_");
  std::vector<double> values = estimator.value.attribute("singular_").as_doubles();
  if (!rank || *rank < 1 || *rank > static_cast<double>(values.size()) || values.size() > columns) return;
  if (!std::all_of(values.begin(), values.end(), [](double s) { return std::isfinite(s); })) return;
  values.resize(columns, 0.0);
  std::sort(values.begin(), values.end());
  const double least = values[columns - static_cast<std::size_t>(*rank)];
  const double answers = least * std::sqrt(std::inner_product(coefficients, coefficients + columns, coefficients, 0.0));
  const std::vector<std::size_t> order = by_size(coefficients, columns);
  double squares = 0, factor = 0;
  std::size_t together = 0;
  for (std::size_t k = 0; k < columns; ++k) {
    squares += values[k] * values[k];
    const double terms = std::abs(coefficients[order[k]]) * std::sqrt(squares / static_cast<double>(k + 1));
    if (terms > factor * answers) factor = terms / answers, together = k + 1;
  }
  if (factor > kFactor)
    add_doubt(estimator, coefficients, {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(together)}, factor);
}

/// Ridge keeps nothing but coefficients. Those of float64's rounding are 1e10 times what is plausible and more, so
/// that a wide margin tells: two columns of them, beside the intercept, which is about as large as the answers;
/// one of about 0 (centred data) says nothing, and one that cancels too (a year beside an age) is as large as they.
/// Large coefficients that are right cost float64 and nothing else. Classifiers answer about 1.
bool is_plausible(double second, double intercept, bool classifies) {
  if (classifies) return second <= 1e6;
  const double ratio = second / std::abs(intercept);
  return second <= 1e6 && (ratio <= 1e7 || ratio >= 1e13);
}

/// Answers of about `size` that float64 itself, in the library too, rounds by more than 1e-3: they are noise.
void refuse_noise(const Estimator& estimator, double largest, double size) {
  constexpr double kLimit = 1e-3;
  if (const double step = largest * 0x1p-52; step > kLimit * size)
    throw Refusal("layer " + estimator.name,
                  fmt::format("its coefficients of up to {:.2g} cancel on rows like those of training: scikit-learn "
                              "rounds its answers, of about {:.2g}, by {:.1g}",
                              largest, size, step),
                  kAdvice);
}

/// About how large answers are, by the coefficients that do not cancel, and by an intercept that does not.
double size_of_answers(const double* coefficients, const std::vector<std::size_t>& order, std::size_t large,
                       double intercept) {
  constexpr double kMostlyUpTo = 100;  // numbers of a table
  const double others = kMostlyUpTo * (large < order.size() ? std::abs(coefficients[order[large]]) : 1);
  const bool cancels = std::abs(intercept) > 1e-6 * std::abs(coefficients[order[1]]);
  return cancels ? others : std::max(others, std::abs(intercept));
}

void doubt_magnitudes(const Estimator& estimator, const double* coefficients, std::size_t columns, double intercept) {
  if (columns < 2) return;
  const bool classifies = sklearn_class(estimator.value).starts_with("RidgeClassifier");
  const std::vector<std::size_t> order = by_size(coefficients, columns);
  const double second = std::abs(coefficients[order[1]]);
  if (is_plausible(second, intercept, classifies)) return;
  const auto large = std::count_if(order.begin(), order.end(), [&](std::size_t i) {
    return std::abs(coefficients[i]) > 1e-6 * std::abs(coefficients[order[1]]);
  });
  refuse_noise(estimator, std::max(second, std::abs(intercept)),
               classifies ? 1 : size_of_answers(coefficients, order, static_cast<std::size_t>(large), intercept));
  add_doubt(estimator, coefficients, {order.begin(), order.begin() + large}, 1e10);
}

/// The largest penalty on the coefficients; none for models of another kind.
std::optional<double> penalty(const Value& model) {
  if (const std::string name = sklearn_class(model); name == "Lars" || name == "LarsCV") return 0;
  if (!sklearn_class(model).starts_with("Ridge")) return std::nullopt;
  const auto alpha = model.find(model.has("alpha_") ? "alpha_" : "alpha");
  if (!alpha || alpha->is_none()) return std::nullopt;
  const std::vector<double> all = alpha->is_number() ? std::vector<double>{alpha->as_double()} : alpha->as_doubles();
  return all.empty() ? std::nullopt : std::optional(*std::max_element(all.begin(), all.end()));
}

}  // namespace

void doubt_redundant_columns(const Estimator& estimator, const std::vector<double>& coefficients, std::size_t columns,
                             const std::vector<double>& intercept) {
  constexpr double kNoPenalty = 1e-9;
  const auto singular = estimator.value.find("singular_");
  const bool knows_rows = sklearn_class(estimator.value) == "LinearRegression" && singular && !singular->is_none();
  const std::optional<double> alpha = penalty(estimator.value);
  for (std::size_t row = 0; row * columns < coefficients.size(); ++row) {
    const double* const of_row = coefficients.data() + row * columns;
    const std::size_t doubts = estimator.graph.doubts.size();
    if (knows_rows) doubt_singular_values(estimator, of_row, columns);
    const bool is_deficient =
        knows_rows && number_of(estimator.value, "rank_").value_or(0) < static_cast<double>(columns);
    const bool is_free = alpha && *alpha < kNoPenalty;
    if (estimator.graph.doubts.size() == doubts && (is_deficient || is_free))  // no singular value tells of what is 0
      doubt_magnitudes(estimator, of_row, columns, intercept[std::min(row, intercept.size() - 1)]);
  }
}

}  // namespace nacre::tools
