#include <doctest/doctest.h>
#include <hdf5.h>

#include <functional>

#include "tests/hostile/reader_support.hpp"
#include "tests/support/random.hpp"
#include "tools/hdf5/hdf5.hpp"

// HDF5 files that point elsewhere, to themselves, or to more than they hold: made by libhdf5 itself.

namespace nacre::tools::test {
namespace {

/// An HDF5 file that `write` fills, in memory.
std::string made(const std::function<void(hid_t)>& write) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_core(access, 1 << 16, 0);
  H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
  const hid_t file = H5Fcreate("made", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  REQUIRE(file >= 0);
  write(file);
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  std::string bytes(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  REQUIRE(H5Fget_file_image(file, bytes.data(), bytes.size()) > 0);
  H5Fclose(file);
  H5Pclose(access);
  return bytes;
}

/// A dataset of floats `name` with these dimensions, and properties that `set` changes.
void add_dataset(
    hid_t place, const char* name, std::vector<hsize_t> dimensions,
    const std::function<void(hid_t)>& set = [](hid_t) {}, hid_t type = H5T_IEEE_F32LE) {
  const hid_t space = H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  set(properties);
  const hid_t dataset = H5Dcreate2(place, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  REQUIRE(dataset >= 0);
  H5Dclose(dataset);
  H5Pclose(properties);
  H5Sclose(space);
}

hid_t add_group(hid_t place, const char* name) {
  const hid_t group = H5Gcreate2(place, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  REQUIRE(group >= 0);
  return group;
}

void chunked(hid_t properties) {
  const hsize_t chunk[] = {1024};
  H5Pset_chunk(properties, 1, chunk);
}

std::string hdf5_refusal(const std::string& bytes) {
  return refusal_of([&] { (void)read_hdf5(file_of(bytes)); });
}

TEST_SUITE("hostile HDF5 files") {
  TEST_CASE("C7: a sound file is read") {
    const std::string bytes = made([](hid_t file) { add_dataset(file, "a", {3}); });
    CHECK(read_hdf5(file_of(bytes)).dataset("a")->shape() == std::vector<std::int64_t>{3});
  }

  TEST_CASE("C7: links to other files, and to other names, are refused") {
    CHECK(says(hdf5_refusal(made(
                   [](hid_t file) { H5Lcreate_external("/etc/passwd", "/", file, "evil", H5P_DEFAULT, H5P_DEFAULT); })),
               "link to another file (evil)"));
    CHECK(says(hdf5_refusal(made([](hid_t file) { H5Lcreate_soft("/evil", file, "evil", H5P_DEFAULT, H5P_DEFAULT); })),
               "soft link (evil)"));
  }

  TEST_CASE("C7: a dataset whose bytes lie in another file is refused") {
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      add_dataset(file, "evil", {16}, [](hid_t properties) { H5Pset_external(properties, "/etc/passwd", 0, 64); });
    })), "lies in another file (evil)"));
  }

  TEST_CASE("C7: a virtual dataset is refused") {
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      add_dataset(file, "evil", {16}, [](hid_t properties) {
        const hsize_t size = 16;
        const hid_t space = H5Screate_simple(1, &size, nullptr);
        H5Pset_virtual(properties, space, "/etc/passwd", "data", space);
        H5Sclose(space);
      });
    })), "is virtual (evil)"));
  }

  TEST_CASE("C7: shapes far larger than the file are refused before they are allocated") {
    for (const hsize_t size : {hsize_t{1} << 28, hsize_t{1} << 40, hsize_t{1} << 61}) {
      CAPTURE(size);
      CHECK(says(hdf5_refusal(made([&](hid_t file) { add_dataset(file, "evil", {size}, chunked); })),
                 "far larger than the file"));
    }
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      add_dataset(file, "evil", {hsize_t{1} << 32, hsize_t{1} << 32, 16}, [](hid_t properties) {
        const hsize_t chunk[] = {1, 1, 16};
        H5Pset_chunk(properties, 3, chunk);
      });
    })), "overflows"));
  }

  TEST_CASE("C7: many datasets that were never written are as many zeros, and refused together") {
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      for (int i = 0; i < 80; ++i) add_dataset(file, ("zeros" + std::to_string(i)).c_str(), {1 << 20}, chunked);
    })), "far larger than the file"));
  }

  TEST_CASE("C7: a group inside itself, and an object of two names, are refused") {
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      const hid_t group = add_group(file, "a");
      H5Lcreate_hard(file, "/a", group, "again", H5P_DEFAULT, H5P_DEFAULT);
      H5Gclose(group);
    })), "reached twice (a/again)"));
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      const hid_t group = add_group(file, "a");
      H5Lcreate_hard(file, "/", group, "root", H5P_DEFAULT, H5P_DEFAULT);
      H5Gclose(group);
    })), "reached twice (a/root)"));
    CHECK(says(hdf5_refusal(made([](hid_t file) {  // 2^40 paths
      H5Gclose(add_group(file, "g0"));
      for (int i = 1; i < 40; ++i) {
        const hid_t group = add_group(file, ("g" + std::to_string(i)).c_str());
        for (const char* name : {"a", "b"})
          H5Lcreate_hard(file, ("g" + std::to_string(i - 1)).c_str(), group, name, H5P_DEFAULT, H5P_DEFAULT);
        H5Gclose(group);
      }
    })), "reached twice"));
  }

  TEST_CASE("C7: groups nested a hundred deep are refused") {
    CHECK(says(hdf5_refusal(made([](hid_t file) {
      std::string path;
      for (int i = 0; i < 100; ++i) H5Gclose(add_group(file, (path += "/g").c_str()));
    })), "nested too deeply"));
  }

  TEST_CASE("C7: a filter that is not built in is never looked for, deflate is read") {
    const auto with_filter = [](H5Z_filter_t filter) {
      return made([&](hid_t file) {
        add_dataset(file, "data", {4096}, [&](hid_t properties) {
          chunked(properties);
          const unsigned level = 1;
          H5Pset_filter(properties, filter, filter == H5Z_FILTER_DEFLATE ? H5Z_FLAG_MANDATORY : H5Z_FLAG_OPTIONAL, 1,
                        &level);
          H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
        });
      });
    };
    CHECK(hdf5_refusal(with_filter(H5Z_FILTER_DEFLATE)).empty());
    (void)hdf5_refusal(with_filter(32015));  // zstd's number: read where no chunk needs it, or refused
  }

  TEST_CASE("C7: texts in crowds, of huge length, and without an end") {
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 1);
    CHECK(says(hdf5_refusal(made([&](hid_t file) { add_dataset(file, "evil", {hsize_t{1} << 23}, chunked, text); })),
               "too many texts"));
    H5Tset_size(text, std::size_t{1} << 20);
    CHECK(says(hdf5_refusal(made([&](hid_t file) { add_dataset(file, "evil", {1024}, chunked, text); })),
               "far larger than the file"));
    H5Tclose(text);
  }

  TEST_CASE("C7: compounds, references and enumerations are left aside") {
    const std::string bytes = made([](hid_t file) {
      const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
      H5Tinsert(compound, "a", 0, H5T_IEEE_F32LE);
      add_dataset(file, "compound", {4}, [](hid_t) {}, compound);
      H5Tclose(compound);
      add_dataset(file, "reference", {4}, [](hid_t) {}, H5T_STD_REF_OBJ);
      add_dataset(file, "number", {4});
    });
    const Hdf5File file = read_hdf5(file_of(bytes));
    CHECK(file.dataset("number") != nullptr);
    CHECK(file.dataset("compound") == nullptr);
  }

  TEST_CASE("C7: a file cut or changed at random places is read or refused, whatever libhdf5 does") {
    const std::string whole = text_of(Buffer::map_file(fixture("embedding.h5")));
    nacre::test::Random random(7);
    for (int round = 0; round < 150; ++round) {
      std::string changed =
          round % 3 == 0 ? whole.substr(0, random.size(0, static_cast<std::uint32_t>(whole.size() - 1))) : whole;
      for (std::uint32_t i = random.size(1, 8); i > 0 && !changed.empty(); --i)
        changed[random.size(0, static_cast<std::uint32_t>(std::min<std::size_t>(changed.size(), 4096) - 1))] =
            static_cast<char>(random.integer(0, 255));
      (void)hdf5_refusal(changed);
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
