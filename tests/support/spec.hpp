#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/describe/table.hpp"

namespace nacre::test {

using SpecTable = describe::Table;

/// What stands below a heading "### kind `name`", or all of a file of schema/operators.
struct SpecSection {
  std::string kind, name;   ///< kind: table, struct, enum, or operator: `name` is its struct
  std::string word;         ///< of an operator: "fully_connected"
  unsigned number = 0;      ///< of an operator
  std::vector<SpecTable> tables = {};

  /// The table that has a column of this name; null where there is none.
  const SpecTable* table_with(const std::string& column) const;
};

std::string spec_text();
std::string operator_text(const std::string& word);
/// Of SPEC.md and of every file of schema/operators.
const std::vector<SpecSection>& spec_sections();
const SpecSection& spec_section(const std::string& name);

/// Of a cell "float32: a; int8 dsp: b" the part for layers whose kernel has this type and layout: all of it where it
/// has no such parts, nothing where none is for them.
std::string part_for(const std::string& cell, const std::string& type, const std::string& layout);

/// Numbers by name, for the bounds of a range.
using Names = std::map<std::string, double>;

/// A "legal" cell for one field.
class LegalRange {
 public:
  /// `current` is a value that is legal; `real` says whether the field is a real number. A range that something else
  /// decides ("as y has it") has no values to try.
  LegalRange(const std::string& text, const Names& names, double current, bool real);

  bool holds(double value) const;
  /// Values at the edges: first those that are legal, at places that mean the same whatever the names
  /// are, then those just outside.
  std::vector<double> inside, outside;

 private:
  double least_, most_, multiple_ = 1;
  bool open_ = false, power_of_two_ = false;
  std::vector<double> alternatives_;
};

}  // namespace nacre::test
