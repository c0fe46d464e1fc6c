# How every layer is compiled. Nothing here names a processor: that is a toolchain file's part.

find_program(CCACHE ccache)
if(CCACHE AND NACRE_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(CMAKE_CXX_EXTENSIONS OFF)

# Contraction would fuse where one compiler likes and another does not; results must be the same bits. Sources of the
# runtime and the loader say so themselves (runtime/strict_float.hpp); this holds for the tools too.
# (-Wno-psabi: GCC's notes on ABI changes of long ago concern programs linked from mixed compilers.)
set(NACRE_COMMON_FLAGS -ffp-contract=off -Wall -Wextra -Wno-psabi)

# The same sources give the same bytes, wherever they lie: debug information names folders of the project. A project
# that adds Nacre as a folder may have a compiler that does not know this.
if(NACRE_IS_TOP_LEVEL)
  list(APPEND NACRE_COMMON_FLAGS -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
       -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
endif()

# Off unless asked for: another project's compiler may know warnings that ours does not.
option(NACRE_WARNINGS_AS_ERRORS "Fail on a warning of the compiler; the presets turn it on" OFF)
if(NACRE_WARNINGS_AS_ERRORS)
  list(APPEND NACRE_COMMON_FLAGS -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # What GCC 12 finds wrong in its own library's strings, and only in some ways of putting sources together.
    list(APPEND NACRE_COMMON_FLAGS -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overflow
         -Wno-error=stringop-overread -Wno-error=maybe-uninitialized)
  endif()
endif()

# What runs on the device needs no unwinder, no type names, no locks and no errno, and every function can be dropped on
# its own. No signed sum overflows, whatever weights a hostile model brings: the sanitizers' presets see to that.
set(NACRE_DEVICE_FLAGS ${NACRE_COMMON_FLAGS}
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
    -fno-math-errno -ffunction-sections -fdata-sections)

if(NACRE_SANITIZE)
  add_compile_options(-fsanitize=${NACRE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NACRE_SANITIZE})
endif()

# Include paths are written from the root of the repository, in every layer.
function(nacre_device_flags target)
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_compile_options(${target} PRIVATE ${NACRE_DEVICE_FLAGS})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
endfunction()

function(nacre_host_flags target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE ${NACRE_COMMON_FLAGS})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
endfunction()

# Half of a large target's build is reading the headers that most of its sources include. Without ccache, which
# would read the precompiled header once more for every source: that takes longer than to compile it. Where several
# checkouts are built in turn, ccache knows most of the other's objects, and is worth more.
option(NACRE_PRECOMPILE "Precompile headers; turned off, ccache is used for all sources instead" ON)
function(nacre_precompile target)
  if(NOT NACRE_PRECOMPILE)
    return()
  endif()
  # For C++ alone: a target may have sources in C too.
  list(TRANSFORM ARGN REPLACE "^<(.*)>$" "$<$<COMPILE_LANGUAGE:CXX>:<\\1$<ANGLE-R>>" OUTPUT_VARIABLE headers)
  target_precompile_headers(${target} PRIVATE ${headers})
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")
endfunction()

# Where a preset asks for CMAKE_UNITY_BUILD, the sources of a folder are compiled together, which reads their
# headers once. Two files of one folder then cannot have private names in common: tests that are
# like their neighbours have a namespace each. Definitions of operators, which are all alike, stay apart; so do the
# device libraries, of which a program links only the objects that it needs.
function(nacre_unity_by_folder target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    string(REPLACE "/" "_" group ${folder})
    if(NOT group STREQUAL "tools_operators")
      set_property(SOURCE ${source} PROPERTY UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()
