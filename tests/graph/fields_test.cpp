#include "tools/graph/fields.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace nacre::tools::test {
namespace {

const StructField& named(Operator op, const std::string& name) {
  for (const StructField& field : fields())
    if (field.op == op && field.name == name) return field;
  throw std::logic_error("no such field");
}

TEST_SUITE("graph/fields") {
  TEST_CASE("every byte of a struct is of one field or reserved") {
    const auto check = [](Operator op, std::size_t size, std::size_t reserved) {
      CAPTURE(static_cast<int>(op));
      for (std::size_t at = 0; at < size; ++at) CHECK((find_field(op, at) != nullptr) == (at < reserved));
    };
#define NACRE_OPERATOR(word, Struct) \
  check(Operator::word, sizeof(parameters::Struct), offsetof(parameters::Struct, reserved));
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }

  TEST_CASE("a field is read as what it is") {
    parameters::LSTM table;
    table.cell_clip = 2.5f, table.recurrent_activation = ActivationFunction::hard_sigmoid, table.stateful = true;
    OperatorParameters lstm;
    lstm.Set(table);
    const auto read = [&](const char* name) {
      const StructField& field = named(Operator::lstm, name);
      return field.read(lstm.bytes().data() + field.offset);
    };
    CHECK(std::get<float>(read("cell_clip")) == 2.5f);
    CHECK(std::string(std::get<const char*>(read("recurrent_activation"))) == "hard_sigmoid");
    CHECK(std::get<bool>(read("stateful")));
    const StructField& strides = named(Operator::slice, "stride");
    CHECK(strides.elements == 8);
    const std::int32_t backwards = -1;
    CHECK(std::get<std::int64_t>(strides.read(reinterpret_cast<const std::byte*>(&backwards))) == -1);
  }

  TEST_CASE("the initial value is that of a new struct") {
    const StructField& stride = named(Operator::conv_2d, "stride_h");
    CHECK(std::get<std::int64_t>(stride.read(stride.initial)) == 1);
    const StructField& missing = named(Operator::impute, "missing_value");
    CHECK(std::isnan(std::get<double>(missing.read(missing.initial))));
  }
}

}  // namespace
}  // namespace nacre::tools::test
