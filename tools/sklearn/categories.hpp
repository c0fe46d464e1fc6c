#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// The categories of a column as an encoder learned them: texts or numbers, by the number that the encoder gives each.
struct CategoryList {
  /// Numbers from `least` to `most`, which mostly are one.
  struct Numbers {
    double least, most;
    std::int64_t category;
  };

  bool is_text = false;
  std::vector<std::pair<std::string, std::int64_t>> texts;
  std::vector<Numbers> numbers;
  std::optional<std::int64_t> missing;  ///< the category that a missing value is
  MissingKind missing_kind = MissingKind::nan;  ///< and what it was in training
  std::int64_t size = 0;

  static CategoryList read(const Value& categories);
};

/// Where the values of a row stand among the categories of their columns.
struct Found {
  ValueId places;  ///< int32 [1, columns]
  /// Of each place the column and the category that it stands for; -1: a value that is none of them.
  std::vector<std::pair<std::size_t, std::int64_t>> meaning;
};

/// Looks the columns of x up, each in its list. `refuses_others`: a run fails where a value is no category.
Found find_categories(const Estimator& estimator, ValueId x, const std::vector<CategoryList>& lists,
                      bool refuses_others);

/// 1 in the columns that places stand for, else 0. `positions`: of each place its column, or -1 for none;
/// `source_of_column`: of each column which of the places.
ValueId one_hot(const Estimator& estimator, const Found& found, const std::vector<double>& positions,
                const std::vector<std::int64_t>& source_of_column);

/// Rows of an encoder are sparse unless it was told otherwise.
ValueId as_stored(const Estimator& estimator, ValueId y);

}  // namespace nacre::tools
