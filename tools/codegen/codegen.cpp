#include "tools/codegen/codegen.hpp"

#include "tools/codegen/amalgamate.hpp"
#include "tools/codegen/embedded.hpp"
#include "tools/codegen/packages.hpp"
#include "tools/codegen/parts.hpp"

namespace nacre::tools {
namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kNotice =
    "nacre.cpp contains parts of FlatBuffers, Copyright 2014 Google Inc. All rights reserved. FlatBuffers and Nacre\n"
    "are licensed under the Apache License, Version 2.0, whose text is in the file LICENSE.\n";

void add_model(const ModelFile& model, const std::string& word, const CodeOptions& options, const std::string& folder,
               Files* files) {
  if (options.embedding == Embedding::array) {
    (*files)[folder + word + "_model.c"] = model_source(model.bytes(), word, options.section);
    return;
  }
  (*files)[folder + word + "_model.S"] = model_assembly(word, options.section);
  (*files)[folder + word + ".nacre"].assign(reinterpret_cast<const char*>(model.bytes().data()), model.bytes().size());
}

}  // namespace

std::vector<KernelRow> code_rows(const ModelFile& model, const CodeOptions& options) {
  return options.all_kernels ? all_kernel_rows() : kernel_rows(model);
}

std::map<std::string, std::string> generate_code(const ModelFile& model, const CodeOptions& options) {
  const ModelFacts facts = facts_of(model, options.name);
  const std::vector<KernelRow> rows = code_rows(model, options);
  const std::string folder = source_folder(options.package), word = facts.word;
  Files files = package_files(options.package, word, facts.version, options.serve);
  add_model(model, word, options, folder, &files);
  files[folder + word + ".h"] = c_header(facts, options.standalone ? "\"nacre.h\"" : "<nacre/nacre.h>");
  files[folder + word + ".c"] = c_source(facts);
  if (options.standalone) {
    files[folder + "nacre.h"] = standalone_header();
    files[folder + "nacre.cpp"] = amalgamate(rows, word);
    if (options.serve) {
      files[folder + "nacre_serve.h"] = standalone_source("loader/include/nacre/serve.h");
      files[folder + "nacre_serve.c"] = standalone_source("loader/c/serve.c");
    }
    files["LICENSE"] = embedded_text("LICENSE");
    files["NOTICE"] = kNotice;
  } else {
    files[word + ".hpp"] = cpp_header(facts, rows);
    files[word + "_kernels.cpp"] = kernels_source(facts);
  }
  return files;
}

}  // namespace nacre::tools
