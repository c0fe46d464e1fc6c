// Runs in the child: libhdf5 on hostile bytes.

#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "tools/hdf5/hdf5.hpp"
#include "tools/hdf5/records.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kMaxDepth = 64;
constexpr std::size_t kMaxObjects = 200000;
constexpr std::uint64_t kTextBytes = 40;  // of a text in the parent, beside its letters

struct Failure {
  std::string what;
};

/// An HDF5 identifier that closes itself.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t), const char* what) : id_(id), close_(close) {
    if (id < 0) throw Failure{what};
  }
  ~Id() { close_(id_); }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Buffered: texts and numbers are small.
class Writer {
 public:
  explicit Writer(int fd) : fd_(fd) {}
  void bytes(const void* data, std::size_t size) {
    constexpr std::size_t kEnough = 1 << 16;
    const auto* first = static_cast<const char*>(data);
    waiting_.insert(waiting_.end(), first, first + std::min(size, kEnough));
    if (waiting_.size() < kEnough) return;
    flush();
    if (size > kEnough) put(first + kEnough, size - kEnough);
  }
  template <typename T>
  void number(T value) { bytes(&value, sizeof value); }
  void text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    bytes(text.data(), text.size());
  }
  void flush() {
    put(waiting_.data(), waiting_.size());
    waiting_.clear();
  }

 private:
  void put(const char* at, std::size_t size) {
    while (size > 0) {
      const ssize_t written = write(fd_, at, size);
      if (written <= 0) _exit(1);
      at += written;
      size -= static_cast<std::size_t>(written);
    }
  }

  int fd_;
  std::vector<char> waiting_;
};

/// How elements of a file's type are read: as `element`, through `memory`.
struct MemoryType {
  ElementType element;
  hid_t memory;
};

std::optional<MemoryType> numeric_type(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      if (size == 2 || size == 4) return MemoryType{ElementType::float32, H5T_NATIVE_FLOAT};
      return MemoryType{ElementType::float64, H5T_NATIVE_DOUBLE};
    case H5T_INTEGER:
      switch (size) {
        case 1:
          return is_signed ? MemoryType{ElementType::int8, H5T_NATIVE_INT8}
                           : MemoryType{ElementType::uint8, H5T_NATIVE_UINT8};
        case 2:
          return is_signed ? MemoryType{ElementType::int16, H5T_NATIVE_INT16}
                           : MemoryType{ElementType::uint16, H5T_NATIVE_UINT16};
        case 4:
          return is_signed ? MemoryType{ElementType::int32, H5T_NATIVE_INT32}
                           : MemoryType{ElementType::uint32, H5T_NATIVE_UINT32};
        case 8:
          return is_signed ? MemoryType{ElementType::int64, H5T_NATIVE_INT64}
                           : MemoryType{ElementType::uint64, H5T_NATIVE_UINT64};
        default: return std::nullopt;
      }
    default: return std::nullopt;
  }
}

/// A dataset or attribute: how to get at its type, space and elements.
struct Source {
  hid_t id;
  bool is_dataset;
  hid_t type() const { return is_dataset ? H5Dget_type(id) : H5Aget_type(id); }
  hid_t space() const { return is_dataset ? H5Dget_space(id) : H5Aget_space(id); }
  herr_t read(hid_t memory, void* to) const {
    return is_dataset ? H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) : H5Aread(id, memory, to);
  }
};

/// The names of all links or attributes of an object, found in one walk: asked for by number, each costs a walk.
struct Names {
  std::vector<std::string> names;
  bool are_whole = true;

  /// Called from the library, through which nothing may be thrown.
  herr_t add(const char* name) noexcept try {
    constexpr std::size_t kLongest = 65535;
    names.emplace_back(name);
    are_whole = names.size() <= kMaxObjects && names.back().size() <= kLongest;
    return are_whole ? H5_ITER_CONT : H5_ITER_STOP;
  } catch (const std::bad_alloc&) {
    are_whole = false;
    return H5_ITER_ERROR;
  }
};

class Extractor {
 public:
  Extractor(hid_t file, Writer& out, std::uint64_t limit) : file_(file), out_(out), bytes_left_(limit) {}
  void run() {
    H5O_info_t about;
    if (H5Oget_info(file_, &about) < 0) throw Failure{"its root is damaged"};
    visited_.insert(about.addr);
    group(file_, "", 0);
  }

 private:
  void group(hid_t id, const std::string& path, unsigned depth) {
    if (depth > kMaxDepth) throw Failure{"its groups are nested too deeply"};
    out_.number(Hdf5Record::group);
    out_.text(path);
    attributes(id, path);
    Names links;
    const auto add = [](hid_t, const char* name, const H5L_info_t*, void* names) -> herr_t {
      return static_cast<Names*>(names)->add(name);
    };
    if (H5Literate(id, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &links) < 0 || !links.are_whole)
      throw Failure{"a group is damaged, or holds too many objects"};
    for (std::string& name : links.names) link(id, std::move(name), path, depth);
  }

  void link(hid_t parent, std::string name, const std::string& path, unsigned depth) {
    if (++objects_ > kMaxObjects) throw Failure{"it holds too many objects"};
    H5L_info_t info;
    if (H5Lget_info(parent, name.c_str(), &info, H5P_DEFAULT) < 0) throw Failure{"a link is damaged"};
    if (info.type == H5L_TYPE_SOFT) throw Failure{"it holds a soft link (" + name + ")"};
    if (info.type != H5L_TYPE_HARD) throw Failure{"it holds a link to another file (" + name + ")"};
    const Id object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose, "an object cannot be opened");
    for (char& c : name)
      if (c == '\\') c = '/';
    const std::string below = path.empty() ? name : path + "/" + name;
    H5O_info_t about;
    if (H5Oget_info(object, &about) < 0) throw Failure{"an object is damaged"};
    // No library saves an object under two names, and a group that holds itself has no end of them.
    if (!visited_.insert(about.addr).second) throw Failure{"an object is reached twice (" + below + ")"};
    switch (H5Iget_type(object)) {
      case H5I_GROUP: group(object, below, depth + 1); break;
      case H5I_DATASET: dataset(object, below); break;
      default: break;  // a named type means nothing to a model
    }
  }

  void attributes(hid_t id, const std::string& path) {
    Names attributes;
    const auto add = [](hid_t, const char* name, const H5A_info_t*, void* names) -> herr_t {
      return static_cast<Names*>(names)->add(name);
    };
    if (H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &attributes) < 0 || !attributes.are_whole)
      throw Failure{"an object is damaged, or holds too many attributes"};
    for (const std::string& name : attributes.names) {
      const Id attribute(H5Aopen(id, name.c_str(), H5P_DEFAULT), H5Aclose, "an attribute cannot be opened");
      data({attribute, false}, false, [&] {
        out_.number(Hdf5Record::attribute);
        out_.text(path);
        out_.text(name);
      });
    }
  }

  void dataset(hid_t id, const std::string& path) {
    const Id properties(H5Dget_create_plist(id), H5Pclose, "a dataset is damaged");
    if (H5Pget_layout(properties) == H5D_VIRTUAL) throw Failure{"a dataset is virtual (" + path + ")"};
    if (H5Pget_external_count(properties) != 0) throw Failure{"a dataset lies in another file (" + path + ")"};
    attributes(id, path);
    data({id, true}, true, [&] {  // which numpy knows as bytes of no type
      out_.number(Hdf5Record::dataset);
      out_.text(path);
    });
  }

  /// `begin` writes what stands before the data, once nothing but reading them can fail.
  template <typename Begin>
  void data(const Source& source, bool maybe_bfloat16, Begin begin) {
    const Id type(source.type(), H5Tclose, "a type is damaged");
    const Id space(source.space(), H5Sclose, "a shape is damaged");
    hsize_t dimensions[H5S_MAX_RANK];
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > 32 || H5Sget_simple_extent_dims(space, dimensions, nullptr) < 0)
      throw Failure{"a shape is damaged"};
    std::uint64_t count = H5Sget_simple_extent_type(space) == H5S_NULL ? 0 : 1;
    for (int i = 0; i < rank; ++i)
      if (__builtin_mul_overflow(count, dimensions[i], &count)) throw Failure{"a shape overflows"};
    charge(count, type);
    begin();
    const auto header = [&](std::uint8_t element) {
      out_.number(element);
      out_.number(static_cast<std::uint8_t>(rank));
      for (int i = 0; i < rank; ++i) out_.number(static_cast<std::int64_t>(dimensions[i]));
    };
    if (H5Tget_class(type) == H5T_STRING) {
      header(static_cast<std::uint8_t>(ElementType::string));
      strings(source, type, space, count);
    } else if (maybe_bfloat16 && H5Tget_class(type) == H5T_OPAQUE && H5Tget_size(type) == 2) {
      header(static_cast<std::uint8_t>(ElementType::float32));
      bfloats(source, type, count);
    } else if (H5Tget_class(type) == H5T_ENUM && H5Tget_size(type) == 1) {
      header(static_cast<std::uint8_t>(ElementType::boolean));
      elements(source, type, count);
    } else if (const auto numeric = numeric_type(type)) {
      header(static_cast<std::uint8_t>(numeric->element));
      elements(source, numeric->memory, count);
    } else {
      header(kUnsupportedType);
    }
  }

  /// Before anything of that size is asked for.
  void charge(std::uint64_t count, hid_t type) {
    const bool text = H5Tget_class(type) == H5T_STRING;
    if (text && count > kMaxHdf5Texts) throw Failure{"it holds too many texts in one place"};
    const std::uint64_t each = std::max<std::uint64_t>(H5Tget_size(type), sizeof(double)) + (text ? kTextBytes : 0);
    if (count > bytes_left_ / each) throw Failure{"its datasets are far larger than the file"};
    bytes_left_ -= count * each;
  }

  void elements(const Source& source, hid_t memory, std::uint64_t count) {
    std::vector<char> values(count * H5Tget_size(memory));
    if (count > 0 && source.read(memory, values.data()) < 0) throw Failure{"a dataset cannot be read"};
    out_.bytes(values.data(), values.size());
  }

  void bfloats(const Source& source, hid_t type, std::uint64_t count) {
    std::vector<std::uint16_t> values(count);
    if (count > 0 && source.read(type, values.data()) < 0) throw Failure{"a dataset cannot be read"};
    for (const std::uint16_t bits : values) out_.number(std::uint32_t{bits} << 16);  // the upper half of a float
  }

  void strings(const Source& source, hid_t type, hid_t space, std::uint64_t count) {
    if (H5Tis_variable_str(type) > 0) {
      const Id memory(H5Tcopy(type), H5Tclose, "a type is damaged");
      std::vector<char*> texts(count, nullptr);
      if (count > 0 && source.read(memory, texts.data()) < 0) throw Failure{"texts cannot be read"};
      for (const char* text : texts) out_.text(text == nullptr ? "" : text);
      if (count > 0) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, texts.data());
      return;
    }
    const std::size_t size = H5Tget_size(type);
    std::vector<char> values(count * size);
    if (count > 0 && source.read(type, values.data()) < 0) throw Failure{"texts cannot be read"};
    for (std::uint64_t i = 0; i < count; ++i) {
      const char* text = values.data() + i * size;
      out_.text({text, strnlen(text, size)});
    }
  }

  hid_t file_;
  Writer& out_;
  std::size_t objects_ = 0;
  std::uint64_t bytes_left_;
  std::set<haddr_t> visited_;
};

/// Lets the library read the file where it is mapped, instead of two copies of it.
H5FD_file_image_callbacks_t read_in_place(const Buffer& file) {
  H5FD_file_image_callbacks_t calls{};
  calls.udata = const_cast<std::byte*>(file.data());
  calls.image_malloc = [](size_t, H5FD_file_image_op_t, void* image) { return image; };
  calls.image_memcpy = [](void* to, const void*, size_t, H5FD_file_image_op_t, void*) { return to; };
  calls.image_realloc = [](void*, size_t, H5FD_file_image_op_t, void*) -> void* { return nullptr; };  // it never grows
  calls.image_free = [](void*, H5FD_file_image_op_t, void*) -> herr_t { return 0; };
  calls.udata_copy = [](void* image) { return image; };
  calls.udata_free = [](void*) -> herr_t { return 0; };
  return calls;
}

}  // namespace

bool extract_hdf5(const Buffer& file, int fd) {
  Writer out(fd);
  try {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    const Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "the library does not start");
    H5Pset_fapl_core(access, 1 << 16, 0);  // in memory, never written back
    H5FD_file_image_callbacks_t in_place = read_in_place(file);
    H5Pset_file_image_callbacks(access, &in_place);
    H5Pset_file_image(access, const_cast<std::byte*>(file.data()), file.size());
    const Id opened(H5Fopen("model", H5F_ACC_RDONLY, access), H5Fclose, "it is damaged or cut short");
    Extractor(opened, out, hdf5_limit(file.size())).run();
    out.number(Hdf5Record::end);
    out.flush();
    return true;
  } catch (const Failure& failure) {
    out.number(Hdf5Record::error);
    out.text(failure.what);
  }
  out.flush();
  return false;
}

}  // namespace nacre::tools
