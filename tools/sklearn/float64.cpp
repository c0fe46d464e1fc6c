#include "tools/sklearn/float64.hpp"

#include <fmt/format.h>

namespace nacre::tools {

ValueId Float64::apply(MapFunction function, std::initializer_list<Term> terms) const {
  Program program;
  std::vector<ValueId> inputs;
  std::vector<Operand> operands;
  for (const Term& term : terms) {
    if (term.is_number) {
      operands.push_back(program.literal(term.number, DataType::float64));
      continue;
    }
    operands.push_back({Operand::Kind::input, static_cast<std::uint32_t>(inputs.size())});
    inputs.push_back(term.value);
  }
  program.then(function, DataType::float64, std::move(operands));
  return graph_.add_map(std::move(program), std::move(inputs), named("float64"));
}

/// From the highest power down. What it gives may lie where input 0 does, so that x is another input too.
ValueId Float64::polynomial(ValueId x, const std::vector<double>& coefficients) const {
  Program program;
  Operand input{Operand::Kind::input, 0};
  Operand sum = program.literal(coefficients.back(), DataType::float64);
  for (std::size_t i = coefficients.size() - 1; i-- > 0;) {
    program.then(MapFunction::multiply_add, DataType::float64,
                 {sum, input, program.literal(coefficients[i], DataType::float64)});
    sum = {Operand::Kind::output, 0};
    input.index = 1;
  }
  return graph_.add_map(std::move(program), {x, x}, named("polynomial"));
}

ValueId Float64::cast(ValueId x, DataType type) const {
  parameters::Cast table;
  table.type = type;
  return graph_.add(table, {x}, named("cast"));
}

std::string Float64::named(const char* word) const { return fmt::format("{}.{}_{}", name_, word, graph_.nodes.size()); }

}  // namespace nacre::tools
