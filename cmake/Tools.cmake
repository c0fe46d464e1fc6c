# The workstation's part: everything below tools/ but the program's own source, and reading data as nacre-replay does.

if(NOT NACRE_BUILD_TOOLS)
  return()
endif()

nacre_sources_below(tools_sources tools/*.cpp)
list(FILTER tools_sources EXCLUDE REGEX "/tools/(main\\.cpp|describe/)")
nacre_sources(npy_sources loader/npy/*.cpp)
list(APPEND tools_sources ${npy_sources})

find_package(PkgConfig REQUIRED)
# Debian has a parallel HDF5 too; reading one file needs the serial one.
pkg_search_module(hdf5 REQUIRED IMPORTED_TARGET hdf5-serial hdf5)
# Debian's libhdf5.so brings curl, and thirty libraries behind it, for files on servers, which Nacre never reads. The
# static library brings what is used.
find_library(HDF5_ARCHIVE libhdf5.a HINTS ${hdf5_LIBRARY_DIRS} NO_DEFAULT_PATH)
find_library(SZIP_LIBRARY sz)
if(HDF5_ARCHIVE AND SZIP_LIBRARY)
  set_target_properties(PkgConfig::hdf5 PROPERTIES
                        INTERFACE_LINK_LIBRARIES "${HDF5_ARCHIVE};${SZIP_LIBRARY};z;m;${CMAKE_DL_LIBS}")
endif()
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(liblz4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(libcrypto REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(libseccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(libutf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(libserialport IMPORTED_TARGET libserialport)
if(NOT libserialport_FOUND)
  message(STATUS "libserialport is missing: nacre verify, run and bench will not open serial ports (--device)")
endif()
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
# Headers alone; Debian ships no CMake package for them.
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_reader.hpp REQUIRED)

nacre_flatbuffers(nacre_tflite tools/tflite)
nacre_flatbuffers(nacre_catboost tools/catboost)

add_library(nacre_tools STATIC ${tools_sources})
nacre_host_flags(nacre_tools)
target_link_libraries(nacre_tools PUBLIC
  nacre::nacre nacre_schema nacre_tflite nacre_catboost
  PkgConfig::hdf5 PkgConfig::libzip PkgConfig::liblz4 PkgConfig::libcrypto PkgConfig::libseccomp
  PkgConfig::libutf8proc
  ZLIB::ZLIB BZip2::BZip2 LibLZMA::LibLZMA
  fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11)
if(libserialport_FOUND)
  target_link_libraries(nacre_tools PUBLIC PkgConfig::libserialport)
  target_compile_definitions(nacre_tools PRIVATE NACRE_SERIAL=1)
endif()
target_include_directories(nacre_tools SYSTEM PRIVATE ${PROTOZERO_INCLUDE_DIR})
nacre_precompile(nacre_tools <algorithm> <map> <string> <vector> <fmt/format.h> <schema/model_generated.h>)
nacre_unity_by_folder(nacre_tools)
include(Embedded)
add_dependencies(nacre_tools nacre_embedded)

nacre_sources(command_source tools/main.cpp)
if(command_source)
  add_executable(nacre_command ${command_source})
  set_target_properties(nacre_command PROPERTIES OUTPUT_NAME nacre)
  nacre_host_flags(nacre_command)
  target_link_libraries(nacre_command PRIVATE nacre_tools)
endif()

# What follows from schema/operators is written into the source tree by who changes a description (build/host/bin/
# nacre-describe .), so that no build for a device needs a program of the workstation. A test compares.
nacre_sources(describe_sources tools/describe/*.cpp)
list(FILTER describe_sources EXCLUDE REGEX "/main\\.cpp$")
add_library(nacre_descriptions STATIC ${describe_sources})
add_executable(nacre_describe ${PROJECT_SOURCE_DIR}/tools/describe/main.cpp)
set_target_properties(nacre_describe PROPERTIES OUTPUT_NAME nacre-describe)
target_link_libraries(nacre_descriptions PUBLIC fmt::fmt)
target_link_libraries(nacre_describe PRIVATE nacre_descriptions)
foreach(target nacre_descriptions nacre_describe)
  nacre_host_flags(${target})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
endforeach()
if(NACRE_BUILD_TESTS)
  add_test(NAME "what is generated follows from the descriptions of the operators"
           COMMAND nacre_describe ${PROJECT_SOURCE_DIR} --check)
endif()
