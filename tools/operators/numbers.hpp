#pragma once

#include <cstring>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tools/common/array.hpp"

namespace nacre::tools {

/// The elements of a tensor as float64. Those of a constant stay as its file stores them and are widened one
/// by one where they are read: the float64 evaluation of a large model needs no second copy of its weights.
/// Only who asks for a pointer, or writes, gets a vector.
class Numbers {
 public:
  Numbers() = default;
  Numbers(std::vector<double> own) : own_(std::move(own)) {}
  Numbers(std::initializer_list<double> own) : own_(own) {}
  explicit Numbers(Array constant) : constant_(std::move(constant)), constant_size_(constant_->size()) {}

  std::size_t size() const { return constant_ ? constant_size_ : own_.size(); }
  double operator[](std::size_t i) const {
    if (!constant_) return own_[i];
    return map_ == nullptr ? stored(i) : map_(stored(i));
  }
  double at(std::size_t i) const {
    if (i >= size()) throw std::out_of_range("a tensor has no such element");
    return (*this)[i];
  }
  double& operator[](std::size_t i) { return own()[i]; }

  /// `f` of each; of a constant, computed where it is read.
  Numbers each(double (*f)(double)) const {
    Numbers result = *this;
    if (result.constant_ && result.map_ == nullptr) {
      result.map_ = f;
    } else {
      for (double& value : result) value = f(value);
    }
    return result;
  }

  const double* data() const { return own().data(); }
  const double* begin() const { return data(); }
  const double* end() const { return data() + size(); }
  double* data() { return own().data(); }
  double* begin() { return data(); }
  double* end() { return data() + size(); }
  operator const std::vector<double>&() const { return own(); }

 private:
  template <typename T>
  double stored_as(std::size_t i) const {
    T value;
    std::memcpy(&value, constant_->bytes().data() + i * sizeof(T), sizeof(T));
    return static_cast<double>(value);
  }
  double stored(std::size_t i) const {
    switch (constant_->type()) {
      case ElementType::float32: return stored_as<float>(i);
      case ElementType::float64: return stored_as<double>(i);
      case ElementType::int32: return stored_as<std::int32_t>(i);
      case ElementType::int8: return stored_as<std::int8_t>(i);
      default: break;
    }
    double value = 0;
    constant_->read(i, std::span(&value, 1));
    return value;
  }
  std::vector<double>& own() const {
    if (constant_) {
      own_ = constant_->to<double>();
      if (map_ != nullptr)
        for (double& value : own_) value = map_(value);
    }
    constant_.reset();
    return own_;
  }

  mutable std::vector<double> own_;
  mutable std::optional<Array> constant_;
  std::size_t constant_size_ = 0;
  double (*map_)(double) = nullptr;  ///< applied to the constant's elements
};

}  // namespace nacre::tools
