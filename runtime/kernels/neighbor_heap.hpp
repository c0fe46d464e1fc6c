#pragma once

#include <cstdint>

namespace nacre {

/// The smallest elements that have been pushed, the largest of them at place 0: those behind place i, at 2 i + 1 and
/// 2 i + 2, are not larger. Which of equal elements stay is what scikit-learn's heap keeps.
template <typename T>
struct NeighborHeap {
  T* values;
  std::int32_t* indices;
  std::uint32_t size;

  void clear() const {
    for (std::uint32_t i = 0; i < size; ++i) values[i] = static_cast<T>(__builtin_inf()), indices[i] = 0;
  }

  void push(T value, std::int32_t index) const {
    if (!(value < values[0])) return;
    std::uint32_t place = 0;
    for (std::uint32_t next = 1; next < size; next = 2 * place + 1) {
      if (next + 1 < size && !(values[next] >= values[next + 1])) ++next;
      if (!(value < values[next])) break;
      values[place] = values[next], indices[place] = indices[next];
      place = next;
    }
    values[place] = value, indices[place] = index;
  }

  void exchange(std::uint32_t a, std::uint32_t b) const {
    const T value = values[a];
    const std::int32_t index = indices[a];
    values[a] = values[b], indices[a] = indices[b];
    values[b] = value, indices[b] = index;
  }
  void order(std::uint32_t a, std::uint32_t b) const {
    if (values[a] > values[b]) exchange(a, b);
  }

  void sort_by_insertion() const {
    for (std::uint32_t i = 1; i < size; ++i)
      for (std::uint32_t place = i; place > 0 && values[place - 1] > values[place]; --place)
        exchange(place - 1, place);
  }

  /// Parts that wait are the larger ones, so that there are few of them.
  void sort_quickly() const {
    struct Part {
      std::uint32_t begin, end;
    };
    Part waiting[32];
    waiting[0] = {0, size};
    for (std::uint32_t count = 1; count > 0;) {
      Part part = waiting[--count];
      while (part.end - part.begin > 3) {
        const std::uint32_t middle = partition(part.begin, part.end);
        const Part left = {part.begin, middle}, right = {middle + 1, part.end};
        const bool left_is_larger = left.end - left.begin > right.end - right.begin;
        waiting[count++] = left_is_larger ? left : right;
        part = left_is_larger ? right : left;
      }
      if (part.end - part.begin < 2) continue;
      order(part.begin, part.begin + 1);
      if (part.end - part.begin < 3 || !(values[part.begin + 1] > values[part.begin + 2])) continue;
      exchange(part.begin + 1, part.begin + 2);
      order(part.begin, part.begin + 1);
    }
  }

 private:
  /// Puts what is less than the median of three before it; where that stands then.
  std::uint32_t partition(std::uint32_t begin, std::uint32_t end) const {
    const std::uint32_t last = end - 1, middle = begin + (end - begin) / 2;
    order(begin, last);
    if (values[last] > values[middle]) {
      exchange(last, middle);
      order(begin, last);
    }
    std::uint32_t place = begin;
    for (std::uint32_t i = begin; i < last; ++i)
      if (values[i] < values[last]) exchange(i, place++);
    exchange(place, last);
    return place;
  }
};

}  // namespace nacre
