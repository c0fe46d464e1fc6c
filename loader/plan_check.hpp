#pragma once

#include "loader/loader.hpp"
#include "loader/rules.hpp"

namespace nacre {

/// Proves the plan of a file: walking the layers in their order, that each reads what was written for it and nothing
/// has been written over since, and that what a layer writes shares no bytes with what else it uses.
///
/// It keeps a list of the tensors that hold their value. Their places are disjoint and begin at multiples of 16, and an
/// entry takes 12 bytes: the list of a memory always fits into that memory, which is idle while a model is loaded.
class PlanCheck {
 public:
  explicit PlanCheck(Loader& loader) : loader_(loader) {}

  bool begin();  ///< inputs of the model hold what the caller writes
  bool run(const LayerRecord& layer, std::uint32_t index, const OperatorRule& rule);
  bool end();  ///< outputs of the model hold what the caller reads

 private:
  struct Held {
    std::uint32_t name, start, end;
  };

  /// The tensor whose bytes `tensor` has: itself, unless it is an alias. What its value is known by.
  std::uint32_t owner(std::uint32_t tensor) const { return tensor - loader_.tensors_[tensor].alias; }
  Held* list(unsigned memory) const { return reinterpret_cast<Held*>(loader_.starts_[memory]); }
  bool is_held(unsigned memory, std::uint32_t name) const;
  /// Whether the tensor holds its value: constants always do, and state, which begins as zeros.
  bool holds(std::uint32_t tensor);
  /// Gives the tensor a value of this name. What held one in its bytes does so no longer. False where that is still
  /// needed: by `layer`, which writes its argument `argument`, or, without a layer, by anybody.
  bool write(std::uint32_t tensor, std::uint32_t name, const LayerRecord* layer, std::uint32_t argument);
  /// Whether a layer reads what has this name, or has written it before its argument `argument`.
  /// Notes which argument that is.
  bool needs(const LayerRecord& layer, std::uint32_t argument, std::uint32_t name);
  /// What the value of a layer's argument is known by. A temporary's is its layer's: no other has this name for it.
  std::uint32_t name(const LayerRecord& layer, std::uint32_t argument) const;
  /// Whether output 0 has exactly the bytes of input 0.
  bool in_place(const std::uint32_t* arguments, std::uint32_t inputs) const;
  bool fail(Part part, unsigned field, std::uint32_t index, const void* address) {
    return loader_.fail(Status::bad_plan, part, field, index, address);
  }

  Loader& loader_;
  bool works_in_place_ = false;  ///< the operator of the layer
  std::uint32_t lost_ = 0;       ///< the argument of the layer whose value was written over
  std::uint32_t count_[kMaxMemories] = {};
};

}  // namespace nacre
