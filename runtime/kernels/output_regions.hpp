#pragma once

#include <cstdint>

#include "runtime/kernels/window.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Outputs along one axis whose windows have the same taps inside the image: from `first_tap` up to `end_tap`.
struct Segment {
  std::uint32_t first, end, first_tap, end_tap;
};

/// The segment that begins at output `first` of `outputs`; `inside(output, tap)` says whether a tap lies in the image.
template <typename Inside>
inline Segment segment_from(std::uint32_t first, std::uint32_t outputs, std::uint32_t taps, Inside inside) {
  const auto taps_of = [&](std::uint32_t output) {
    std::uint32_t tap = 0;
    while (tap < taps && !inside(output, tap)) ++tap;
    const std::uint32_t first_tap = tap;
    while (tap < taps && inside(output, tap)) ++tap;
    return Segment{output, output + 1, first_tap, tap};
  };
  Segment segment = taps_of(first);
  for (; segment.end < outputs; ++segment.end) {
    const Segment next = taps_of(segment.end);
    if (next.first_tap != segment.first_tap || next.end_tap != segment.end_tap) break;
  }
  return segment;
}

/// Calls work(rows, columns) for each rectangle of outputs whose windows have the same taps inside the image.
template <typename Work>
inline void for_each_region(const Window& window, const Work& work) {
  const auto has_row = [&](std::uint32_t i, std::uint32_t h) { return window.has_row(window.row(i, h)); };
  const auto has_column = [&](std::uint32_t j, std::uint32_t k) { return window.has_column(window.column(j, k)); };
  for (Segment rows{}; rows.end < window.output_height();) {
    rows = segment_from(rows.end, window.output_height(), window.kernel_h, has_row);
    for (Segment columns{}; columns.end < window.output_width();) {
      columns = segment_from(columns.end, window.output_width(), window.kernel_w, has_column);
      work(rows, columns);
    }
  }
}

/// `count` outputs that lie as far apart as their windows do.
struct Line {
  std::int64_t from;  ///< where the first window begins in the image: it may be outside, in the padding
  std::size_t from_step, to, to_step;
  std::uint32_t count;
};

/// Calls work(line) for the rows of a region, or for its columns where these are longer. Rows that go on where the one
/// before ends, as those of a whole image may, are one line.
template <typename Work>
inline void for_each_line(const Window& window, std::uint32_t outputs, const Segment& rows, const Segment& columns,
                          const Work& work) {
  const std::uint32_t height = rows.end - rows.first, width = columns.end - columns.first;
  const std::size_t right = std::size_t{window.stride_w()} * window.channels();
  const std::size_t down = std::size_t{window.stride_h()} * window.width() * window.channels();
  const std::int64_t row = window.row(rows.first, 0), column = window.column(columns.first, 0);
  const std::int64_t from = (row * window.width() + column) * window.channels();
  const std::size_t to_down = std::size_t{window.output_width()} * outputs;
  const std::size_t to = rows.first * to_down + std::size_t{columns.first} * outputs;
  if (width == window.output_width() && down == width * right) {
    work(Line{from, right, to, outputs, height * width});
  } else if (height > width) {
    for (std::uint32_t j = 0; j < width; ++j)
      work(Line{from + static_cast<std::int64_t>(j * right), down, to + j * std::size_t{outputs}, to_down, height});
  } else {
    for (std::uint32_t i = 0; i < height; ++i)
      work(Line{from + static_cast<std::int64_t>(i * down), right, to + i * to_down, outputs, width});
  }
}

/// Takes the outputs of a region `kCount` at a time, row by row; the last of them again where fewer are left.
template <unsigned kCount>
class OutputBlock {
 public:
  OutputBlock(const Window& window, std::uint32_t outputs, const Segment& rows, const Segment& columns)
      : window_(window), outputs_(outputs), rows_(rows), columns_(columns), i_(rows.first) {
    begin_row();
  }

  /// False when none is left.
  bool next() {
    if (i_ == rows_.end) return false;
    for (unsigned n = 0; n < kCount; ++n) {
      from[n] = n == 0 || i_ != rows_.end ? from_ : from[n - 1];
      to[n] = n == 0 || i_ != rows_.end ? to_ : to[n - 1];
      from_ += window_.stride_w() * static_cast<std::int64_t>(window_.channels()), to_ += outputs_;
      if (--left_ != 0 || i_ == rows_.end) continue;
      if (++i_ != rows_.end) begin_row();
    }
    return true;
  }

  std::int64_t from[kCount];  ///< where the windows begin in the image: it may be outside, in the padding
  std::size_t to[kCount];     ///< where the outputs lie

 private:
  void begin_row() {
    const std::int64_t row = window_.row(i_, 0), column = window_.column(columns_.first, 0);
    from_ = (row * window_.width() + column) * window_.channels();
    to_ = (std::size_t{i_} * window_.output_width() + columns_.first) * outputs_;
    left_ = columns_.end - columns_.first;
  }

  const Window& window_;
  std::uint32_t outputs_;
  Segment rows_, columns_;
  std::uint32_t i_, left_ = 0;
  std::int64_t from_ = 0;
  std::size_t to_ = 0;
};

}  // namespace
}  // namespace nacre
