#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre::schema {
struct Description;
struct PortDescription;
}  // namespace nacre::schema

namespace nacre {

/// The names of one input or output. Text belongs to the model and is not terminated.
class PortNames {
 public:
  explicit PortNames(const schema::PortDescription* port) : port_(port) {}

  String name() const;
  /// Names of the elements of the last axis; there may be none.
  std::uint32_t features() const;
  String feature(std::uint32_t index) const;
  /// Classes that the model tells apart; there may be none.
  std::uint32_t labels() const;
  String label(std::uint32_t index) const;

 private:
  const schema::PortDescription* port_;
};

/// What a model says about itself to people. A view: the model must stay in place while it is used.
class Description {
 public:
  /// Verifies the section. Gives description_missing when the model has none, or was stripped of it.
  static Status open(Span<const std::byte> model, Description* description);

  String name() const;
  /// As many as the Network has, in a file of nacre's; a port that is not described has no names.
  std::uint32_t inputs() const;
  std::uint32_t outputs() const;
  PortNames input(std::uint32_t index) const;
  PortNames output(std::uint32_t index) const;
  /// The name of a layer, as the saved model had it; empty where there is no such layer.
  String layer(std::uint32_t index) const;
  /// The index of the input or output of that name, else of that alias; -1 where there is none.
  std::int32_t find_input(String name) const;
  std::int32_t find_output(String name) const;

 private:
  const schema::Description* root_ = nullptr;
};

}  // namespace nacre
