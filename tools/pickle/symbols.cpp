#include "tools/pickle/symbols.hpp"

namespace nacre::tools {
namespace {

struct Row {
  std::string_view module;
  std::string_view name;
  Symbol symbol;
};

constexpr Row kRows[] = {
    {"builtins", "object", Symbol::object},
    {"builtins", "bytes", Symbol::bytes},
    {"builtins", "bytearray", Symbol::bytearray},
    {"builtins", "list", Symbol::list},
    {"builtins", "tuple", Symbol::tuple},
    {"builtins", "dict", Symbol::dict},
    {"builtins", "set", Symbol::set},
    {"builtins", "frozenset", Symbol::frozen_set},
    {"copyreg", "__newobj__", Symbol::new_object},
    {"copyreg", "__newobj_ex__", Symbol::new_object_ex},
    {"copyreg", "_reconstructor", Symbol::reconstructor},
    {"_codecs", "encode", Symbol::encode},
    {"collections", "OrderedDict", Symbol::ordered_dict},
    {"collections", "defaultdict", Symbol::default_dict},
    {"numpy", "dtype", Symbol::dtype},
    {"numpy._core._internal", "_convert_to_stringdtype_kwargs", Symbol::string_dtype},
    {"numpy", "ndarray", Symbol::ndarray},
    {"numpy", "matrix", Symbol::ndarray},
    {"numpy", "memmap", Symbol::ndarray},
    {"numpy.matrixlib.defmatrix", "matrix", Symbol::ndarray},
    {"numpy.core.memmap", "memmap", Symbol::ndarray},
    {"numpy._core.memmap", "memmap", Symbol::ndarray},
    {"numpy.core.multiarray", "_reconstruct", Symbol::array_reconstruct},
    {"numpy._core.multiarray", "_reconstruct", Symbol::array_reconstruct},
    {"numpy.core.multiarray", "scalar", Symbol::scalar},
    {"numpy._core.multiarray", "scalar", Symbol::scalar},
    {"numpy.core.numeric", "_frombuffer", Symbol::array_from_buffer},
    {"numpy._core.numeric", "_frombuffer", Symbol::array_from_buffer},
    {"joblib.numpy_pickle", "NumpyArrayWrapper", Symbol::array_wrapper},
    {"sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper", Symbol::array_wrapper},
    {"joblib.numpy_pickle", "NDArrayWrapper", Symbol::file_wrapper},
    {"joblib.numpy_pickle", "ZNDArrayWrapper", Symbol::file_wrapper},
    {"joblib.numpy_pickle_compat", "NDArrayWrapper", Symbol::file_wrapper},
    {"joblib.numpy_pickle_compat", "ZNDArrayWrapper", Symbol::file_wrapper},
    {"sklearn.externals.joblib.numpy_pickle", "NDArrayWrapper", Symbol::file_wrapper},
    {"sklearn.externals.joblib.numpy_pickle", "ZNDArrayWrapper", Symbol::file_wrapper},
};

}  // namespace

Symbol find_symbol(std::string_view module, std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name && row.module == module) return row.symbol;
  }
  return Symbol::other;
}

std::string_view present_module(std::string_view module) {
  if (module == "__builtin__") return "builtins";
  if (module == "copy_reg") return "copyreg";
  return module;
}

}  // namespace nacre::tools
