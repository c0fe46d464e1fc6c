# The extension module of the Python package, and the nacre command that a wheel installs: pyproject.toml turns it on.

option(NACRE_BUILD_PYTHON "Build the Python module; pip install . does" OFF)
if(NOT NACRE_BUILD_PYTHON)
  return()
endif()

find_package(Python REQUIRED COMPONENTS Interpreter Development.Module OPTIONAL_COMPONENTS Development.SABIModule)
find_package(nanobind CONFIG REQUIRED)

nacre_sources(python_sources python/src/*.cpp)
nanobind_add_module(nacre_core STABLE_ABI NB_STATIC ${python_sources})
set_target_properties(nacre_core PROPERTIES OUTPUT_NAME _core UNITY_BUILD OFF)
nacre_host_flags(nacre_core)
target_link_libraries(nacre_core PRIVATE nacre_tools)
install(TARGETS nacre_core LIBRARY DESTINATION nacre COMPONENT python)
install(TARGETS nacre_command RUNTIME DESTINATION ${SKBUILD_SCRIPTS_DIR} COMPONENT python)
