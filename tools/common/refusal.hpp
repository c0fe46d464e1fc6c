#pragma once

#include <functional>
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

/// A part of a model that was judged for itself: a step of a pipeline, a layer, an operator; and the parts inside it.
/// Where nothing stands in the way, the parts inside may be left out.
struct ModelPart {
  std::string name;                 ///< as its author knows it: "scale: StandardScaler"
  bool is_judged = true;            ///< false: it needs the outcome of something refused
  std::vector<Obstacle> obstacles{};  ///< its own, without those of its parts
  std::vector<ModelPart> parts{};

  /// Whether anything stands in the way, here or inside.
  bool is_refused() const;
};

/// A file that Nacre does not convert, and why. The command line prints `nacre: <file>: <where>: <what>;
/// <what to do>` and exits with status 1; several obstacles are counted in a first line and have one each.
class Refusal : public std::runtime_error {
 public:
  /// One obstacle. `where` is the place inside the file ("byte 1204", "layer dense_3", "steps[1].classes_";
  /// may be empty), `what` states the obstacle, `advice` tells the user what to do about it.
  Refusal(std::string where, std::string what, std::string advice);
  /// At least one obstacle, and the parts of the model that were judged one by one. `Obstacles` collects both.
  explicit Refusal(std::vector<Obstacle> obstacles, std::vector<ModelPart> parts = {});

  /// The same refusal, where obstacles of no file are of this one.
  Refusal in_file(const std::string& file) const;
  /// The same refusal with each obstacle as `change` leaves it.
  Refusal changed(const std::function<void(Obstacle&)>& change) const;

  const std::vector<Obstacle>& obstacles() const { return obstacles_; }
  /// The tree of the model as far as it was judged; empty where the obstacles are of the whole file.
  const std::vector<ModelPart>& parts() const { return parts_; }
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
  std::vector<ModelPart> parts_;
};

/// Collects what stands in the way, so that a user learns all of it at once:
///
///   Obstacles obstacles;
///   for (const Step& step : steps) obstacles.attempt(step.name, [&] { add_step(graph, step); });
///   obstacles.refuse_if_any();
///
/// An attempt that has a name is a part of the model, inside the part that is attempted meanwhile; what a refusal
/// of another collector says of parts belongs to the part whose attempt it ends. So the tree of the model, with what
/// stands in the way of each part, is what was attempted.
///
/// Do not attempt what needs the outcome of something refused: its refusals would be consequences. Where a
/// step can be judged without its input (its class, its options), judge all of them before importing any.
class Obstacles {
 public:
  Obstacles() = default;
  Obstacles(const Obstacles&) = delete;
  Obstacles& operator=(const Obstacles&) = delete;

  /// Calls `step` and collects its Refusal. Returns what it returns as an optional that is empty after a
  /// refusal; for a `step` that returns nothing, whether it succeeded. Other exceptions pass.
  template <typename Step>
  auto attempt(Step&& step) {
    using Result = std::invoke_result_t<Step>;
    if constexpr (std::is_void_v<Result>) {
      return attempt([&] { return step(), true; }).has_value();
    } else {
      try {
        return std::optional<Result>(step());
      } catch (const Refusal& refusal) {
        add(refusal);
      } catch (const Collected&) {
      }
      return std::optional<Result>();
    }
  }

  /// The same of a part of the model that has a name.
  template <typename Step>
  auto attempt(std::string name, Step&& step) {
    const Opened opened(*this, std::move(name));
    return attempt(std::forward<Step>(step));
  }

  /// A part that is not attempted: it needs the outcome of one that was refused.
  void leave(std::string name);
  /// Ends the attempt that is under way, whose obstacles have been collected.
  [[noreturn]] void give_up() const { throw Collected(); }

  /// An obstacle that stands already, with the same file, text and advice, gains the places
  /// that it has not.
  void add(const Refusal& refusal);
  bool empty() const { return all_.empty(); }
  /// Throws one Refusal of everything collected, in the order in which it was met.
  void refuse_if_any() const;

 private:
  struct Collected {};  // thrown where everything that stands in the way has been collected

  /// A part for as long as it is attempted. Beyond many thousands, obstacles belong to the part around them.
  class Opened {
   public:
    Opened(Obstacles& obstacles, std::string name);
    ~Opened();
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

   private:
    Obstacles& obstacles_;
    bool is_part_;
  };

  bool add_part(ModelPart part);

  ModelPart model_;                        // of which nobody has said the name
  std::vector<ModelPart*> open_{&model_};  // each inside the one before
  std::size_t parts_ = 0;
  std::vector<Obstacle> all_;
  std::map<std::string, std::size_t> known_;            // index by file, text and advice
  std::set<std::pair<std::size_t, std::string>> seen_;  // index and place
};

}  // namespace nacre::tools
