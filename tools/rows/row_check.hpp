#pragma once

#include <optional>
#include <vector>

#include "tools/rows/judged_row.hpp"
#include "tools/rows/row_thresholds.hpp"
#include "tools/rows/stray_answers.hpp"
#include "tools/rows/ties.hpp"

namespace nacre::tools {

/// Compares rows with the float64 model. scikit-learn and LightGBM compute in float64: where rounding a row to
/// float32 leads to another label or leaf, or this or float32 layers change an answer by more than 1e-3 of the
/// largest, the device's answer is not the library's. Nor need it be where the library raises an error, or leaves
/// its answer open. Keras, TensorFlow Lite and XGBoost round their inputs themselves.
class RowCheck {
 public:
  /// `model` must outlive this. `rows` are asked about at once: so many may change what scikit-learn finds.
  explicit RowCheck(const ModelFile& model, std::uint64_t rows = 1);

  /// Whether rows need to be looked at at all.
  bool is_needed() const { return !checks_.empty(); }

  /// The problem of a row, of which `network` has just made its answers. `rounded` are the inputs as the device got
  /// them; `overflowed` says whether a number became infinite on the way.
  std::optional<RowProblem> check(const GivenRow& given, const GivenRow& rounded, const Network& network,
                                  bool overflowed);

  /// The row whose answer is further from the library's than 1e-3 of the largest answer of all rows judged so far, and
  /// why: call it behind the last row.
  std::optional<StrayAnswers::Stray> stray() const { return strays_.furthest(); }

 private:
  using Check = std::optional<RowProblem> (RowCheck::*)(const JudgedRow& row);

  void choose_checks(const Graph& device, bool is_sklearn);
  std::optional<RowProblem> check_limits(const JudgedRow& row);
  std::optional<RowProblem> check_missing(const JudgedRow& row);
  std::optional<RowProblem> check_numbers(const JudgedRow& row);
  std::optional<RowProblem> check_trees(const JudgedRow& row);
  std::optional<RowProblem> check_answers(const JudgedRow& row);
  std::optional<RowProblem> check_votes(const JudgedRow& row);
  std::optional<RowProblem> check_means(const JudgedRow& row);
  std::optional<RowProblem> check_edges(const JudgedRow& row);
  std::optional<RowProblem> check_powers(const JudgedRow& row);
  std::optional<RowProblem> check_float32(const JudgedRow& row);
  std::optional<RowProblem> check_infinities(const JudgedRow& row);
  std::optional<RowProblem> check_choices(const JudgedRow& row);
  RowProblem problem_of_answers(const JudgedRow& row, bool overflowed) const;
  static std::optional<RowProblem> problem_of_rounding(const JudgedRow& row);
  void measure(const JudgedRow& row, unsigned index);

  const ModelFile& model_;
  std::uint64_t rows_;
  std::vector<Check> checks_;          // those that the model needs; the first problem counts
  bool has_choices_ = false;
  bool computes_ = false;              // not trees alone: float32 may lead elsewhere, even from numbers that it holds
  bool is_exact_before_trees_ = true;  // nothing that the device computes in float32 decides a path
  std::vector<bool> feeds_others_;     // by input: something else than trees reads it
  std::optional<RowThresholds> thresholds_;
  std::optional<Ties> ties_;
  StrayAnswers strays_;
  std::uint64_t row_ = 0;  // of those judged
  LazyGraphs of_float64_, of_float32_;
};

}  // namespace nacre::tools
