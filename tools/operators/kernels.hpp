#pragma once

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// What the loader verifies of an operator's layers; null where no layer of a file has it: a reshape, and what becomes
/// a program or a move.
const OperatorRule* rule_of(Operator op);

/// Whether output 0 of a layer may lie where its input 0 lies, if that is as large.
bool works_in_place(const Graph& graph, const Node& node);

/// The name under which the loader looks for the kernel of a node, which has an input, and an operator that layers of a
/// file have.
KernelName kernel_name(const Graph& graph, const Node& node);

/// Whether the runtime computes it. What no layer of a file has needs no kernel.
bool has_kernel(const KernelName& name);
bool has_kernel(const Graph& graph, const Node& node);

/// Whether float layers of an operator become programs, before they are planned.
bool is_composed(Operator op, DataType type);

/// Whether layers of an operator become windows of other operators, before they are planned.
bool is_made_of_windows(Operator op, DataType type);

/// Whether the runtime computes a node, as it is or as what it becomes.
bool is_computed(const Graph& graph, const Node& node);
/// The same of layers whose inputs are all of one type.
bool is_computed(Operator op, DataType type, std::uint16_t function);

/// The kernels that a model of this graph names, in their order: a program says which functions it calls by this.
std::vector<KernelName> needed_kernels(const Graph& graph);

bool is_same(const KernelName& a, const KernelName& b);

/// Throws Refusal of all layers for whose element types the runtime has no kernel.
void require_kernels(const Graph& graph);

}  // namespace nacre::tools
