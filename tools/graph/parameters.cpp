#include "tools/graph/parameters.hpp"

#include <cstring>

namespace nacre::tools {

OperatorParameters::OperatorParameters(Operator op, const void* from) : op_(op) {
  switch (op) {
#define NACRE_OPERATOR(word, Struct) \
  case Operator::word: size_ = sizeof(parameters::Struct); break;
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }
  if (size_ == 0) throw std::logic_error("no operator has this number");
  std::memcpy(bytes_.data(), from, size_);
}

}  // namespace nacre::tools
