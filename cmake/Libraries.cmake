# The runtime and the loader: all that firmware links.

nacre_sources(runtime_sources
  runtime/*.cpp runtime/numerics/*.cpp runtime/kernels/reference/*.cpp runtime/kernels/dsp/*.cpp
  runtime/kernels/mve/*.cpp)
add_library(nacre_runtime STATIC ${runtime_sources})
nacre_device_flags(nacre_runtime)
target_include_directories(nacre_runtime PUBLIC
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>
  $<INSTALL_INTERFACE:include>)
target_compile_features(nacre_runtime PUBLIC cxx_std_17)
if(NOT NACRE_BARE_METAL AND NOT NACRE_SANITIZE)  # where speed counts more than size
  target_compile_options(nacre_runtime PRIVATE $<$<NOT:$<CONFIG:Debug,MinSizeRel>>:-O3>)
endif()

nacre_sources(loader_sources loader/*.cpp loader/c/*.cpp loader/c/*.c loader/operators/*.cpp
  loader/slots/*.cpp)
if(NOT NACRE_BARE_METAL)
  nacre_sources(mapping_sources loader/posix/*.cpp)
  list(APPEND loader_sources ${mapping_sources})
endif()
add_library(nacre_loader STATIC ${loader_sources})
nacre_device_flags(nacre_loader)
target_include_directories(nacre_loader PUBLIC
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/loader/include>
  $<INSTALL_INTERFACE:include>)
# Generated code stays inside: users of the loader never see FlatBuffers.
target_link_libraries(nacre_loader PUBLIC nacre_runtime PRIVATE $<BUILD_INTERFACE:nacre_schema>)
add_dependencies(nacre_loader nacre_schema_headers)
if(NACRE_COVERAGE)
  target_compile_options(nacre_loader PRIVATE --coverage -O0)
  target_link_options(nacre_loader INTERFACE --coverage)
endif()
if(NACRE_SANITIZE)  # nothing that a device links
  set_target_properties(nacre_loader PROPERTIES UNITY_BUILD "${CMAKE_UNITY_BUILD}")
  nacre_unity_by_folder(nacre_loader)
endif()

# nacre_isa_kernels(FOLDER): kernels for one instruction set, which their sources name. Only nacre/kernels.hpp and its
# one table see the definition.
function(nacre_isa_kernels isa)
  nacre_sources(sources runtime/kernels/${isa}/*.cpp)
  if(NOT sources)
    return()
  endif()
  target_sources(nacre_runtime PRIVATE ${sources})
  string(TOUPPER ${isa} name)
  target_compile_definitions(nacre_loader PUBLIC NACRE_KERNELS_${name}=1)
endfunction()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  nacre_isa_kernels(avx2)
  nacre_isa_kernels(avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  nacre_isa_kernels(neon)
  nacre_isa_kernels(dotprod)
endif()

set(NACRE_LIBRARIES nacre_runtime nacre_loader)

add_library(nacre INTERFACE)
if(NACRE_IS_TOP_LEVEL OR "CXX" IN_LIST NACRE_PARENT_LANGUAGES)
  target_link_libraries(nacre INTERFACE ${NACRE_LIBRARIES})
else()
  # CMake would link a project in C as C++, which that project has not enabled. The libraries need nothing of
  # C++'s own library, so they are given to the C linker as files.
  target_link_libraries(nacre INTERFACE $<TARGET_FILE:nacre_loader> $<TARGET_FILE:nacre_runtime>)
  target_include_directories(nacre INTERFACE ${PROJECT_SOURCE_DIR}/runtime/include
                             ${PROJECT_SOURCE_DIR}/loader/include)
  add_dependencies(nacre ${NACRE_LIBRARIES})
endif()
add_library(nacre::nacre ALIAS nacre)
