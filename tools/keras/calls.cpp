#include "tools/keras/calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

void KerasCalls::add(KerasCall call) {
  const std::size_t place = calls_.size();
  for (const NamedTensor& input : call.inputs) readers_.emplace(input.tensor, place);
  waiting_.push_back({call.inputs.size()});
  calls_.push_back(std::move(call));
}

/// A call that stands in the list before what it waits for has its turn on the next way.
void KerasCalls::arrives(std::size_t reader, Turn turn) {
  Waiting& waiting = waiting_[reader];
  waiting.way = std::max(waiting.way, turn.way + (turn.place > reader ? 1 : 0));
  if (--waiting.missing == 0) is_ready(reader);
}

void KerasCalls::have(const TensorKey& tensor) {
  const auto [first, end] = readers_.equal_range(tensor);
  for (auto reader = first; reader != end; ++reader) arrives(reader->second, {0, 0});
  readers_.erase(first, end);
}

void KerasCalls::made(std::size_t outputs) {
  const KerasCall& call = calls_[now_.place];
  const auto first = readers_.lower_bound({call.name, call.number, std::numeric_limits<int>::min()});
  auto reader = first;
  for (; reader != readers_.end() && reader->first.layer == call.name && reader->first.node == call.number; ++reader) {
    const auto index = static_cast<std::size_t>(reader->first.index);  // a negative one is beyond all
    Waiting& waiting = waiting_[reader->second];
    if (index < outputs) {
      arrives(reader->second, now_);
    } else if (waiting.unmade == nullptr) {
      const auto& inputs = calls_[reader->second].inputs;
      waiting.unmade = &std::find_if(inputs.begin(), inputs.end(), [&](const NamedTensor& input) {
                          return input.tensor == reader->first;
                        })->tensor;
      waiting.way = std::max(waiting.way, now_.way + (now_.place > reader->second ? 1 : 0));
      is_ready(reader->second);
    }
  }
  readers_.erase(first, reader);
}

const KerasCall* KerasCalls::next() {
  while (!ready_.empty()) {
    now_ = ready_.top();
    ready_.pop();
    const KerasCall& call = calls_[now_.place];
    if (!done_.emplace(call.name, call.number).second) continue;  // two layers of one name: the first counts
    if (const TensorKey* unmade = waiting_[now_.place].unmade)
      throw Refusal("layer " + call.name,
                    fmt::format("reads output {} of layer {}, which is not supported", unmade->index, unmade->layer),
                    "use the first output only");
    return &call;
  }
  return nullptr;
}

}  // namespace nacre::tools
