#pragma once

#include "loader/loader.hpp"
#include "loader/rules.hpp"

namespace nacre {

/// Proves the plan of a file: walking the layers in their order, that each reads what was written for it and nothing
/// has been written over since, and that what a layer writes shares no bytes with what else it uses.
///
/// It keeps a list of the tensors that hold their value. Their places are disjoint and begin at multiples of 16, and an
/// entry takes 16 bytes: the list of a memory always fits into that memory, which is idle while a model is loaded.
class PlanCheck {
 public:
  explicit PlanCheck(Loader& loader) : loader_(loader) {
    for (unsigned i = 0; i < loader.memories_.size(); ++i)
      end_[i] = loader.memories_[i].kind == MemoryKind::weights ? nullptr : list(i);
  }

  bool begin();  ///< inputs of the model hold what the caller writes
  /// Verifies that the arguments of the layer at which the loader is are tensors and that it writes none of the
  /// weights, and follows what it reads and writes.
  bool follow(const LayerRecord& layer, const OperatorRule& rule);
  /// Whether that layer reads and writes only what it may.
  bool holds() { return broken_ == nullptr || report(); }

  // Of a layer that runs a body, which is walked twice between these: what holds after the second walk holds after any.

  /// Before the first walk. What of it lies in state is new to a layer `is_new`, and its own.
  bool begin_body(const LayerRecord& layer, std::uint32_t sequences, bool is_new);
  /// After each walk; `is_last` after the second.
  bool end_step(const LayerRecord& layer, std::uint32_t sequences, bool is_last);

  bool end();  ///< outputs of the model hold what the caller reads

 private:
  friend class RowsWalk;

  struct Held {
    std::uint32_t name, start, end;
    std::uint32_t used;  ///< the place of the last argument that was read from here or written
  };
  // Places of arguments: their numbers in the model, after those of what has none.
  static constexpr std::uint32_t kNone = 0, kBefore = 1, kFirstArgument = 2;
  static constexpr std::uint32_t kNoName = 0xffffffff, kFailed = 0xffffffff;

  Held* list(unsigned memory) const { return reinterpret_cast<Held*>(loader_.starts_[memory]); }
  // A value is known by the number of its tensor; an alias has the value of the tensor whose bytes it shares.

  /// Where the list has the value of this name; null where it is not there.
  Held* find(const TensorRecord& tensor, std::uint32_t name) const {
    if (last_written_->name == name) return last_written_;
    Held* const first = list(tensor.memory);
    for (Held* held = end_[tensor.memory]; held != first;)
      if ((--held)->name == name) return held;
    return nullptr;
  }
  /// The last place where the value of this name was used, of which `place` is the next; kNone where the tensor does
  /// not hold it. State always does, since it begins as zeros.
  std::uint32_t read(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place);
  /// Gives the tensor a value of this name. What held one in its bytes does so no longer: the last place where that
  /// was used, or kNone.
  std::uint32_t write(const TensorRecord& tensor, std::uint32_t name, std::uint32_t place);
  /// Bytes of a tensor that has been verified to have so many.
  std::uint32_t bytes_of(const TensorRecord& tensor) const {
    std::uint32_t bytes = element_bytes(tensor.type);
    const std::uint32_t* const dimension = loader_.shapes_.data() + tensor.shape;
    const unsigned rank = tensor.rank;
    if (rank == 4) return bytes * dimension[0] * dimension[1] * dimension[2] * dimension[3];  // images, the most
    for (unsigned axis = 0; axis < rank; ++axis) bytes *= dimension[axis];
    return bytes;
  }
  struct Body;
  // Parts of follow().

  /// Follows an output or temporary; false after a failure.
  bool follow_written(const std::uint32_t* argument);
  /// Follows any argument, where follow() knows no shorter way. As read(); kFailed after a failure.
  std::uint32_t follow_other(const std::uint32_t* argument);
  /// Decides whether what an output or temporary wrote over, last used at place `lost`, may be lost while a layer runs.
  /// False after a failure, which `lost` says.
  bool may_lose(const std::uint32_t* argument, std::uint32_t lost);
  void enter(const LayerRecord& layer) { loader_.layer_ = layer_ = &layer; }
  const TensorRecord& record(unsigned i) const {
    return loader_.tensors_[loader_.arguments_[layer_->arguments + i]];
  }
  /// The number of an argument among those of the layer.
  std::uint32_t index_of(const std::uint32_t* argument) const {
    return static_cast<std::uint32_t>(argument - loader_.arguments_.data()) - loader_.layer_->arguments;
  }
  std::uint32_t place_of(const std::uint32_t* argument) const {
    return static_cast<std::uint32_t>(argument - loader_.arguments_.data()) + kFirstArgument;
  }
  std::uint32_t place_of(unsigned i) const { return layer_->arguments + i + kFirstArgument; }
  /// The name of the value of argument `i` of a layer that runs a body, behind it; outputs have another until then.
  std::uint32_t name_behind(unsigned i) const { return loader_.arguments_[layer_->arguments + i] - record(i).alias; }
  /// The name of the value of an argument of a layer without a body. That of a temporary is its layer's: no other has
  /// this name for it. Numbers of tensors have 31 bits, since a file has less than 4 GiB.
  std::uint32_t name_of(const std::uint32_t* argument) const {
    return argument < temporaries_ ? *argument - loader_.tensors_[*argument].alias : ~place_of(argument);
  }
  std::uint32_t name_of(unsigned i) const;
  /// Whether that argument holds its value: constants do.
  bool has(unsigned i);
  /// Gives an output, a state or a step its value.
  bool give(unsigned i);
  void forget(const TensorRecord& tensor, std::uint32_t name);
  /// What the layers of the body have written is gone when a step ends: the next one makes it anew.
  void forget_made();
  /// Before a walk nothing has been used.
  void forget_uses();
  /// Gives states and steps their values. Whether all that lives while the body runs then holds its own, and shares no
  /// bytes; only sequences may, with each other.
  bool begin_step(const Body& body);
  /// Whether states can be copied one after the other from these arguments: each lies apart from the states that are
  /// written before, and from its own too, or exactly there.
  bool can_be_copied(const Body& body, unsigned first);
  bool fail_at(unsigned i) { return fail(Status::bad_plan, loader_.arguments_.data() + layer_->arguments + i); }
  /// Whether two tensors share bytes.
  bool overlap(const TensorRecord& x, const TensorRecord& y) const;
  /// An argument of the layer does not hold what it should; the first one counts.
  void note(const std::uint32_t* argument) {
    if (broken_ == nullptr) broken_ = argument;
  }
  [[gnu::cold]] bool report();
  [[gnu::cold]] bool fail(Status status, const std::uint32_t* argument);

  Loader& loader_;
  Held nothing_{kNoName, 0, 0, kNone};
  Held* last_written_ = &nothing_;  ///< the last tensor that was, in its list: what most layers read
  Held* end_[kMaxMemories];         ///< of the list of each memory
  std::uint32_t lost_start_ = 0, lost_end_ = 0;  ///< where the value lay that write() lost last; of several, the first
  const std::uint32_t* broken_ = nullptr;        ///< the argument that was noted
  const LayerRecord* layer_ = nullptr;           ///< with the body that is walked
  // Of the layer that is followed.
  const OperatorRule* rule_ = nullptr;
  const std::uint32_t* temporaries_ = nullptr;
};

}  // namespace nacre
