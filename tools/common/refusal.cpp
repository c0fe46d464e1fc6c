#include "tools/common/refusal.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

constexpr std::size_t kPlaces = 3, kLines = 40;

std::string with_file(const std::string& file, const std::string& text) {
  return file.empty() ? text : file + ": " + text;
}

/// What `what()` says: all lines, without the file.
std::string text_of(std::vector<Obstacle> obstacles) {
  std::string text;
  for (Obstacle& obstacle : obstacles) {
    obstacle.file.clear();
    text += (text.empty() ? "" : "\n") + obstacle.line();
  }
  return text;
}

}  // namespace

std::string Obstacle::where() const {
  std::string text;
  for (std::size_t i = 0; i < std::min(places.size(), kPlaces); ++i) text += (i == 0 ? "" : ", ") + places[i];
  return places.size() <= kPlaces ? text : text + " and " + std::to_string(places.size() - kPlaces) + " more";
}

std::string Obstacle::line() const {
  const std::string place = where();
  return with_file(file, (place.empty() ? "" : place + ": ") + what + "; " + advice);
}

Refusal::Refusal(std::string where, std::string what, std::string advice)
    : Refusal({Obstacle{"", {std::move(where)}, std::move(what), std::move(advice)}}) {}

Refusal::Refusal(std::vector<Obstacle> obstacles)
    : std::runtime_error(text_of(obstacles)), obstacles_(std::move(obstacles)) {}

Refusal Refusal::in_file(const std::string& file) const {
  Refusal result = *this;
  for (Obstacle& obstacle : result.obstacles_)
    if (obstacle.file.empty()) obstacle.file = file;
  return result;
}

std::vector<std::string> Refusal::lines() const {
  std::vector<std::string> lines;
  const bool one_file = std::all_of(obstacles_.begin(), obstacles_.end(),
                                    [&](const Obstacle& obstacle) { return obstacle.file == file(); });
  if (obstacles_.size() > 1)
    lines.push_back(with_file(one_file ? file() : "",
                              std::to_string(obstacles_.size()) + " obstacles; each is named below, with the way out"));
  for (const Obstacle& obstacle : obstacles_) {
    if (lines.size() > kLines) break;
    lines.push_back(obstacle.line());
  }
  if (obstacles_.size() > kLines)
    lines.push_back(with_file(one_file ? file() : "", std::to_string(obstacles_.size() - kLines) +
                                                          " more obstacles; list them all with --json"));
  return lines;
}

void Obstacles::add(const Refusal& refusal) {
  for (const Obstacle& obstacle : refusal.obstacles()) {
    const std::string key = obstacle.file + '\0' + obstacle.what + '\0' + obstacle.advice;
    const auto [known, is_new] = known_.emplace(key, all_.size());
    if (is_new) all_.push_back({obstacle.file, {}, obstacle.what, obstacle.advice});
    for (const std::string& place : obstacle.places)
      if (seen_.emplace(known->second, place).second) all_[known->second].places.push_back(place);
  }
}

void Obstacles::refuse_if_any() const {
  if (!all_.empty()) throw Refusal(all_);
}

}  // namespace nacre::tools
