#include "tools/onnx/places.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {

Array picked(const Array& from, const Dimensions& shape, const std::vector<std::size_t>& places) {
  if (from.type() == ElementType::string) {
    std::vector<std::string> texts;
    for (const std::size_t place : places) texts.push_back(from.strings().at(place));
    return Array(shape, std::move(texts));
  }
  const std::size_t size = element_size(from.type()), count = from.size();
  std::vector<std::byte> bytes(places.size() * size);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] >= count) throw std::out_of_range("a place outside of a tensor");
    std::memcpy(bytes.data() + i * size, from.bytes().data() + places[i] * size, size);
  }
  return Array(from.type(), shape, Buffer::from(std::move(bytes)));
}

std::size_t elements_of(const Dimensions& shape) {
  std::size_t count = 1;
  for (const std::int64_t length : shape)
    if (length < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(length), &count) || count > 1u << 30)
      throw std::out_of_range(fmt::format("a shape of [{}]", fmt::join(shape, ", ")));
  return count;
}

std::vector<std::size_t> places_of_slice(const OnnxSlice& slice, const Dimensions& shape) {
  std::vector<std::size_t> places(elements_of(slice.size));
  for (std::size_t i = 0; i < places.size(); ++i) {
    Dimensions at = coordinates(i, slice.size);
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] = slice.begin[axis] + at[axis] * slice.stride[axis];
    places[i] = flat_index(at, shape);
  }
  return places;
}

std::vector<std::size_t> places_of_broadcast(const Dimensions& from, const Dimensions& to) {
  std::vector<std::size_t> places(elements_of(to));
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = broadcast_index(i, to, from);
  return places;
}

std::vector<std::size_t> places_of_permutation(const std::vector<std::size_t>& order, const Dimensions& shape) {
  Dimensions permuted;
  for (const std::size_t axis : order) permuted.push_back(shape[axis]);
  std::vector<std::size_t> places(elements_of(shape));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Dimensions at = coordinates(i, permuted);
    Dimensions own(shape.size());
    for (std::size_t axis = 0; axis < order.size(); ++axis) own[order[axis]] = at[axis];
    places[i] = flat_index(own, shape);
  }
  return places;
}

Dimensions broadcast_shape(const OnnxCall& call, const Dimensions& a, const Dimensions& b) {
  Dimensions result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int64_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1, from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1)
      call.refuse(fmt::format("combines the shapes [{}] and [{}], which do not broadcast", fmt::join(a, ", "),
                              fmt::join(b, ", ")));
    result[result.size() - 1 - i] = from_a == 1 ? from_b : from_a;
  }
  return result;
}

}  // namespace nacre::tools
