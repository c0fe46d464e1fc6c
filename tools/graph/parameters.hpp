#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "nacre/operators.hpp"

namespace nacre::tools {

/// The parameters of a layer: which operator it is, and the operator's struct, byte for byte as a file holds it.
class OperatorParameters {
 public:
  /// Of no operator yet.
  OperatorParameters() = default;
  /// The struct of `op` that lies at `from`. Throws std::logic_error where there is no such operator.
  OperatorParameters(Operator op, const void* from);

  template <typename Parameters>
  void Set(const Parameters& parameters) {
    static_assert(std::is_trivially_copyable_v<Parameters> && sizeof(Parameters) <= kMostBytes);
    op_ = Parameters::kOperator;
    size_ = sizeof(Parameters);
    new (bytes_.data()) Parameters(parameters);
  }

  Operator op() const { return op_; }

  /// Throws std::logic_error where they are those of another operator.
  template <typename Parameters>
  const Parameters& as() const {
    if (op_ != Parameters::kOperator) throw std::logic_error("parameters of another operator");
    return *std::launder(reinterpret_cast<const Parameters*>(bytes_.data()));
  }
  template <typename Parameters>
  Parameters& as() { return const_cast<Parameters&>(std::as_const(*this).as<Parameters>()); }

  /// The struct; empty of no operator.
  std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

  bool operator==(const OperatorParameters& other) const {
    return op_ == other.op_ && std::ranges::equal(bytes(), other.bytes());
  }

 private:
#define NACRE_OPERATOR(word, Struct) sizeof(parameters::Struct),
  static constexpr std::size_t kMostBytes = std::max({NACRE_OPERATORS(NACRE_OPERATOR) std::size_t{0}});
#undef NACRE_OPERATOR

  Operator op_{};
  std::size_t size_ = 0;
  alignas(std::max_align_t) std::array<std::byte, kMostBytes> bytes_{};
};
static_assert(std::is_trivially_copyable_v<OperatorParameters>);

}  // namespace nacre::tools
