#include "tools/session/answer_text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

template <typename T>
std::string text_of(DataType type, T value) {
  return element_text(type, reinterpret_cast<const std::byte*>(&value));
}

std::string one_csv(const npy::Answer& answer, const ModelFile& model, unsigned output) {
  return csv_text({&answer, 1}, model, {&output, 1});
}

TEST_SUITE("session/answer_text") {
  TEST_CASE("numbers are as short as they can be read back") {
    CHECK(text_of(DataType::float32, 0.1f) == "0.1");
    CHECK(text_of(DataType::float64, 0.1) == "0.1");
    CHECK(text_of(DataType::float32, -INFINITY) == "-inf");
    CHECK(text_of(DataType::float32, std::copysign(NAN, -1.0f)) == "nan");
    CHECK(text_of(DataType::int64, INT64_MIN) == "-9223372036854775808");
    CHECK(text_of(DataType::int8, std::int8_t{-5}) == "-5");
    CHECK(text_of(DataType::uint8, std::uint8_t{250}) == "250");
    CHECK(text_of(DataType::boolean, true) == "true");
  }

  TEST_CASE("texts are quoted as CSV needs it") {
    CHECK(text_of(DataType::string, String{"a,b", 3}) == "\"a,b\"");
    CHECK(text_of(DataType::string, String{"ab", 2}) == "ab");
  }

  TEST_CASE("columns are called after the output, and its labels where it has one for each") {
    const ModelFile model(converted({"pipeline.joblib"}));
    const std::uint32_t shape[] = {1, 3}, single[] = {1};
    const float values[] = {1, 2, 3};
    const Span<const std::byte> bytes{reinterpret_cast<const std::byte*>(values), sizeof values};
    CHECK(one_csv({DataType::float32, {shape, 2}, 1, bytes, 0}, model, 1) ==
          "predict_proba_setosa,predict_proba_versicolor,predict_proba_virginica\n1,2,3\n");
    CHECK(one_csv({DataType::float32, {single, 1}, 3, bytes, 0}, model, 0) == "predict\n1\n2\n3\n");
  }
}

}  // namespace
}  // namespace nacre::tools::test
