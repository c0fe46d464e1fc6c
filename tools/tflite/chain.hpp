#pragma once

#include <vector>

#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {

/// A program whose steps are of one type: each takes what the one before gave, or input 0, and an operand.
class Flow {
 public:
  Flow(const TfliteImporter::Call& call, std::vector<ValueId> inputs, DataType type = DataType::int32)
      : Flow(call.graph(), call.name, std::move(inputs), type) {}
  /// In the body of a loop.
  Flow(Graph& graph, const std::string& name, std::vector<ValueId> inputs, DataType type = DataType::int32)
      : graph_(graph), name_(name), inputs_(std::move(inputs)), type_(type) {}

  Flow& then(MapFunction function, double number) {
    program_.then(function, type_, {before(), program_.literal(number, type_)});
    return *this;
  }
  Flow& then_input(MapFunction function, std::uint32_t input) {
    program_.then(function, type_, {before(), input_of_program(input)});
    return *this;
  }
  Flow& alone(MapFunction function) {
    program_.then(function, type_, {before()});
    return *this;
  }
  Flow& clamped(double least, double most) {
    program_.then(MapFunction::clamp, type_, {before(), program_.literal(least, type_), program_.literal(most, type_)});
    return *this;
  }
  /// Times a real number, as quantised layers round.
  Flow& rescaled(double factor) {
    rescale_in(program_, factor);
    return *this;
  }
  /// The same by a multiplier that is not negative, and a shift.
  Flow& rescaled_by(double multiplier, double shift) {
    program_.then(MapFunction::rescale, type_,
                  {before(), program_.literal(multiplier, type_), program_.literal(shift, type_)});
    return *this;
  }
  Flow& rescaled_by_input(std::uint32_t multiplier, double shift = 0) {
    program_.then(MapFunction::rescale, type_,
                  {before(), input_of_program(multiplier), program_.literal(shift, type_)});
    return *this;
  }
  Flow& rescaled_by_inputs(std::uint32_t multiplier, std::uint32_t shift) {
    program_.then(MapFunction::rescale, type_, {before(), input_of_program(multiplier), input_of_program(shift)});
    return *this;
  }
  ValueId done(const std::string& suffix) const { return graph_.add_map(program_, inputs_, name_ + suffix); }

 private:
  Operand before() const { return program_.empty() ? input_of_program(0) : kOutputOfProgram; }

  Graph& graph_;
  std::string name_;
  std::vector<ValueId> inputs_;
  DataType type_;
  Program program_;
};

/// Numbers of 16 bits as a cast leaves them.
Flow& wrap_to_int16(Flow& chain);

/// A table of int32, or of float64, at places of int32.
ValueId looked_up_in(const TfliteImporter::Call& call, ValueId places, const Integers& table);
ValueId looked_up_in(const TfliteImporter::Call& call, ValueId places, const std::vector<double>& table);

/// How many of `thresholds`, which ascend, x is not below: of x [...], of int32 or float64, 0 ... as many as there are.
ValueId count_not_below(const TfliteImporter::Call& call, ValueId x, const Integers& thresholds, const char* suffix);

}  // namespace nacre::tools
