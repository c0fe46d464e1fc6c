#!/bin/sh
# ONNX Runtime 1.32.0 answers labels that a TreeEnsembleClassifier of two classes does not state, where its leaves have
# weights for both: of the classes 10 and 20 it names 0 and 1, and the second for a row whose first score is the larger.
# Guess before running: 10 and 20, by the larger score.
exec "$(dirname "$0")/with" onnx==1.23.2 onnxruntime==1.32.0 numpy==2.3.5 <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

node = helper.make_node(
    "TreeEnsembleClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", nodes_treeids=[0] * 3,
    nodes_nodeids=[0, 1, 2], nodes_featureids=[0] * 3, nodes_values=[0.0] * 3, nodes_hitrates=[1.0] * 3,
    nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
    nodes_missing_value_tracks_true=[0] * 3, class_treeids=[0] * 4, class_nodeids=[1, 1, 2, 2],
    class_ids=[0, 1, 0, 1], class_weights=[0.8, 0.2, 0.3, 0.7], classlabels_int64s=[10, 20], post_transform="NONE")
graph = helper.make_graph(
    [node], "stump", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 1])],
    [helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
     helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 2])])
versions = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)]
model = helper.make_model(graph, opset_imports=versions, ir_version=10)
onnx.checker.check_model(model)
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
labels, scores = session.run(None, {"x": np.array([[-1.0], [1.0]], np.float32)})
print(f"ONNX Runtime {onnxruntime.__version__}: labels {labels.tolist()} of [10, 20], scores {scores.tolist()}")
assert labels.tolist() == [1, 1]
PY
