#include "tools/sklearn/missing_kinds.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {
namespace {

const char* name_of(MissingKind kind) {
  return kind == MissingKind::nan ? "NaN" : kind == MissingKind::none ? "None" : "an empty text";
}

}  // namespace

std::optional<MissingKind> missing_kind(const Value& item) {
  if (item.is_none()) return MissingKind::none;
  const bool is_nan = (item.is_number() && std::isnan(item.as_double())) ||
                      (item.kind() == Kind::global && item.class_name().ends_with(".NA"));
  return is_nan ? std::optional(MissingKind::nan) : std::nullopt;
}

void say_missing_kind(const Estimator& estimator, const Column& column, MissingKind kind) {
  const auto input = std::ranges::find(estimator.graph.inputs, column.source, &Port::value);
  if (input == estimator.graph.inputs.end()) return;  // a step made it
  const auto [said, is_new] = input->missing.try_emplace(static_cast<std::size_t>(column.element), kind);
  if (is_new || said->second == kind) return;
  estimator.refuse(std::string("takes ") + name_of(kind) +
                       " for a missing value in a column in which another step takes " + name_of(said->second) +
                       ", and to the device they are one",
                   "make them one of both before training");
}

}  // namespace nacre::tools
