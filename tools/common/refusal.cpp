#include "tools/common/refusal.hpp"

#include <algorithm>
#include <set>

namespace nacre::tools {
namespace {

constexpr std::size_t kPlaces = 3, kLines = 40, kParts = 10'000;

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

std::string text_key(const Obstacle& obstacle) {
  return obstacle.file + '\0' + obstacle.what + '\0' + obstacle.advice;
}

void add_keys(const std::vector<ModelPart>& parts, std::set<std::string>& keys) {
  for (const ModelPart& part : parts) {
    for (const Obstacle& obstacle : part.obstacles) keys.insert(text_key(obstacle));
    add_keys(part.parts, keys);
  }
}

void change_all(std::vector<ModelPart>& parts, const std::function<void(Obstacle&)>& change) {
  for (ModelPart& part : parts) {
    std::for_each(part.obstacles.begin(), part.obstacles.end(), change);
    change_all(part.parts, change);
  }
}

}  // namespace

bool ModelPart::is_refused() const {
  return !obstacles.empty() ||
         std::any_of(parts.begin(), parts.end(), [](const ModelPart& part) { return part.is_refused(); });
}

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

Refusal::Refusal(std::vector<Obstacle> obstacles, std::vector<ModelPart> parts)
    : std::runtime_error(text_of(obstacles)), obstacles_(std::move(obstacles)), parts_(std::move(parts)) {}

Refusal Refusal::in_file(const std::string& file) const {
  return changed([&](Obstacle& obstacle) {
    if (obstacle.file.empty()) obstacle.file = file;
  });
}

Refusal Refusal::changed(const std::function<void(Obstacle&)>& change) const {
  std::vector<Obstacle> obstacles = obstacles_;
  std::vector<ModelPart> parts = parts_;
  std::for_each(obstacles.begin(), obstacles.end(), change);
  change_all(parts, change);
  return Refusal(std::move(obstacles), std::move(parts));
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
  std::set<std::string> of_parts;  // obstacles that its parts have
  add_keys(refusal.parts(), of_parts);
  ModelPart& part = *open_.back();
  for (const Obstacle& obstacle : refusal.obstacles()) {
    const std::string key = text_key(obstacle);
    const auto [known, is_new] = known_.emplace(key, all_.size());
    if (is_new) all_.push_back({obstacle.file, {}, obstacle.what, obstacle.advice});
    for (const std::string& place : obstacle.places)
      if (seen_.emplace(known->second, place).second) all_[known->second].places.push_back(place);
    const bool is_last = !part.obstacles.empty() && text_key(part.obstacles.back()) == key;
    if (&part != &model_ && !is_last && !of_parts.contains(key)) part.obstacles.push_back(obstacle);
  }
  for (const ModelPart& inner : refusal.parts()) add_part(inner);
}

bool Obstacles::add_part(ModelPart part) {
  if (parts_ == kParts) return false;
  ++parts_;
  open_.back()->parts.push_back(std::move(part));
  return true;
}

void Obstacles::leave(std::string name) { add_part({std::move(name), false}); }

Obstacles::Opened::Opened(Obstacles& obstacles, std::string name)
    : obstacles_(obstacles), is_part_(obstacles.add_part({std::move(name)})) {
  if (is_part_) obstacles_.open_.push_back(&obstacles_.open_.back()->parts.back());
}

Obstacles::Opened::~Opened() {
  if (!is_part_) return;
  ModelPart& part = *obstacles_.open_.back();
  if (!part.is_refused()) part.parts.clear();
  obstacles_.open_.pop_back();
}

void Obstacles::refuse_if_any() const {
  if (!all_.empty()) throw Refusal(all_, model_.parts);
}

}  // namespace nacre::tools
