#pragma once

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nacre::tools {

/// One thing that keeps a file from being converted, and the way out.
struct Obstacle {
  std::string file;                 ///< as the user named it; empty until it is known
  std::vector<std::string> places;  ///< inside the file: one, or all that have this obstacle; "" for the whole file
  std::string what;                 ///< the same text at every place, so that places can be counted
  std::string advice;

  /// The first few places, and how many more there are: "layer a, layer b, layer c and 37 more".
  std::string where() const;
  /// "<where>: <what>; <advice>", with the file before it if it is known.
  std::string line() const;
};

/// A file that Nacre does not convert, and why. The command line prints `nacre: <file>: <where>: <what>;
/// <what to do>` and exits with status 1; several obstacles are counted in a first line and have one each.
class Refusal : public std::runtime_error {
 public:
  /// One obstacle. `where` is the place inside the file ("byte 1204", "layer dense_3", "steps[1].classes_";
  /// may be empty), `what` states the obstacle, `advice` tells the user what to do about it.
  Refusal(std::string where, std::string what, std::string advice);
  /// At least one. `Obstacles` collects them.
  explicit Refusal(std::vector<Obstacle> obstacles);

  /// The same refusal, where obstacles of no file are of this one.
  Refusal in_file(const std::string& file) const;

  const std::vector<Obstacle>& obstacles() const { return obstacles_; }
  /// What is printed, line by line; a text may hold line breaks of its own. Lines that nobody would read are
  /// left out, and counted.
  std::vector<std::string> lines() const;

  // Those of the first obstacle.
  const std::string& file() const { return obstacles_.front().file; }
  const std::string& where() const { return obstacles_.front().places.front(); }
  const std::string& obstacle() const { return obstacles_.front().what; }
  const std::string& advice() const { return obstacles_.front().advice; }

 private:
  std::vector<Obstacle> obstacles_;
};

/// Collects what stands in the way, so that a user learns all of it at once:
///
///   Obstacles obstacles;
///   for (const Step& step : steps) obstacles.attempt([&] { add_step(graph, step); });
///   obstacles.refuse_if_any();
///
/// Do not attempt what needs the outcome of something refused: its refusals would be consequences. Where a
/// step can be judged without its input (its class, its options), judge all of them before importing any.
class Obstacles {
 public:
  /// Calls `step` and collects its Refusal. Returns what it returns as an optional that is empty after a
  /// refusal; for a `step` that returns nothing, whether it succeeded. Other exceptions pass.
  template <typename Step>
  auto attempt(Step&& step) {
    using Result = std::invoke_result_t<Step>;
    if constexpr (std::is_void_v<Result>) {
      try {
        step();
        return true;
      } catch (const Refusal& refusal) {
        add(refusal);
        return false;
      }
    } else {
      try {
        return std::optional<Result>(step());
      } catch (const Refusal& refusal) {
        add(refusal);
        return std::optional<Result>();
      }
    }
  }

  /// An obstacle that stands already, with the same file, text and advice, gains the places
  /// that it has not.
  void add(const Refusal& refusal);
  bool empty() const { return all_.empty(); }
  /// Throws one Refusal of everything collected, in the order in which it was met.
  void refuse_if_any() const;

 private:
  std::vector<Obstacle> all_;
  std::map<std::string, std::size_t> known_;            // index by file, text and advice
  std::set<std::pair<std::size_t, std::string>> seen_;  // index and place
};

}  // namespace nacre::tools
