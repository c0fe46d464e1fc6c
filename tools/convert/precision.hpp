#pragma once

#include <string>
#include <vector>

#include "tools/convert/self_check.hpp"
#include "tools/precision/widen.hpp"

namespace nacre::tools {

/// In which type layers compute. `automatic`: float64 for those in which float32 loses an answer that a library has
/// that computes in float64.
enum class Precision : std::uint8_t { automatic, float32, float64 };

/// Chooses the layers of a graph that compute in float64.
class TypeChoice {
 public:
  /// Of a graph as it was read, which must outlive this; `has_rows`: rows of the user prove what the reader doubts.
  /// Throws Refusal of layers that cannot compute in float64 though they must.
  TypeChoice(const Graph& graph, Precision precision, bool has_rows);

  /// The graph with these layers in float64.
  Graph graph() const { return layers_.empty() ? graph_ : widen(graph_, layers_); }

  /// Takes float64 for what loses digits. False if that is not to be, or is so already.
  bool heed(const LostDigits& lost);

  /// What is float64, why, and what it costs, in a few lines; none where nothing is.
  std::vector<std::string> notes() const;

 private:
  bool add(Layers layers);
  void add_doubts(bool has_rows);
  void add_all();

  const Graph& graph_;
  const bool is_automatic_;
  Layers layers_;
  std::vector<std::string> notes_;
};

}  // namespace nacre::tools
