#pragma once

#include <functional>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/keras/references.hpp"

namespace nacre::tools {

/// One call of a layer of a functional model.
struct KerasCall {
  const nlohmann::json* layer;
  std::string name;                 ///< of the layer
  int number;                       ///< of this call of it, as tensors name it
  std::vector<NamedTensor> inputs;  ///< none: it is never made
  const nlohmann::json* node = nullptr;  ///< the call as it stands in the configuration
};

/// The order in which calls can be made: as they are listed, and where one is listed before what it reads, on another
/// way through the list. Takes n log n steps for any list.
class KerasCalls {
 public:
  /// Calls are added in the order of the list, before any tensor is there.
  void add(KerasCall call);

  /// A tensor is there that no call makes: an input of the model.
  void have(const TensorKey& tensor);
  /// The call that next() returned last has made this many outputs.
  void made(std::size_t outputs);

  /// The next call whose inputs are all there; null where no more can be made. Throws Refusal where a call reads an
  /// output that its layer has not made. Valid until calls are added.
  const KerasCall* next();

 private:
  /// When a call is made: the ways through the list before, and its place in the list.
  struct Turn {
    std::size_t way, place;
    auto operator<=>(const Turn&) const = default;
  };
  struct Waiting {
    std::size_t missing, way = 0;
    const TensorKey* unmade = nullptr;
  };
  void arrives(std::size_t reader, Turn turn);
  void is_ready(std::size_t reader) { ready_.push({waiting_[reader].way, reader}); }

  std::vector<KerasCall> calls_;
  std::vector<Waiting> waiting_;                   // by call
  std::multimap<TensorKey, std::size_t> readers_;  // calls, by a tensor that they wait for
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready_;
  Turn now_{};
  std::set<std::pair<std::string, int>> done_;  // layers, and which call of them
};

}  // namespace nacre::tools
