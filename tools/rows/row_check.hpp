#pragma once

#include <optional>
#include <vector>

#include "tools/evaluate/evaluate.hpp"
#include "tools/rows/averages.hpp"
#include "tools/rows/edges.hpp"
#include "tools/rows/float32_powers.hpp"
#include "tools/rows/rebuild.hpp"
#include "tools/rows/ties.hpp"
#include "tools/session/row.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {

/// Compares rows with the float64 model. scikit-learn and LightGBM compute in float64: where rounding a row to float32
/// leads to another label or leaf, or changes an answer by more than 1e-3 of the largest, the device's answer is not
/// the library's. Nor need it be where the library leaves open which neighbours a row has. Keras, TensorFlow Lite and
/// XGBoost round their inputs themselves.
class RowCheck {
 public:
  /// `model` must outlive this. `rows` are asked about at once: so many may change what scikit-learn finds.
  explicit RowCheck(const ModelFile& model, std::uint64_t rows = 1);

  /// Whether rows need to be looked at at all.
  bool is_needed() const { return is_needed_; }

  /// The problem of a row, of which `network` has just made its answers. `rounded` are the inputs as the device got
  /// them; `overflowed` says whether a number became infinite on the way.
  std::optional<RowProblem> check(const GivenRow& given, const GivenRow& rounded, const Network& network,
                                  bool overflowed);

 private:
  /// The questions about one element of an input, as thresholds in ascending order.
  struct Thresholds {
    std::vector<double> exact;
    std::vector<float> of_float32, on_device;
    bool is_category = false;  ///< trees also look up its whole part

    bool asks() const { return !exact.empty() || is_category; }
  };
  struct Graphs {
    explicit Graphs(const ModelFile& model, Questions questions)
        : library(rebuild(model, questions)),
          device(rebuild(model, Questions::of_device)),
          edges(library),
          powers(library),
          averages(library) {}
    Graphs(const Graphs&) = delete;
    Graphs& operator=(const Graphs&) = delete;

    Graph library, device;
    Edges edges;
    Float32Powers powers;
    Averages averages;
  };

  void collect_thresholds(const Graph& pairs);
  /// Where the questions about each column of trees are collected; null where it is no element of an input.
  std::vector<Thresholds*> elements_of(const Graph& device, const std::vector<ColumnPath>& paths);
  Graphs& graphs(bool is_float32);
  std::optional<RowProblem> check_raises(const GivenRow& given);
  std::optional<RowProblem> check_trees(const GivenRow& given, const GivenRow& rounded);
  std::optional<RowProblem> check_choices(const GivenRow& given);
  std::optional<RowProblem> check_edges(const GivenRow& given);
  std::optional<RowProblem> check_powers(const GivenRow& given);
  std::optional<RowProblem> check_ties(const GivenRow& given, const Network& network);
  std::optional<RowProblem> check_answers(const GivenRow& given, const GivenRow& rounded, const Network& network,
                                          bool overflowed);
  std::vector<Tensor64> evaluate_row(const Graph& graph, const GivenRow& row) const;

  const ModelFile& model_;
  std::uint64_t rows_;
  bool is_needed_ = false;
  bool has_choices_ = false, has_edges_ = false, has_limits_ = false, has_powers_ = false, has_averages_ = false;
  bool may_raise_ = false;             // the library, for what a layer makes of numbers
  bool is_exact_before_trees_ = true;  // nothing that the device computes in float32 decides a path
  std::vector<bool> feeds_others_;     // by input: something else than trees reads it
  std::vector<std::vector<Thresholds>> thresholds_;
  std::optional<Ties> ties_;
  std::optional<Graphs> of_float64_, of_float32_;
};

}  // namespace nacre::tools
