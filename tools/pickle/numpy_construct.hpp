#pragma once

#include <memory>

#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// The element type that a pickled numpy.dtype (call and state) describes. Throws `Refusal`.
std::shared_ptr<const NumpyType> read_numpy_type(Document& document, NodeIndex dtype);

/// The bytes whose Latin-1 text a string node is. Throws `Refusal` where there is another letter.
Buffer latin1_bytes(Document& document, NodeIndex text);

/// The array that the state of numpy's `_reconstruct` describes: (version, shape, dtype, is_fortran,
/// data).
NumpyArray read_array_state(Document& document, NodeIndex state);

/// The array that `_frombuffer(data, dtype, shape, order)` describes.
NumpyArray read_array_from_buffer(Document& document, NodeIndex arguments);

/// The node of a numpy scalar `scalar(dtype, data)`: a number, boolean or string.
NodeIndex read_scalar(Document& document, NodeIndex arguments);

/// The dimensions that a tuple of integers (or one integer) states.
std::vector<std::int64_t> read_shape(const Document& document, NodeIndex shape);

}  // namespace nacre::tools
