#!/bin/sh
# Fills tests/fuzz/corpus from the fixtures: for each reader, small files that reach most of it.
set -eu
cd "$(dirname "$0")"
models=../fixtures/models

# seed NAME FILE...: copies the files into the corpus of NAME.
seed() {
  corpus=corpus/$1
  shift
  mkdir -p "$corpus"
  for file; do cp "$models/$file" "$corpus/"; done
}

seed pickle protocol_0.pkl protocol_1.pkl protocol_2.pkl protocol_3.pkl protocol_4.pkl protocol_5.pkl \
  attack.pkl forest.pkl pipeline.joblib chain_tree.joblib naive_bayes.joblib mlp_binary.joblib \
  logistic_binary.joblib label_encoder.joblib imputed_tree.joblib search.joblib dict.joblib
seed compression compressed_bz2.joblib compressed_gzip.joblib compressed_lz4.joblib \
  compressed_lzma.joblib compressed_xz.joblib compressed_zlib.joblib
seed tflite small_float.tflite small_float16.tflite small_int8.tflite residual_int8.tflite
seed keras embedding.keras lambda.keras two_inputs.keras
seed npy embedding.in.npy forest.in.npy label_encoder.in.npy

mkdir -p corpus/csv
printf 'a,b\n1,2.5\n,-1e3\n' > corpus/csv/numbers.csv
printf '\357\273\277name,"a ""b"""\r\n"x,y",\r\n"",z\r\n' > corpus/csv/texts.csv

seed zip embedding.keras
mkdir -p corpus/json
printf '{"class_name": "Sequential", "config": {"layers": [{"units": 3, "rate": -1.5e3, "on": true}]}}' > corpus/json/model.json
