#pragma once

#include <map>
#include <string>
#include <vector>

namespace nacre::test {

/// A table of schema/SPEC.md: cells without blanks around them and without `backticks`.
struct SpecTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  bool has(const std::string& column) const;
  const std::string& cell(const std::vector<std::string>& row, const std::string& column) const;
};

/// What stands below a heading "### kind `name`".
struct SpecSection {
  std::string kind, name;  ///< kind: table, struct, enum or union
  std::vector<SpecTable> tables;
};

std::string spec_text();
const std::vector<SpecSection>& spec_sections();
const SpecSection& spec_section(const std::string& name);

/// Of a cell "int8: a; uint8: b" the part for layers whose kernel is of `type`: all of it where it
/// has no such parts, nothing where none is for `type`.
std::string part_for(const std::string& cell, const std::string& type);

/// Numbers by name, for the bounds of a range.
using Names = std::map<std::string, double>;

/// A "legal" cell for one field.
class LegalRange {
 public:
  /// `current` is a value that is legal; `real` says whether the field is a real number.
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
