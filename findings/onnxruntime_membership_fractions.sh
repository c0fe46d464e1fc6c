#!/bin/sh
# TreeEnsemble of ai.onnx.ml 5 has nodes that hold where x equals one of the listed values. ONNX Runtime 1.32.0 takes
# lists of whole numbers alone, and what equals depends on the list: 2.5 is none of {1, 2}, but -1.5 and 2.5 count as
# members of {-1, 2}, as they are cut off to whole numbers before they are looked up. ONNX's own reference says no.
# Guess before running: 2.5 is a member of neither.
exec "$(dirname "$0")/with" onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 <<'PY'
import numpy as np
import onnx.reference
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

def tensor(name, numbers, kind=np.float32):
    return numpy_helper.from_array(np.array(numbers, kind), name)

def model(members):
    node = helper.make_node(
        "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, tree_roots=[0], nodes_featureids=[0],
        nodes_splits=tensor("nodes_splits", [0]), nodes_modes=tensor("nodes_modes", [6], np.uint8),
        nodes_truenodeids=[0], nodes_trueleafs=[1], nodes_falsenodeids=[1], nodes_falseleafs=[1],
        leaf_targetids=[0, 0], leaf_weights=tensor("leaf_weights", [1, 0]),
        membership_values=tensor("membership_values", [*members, np.nan]))
    port = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1])
    return helper.make_model(helper.make_graph([node], "graph", [port("x")], [port("y")]), ir_version=10,
                             opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 5)])

x = np.array([[-1.5], [-1], [0], [1], [1.5], [2], [2.5]], np.float32)
answers = {}
for members in (1, 2), (-1, 2):
    made = model(members)
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    runtime = x[session.run(None, {"x": x})[0].ravel() == 1, 0].tolist()
    reference = x[onnx.reference.ReferenceEvaluator(made).run(None, {"x": x})[0].ravel() == 1, 0].tolist()
    answers[members] = runtime, reference
    print(f"members of {members}: ONNX Runtime 1.32.0 {runtime}, ONNX 1.23.2 {reference}")
assert answers == {(1, 2): ([1, 2], [1, 2]), (-1, 2): ([-1.5, -1, 2, 2.5], [-1, 2])}
PY
