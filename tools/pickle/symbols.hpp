#pragma once

#include <cstdint>
#include <string_view>

namespace nacre::tools {

/// Names in pickles that mean data to us. Every other name stays an inert pair of strings.
enum class Symbol : std::uint8_t {
  other,
  object,             ///< builtins.object
  new_object,         ///< copyreg.__newobj__(class, *args)
  new_object_ex,      ///< copyreg.__newobj_ex__(class, args, kwargs)
  reconstructor,      ///< copyreg._reconstructor(class, base, base_state), protocols 0 and 1
  encode,             ///< _codecs.encode(text, 'latin1'): bytes in protocols 0 to 2
  bytes,
  bytearray,
  list,
  tuple,
  dict,
  set,
  frozen_set,
  ordered_dict,
  default_dict,
  ndarray,            ///< numpy.ndarray and the subclasses that differ only in behaviour
  dtype,
  string_dtype,       ///< numpy…_internal._convert_to_stringdtype_kwargs: text of any length
  array_reconstruct,  ///< numpy…multiarray._reconstruct, filled by BUILD
  array_from_buffer,  ///< numpy…numeric._frombuffer, protocol 5
  scalar,             ///< numpy…multiarray.scalar
  array_wrapper,      ///< joblib.numpy_pickle.NumpyArrayWrapper: array data follow its BUILD
  file_wrapper,       ///< joblib before 0.10: the array lies in a file of its own
};

/// The symbol of `module`.`name`, whatever release of Python, numpy or joblib named it.
Symbol find_symbol(std::string_view module, std::string_view name);

/// The present name of a module that Python 3 renamed.
std::string_view present_module(std::string_view module);

}  // namespace nacre::tools
