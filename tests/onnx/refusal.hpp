#pragma once

#include <deque>
#include <string>

#include "tools/common/refusal.hpp"
#include "tools/onnx/read.hpp"

namespace nacre::tools::test {

/// What reading a file says against it; empty: nothing.
inline std::string onnx_refusal(const Buffer& file, const std::string& folder = "") {
  std::deque<InputShape> none;
  try {
    (void)read_onnx(file, folder, none);
  } catch (const Refusal& refusal) {
    std::string all;
    for (const Obstacle& obstacle : refusal.obstacles()) all += obstacle.line() + "\n";
    return all;
  }
  return "";
}

inline bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace nacre::tools::test
